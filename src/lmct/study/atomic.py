"""Files that are either the old or the new version, whatever happens while they are written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_SUFFIX = ".part"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a path to write to; it takes the place of ``path`` when the block ends, and vanishes on an error.

    Parameters
    ----------
    path
        The file to make or to replace; its folder must exist.

    Yields
    ------
    :
        A path in the same folder.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}{_SUFFIX}")
    try:
        yield part
        _flush(part)
        part.replace(path)
        _flush(path.parent)
    finally:
        part.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8 so that a crash leaves the old or the new version.

    Parameters
    ----------
    path
        The file.
    text
        Its new content; line ends are written as they are.
    """
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8", newline="")


def remove_unfinished(folder: Path) -> None:
    """Remove what a killed run left half written, in a folder and those below it.

    Parameters
    ----------
    folder
        A folder that no other run writes to.
    """
    for part in folder.rglob(f".*{_SUFFIX}"):
        part.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Ask the system to put a file, or the names in a folder, on the disk."""
    with suppress(PermissionError):  # a folder cannot be opened on Windows
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
