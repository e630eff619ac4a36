"""Scans of many files: found in a folder, put in the order of the clock, read again one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from lmct.instrument.scan_sequence import AnyScan, Scan, ScanPlace
from lmct.instrument.source import files_in, natural_order, sha256_of
from lmct.quantity.errors import DataError, UnknownFormat

SHOWN = 5

Times = tuple[datetime, datetime | None]
"""Start and end of a scan."""

ScanOfFile = TypeVar("ScanOfFile", bound=Scan, covariant=True)


class ReadScans(Protocol[ScanOfFile]):
    """A function that reads every scan of a file."""

    def __call__(
        self, path: str | Path, *, columns: Mapping[str, Any] | None = None
    ) -> tuple[ScanOfFile, ...]:
        """Return the scans, in the order of the file."""


@dataclass
class FoundScans:
    """Where scans are, and which files have none.

    Parameters
    ----------
    scans
        Place and start of each, in the order of the files.
    formats
        Names of their formats.
    left_out
        Files that gave no scan -> why.
    """

    scans: list[tuple[ScanPlace, datetime | None]] = field(default_factory=list)
    formats: set[str] = field(default_factory=set)
    left_out: dict[Path, DataError] = field(default_factory=dict)

    def order_by_clock(self) -> str:
        """Sort by start when every scan has one of the same kind; else leave the order, and return why."""
        told = [start for _, start in self.scans if start is not None]
        if len(self.scans) < 2:
            return ""
        if missing := len(self.scans) - len(told):
            return f"{missing} of {len(self.scans)} scans have no start time: in the order of file names."
        if len({start.tzinfo is None for start in told}) > 1:
            return "some start times have a time zone and some none: in the order of file names."
        self.scans = [self.scans[i] for i in sorted(range(len(told)), key=lambda i: told[i])]
        return ""

    def left_out_sentences(self, kind: str) -> list[str]:
        """Name the files of other kinds, and those that are damaged with the reason of each.

        Parameters
        ----------
        kind
            What the scans are called, for example ``"powder pattern"``.
        """
        foreign = [file for file, error in self.left_out.items() if isinstance(error, UnknownFormat)]
        damaged = [error for error in self.left_out.values() if not isinstance(error, UnknownFormat)]
        said = [f"left out, no {kind}s: {shown_names(foreign)}."] if foreign else []
        said += [f"left out: {error}" for error in damaged[:SHOWN]]
        if len(damaged) > SHOWN:
            said.append(f"left out, cannot be read: {len(damaged) - SHOWN} further files.")
        return said

    def refuse_none(self, path: str | Path | Iterable[str | Path], *, kind: str, files: int) -> None:
        """Refuse a folder or list of files that gave no scan at all.

        Parameters
        ----------
        path
            What the user gave.
        kind
            What the scans are called, for example ``"powder pattern"``.
        files
            How many files there are.

        Raises
        ------
        DataError
            There is no scan.
        """
        if self.scans:
            return
        name = str(path) if isinstance(path, str | Path) else "the list of files"
        reasons = " ".join(str(error) for error in list(self.left_out.values())[:2])
        raise DataError(
            f"{name} holds no {kind} among {files} files. Expected {kind}s."
            f" {reasons or 'Name a folder or files that hold some.'}"
        )


class ScanFiles(Generic[AnyScan]):
    """Files of scans; the one read last is kept, so that a file of many scans is parsed once.

    Parameters
    ----------
    read_scans
        Reads every scan of a file.
    """

    def __init__(self, read_scans: ReadScans[AnyScan]) -> None:
        self.read_scans = read_scans
        self._last: dict[tuple[str, int, int], tuple[AnyScan, ...]] = {}

    def scans_of(self, file: Path, columns: Mapping[str, Any] | None = None) -> tuple[AnyScan, ...]:
        """Return the scans of a file, from memory when it is the one read last and has not changed.

        Parameters
        ----------
        file
            The file.
        columns
            A column map for text of no known layout.
        """
        if columns or not file.is_file():
            return self.read_scans(file, columns=columns)
        status = file.stat()
        key = (str(file.resolve()), status.st_mtime_ns, status.st_size)
        if key not in self._last:
            scans = self.read_scans(file)
            self._last = {key: scans}
        return self._last[key]

    def scan_at(self, place: ScanPlace, columns: Mapping[str, Any] | None = None) -> AnyScan:
        """Return the scan at a place.

        Parameters
        ----------
        place
            Where the scan is.
        columns
            A column map for text of no known layout.

        Raises
        ------
        DataError
            The file changed since the sequence was found, or cannot be read.
        """
        scans = self.scans_of(Path(place.file), columns)
        if place.scan >= len(scans):
            raise DataError(
                f"{place.file} has no scan {place.scan} any more. Expected the file as it was. Read it again."
            )
        return scans[place.scan]

    def find(
        self,
        files: Iterable[Path],
        *,
        columns: Mapping[str, Any] | None = None,
        logged: Callable[[Path], Times | None] = lambda file: None,
    ) -> FoundScans:
        """Find the scans in files; none of them is kept in memory.

        Parameters
        ----------
        files
            The files, in order.
        columns
            A column map for text of no known layout.
        logged
            Start and end of a file of one scan by a log; they go before those of the file.
        """
        found = FoundScans()
        for file in files:
            try:
                scans = self.scans_of(file, columns)
            except DataError as error:
                found.left_out[file] = error
                continue
            start, end = (logged(file) if len(scans) == 1 else None) or (None, None)
            for number, scan in enumerate(scans):
                found.scans.append((ScanPlace(str(file), number, start, end), start or scan.start_time))
                found.formats.add(scan.format)
        return found


def files_and_sha256(path: str | Path | Iterable[str | Path]) -> tuple[list[Path], str]:
    """Return the files of a sequence in natural order, and the hash of all.

    Parameters
    ----------
    path
        A folder, a file, or several files.
    """
    if isinstance(path, str | Path):
        single = Path(path)
        return (files_in(single) if single.is_dir() else [single]), sha256_of(single)
    files = natural_order(Path(file) for file in path)
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name} {sha256_of(file)}\n".encode())
    return files, digest.hexdigest()


def shown_names(files: Iterable[Path]) -> str:
    """Return the names of the first files, and how many more there are.

    Parameters
    ----------
    files
        The files.

    Examples
    --------
    >>> shown_names(Path(f"{number}.xy") for number in range(7))
    '0.xy, 1.xy, 2.xy, 3.xy, 4.xy and 2 more'
    """
    names = [file.name for file in files]
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
