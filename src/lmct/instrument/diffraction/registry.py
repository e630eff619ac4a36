"""All formats, and the functions that read any of them; a new format is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lmct.instrument.diffraction import (
    bruker_brml,
    bruker_raw1,
    bruker_raw3,
    bruker_raw4,
    bruker_uxd,
    column_map,
    fullprof_text,
    gsas_bank,
    panalytical_xrdml,
    pdcif,
    rigaku_ras,
    rigaku_rasx,
    xy_text,
)
from lmct.instrument.diffraction.check import checked
from lmct.instrument.diffraction.foreign import description
from lmct.instrument.diffraction.pattern import DiffractionPattern
from lmct.instrument.diffraction.scan import RawScan
from lmct.instrument.format_table import FormatTable, record_numbered

TABLE: FormatTable[tuple[RawScan, ...]] = FormatTable(
    formats=(
        bruker_brml,
        rigaku_rasx,
        bruker_raw1,
        bruker_raw3,
        bruker_raw4,
        panalytical_xrdml,
        rigaku_ras,
        bruker_uxd,
        pdcif,
        gsas_bank,
        fullprof_text,
        xy_text,
    ),
    kind="powder pattern",
    remedy=(
        "For a text table of another layout, name its columns: columns = { two_theta = 1, intensity = 2 }."
    ),
    column_map=column_map,
    description=description,
)
"""Every format, the choosy ones first."""

FORMATS: tuple[str, ...] = TABLE.names
"""Names of the formats that are found by content."""

identify = TABLE.identify


def read_scans(
    path: str | Path, *, columns: Mapping[str, Any] | None = None
) -> tuple[DiffractionPattern, ...]:
    """Read every scan of a file of any known format and cross-check it.

    Parameters
    ----------
    path
        The file; its extension does not matter. A .gz or .bz2, or a .zip that holds one file, is unpacked.
    columns
        A column map for text of no known layout (see :mod:`column_map`); empty is none.

    Returns
    -------
    :
        Patterns with rising angles in degrees; repairs are in their ``warnings``.

    Raises
    ------
    UnknownFormat
        No format recognises the content and no column map is given.
    DataError
        The file cannot be opened, is damaged, or contradicts itself.
    """
    file = TABLE.read(path, columns=columns)
    patterns = (
        checked(scan, name=file.name, number=number, format_name=file.format, reader=file.reader)
        for number, scan in enumerate(file.content)
    )
    return tuple(replace(pattern, source_sha256=file.sha256) for pattern in patterns)


def read_pattern(
    path: str | Path, *, scan: int = 0, columns: Mapping[str, Any] | None = None
) -> DiffractionPattern:
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
