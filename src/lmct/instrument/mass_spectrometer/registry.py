"""All formats, and the one function that reads any of them; a new format is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lmct.instrument.format_table import FormatTable
from lmct.instrument.mass_spectrometer import column_map, gas_table, quadstar_sac
from lmct.instrument.mass_spectrometer.check import checked
from lmct.instrument.mass_spectrometer.raw_trace import RawTrace
from lmct.instrument.mass_spectrometer.trace import GasTrace
from lmct.instrument.source import opened

TABLE: FormatTable[RawTrace] = FormatTable(
    formats=(
        quadstar_sac,
        gas_table,
    ),
    kind="table of ion currents",
    remedy=(
        "For a table of another layout, name its columns:"
        ' columns = { time = "Time (s)", 32 = "O2 (A)", 44 = "CO2 (A)" }.'
    ),
    column_map=column_map,
)
"""Every format, the choosy ones first."""

FORMATS: tuple[str, ...] = TABLE.names
"""Names of the formats that are found by content."""

identify = TABLE.identify


def read(path: str | Path, *, columns: Mapping[str, Any] | None = None) -> GasTrace:
    """Read a file of any known format and cross-check it.

    Parameters
    ----------
    path
        The file; a .gz or .bz2, or a .zip that holds one file, is unpacked.
    columns
        For tables of no known layout see :mod:`column_map`; for full scans ``channels`` and ``window``.

    Returns
    -------
    :
        Ion currents over time; repairs are in its ``warnings``.

    Raises
    ------
    UnknownFormat
        No format recognises the content and no column map is given.
    DataError
        The file cannot be opened, is damaged, or contradicts itself.
    """
    table = replace(TABLE, column_map=quadstar_sac) if columns and _is_full_scan(path) else TABLE
    file = table.read(path, columns=columns)
    trace = checked(file.content, name=file.name, format_name=file.format, reader=file.reader)
    return replace(trace, source_sha256=file.sha256)


def _is_full_scan(path: str | Path) -> bool:
    """Say whether what the user gives as columns are choices of the binary format itself."""
    with opened(path) as source:
        return quadstar_sac.recognises(source)
