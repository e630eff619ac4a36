"""All formats, and the one function that reads any of them; a new format is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lmct.instrument.cycler import (
    arbin_access,
    arbin_table,
    bdf,
    biologic_mpr,
    biologic_mpt,
    column_map,
    landt,
    maccor,
    neware_binary,
    neware_csv,
    novonix,
    pec,
)
from lmct.instrument.cycler.check import checked
from lmct.instrument.cycler.record import CyclerRecord
from lmct.instrument.format_table import FormatTable, description_of
from lmct.instrument.source import Source


def description(source: Source) -> str:
    """Say what a file that is of no known brand seems to be.

    Parameters
    ----------
    source
        The file.
    """
    if source.head.startswith(bdf.PARQUET_MAGIC):
        return f"a parquet table with the columns {', '.join(bdf.parquet_names(source)[:8])}"
    return description_of(source)


TABLE: FormatTable[CyclerRecord] = FormatTable(
    formats=(
        biologic_mpr,
        biologic_mpt,
        neware_binary,
        arbin_access,
        arbin_table,
        neware_csv,
        maccor,
        novonix,
        pec,
        landt,
        bdf,
    ),
    kind="cycler record",
    remedy=(
        "For delimited text or a spreadsheet, name its columns in the study file:"
        ' columns = { time = "Time (h)", voltage = "E / V", current = "I (mA)" }.'
    ),
    column_map=column_map,
    description=description,
)
"""Every format, the choosy ones first."""

FORMATS: tuple[str, ...] = TABLE.names
"""Names of the formats that are found by content."""

identify = TABLE.identify


def read(path: str | Path, *, columns: Mapping[str, Any] | None = None) -> CyclerRecord:
    """Read a cycler file of any known format and cross-check it.

    Parameters
    ----------
    path
        The file; its extension does not matter. A .gz, or a .zip that holds one file, is unpacked on the way.
    columns
        A column map for tables of no known brand (see ``lmct.instrument.cycler.column_map``); empty is none.

    Returns
    -------
    :
        The record in seconds, volts and amperes, current positive on charge; repairs are in ``warnings``.

    Raises
    ------
    UnknownFormat
        No format recognises the content and no column map is given.
    DataError
        The file cannot be opened, is damaged, or contradicts itself.
    """
    file = TABLE.read(path, columns=columns)
    return checked(replace(file.content, source_sha256=file.sha256))
