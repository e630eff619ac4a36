"""Delimited text, spreadsheet or parquet through a column map, as written in the study file.

    columns = { time = "Time (h)", voltage = "E / V", current = "I (mA)" }
    columns = { specific_capacity = "B", voltage = "C", specific_current = "20 mA/g", direction = "charge" }
The keys are those of ``KEYS``; docs/how-to/add-an-instrument.md shows one example of each kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from lmct import __version__
from lmct.instrument.cycler.bdf import PARQUET_MAGIC, parquet_grid
from lmct.instrument.cycler.columns import (
    CHARGING,
    CYCLE,
    DISCHARGING,
    STEP_COUNT,
    STEP_INDEX,
    TEMPERATURE,
    UNITS,
)
from lmct.instrument.cycler.curve import record_from_curve
from lmct.instrument.cycler.mapped_column import current_of_column, values_of_column
from lmct.instrument.cycler.record import CURRENT, TIME, VOLTAGE, CyclerRecord
from lmct.instrument.source import Source
from lmct.instrument.spreadsheet import grid, is_spreadsheet, table_from_grid
from lmct.instrument.text_grid import grid_from_text
from lmct.instrument.text_table import TextTable
from lmct.quantity.errors import DamagedFile, DataError, MissingColumn, unknown_name
from lmct.quantity.units import parse

if TYPE_CHECKING:
    import polars as pl


NAME = "column-map"

COLUMN_KEYS = {
    "time": TIME,
    "voltage": VOLTAGE,
    "current": CURRENT,
    "charge_capacity": CHARGING,
    "discharge_capacity": DISCHARGING,
    "cycle": CYCLE,
    "step": STEP_INDEX,
    "temperature": TEMPERATURE,
}
"""Keys that name a column, by header text or by spreadsheet letter (``"A"``, ``"AB"``)."""

UNIT_KEYS = tuple(f"{key}_unit" for key, bdf in COLUMN_KEYS.items() if UNITS[bdf])

CURVE_KEYS = ("specific_capacity", "specific_capacity_unit", "specific_current", "direction")

LAYOUT_KEYS = ("sheet", "skip_rows", "header_rows", "decimal", "separator")

OTHER_KEYS = ("charge_positive", "active_mass", "curves")

KEYS = (*COLUMN_KEYS, *UNIT_KEYS, *CURVE_KEYS, *LAYOUT_KEYS, *OTHER_KEYS)
"""All keys.

The time column may hold numbers, durations ("1d 02:03:04.5", "26:03:04") or dates.

