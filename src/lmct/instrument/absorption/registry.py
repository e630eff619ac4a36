"""All formats, and the functions that read any of them; a new format is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lmct.instrument.absorption import athena, column_map, labview_9bm, soleil_rock, xdi
from lmct.instrument.absorption.check import checked
from lmct.instrument.absorption.raw_scan import RawScan
from lmct.instrument.absorption.scan import AbsorptionScan
from lmct.instrument.format_table import FormatTable, record_numbered

TABLE: FormatTable[tuple[RawScan, ...]] = FormatTable(
    formats=(
        athena,
        xdi,
        soleil_rock,
        labview_9bm,
    ),
    kind="absorption scan",
    remedy=(
        "For text of another layout, name its columns:"
        " columns = { energy = 1, incident = 2, transmitted = 3 }."
    ),
    column_map=column_map,
)
"""Every format, the choosy ones first."""

FORMATS: tuple[str, ...] = TABLE.names
"""Names of the formats that are found by content."""

identify = TABLE.identify


def read_scans(path: str | Path, *, columns: Mapping[str, Any] | None = None) -> tuple[AbsorptionScan, ...]:
    """Read every scan of a file of any known format and check it.

    Parameters
    ----------
    path
        The file; a .gz or .bz2, or a .zip that holds one file, is unpacked.
    columns
        A column map for text of no known layout (see :mod:`column_map`); empty is none.

    Returns
    -------
    :
        Scans in rising eV; what was repaired or looks wrong is in their ``warnings``.

    Raises
    ------
    UnknownFormat
        No format recognises the content and no column map is given.
    DataError
        The file cannot be opened, is damaged, or contradicts itself.
    """
    file = TABLE.read(path, columns=columns)
    scans = (
        checked(scan, name=file.name, number=number, format_name=file.format, reader=file.reader)
        for number, scan in enumerate(file.content)
    )
    return tuple(replace(scan, source_sha256=file.sha256) for scan in scans)


def read_scan(path: str | Path, *, scan: int = 0, columns: Mapping[str, Any] | None = None) -> AbsorptionScan:
    """Read one scan of a file.

    Parameters
    ----------
    path
        The file.
    scan
        Number of the scan, from 0.
    columns
        As for :func:`read_scans`.

    Raises
    ------
    OutOfRange
        The file has no scan of this number.
    DataError
        As for :func:`read_scans`.
    """
    return record_numbered(read_scans(path, columns=columns), scan, path=path, kind="scan")
