"""One run at a time: a lock on a file that dies with its process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lmct.quantity.errors import LmctError

_held: set[Path] = set()


class Busy(LmctError):
    """Another run works on the same results."""


@contextmanager
def locked(path: Path, *, what: Path) -> Iterator[None]:
    """Hold a lock file for one run.

    The lock belongs to the process, not to the file: after a crash or a kill the file stays behind, and the
    next run takes it over at once.

    Parameters
    ----------
    path
        The lock file, which is made if need be; its folder must exist.
    what
        What the lock protects, for the message.

    Raises
    ------
    Busy
        Another run, in this process or another one, holds it.
    """
    path = path.resolve()
    if path in _held:
        raise _busy(what, str(os.getpid()))
    with path.open("a+", encoding="ascii") as file:
        if not _try_to_lock(file):
            file.seek(0)
            raise _busy(what, file.read(20).strip() or "unknown")
        _held.add(path)
        try:
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
            yield
        finally:
            _held.discard(path)


def _busy(what: Path, process: str) -> Busy:
    return Busy(
        f"another run (process {process}) is working on {what}. Expected one run at a time."
        " Wait until it has ended, or end it."
    )


def _try_to_lock(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.lockf(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
