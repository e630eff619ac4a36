"""Text tables of no known layout, read through a column map that the user writes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.instrument.diffraction.axis import plain_name
from lmct.instrument.diffraction.number_table import table_of
from lmct.instrument.diffraction.pattern import ARBITRARY, COUNTS, RATE
from lmct.instrument.diffraction.reciprocal_axis import two_theta_from_axis
from lmct.instrument.diffraction.scan import RawScan
from lmct.instrument.source import Source
from lmct.quantity.errors import MissingColumn, UnitMismatch, unknown_name

NAME = "column-map"
AXES = ("two_theta", "q", "d_spacing")
KEYS = (*AXES, "intensity", "uncertainty", "intensity_unit", "counting_time", "wavelength", "skip_rows")
UNITS = {"counts": COUNTS, "cps": RATE, "counts per second": RATE, "arbitrary": ARBITRARY, "": ""}


def read(source: Source, columns: Mapping[str, Any]) -> tuple[RawScan, ...]:
    """Return the one scan of a text table.

    Parameters
    ----------
    source
        The file.
    columns
        ``two_theta`` (or ``q`` or ``d_spacing`` with ``wavelength`` [Å]), ``intensity`` and perhaps
        ``uncertainty``, each a number from 1 or a word of the heading; ``intensity_unit``, ``counting_time``
        [s] and ``skip_rows``, the lines above the table.

    Raises
    ------
    UnknownName
        A key does not exist.
    MissingColumn
        Axis or intensity is not given, or the table has no such column.
    UnitMismatch
        Q or d is given without a wavelength, or the unit of intensity is not known.
    """
    for key in columns:
        if key not in KEYS:
            raise unknown_name("key of a column map", key, KEYS)
    axis = next((name for name in AXES if name in columns), "")
    if not axis or "intensity" not in columns:
        raise MissingColumn(
            f"{source.name}: the column map gives {', '.join(columns)}. Expected two_theta and intensity."
            " Write: columns = { two_theta = 1, intensity = 2 }."
        )
    unit = str(columns.get("intensity_unit", ""))
    if unit not in UNITS:
        raise UnitMismatch(
            f"{source.name}: intensity_unit is {unit!r}. Expected one of counts, cps, arbitrary. Correct it."
        )
    heading, rows = _split(source, columns)
    table = table_of(rows, name=source.name)
    wavelength = columns.get("wavelength")
    waves = (float(wavelength),) if wavelength else ()
    angle, said = _column(table, heading, columns[axis], source.name), tuple[str, ...]()
    if axis != "two_theta":
        kind = "Q" if axis == "q" else "d"
        angle, sentence = two_theta_from_axis(angle, kind=kind, wavelengths=waves, name=source.name)
        said = (sentence,)
    claimed = columns.get("uncertainty")
    return (
        RawScan(
            two_theta=angle,
            intensity=_column(table, heading, columns["intensity"], source.name),
            claimed_uncertainty=None if claimed is None else _column(table, heading, claimed, source.name),
            intensity_unit=UNITS[unit],
            counting_time=columns.get("counting_time"),
            wavelengths=waves,
            warnings=said,
        ),
    )


def _split(source: Source, columns: Mapping[str, Any]) -> tuple[Sequence[str], list[str]]:
    """Return the words of the heading and the rows below it."""
    lines = source.text().splitlines()
    skip = columns.get("skip_rows")
    if skip is None:
        skip = next((i for i, line in enumerate(lines) if re.match(r"\s*[-+.\d]", line)), 0)
    words = re.split(r"[\t,;]|\s{2,}", lines[skip - 1].strip()) if skip else []
    return words, lines[skip:]


def _column(
    table: Float[np.ndarray, "row column"], heading: Sequence[str], wanted: int | str, name: str
) -> Float[np.ndarray, "row"]:
    """Return a column by its number from 1 or by its word."""
    if isinstance(wanted, int) and 1 <= wanted <= table.shape[1]:
        return table[:, wanted - 1]
    for index, word in enumerate(heading):
        if str(wanted) in (word.strip(), plain_name(word)) and index < table.shape[1]:
            return table[:, index]
    raise MissingColumn(
        f"{name}: there is no column {wanted!r} among {table.shape[1]} ({', '.join(heading) or 'no words'})."
        " Expected a number from 1 or a word of the heading. Correct the map."
    )
