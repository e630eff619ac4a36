"""Tables of no known layout, read through a column map that the user writes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lmct.instrument.mass_spectrometer.gas_table import condition_of, current_of, seconds_of, time_of
from lmct.instrument.mass_spectrometer.raw_trace import RawTrace
from lmct.instrument.mass_spectrometer.trace import CONDITIONS
from lmct.instrument.source import Source
from lmct.instrument.text_table import TextTable, table_from_text
from lmct.quantity.errors import MissingColumn, OutOfRange, UnitMismatch, unknown_name

NAME = "column-map"
WORDS = ("time_unit", "current_unit", "separator", "decimal", "skip_rows", "start_time")
KEYS = ("time", *CONDITIONS, *(f"{name}_unit" for name in CONDITIONS), *WORDS)
MOST_SKIPPED = 10_000


def read(source: Source, columns: Mapping[str, Any]) -> RawTrace:
    """Return the table that the user describes.

    Parameters
    ----------
    source
        The file.
    columns
        ``time`` and each m/z (``"32"``), a number from 1 or a word of the heading; ``flow``, ``temperature``,
        ``pressure``; units of those that the heading does not tell; ``separator``, ``decimal``,
        ``skip_rows`` (lines above the heading) and ``start_time``.

    Raises
    ------
    UnknownName
        A key does not exist.
    MissingColumn
        Time or every m/z is not given, or the table has no such column.
    UnitMismatch
        Currents are in different kinds of unit.
    """
    masses = [key for key in columns if re.fullmatch(r"\d{1,3}", str(key))]
    for key in columns:
        if key not in masses and key not in KEYS:
            raise unknown_name("key of a column map", str(key), (*KEYS, "32"))
    if "time" not in columns or not masses:
        raise MissingColumn(
            f"{source.name}: the column map gives {', '.join(map(str, columns))}. Expected time and an m/z."
            ' Write: columns = { time = "Time (s)", 32 = "O2 (A)", 44 = "CO2 (A)" }.'
        )
    table = _table(source, columns)
    given = str(columns.get("current_unit", ""))
    read_in = {int(key): current_of(table, _index(table, columns[key]), given) for key in masses}
    units = {unit for _, unit in read_in.values()}
    if len(units) > 1:
        raise UnitMismatch(f"{source.name} mixes ion currents and count rates. Expected one kind.")
    time, start = seconds_of(table, _index(table, columns["time"]), str(columns.get("time_unit", "")))
    conditions = {
        name: condition_of(table, _index(table, columns[name]), str(columns.get(f"{name}_unit", unit)), unit)
        for name, unit in CONDITIONS.items()
        if name in columns
    }
    return RawTrace(
        time=time,
        currents={mass: numbers for mass, (numbers, _) in read_in.items()},
        unit=units.pop(),
        conditions=conditions,
        start_time=time_of(str(columns.get("start_time", ""))) or start,
    )


def _table(source: Source, columns: Mapping[str, Any]) -> TextTable:
    skip = columns.get("skip_rows", 0)
    if isinstance(skip, bool) or not isinstance(skip, int) or not 0 <= skip <= MOST_SKIPPED:
        raise OutOfRange(f"skip_rows is {skip!r}. Expected a number of lines from 0 to {MOST_SKIPPED}.")
    decimal = columns.get("decimal")
    if decimal not in (None, ".", ","):
        raise OutOfRange(f"decimal is {decimal!r}. Expected '.' or ','.")
    text = source.text()
    lines = text.splitlines()
    if skip >= len(lines):
        raise OutOfRange(f"{source.name} has {len(lines)} lines. Expected a heading after {skip} of them.")
    separator = columns.get("separator") or max("\t;,", key=lines[skip].count)
    return table_from_text(
        text, source_file=source.name, header_line=skip, separator=str(separator), decimal=decimal
    )


def _index(table: TextTable, wanted: int | str) -> int:
    """Return the place of a column by its number from 1 or by its word."""
    if isinstance(wanted, int) and 1 <= wanted <= len(table.names):
        return wanted - 1
    for index, name in enumerate(table.names):
        if str(wanted).strip().casefold() == name.casefold():
            return index
    raise MissingColumn(
        f"{table.source_file} has no column {wanted!r} (found: {', '.join(table.names)})."
        " Expected a number from 1 or a word of the heading. Correct the map."
    )
