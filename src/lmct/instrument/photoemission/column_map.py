"""Text tables of no known layout, read through a column map that the user writes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.instrument.photoemission.raw import BINDING, KINETIC, RawSpectrum, numbers_of
from lmct.instrument.photoemission.spectrum import ARBITRARY, COUNTS, RATE
from lmct.instrument.source import Source
from lmct.quantity.errors import MissingColumn, OutOfRange, UnitMismatch, unknown_name

NAME = "column-map"
AXES = {"binding_energy": BINDING, "kinetic_energy": KINETIC}
NUMBERS = ("photon_energy", "work_function", "pass_energy", "dwell_time", "scans")
KEYS = (*AXES, "intensity", "uncertainty", "intensity_unit", "region", "sample", "skip_rows", *NUMBERS)
UNITS = {"counts": COUNTS, "cps": RATE, "counts per second": RATE, "arbitrary": ARBITRARY}


def read(source: Source, columns: Mapping[str, Any]) -> tuple[RawSpectrum, ...]:
    """Return the one spectrum of a text table.

    Parameters
    ----------
    source
        The file.
    columns
        ``binding_energy`` or ``kinetic_energy``, ``intensity`` and perhaps ``uncertainty``, each a number
        from 1 or a word of the heading; ``intensity_unit``, ``region``, ``sample``, ``photon_energy``,
        ``work_function`` (kinetic energies then count from the vacuum level), ``pass_energy`` [eV],
        ``dwell_time`` [s], ``scans`` and ``skip_rows``, the lines above the table.

    Raises
    ------
    UnknownName
        A key does not exist.
    MissingColumn
        Energy or intensity is not given, or the table has no such column.
    UnitMismatch
        The unit of intensity is not known.
    OutOfRange
        A number is none.
    """
    for key in columns:
        if key not in KEYS:
            raise unknown_name("key of a column map", key, KEYS)
    axes = [key for key in AXES if key in columns]
    if len(axes) != 1 or "intensity" not in columns:
        raise MissingColumn(
            f"{source.name}: the column map gives {', '.join(columns)}. Expected binding_energy or"
            " kinetic_energy, and intensity. Write: columns = { binding_energy = 1, intensity = 2 }."
        )
    unit = str(columns.get("intensity_unit", "arbitrary"))
    if unit not in UNITS:
        raise UnitMismatch(f"{source.name}: intensity_unit is {unit!r}. Expected one of {', '.join(UNITS)}.")
    numbers = {key: _number(source.name, columns, key) for key in NUMBERS}
    heading, rows, first = _split(source, columns)
    width = len(re.split(r"[\s,;]+", rows[0].strip())) if rows else 2
    table = numbers_of(rows, name=source.name, first_line=first, columns=width)
    claimed = columns.get("uncertainty")
    scans = numbers["scans"]
    return (
        RawSpectrum(
            energy=_column(table, heading, columns[axes[0]], source.name),
            intensity=_column(table, heading, columns["intensity"], source.name),
            claimed_uncertainty=None if claimed is None else _column(table, heading, claimed, source.name),
            axis=AXES[axes[0]],
            intensity_unit=UNITS[unit],
            photon_energy=numbers["photon_energy"],
            work_function=numbers["work_function"],
            vacuum_level=numbers["work_function"] is not None,
            pass_energy=numbers["pass_energy"],
            dwell_time=numbers["dwell_time"],
            scans=None if scans is None else max(1, round(scans)),
            region=str(columns.get("region", "")),
            sample=str(columns.get("sample", "")),
        ),
    )


def _number(name: str, columns: Mapping[str, Any], key: str) -> float | None:
    value = columns.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise OutOfRange(f"{name}: {key} of the column map is {value!r}. Expected a number from 0.")
    return float(value)


def _split(source: Source, columns: Mapping[str, Any]) -> tuple[Sequence[str], list[str], int]:
    """Return the words of the heading, the rows below it and the line of the first row, from 1."""
    lines = source.text().splitlines()
    skip = columns.get("skip_rows")
    if skip is None:
        skip = next((i for i, line in enumerate(lines) if re.match(r"\s*[-+.\d]", line)), 0)
    words = re.split(r"[\t,;]|\s{2,}", lines[skip - 1].strip()) if skip else []
    return words, [line for line in lines[skip:] if line.strip()], skip + 1


def _column(
    table: Float[np.ndarray, "row column"], heading: Sequence[str], wanted: int | str, name: str
) -> Float[np.ndarray, "row"]:
    """Return a column by its number from 1 or by its word."""
    if isinstance(wanted, int) and 1 <= wanted <= table.shape[1]:
        return np.ascontiguousarray(table[:, wanted - 1])
    for index, word in enumerate(heading):
        if str(wanted) == word.strip().lstrip("#") and index < table.shape[1]:
            return np.ascontiguousarray(table[:, index])
    raise MissingColumn(
        f"{name}: there is no column {wanted!r} among {table.shape[1]} ({', '.join(heading) or 'no words'})."
        " Expected a number from 1 or a word of the heading. Correct the map."
    )
