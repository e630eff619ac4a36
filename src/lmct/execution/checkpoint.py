"""Results of finished tasks, one line of JSON each, so that a killed run goes on."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lmct.execution.lock import locked
from lmct.execution.plain_data import plain_from_value, value_from_plain
from lmct.quantity.errors import DamagedFile, DataError

_KIND = "lmct checkpoint 1"
_FIRST = f'{{"kind":"{_KIND}"'.encode()

FLUSH_SECONDS = 1.0
"""A line is with the system at once, and on the disk within this time or with the next line after it [s]."""


class Checkpoint:
    """The file of a run, open for reading what it has and for adding to it.

    Parameters
    ----------
    path
        The file.
    packages
        Packages whose dataclasses may be results.
    """

    def __init__(self, path: Path, packages: Collection[str]) -> None:
        self.path = path
        self._packages = packages
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        self._flushed = time.monotonic()

    def results(self, fingerprint: str) -> Iterator[tuple[str, Any]]:
        """Yield key and result of each finished task; an unfinished last line is cut off.

        Parameters
        ----------
        fingerprint
            Of the work, the seed and the task list; a new file begins with it.

        Yields
        ------
        :
            Key, and result.

        Raises
        ------
        DataError
            The file belongs to other work.
        DamagedFile
            The file is no checkpoint, or a line within it is damaged.
        """
        end = 0
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    if number == 1 and not _FIRST.startswith(line[: len(_FIRST)]):
                        raise self._damaged(number)
                    break
                content = self._content(line, number)
                if number == 1:
                    self._check(content, fingerprint)
                else:
                    yield content["key"], self._value(content, number)
                end += len(line)
        os.ftruncate(self._file, end)
        if not end:
            self._write({"kind": _KIND, "tasks": fingerprint})

    def add(self, key: str, result: object) -> None:
        """Add a result.

        Parameters
        ----------
        key
            Of the task.
        result
            What it gave.
        """
        self._write({"key": key, "result": plain_from_value(result)})

    def close(self) -> None:
        """Close the file with all of it on the disk."""
        os.fsync(self._file)
        os.close(self._file)

    def _write(self, content: object) -> None:
        line = json.dumps(content, allow_nan=False, separators=(",", ":")).encode() + b"\n"
        while line:
            line = line[os.write(self._file, line) :]
        if time.monotonic() - self._flushed > FLUSH_SECONDS:
            os.fsync(self._file)
            self._flushed = time.monotonic()

    def _content(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            content = json.loads(line)
        except ValueError:
            content = None
        if not isinstance(content, dict) or {*content} != (
            {"key", "result"} if number > 1 else {"kind", "tasks"}
        ):
            raise self._damaged(number)
        return content

    def _value(self, content: dict[str, Any], number: int) -> Any:  # noqa: ANN401
        try:
            return value_from_plain(content["result"], packages=self._packages)
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, DamagedFile):
                raise
            raise self._damaged(number) from error

    def _check(self, content: dict[str, Any], fingerprint: str) -> None:
        if content.get("kind") != _KIND:
            raise self._damaged(1)
        if content.get("tasks") != fingerprint:
            raise DataError(
                f"{self.path} belongs to other tasks, another seed, other work or another version of lmct."
                " Expected the checkpoint of this very run. Name another file, or remove this one."
            )

    def _damaged(self, number: int) -> DamagedFile:
        return DamagedFile(
            f"{self.path}, line {number}: this is no line of a checkpoint. Expected a file that lmct wrote."
            " Name another file, or remove this one to begin anew."
        )


@contextmanager
def opened(path: Path, packages: Collection[str]) -> Iterator[Checkpoint]:
    """Yield a checkpoint that no other run works on.

    Parameters
    ----------
    path
        The file, whose folder must exist.
    packages
        Packages whose dataclasses may be results.

    Raises
    ------
    DataError
        There is no such folder.
    Busy
        Another run works on it.
    """
    if not path.parent.is_dir():
        raise DataError(
            f"{path.parent} is no folder. Expected the folder of the checkpoint {path.name}. Make it first."
        )
    with locked(path.with_name(f".{path.name}.lock"), what=path):
        checkpoint = Checkpoint(path, packages)
        try:
            yield checkpoint
        finally:
            checkpoint.close()
