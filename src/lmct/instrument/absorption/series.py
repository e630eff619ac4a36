"""A folder, a list of files or a project of many scans as one series, in the order of the clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lmct import __version__
from lmct.instrument.absorption.registry import read_scans
from lmct.instrument.absorption.scan import AbsorptionScan
from lmct.instrument.source import files_in, natural_order, sha256_of
from lmct.quantity.errors import DataError, UnknownFormat

SHOWN = 5

_last_file: dict[tuple[str, int, int], tuple[AbsorptionScan, ...]] = {}


@dataclass(frozen=True, slots=True)
class ScanPlace:
    """Where one scan of a series is.

    Parameters
    ----------
    file
        Path of the file as text.
    scan
        Number of the scan in the file, from 0.
    start_time
        By the clock of the beamline; None when not told.
    """

    file: str
    scan: int = 0
    start_time: datetime | None = None


class ScanSeries:
    """Scans in the order of their clock (or of their names), read when they are asked for: memory stays flat.

    Parameters
    ----------
    places
        Where the scans are, in order.
    source_sha256
        Hash of the folder or file.
    provenance
        Format and reader as text.
    warnings
        What was left out or looks wrong, one sentence each.
    columns
        A column map for text of no known layout.
    """

    def __init__(
        self,
        places: tuple[ScanPlace, ...],
        *,
        source_sha256: str = "",
        provenance: Mapping[str, str] | None = None,
        warnings: tuple[str, ...] = (),
        columns: Mapping[str, Any] | None = None,
    ) -> None:
        self.places = places
        self.source_sha256 = source_sha256
        self.provenance = dict(provenance or {})
        self.warnings = warnings
        self.columns = columns

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, index: int) -> AbsorptionScan:
        """Read one scan."""
        place = self.places[index]
        scans = _scans_of(Path(place.file), self.columns)
        if place.scan >= len(scans):
            raise DataError(
                f"{place.file} has no scan {place.scan} any more. Expected the file as it was. Read it again."
            )
        return scans[place.scan]

    def __iter__(self) -> Iterator[AbsorptionScan]:
        return (self[index] for index in range(len(self)))


def read(path: str | Path, *, columns: Mapping[str, Any] | None = None) -> AbsorptionScan | ScanSeries:
    """Read a scan, or a series when the path is a folder or a file of several scans.

    Parameters
    ----------
    path
        File or folder.
    columns
        A column map for text of no known layout.

    Raises
    ------
    DataError
        As for :func:`~lmct.instrument.absorption.registry.read_scans` and :func:`read_series`.
    """
    if Path(path).is_dir():
        return read_series(path, columns=columns)
    scans = _scans_of(Path(path), columns)
    return scans[0] if len(scans) == 1 else read_series(path, columns=columns)


def read_series(
    path: str | Path | Iterable[str | Path], *, columns: Mapping[str, Any] | None = None
) -> ScanSeries:
    """Find the scans of a series; each is read again when it is asked for.

    Parameters
    ----------
    path
        A folder, a file of several scans, or several files.
    columns
        A column map for text of no known layout.

    Returns
    -------
    :
        Scans by start time when all have one, else by natural order of names. Files that are no scans are
        left out and named in ``warnings``.

    Raises
    ------
    DataError
        No file holds a scan.
    """
    files, sha256 = _files_of(path)
    places: list[ScanPlace] = []
    formats: set[str] = set()
    left_out: dict[Path, DataError] = {}
    for file in files:
        try:
            scans = _scans_of(file, columns)
        except DataError as error:
            left_out[file] = error
            continue
        places += [ScanPlace(str(file), number, scan.start_time) for number, scan in enumerate(scans)]
        formats |= {scan.format for scan in scans}
    if not places:
        reason = next((str(error) for error in left_out.values()), "the folder is empty")
        raise DataError(f"no absorption scan among {len(files)} files. Expected scans. {reason}")
    ordered, sentence = _ordered(places)
    return ScanSeries(
        tuple(ordered),
        source_sha256=sha256,
        provenance={"format": ", ".join(sorted(formats)), "reader": f"lmct {__version__}"},
        warnings=(*_left_out_sentences(left_out), *sentence),
        columns=columns,
    )


def _scans_of(file: Path, columns: Mapping[str, Any] | None) -> tuple[AbsorptionScan, ...]:
    """Return the scans of a file, from memory when it is the one read last and has not changed."""
    if columns or not file.is_file():
        return read_scans(file, columns=columns)
    status = file.stat()
    key = (str(file.resolve()), status.st_mtime_ns, status.st_size)
    if key not in _last_file:
        scans = read_scans(file)
        _last_file.clear()
        _last_file[key] = scans
    return _last_file[key]


def _files_of(path: str | Path | Iterable[str | Path]) -> tuple[list[Path], str]:
    """Return the files of a series in natural order, and the hash of all."""
    if isinstance(path, str | Path):
        single = Path(path)
        return (files_in(single) if single.is_dir() else [single]), sha256_of(single)
    files = natural_order(Path(file) for file in path)
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name} {sha256_of(file)}\n".encode())
    return files, digest.hexdigest()


def _ordered(places: Sequence[ScanPlace]) -> tuple[list[ScanPlace], tuple[str, ...]]:
    """Sort by clock when every scan has a time of the same kind; else leave them, and say so."""
    told = [place.start_time for place in places if place.start_time is not None]
    if len(places) < 2 or not told:
        return list(places), ()
    if len(told) < len(places):
        missing = len(places) - len(told)
        return list(places), (f"{missing} of {len(places)} scans have no start time: in the order of names.",)
    if len({start.tzinfo is None for start in told}) > 1:
        return list(places), ("some start times have a time zone and some none: in the order of names.",)
    return [places[i] for i in sorted(range(len(places)), key=lambda i: told[i])], ()


def _left_out_sentences(left_out: Mapping[Path, DataError]) -> tuple[str, ...]:
    """Name the files that are no scans, and those that are damaged with the reason of each."""
    foreign = [file.name for file, error in left_out.items() if isinstance(error, UnknownFormat)]
    damaged = [str(error) for error in left_out.values() if not isinstance(error, UnknownFormat)]
    said = [f"left out, no absorption scans: {', '.join(foreign[:SHOWN])}."] if foreign else []
    return (*said, *(f"left out: {reason}" for reason in damaged[:SHOWN]))
