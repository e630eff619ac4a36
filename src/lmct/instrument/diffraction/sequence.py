"""A folder, a list of files or a file of many scans as one sequence, in the order of the clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from lmct import __version__
from lmct.instrument.diffraction.pattern import DiffractionPattern, PatternSequence, ScanPlace
from lmct.instrument.diffraction.registry import read_scans
from lmct.instrument.diffraction.scan_log import Times, is_log, read_log, times_of
from lmct.instrument.source import files_in, natural_order, sha256_of
from lmct.quantity.errors import DataError, UnknownFormat

SHOWN = 5

_last_file: dict[tuple[str, int, int], tuple[DiffractionPattern, ...]] = {}


class FileSequence(PatternSequence):
    """Scans of files, read when they are asked for."""

    def __getitem__(self, index: int) -> DiffractionPattern:
        """Read one scan; times of the log go before those of the file."""
        return read_place(self.places[index], columns=self.columns)


def read(
    path: str | Path, *, columns: Mapping[str, Any] | None = None
) -> PatternSequence | DiffractionPattern:
    """Read a pattern, or a sequence when the path is a folder or a file of several scans.

    Parameters
    ----------
    path
        File or folder.
    columns
        A column map for text of no known layout.

    Raises
    ------
    DataError
        As for :func:`read_scans` and :func:`read_sequence`.
    """
    if Path(path).is_dir():
        return read_sequence(path, columns=columns)
    scans = _scans_of(Path(path), columns)
    return scans[0] if len(scans) == 1 else read_sequence(path, columns=columns)


def read_sequence(
    path: str | Path | Iterable[str | Path],
    *,
    log: str | Path | None = None,
    columns: Mapping[str, Any] | None = None,
) -> PatternSequence:
    """Find the scans of a sequence; each is read again when it is asked for, so that memory stays flat.

    Parameters
    ----------
    path
        A folder, a file of several scans, or several files.
    log
        A table with the start of each scan; in a folder it is found when there is one.
    columns
        A column map for text of no known layout.

    Returns
    -------
    :
        Scans by start time when all have one, else by natural order of file names. Files that are no
        patterns are left out and named in ``warnings``.

    Raises
    ------
    DataError
        No file holds a pattern, or the log cannot be read.
    """
    files, sha256 = _files_of(path)
    said: list[str] = []
    logs = [Path(log)] if log is not None else [file for file in files if is_log(file)]
    if len(logs) > 1:
        said.append(f"{_shown(logs)} are logs of times; the first is used.")
    times = read_log(logs[0]) if logs else {}
    places, formats, left_out = _places([file for file in files if file not in logs], times, columns)
    if not places:
        reasons = " ".join(str(error) for error in list(left_out.values())[:2])
        raise DataError(
            f"{_name(path)} holds no powder pattern among {len(files)} files. Expected patterns. {reasons}"
        )
    said += _left_out_sentences(left_out)
    if times and (without := [Path(place.file) for place, _ in places if place.start_time is None]):
        said.append(f"the log {logs[0].name} has no time for {_shown(without)}.")
    places, sentence = _ordered(places)
    said += [sentence] if sentence else []
    return FileSequence(
        tuple(place for place, _ in places),
        source_sha256=sha256,
        provenance={"format": ", ".join(sorted(formats)), "reader": f"lmct {__version__}"},
        warnings=tuple(said),
        columns=columns,
    )


def read_place(place: ScanPlace, *, columns: Mapping[str, Any] | None = None) -> DiffractionPattern:
    """Read one scan of a sequence; the file read last is kept, so that a file of many scans is parsed once.

    Parameters
    ----------
    place
        Where the scan is; its times go before those of the file.
    columns
        A column map for text of no known layout.

    Raises
    ------
    DataError
        The file changed since the sequence was found, or cannot be read.
    """
    scans = _scans_of(Path(place.file), columns)
    if place.scan >= len(scans):
        raise DataError(
            f"{place.file} has no scan {place.scan} any more. Expected the file as it was. Read it again."
        )
    pattern = scans[place.scan]
    if place.start_time is None:
        return pattern
    return replace(pattern, start_time=place.start_time, end_time=place.end_time or pattern.end_time)


def _scans_of(file: Path, columns: Mapping[str, Any] | None) -> tuple[DiffractionPattern, ...]:
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
    """Return the files of a sequence in natural order, and the hash of all."""
    if isinstance(path, str | Path):
        single = Path(path)
        return (files_in(single) if single.is_dir() else [single]), sha256_of(single)
    files = natural_order(Path(file) for file in path)
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name} {sha256_of(file)}\n".encode())
    return files, digest.hexdigest()


Found = tuple[ScanPlace, datetime | None]


def _places(
    files: Sequence[Path], times: Mapping[str, Times], columns: Mapping[str, Any] | None
) -> tuple[list[Found], set[str], dict[Path, DataError]]:
    """Return every scan with its start, the formats, and the files that gave none with the reason."""
    places: list[Found] = []
    formats: set[str] = set()
    left_out: dict[Path, DataError] = {}
    for file in files:
        try:
            scans = _scans_of(file, columns)
        except DataError as error:
            left_out[file] = error
            continue
        told = times_of(file, times) if len(scans) == 1 else None
        for number, scan in enumerate(scans):
            start, end = told or (None, None)
            places.append((ScanPlace(str(file), number, start, end), start or scan.start_time))
            formats.add(scan.format)
    return places, formats, left_out


def _ordered(places: list[Found]) -> tuple[list[Found], str]:
    """Sort by clock when every scan has a time of the same kind; else leave them, and say so."""
    starts = [start for _, start in places]
    told = [start for start in starts if start is not None]
    if len(places) < 2:
        return places, ""
    if len(told) < len(starts):
        missing = len(starts) - len(told)
        return places, f"{missing} of {len(starts)} scans have no start time: in the order of file names."
    if len({start.tzinfo is None for start in told}) > 1:
        return places, "some start times have a time zone and some none: in the order of file names."
    ordered = [places[i] for i in sorted(range(len(places)), key=lambda i: told[i])]
    if len(set(told)) < len(told):
        return ordered, f"{len(told) - len(set(told))} scans start at the same time as another."
    return ordered, ""


def _left_out_sentences(left_out: Mapping[Path, DataError]) -> list[str]:
    """Name the files that are no patterns, and those that are damaged with the reason of each."""
    foreign = [file for file, error in left_out.items() if isinstance(error, UnknownFormat)]
    said = [f"left out, no powder patterns: {_shown(foreign)}."] if foreign else []
    damaged = [(file, error) for file, error in left_out.items() if not isinstance(error, UnknownFormat)]
    said += [f"left out: {error}" for _, error in damaged[:SHOWN]]
    if len(damaged) > SHOWN:
        said.append(f"left out, cannot be read: {len(damaged) - SHOWN} further files.")
    return said


def _shown(files: Iterable[Path]) -> str:
    names = [file.name for file in files]
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def _name(path: str | Path | Iterable[str | Path]) -> str:
    return str(path) if isinstance(path, str | Path) else "the list of files"
