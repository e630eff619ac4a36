"""Text tables of no known layout, read through a column map that the user writes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.instrument.absorption.channel_name import ENERGY, mode_of
from lmct.instrument.absorption.number_rows import rows_of_numbers, time_of
from lmct.instrument.absorption.raw_scan import RawScan
from lmct.instrument.absorption.scan import CHANNELS, MODES
from lmct.instrument.source import Source
from lmct.quantity.errors import MissingColumn, OutOfRange, UnitMismatch, unknown_name

NAME = "column-map"
WORDS = ("energy_unit", "mode", "element", "edge", "skip_rows", "scan", "start_time")
KEYS = (ENERGY, *CHANNELS, *WORDS)


def read(source: Source, columns: Mapping[str, Any]) -> tuple[RawScan, ...]:
    """Return one scan of a text table; of a SPEC file, the scan of the number ``scan``.

    Parameters
    ----------
    source
        The file.
    columns
        ``energy`` and one or more channels, each a number from 1 or a word of the heading; ``energy_unit``,
        ``mode``, ``element``, ``edge``, ``start_time``, ``skip_rows`` (lines above the table) and ``scan``.

    Raises
    ------
    UnknownName
        A key, or the mode, does not exist.
    MissingColumn
        The energy or every channel is not given, or the table has no such column.
    UnitMismatch
        The unit of the energy is not known.
    """
    for key in columns:
        if key not in KEYS:
            raise unknown_name("key of a column map", key, KEYS)
    wanted = [name for name in CHANNELS if name in columns]
    if ENERGY not in columns or not wanted:
        raise MissingColumn(
            f"{source.name}: the column map gives {', '.join(columns)}. Expected energy and a channel."
            " Write: columns = { energy = 1, incident = 2, transmitted = 3 }."
        )
    unit = str(columns.get("energy_unit", ""))
    if unit not in ("", "eV", "keV"):
        raise UnitMismatch(
            f"{source.name}: energy_unit is {unit!r}. Expected 'eV' or 'keV'. Correct the map."
        )
    mode = str(columns.get("mode", "")) or mode_of(wanted)
    if mode not in MODES:
        raise unknown_name("mode of absorption", mode, MODES)
    heading, rows, first = _split(source, columns)
    table = rows_of_numbers(rows, name=source.name, first_line=first)
    return (
        RawScan(
            energy=_column(table, heading, columns[ENERGY], source.name),
            channels={name: _column(table, heading, columns[name], source.name) for name in wanted},
            energy_unit=unit,
            mode=mode,
            element=str(columns.get("element", "")),
            edge=str(columns.get("edge", "")),
            start_time=time_of(str(columns.get("start_time", ""))),
        ),
    )


def _split(source: Source, columns: Mapping[str, Any]) -> tuple[Sequence[str], list[str], int]:
    """Return the words of the heading, the rows below it, and the number of the first one."""
    lines = source.text().splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith("#S ")]
    if starts:
        place = int(columns.get("scan", 1)) - 1
        if not 0 <= place < len(starts):
            raise OutOfRange(
                f"{source.name} has no scan {place + 1}. Expected 1 to {len(starts)}."
                " Correct scan in the map."
            )
        end = starts[place + 1] if place + 1 < len(starts) else len(lines)
        block = lines[starts[place] : end]
        label = next((line[2:].strip() for line in block if line.startswith("#L")), "")
        return re.split(r"\s{2,}|\t", label), block, starts[place] + 1
    skip = columns.get("skip_rows")
    if skip is None:
        skip = next((i for i, line in enumerate(lines) if re.match(r"\s*[-+.\d]", line)), 0)
    heading = re.split(r"[\t,;]|\s+", lines[skip - 1].strip().lstrip("#% ")) if skip else []
    return heading, lines[skip:], int(skip) + 1


def _column(
    table: Float[np.ndarray, "row column"], heading: Sequence[str], wanted: int | str, name: str
) -> Float[np.ndarray, "row"]:
    """Return a column by its number from 1 or by its word."""
    if isinstance(wanted, int) and 1 <= wanted <= table.shape[1]:
        return table[:, wanted - 1]
    for index, word in enumerate(heading):
        if str(wanted).casefold() == word.strip().casefold() and index < table.shape[1]:
            return table[:, index]
    raise MissingColumn(
        f"{name}: there is no column {wanted!r} among {table.shape[1]} ({', '.join(heading) or 'no words'})."
        " Expected a number from 1 or a word of the heading. Correct the map."
    )
