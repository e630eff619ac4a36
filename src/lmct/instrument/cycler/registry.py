"""All formats, and the one function that reads any of them; a new format is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

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
from lmct.instrument.source import Source, opened, sha256_of
from lmct.quantity.errors import UnknownFormat


class Format(Protocol):
    """What the module of a format provides."""

    NAME: str

    def recognises(self, source: Source) -> bool:
        """Say from the content alone whether the file is of this format."""

    def read(self, source: Source) -> CyclerRecord:
        """Return the record, not yet cross-checked."""


_FORMATS: tuple[Format, ...] = (
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
)

FORMATS: tuple[str, ...] = tuple(module.NAME for module in _FORMATS)
"""Names of the formats that are found by content."""


def identify(path: str | Path) -> str:
    """Return the name of a file's format, found by its content.

    Parameters
    ----------
    path
        The file; its extension does not matter.

    Returns
    -------
    :
        One of ``FORMATS``.

    Raises
    ------
    UnknownFormat
        No format recognises the content.
    DataError
        The file cannot be opened, is empty, damaged or an archive bomb.
    """
    with opened(path) as source:
        return _format_of(source).NAME


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
    with opened(path) as source:
        record = column_map.read(source, columns) if columns else _format_of(source).read(source)
    return checked(replace(record, source_sha256=sha256_of(path)))


def _format_of(source: Source) -> Format:
    """Return the first format that recognises a source."""
    for module in _FORMATS:
        if module.recognises(source):
            return module
    first = source.text_head.strip().split("\n", 1)[0].strip()[:60]
    if source.head.startswith(bdf.PARQUET_MAGIC):
        seen = f"a parquet table with the columns {', '.join(bdf.parquet_names(source)[:8])}"
    elif source.members:
        seen = "a spreadsheet or archive of no known brand"
    elif first:
        seen = f"text that begins with {first!r}"
    else:
        seen = f"binary data that begins with {source.head[:8]!r}"
    raise UnknownFormat(
        f"{source.name} is {seen}. Expected one of: {', '.join(FORMATS)}."
        " For delimited text or a spreadsheet, name its columns in the study file:"
        ' columns = { time = "Time (h)", voltage = "E / V", current = "I (mA)" }.'
    )
