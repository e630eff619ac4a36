"""A folder, a list of files or a project of many scans as one series, in the order of the clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lmct import __version__
from lmct.instrument.absorption.registry import read_scans
from lmct.instrument.absorption.scan import AbsorptionScan
from lmct.instrument.scan_files import ScanFiles, files_and_sha256
from lmct.instrument.scan_sequence import ScanSequence

KIND = "absorption scan"

FILES = ScanFiles(read_scans)
"""Files of scans, the last one kept."""


class ScanSeries(ScanSequence[AbsorptionScan]):
    """Absorption scans in the order of their clock (or of their names), read when they are asked for."""

    def __getitem__(self, index: int) -> AbsorptionScan:
        """Read one scan."""
        return FILES.scan_at(self.places[index], self.columns)


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
    scans = FILES.scans_of(Path(path), columns)
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
    files, sha256 = files_and_sha256(path)
    found = FILES.find(files, columns=columns)
    found.refuse_none(path, kind=KIND, files=len(files))
    said = found.left_out_sentences(KIND)
    if any(start for _, start in found.scans) and (sentence := found.order_by_clock()):
        said.append(sentence)
    return ScanSeries(
        tuple(replace(place, start_time=start) for place, start in found.scans),
        source_sha256=sha256,
        provenance={"format": ", ".join(sorted(found.formats)), "reader": f"lmct {__version__}"},
        warnings=tuple(said),
        columns=columns,
    )
