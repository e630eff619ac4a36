"""Delimited tables of ion currents whose heading names time and m/z, such as lmct itself writes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.instrument.header import factor_between, split_header
from lmct.instrument.mass_spectrometer.raw_trace import RawTrace
from lmct.instrument.mass_spectrometer.trace import AMPERE, CONDITIONS, COUNT_RATE
from lmct.instrument.source import Source
from lmct.instrument.text_table import TextTable, table_from_text
from lmct.quantity.errors import DamagedFile, UnitMismatch, unknown_name

NAME = "gas-table"
SEPARATORS = ("\t", ";", ",")
LONGEST_HEADER = 200
_MASS = re.compile(r"^\s*(?:m/?z|mass|amu)[\s_=:]*(\d{1,3})(?:[.,]0*)?\b", re.IGNORECASE)
_FACT = re.compile(r"^#\s*([^:=]+?)\s*[:=]\s*(.*)$")


def recognises(source: Source) -> bool:
    """Say whether a line of the text names a time and at least one m/z.

    Parameters
    ----------
    source
        The file.
    """
    return _heading(source.text_head.splitlines()) is not None


def read(source: Source, columns: Mapping[str, Any] | None = None) -> RawTrace:
    """Return the table.

    Parameters
    ----------
    source
        The file.
    columns
        Not used: the heading tells.

    Raises
    ------
    DamagedFile
        A row is cut off or a cell is no number.
    UnitMismatch
        The heading tells no unit of the currents.
    """
    for key in columns or ():
        raise unknown_name("key of a column map of this table", key, ())
    text = source.text()
    lines = text.splitlines()
    found = _heading(lines)
    if found is None:
        raise DamagedFile(f"{source.name} has no heading with a time and m/z. Expected one.")
    place, separator = found
    table = table_from_text(text, source_file=source.name, header_line=place, separator=separator)
    facts = {match[1].lower(): match[2] for line in lines[:place] if (match := _FACT.match(line))}
    currents, units = {}, set()
    for index, name in enumerate(table.names):
        if mass := _MASS.match(name):
            currents[int(mass[1])], unit = current_of(table, index)
            units.add(unit)
    if len(units) > 1:
        raise UnitMismatch(f"{source.name} mixes ion currents and count rates. Expected one kind.")
    time, start = _time(table)
    return RawTrace(
        time=time,
        currents=currents,
        unit=units.pop(),
        conditions=_conditions(table),
        start_time=time_of(facts.pop("start_time", "")) or start,
        metadata=facts,
    )


def current_of(table: TextTable, index: int, given: str = "") -> tuple[Float[np.ndarray, "row"], str]:
    """Return an ion current in A, or a count rate in 1/s, and which of both.

    Parameters
    ----------
    table
        The table.
    index
        Its column.
    given
        Unit by the user; else that of the heading.

    Raises
    ------
    UnitMismatch
        The unit is not told or is none of an ion current.
    """
    name = table.names[index]
    unit = given or split_header(name, "A")[1] or ""
    numbers = table.numbers(index)
    if unit:
        if unit in ("cps", "1/s"):
            return numbers, COUNT_RATE
        return numbers * factor_between(unit, "A"), AMPERE
    if re.search(r"\bcps\b|1/s|counts?\s*/\s*s", name, re.IGNORECASE):
        return numbers, COUNT_RATE
    raise UnitMismatch(
        f"{table.source_file}: the heading {name!r} tells no unit. Expected for example '(A)' or '(cps)'."
        ' Add it, or give current_unit = "A" in a column map.'
    )


def time_of(text: str) -> datetime | None:
    """Return a time in ISO 8601; None for an empty text.

    Parameters
    ----------
    text
        The text.

    Raises
    ------
    DamagedFile
        It is something else.
    """
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise DamagedFile(
            f"start_time is {text!r}. Expected a time like 2026-01-05T08:00:00+01:00. Correct it."
        ) from error


def _heading(lines: Sequence[str]) -> tuple[int, str] | None:
    """Return the line of the heading and the separator."""
    for place, line in enumerate(lines[:LONGEST_HEADER]):
        if line.startswith("#"):
            continue
        for separator in SEPARATORS:
            cells = [cell.strip().strip('"') for cell in line.split(separator)]
            timed = any(cell.lower().startswith("time") for cell in cells)
            if timed and any(_MASS.match(cell) for cell in cells):
                return place, separator
    return None


def _time(table: TextTable) -> tuple[Float[np.ndarray, "row"], datetime | None]:
    """Return the seconds, and the clock at the first row when the column holds dates."""
    index = next(i for i, name in enumerate(table.names) if name.lower().startswith("time"))
    return seconds_of(table, index, "")


def seconds_of(table: TextTable, index: int, unit: str) -> tuple[Float[np.ndarray, "row"], datetime | None]:
    """Return a column of times, durations or dates [s], and the clock at zero when it holds dates.

    Parameters
    ----------
    table
        The table.
    index
        Its column.
    unit
        Unit of plain numbers by the user; else that of the heading, else seconds.
    """
    if (durations := table.seconds(index)) is not None:
        return durations, None
    if (moments := table.dates(index)) is not None:
        first = float(moments[np.isfinite(moments)][0]) if np.isfinite(moments).any() else 0.0
        zero = datetime(1970, 1, 1) + _seconds(first)
        return np.asarray(moments - first), zero
    unit = unit or split_header(table.names[index], "s")[1] or "s"
    return table.numbers(index) * factor_between(unit, "s"), None


def _seconds(number: float) -> Any:  # noqa: ANN401 - a timedelta
    from datetime import timedelta

    return timedelta(seconds=number)


def _conditions(table: TextTable) -> dict[str, Float[np.ndarray, "row"]]:
    found = {}
    for index, name in enumerate(table.names):
        for condition, unit in CONDITIONS.items():
            if name.lower().startswith(condition):
                found[condition] = condition_of(table, index, split_header(name, unit)[1] or unit, unit)
    return found


def condition_of(table: TextTable, index: int, unit: str, wanted: str) -> Float[np.ndarray, "row"]:
    """Return a flow, temperature or pressure in its internal unit.

    Parameters
    ----------
    table
        The table.
    index
        Its column.
    unit
        Its unit.
    wanted
        The internal one.
    """
    if wanted == "K" and unit in ("degC", "°C", "C", "celsius"):
        return table.numbers(index) + 273.15
    return table.numbers(index) * factor_between(unit, wanted)
