"""A column that a map names by header text or letter: where it stands, its unit, its numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.instrument.header import factor_between, is_unit, split_header, words_of
from lmct.instrument.text_table import TextTable
from lmct.quantity.errors import DataError, UnitMismatch, unknown_name


def position_of_column(table: TextTable, wanted: str) -> int:
    """Return the position of a column given by header text or by letter.

    Parameters
    ----------
    table
        The table.
    wanted
        Header text, or the letter that a spreadsheet would give the column; a header goes before a letter.

    Returns
    -------
    :
        Position from 0.

    Raises
    ------
    DataError
        Several columns have that header.
    UnknownName
        There is no such column.
    """
    for same in (
        lambda name: name.strip() == wanted.strip(),
        lambda name: words_of(name) == words_of(wanted),
    ):
        found = [index for index, name in enumerate(table.names) if same(name)]
        if len(found) > 1:
            raise DataError(
                f"{table.source_file}: {len(found)} columns are called {wanted!r}. Expected one."
                f" Name it by its letter: {', '.join(_letter(index) for index in found)}."
            )
        if found:
            return found[0]
    if re.fullmatch(r"[A-Z]{1,2}", wanted):
        letters = [_letter(index) for index in range(len(table.names))]
        if wanted in letters:
            return letters.index(wanted)
    known = [name for name in table.names if name] or [_letter(index) for index in range(len(table.names))]
    raise unknown_name(f"column of {table.source_file}", wanted, known)


def _letter(index: int) -> str:
    """Return the spreadsheet letter of a column.

    Examples
    --------
    >>> _letter(0), _letter(27)
    ('A', 'AB')
    """
    return (chr(64 + index // 26) if index >= 26 else "") + chr(65 + index % 26)


def values_of_column(
    table: TextTable, columns: Mapping[str, Any], key: str, unit: str
) -> Float[np.ndarray, "row"]:
    """Return the column that a key names, in the given unit.

    Parameters
    ----------
    table
        The table.
    columns
        The column map.
    key
        Key of the map that names the column.
    unit
        Unit to convert to; none for a plain number.

    Returns
    -------
    :
        The numbers; of a time [s] that is written as dates, counted from the first row.

    Raises
    ------
    UnitMismatch
        The unit of the column is neither in its header nor in the map, or does not convert.
    DataError
        The column is not there or not one.
    """
    index = position_of_column(table, str(columns[key]))
    if unit == "s":
        if (durations := table.seconds(index)) is not None:
            return durations
        if (moments := table.dates(index)) is not None:
            passed: Float[np.ndarray, "row"] = moments - moments[0]
            return passed
    numbers = table.numbers(index)
    if not unit:
        return numbers
    return numbers * factor_between(_unit(table, index, columns, key, unit), unit)


def _unit(table: TextTable, index: int, columns: Mapping[str, Any], key: str, unit: str) -> str:
    """Return the unit of a column: from the map, else from its header."""
    given = (
        columns.get(f"{key}_unit")
        or split_header(table.names[index], unit)[1]
        or _unit_inside(table.names[index], unit)
    )
    if given is None:
        raise UnitMismatch(
            f"{table.source_file}: the header {table.names[index]!r} states no unit of {key}."
            f" Expected for example '({unit})'. Add {key}_unit = \"{unit}\" to the column map."
        )
    if not is_unit(str(given), unit):
        raise UnitMismatch(
            f"{key}_unit = {given!r} is not a unit of {key}. Expected one that converts to {unit}."
            " Correct the column map."
        )
    return str(given)


def _unit_inside(header: str, unit: str) -> str | None:
    """Return a unit in brackets anywhere in a header of several rows."""
    found = (match for match in re.findall(r"[(\[]([^()\[\]]+)[)\]]", header) if is_unit(match, unit))
    return next(found, None)


def current_of_column(table: TextTable, columns: Mapping[str, Any]) -> tuple[Float[np.ndarray, "row"], bool]:
    """Return the current, and whether the column is per gram.

    Parameters
    ----------
    table
        The table.
    columns
        The column map.

    Returns
    -------
    :
        Current [A], and whether it is that of 1 g of active material.

    Raises
    ------
    UnitMismatch
        As :func:`values_of_column`.
    """
    index = position_of_column(table, str(columns["current"]))
    given = str(columns.get("current_unit") or split_header(table.names[index], "mA/g")[1] or "")
    if given and is_unit(given, "mA/g"):
        return table.numbers(index) * factor_between(given, "mA/g") / 1e3, True
    return values_of_column(table, columns, "current", "A"), False