``*_unit``: unit of a column whose header does not state it. ``charge_positive`` (default true): false when
discharge current is positive in the file. ``active_mass``: ``"5.2 mg"``. ``sheet``: its name
(default the first). ``skip_rows``: lines above the header (default 0). ``header_rows``: lines of the header
(default 1; with 0 the columns are letters). ``decimal``: ``"."`` or ``","``. ``separator``: one character
(default: found). ``specific_capacity`` with ``specific_current`` and ``direction`` (``"charge"`` or
``"discharge"``) builds time and current of a curve for 1 g of active material. ``curves``: a list of maps,
one per branch, joined in that order.
"""


def read(source: Source, columns: Mapping[str, Any]) -> CyclerRecord:
    """Read a table through a column map.

    Parameters
    ----------
    source
        Delimited text or a spreadsheet.
    columns
        The map; see ``KEYS``.

    Returns
    -------
    :
        The record, not yet cross-checked.

    Raises
    ------
    UnknownName
        A key, a column or a sheet does not exist.
    UnitMismatch
        The unit of a column is neither stated in its header nor in the map, or is unknown.
    MissingColumn
        The map names neither time, voltage and current nor a capacity and a voltage.
    """
    for key in columns:
        if key not in KEYS:
            raise unknown_name("key of a column map", key, KEYS)
    curves: Sequence[Mapping[str, Any]] = columns.get("curves", ())
    if curves:
        common = {key: value for key, value in columns.items() if key != "curves"}
        return _joined([read(source, {**common, **curve}) for curve in curves])
    table = _table(source, columns)
    if "specific_capacity" in columns:
        return _curve(table, columns)
    return _record(table, columns)


def _table(source: Source, columns: Mapping[str, Any]) -> TextTable:
    """Return the table below the header that the map describes."""
    skip, header = _count(columns, "skip_rows", 0), _count(columns, "header_rows", 1)
    decimal = columns.get("decimal")
    if decimal not in (None, ".", ","):
        raise DataError(
            f"decimal = {decimal!r} is not a decimal mark. Expected '.' or ','. Correct the column map."
        )
    if is_spreadsheet(source):
        cells: pl.DataFrame = grid(source, columns.get("sheet"))
    elif source.head.startswith(PARQUET_MAGIC):
        cells, skip, header = parquet_grid(source), 0, 1
    elif source.text_head:
        cells = grid_from_text(
            source.text(),
            source_file=source.name,
            skip_rows=skip + header,
            separator=columns.get("separator"),
        )
    else:
        raise DamagedFile(
            f"{source.name} is neither text, spreadsheet nor parquet."
            " Expected a table. Export it as csv or xlsx."
        )
    table = table_from_grid(
        cells, source_file=source.name, header_rows=tuple(range(skip, skip + header)), first_row=skip + header
    )
    return replace(table, decimal=decimal or table.decimal)


def _count(columns: Mapping[str, Any], key: str, default: int) -> int:
    value = columns.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise DataError(
            f"{key} = {value!r} is not a number of rows. Expected 0, 1, 2, ... Correct the column map."
        )
    return value


def _record(table: TextTable, columns: Mapping[str, Any]) -> CyclerRecord:
    """Return the record of a table with time, voltage and current."""
    needed = [key for key in ("time", "voltage", "current") if key not in columns]
    if needed:
        raise MissingColumn(
            f"the column map of {table.source_file} does not name {', '.join(needed)}."
            " Expected time, voltage, current; or specific_capacity, voltage, specific_current, direction."
            " Complete the map."
        )
    mass = _mass(columns)
    arrays = {
        bdf: values_of_column(table, columns, key, UNITS[bdf])
        for key, bdf in COLUMN_KEYS.items()
        if key in columns and key != "current"
    }
    arrays[CURRENT], per_gram = current_of_column(table, columns)
    if not columns.get("charge_positive", True):
        arrays[CURRENT] = -arrays[CURRENT]
    return CyclerRecord(
        columns=_trimmed(arrays),
        source_file=table.source_file,
        format=NAME,
        reader=f"lmct {__version__}",
        active_mass=1.0 if per_gram else mass,
        warnings=("the current is per gram: the record is for 1 g of active material.",) if per_gram else (),
    )


def _mass(columns: Mapping[str, Any]) -> float | None:
    text = columns.get("active_mass")
    return None if text is None else parse(str(text), "g")


def _trimmed(arrays: dict[str, Float[np.ndarray, "row"]]) -> dict[str, Float[np.ndarray, "row"]]:
    """Cut the empty rows below a block that is shorter than its neighbours in the sheet."""
    filled = np.zeros(len(arrays[VOLTAGE]), dtype=bool)
    for column in arrays.values():
        filled |= np.isfinite(column)
    end = int(np.flatnonzero(filled)[-1]) + 1 if filled.any() else 0
    return {name: column[:end] for name, column in arrays.items()}


def _curve(table: TextTable, columns: Mapping[str, Any]) -> CyclerRecord:
    """Return the record of a voltage-capacity curve."""
    for key in ("voltage", "specific_current", "direction"):
        if key not in columns:
            raise MissingColumn(
                f"the column map of {table.source_file} names specific_capacity but not {key}."
                ' Expected for example specific_current = "20 mA/g", direction = "charge". Complete the map.'
            )
    arrays = _trimmed(
        {
            "specific_capacity": values_of_column(table, columns, "specific_capacity", "mAh/g"),
            VOLTAGE: values_of_column(table, columns, "voltage", "V"),
        }
    )
    return record_from_curve(
        specific_capacity=arrays["specific_capacity"],
        voltage=arrays[VOLTAGE],
        specific_current=parse(str(columns["specific_current"]), "mA/g"),
        direction=str(columns["direction"]),
        source_file=table.source_file,
    )


def _joined(parts: Sequence[CyclerRecord]) -> CyclerRecord:
    """Put records one behind the other; a new cycle begins with each charge after a discharge."""
    arrays: dict[str, list[Float[np.ndarray, "row"]]] = {
        name: [] for name in (TIME, VOLTAGE, CURRENT, CYCLE, STEP_COUNT)
    }
    clock, cycle, charging_before = 0.0, 1, True
    for number, part in enumerate(parts, start=1):
        charging = bool(part.current.sum() > 0)
        cycle += int(charging and not charging_before)
        charging_before = charging
        arrays[TIME].append(part.time - part.time[0] + clock)
        clock = float(arrays[TIME][-1][-1])
        arrays[VOLTAGE].append(part.voltage)
        arrays[CURRENT].append(part.current)
        arrays[CYCLE].append(np.full(part.rows, float(cycle)))
        arrays[STEP_COUNT].append(np.full(part.rows, float(number)))
    said = dict.fromkeys(sentence for part in parts for sentence in part.warnings)
    return replace(
        parts[0],
        columns={name: np.concatenate(column) for name, column in arrays.items()},
        warnings=tuple(said),
    )
