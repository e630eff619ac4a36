"""A folder, a list of files or a file of many scans as one sequence, in the order of the clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from lmct import __version__
from lmct.instrument.diffraction.pattern import DiffractionPattern, PatternSequence
from lmct.instrument.diffraction.registry import read_scans
from lmct.instrument.diffraction.scan_log import is_log, read_log, times_of
from lmct.instrument.scan_files import ScanFiles, files_and_sha256, shown_names
from lmct.instrument.scan_sequence import ScanPlace

KIND = "powder pattern"

FILES = ScanFiles(read_scans)
"""Files of patterns, the last one kept."""


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
    scans = FILES.scans_of(Path(path), columns)
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
    files, sha256 = files_and_sha256(path)
    said: list[str] = []
    logs = [Path(log)] if log is not None else [file for file in files if is_log(file)]
    if len(logs) > 1:
        said.append(f"{shown_names(logs)} are logs of times; the first is used.")
    times = read_log(logs[0]) if logs else {}
    patterns = (file for file in files if file not in logs)
    found = FILES.find(patterns, columns=columns, logged=lambda file: times_of(file, times))
    found.refuse_none(path, kind=KIND, files=len(files))
    said += found.left_out_sentences(KIND)
    if times and (without := [Path(place.file) for place, _ in found.scans if place.start_time is None]):
        said.append(f"the log {logs[0].name} has no time for {shown_names(without)}.")
    sentence = found.order_by_clock() or _same_starts([start for _, start in found.scans])
    said += [sentence] if sentence else []
    return FileSequence(
        tuple(place for place, _ in found.scans),
        source_sha256=sha256,
        provenance={"format": ", ".join(sorted(found.formats)), "reader": f"lmct {__version__}"},
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
    pattern = FILES.scan_at(place, columns)
    if place.start_time is None:
        return pattern
    return replace(pattern, start_time=place.start_time, end_time=place.end_time or pattern.end_time)


def _same_starts(starts: Sequence[datetime | None]) -> str:
    same = len(starts) - len(set(starts))
    return f"{same} scans start at the same time as another." if same else ""
