"""Which measurements of a study belong together: sequences and the cells they were measured in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from lmct.quantity.errors import DataError, OutOfRange, unknown_name
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.clock.clocks import Clocks
from lmct.technique.clock.cycler_curve import CyclerCurve, cycler_curve_from_dataset, time_from_text
from lmct.technique.clock.join import JoinedScans, join_scans
from lmct.technique.contract import FigureSheet, Measurement
from lmct.technique.diffraction.refined import RefinedSequence
from lmct.technique.diffraction.sequence.dataset import KIND
from lmct.technique.figure_style import slug
from lmct.technique.option import number_option, text_option

CLOCK_OPTIONS = ("cell", "cycler_start", "clock_offset", "scan_zone", "cycler_zone")
"""Options that say which cell belongs to a sequence and how their clocks compare."""


def sequences_of(measurements: Sequence[Measurement]) -> tuple[Measurement, ...]:
    """Return the measurements that are refined sequences."""
    return tuple(one for one in measurements if one.dataset.attrs.get("content") == KIND)


def cells_of(
    sequence: Measurement, measurements: Sequence[Measurement], name: str
) -> tuple[Measurement, ...]:
    """Return the cells that a sequence can have been measured in.

    Parameters
    ----------
    sequence
        The sequence.
    measurements
        All measurements of the analysis.
    name
        Name of the cell when the user gave one.

    Returns
    -------
    :
        That cell, or all cells of the sample.

    Raises
    ------
    UnknownName
        There is no cell of this name.
    """
    cells = {one.name: one for one in measurements if one.technique == "electrochemistry"}
    if name and name not in cells:
        raise unknown_name("measured cell", name, cells)
    return tuple(
        one for one in cells.values() if (one.name == name if name else one.sample == sequence.sample)
    )


def clocks_of(options: Mapping[str, Any]) -> Clocks:
    """Return what the options say of both clocks: ``clock_offset`` [s], ``scan_zone``, ``cycler_zone``."""
    offset = options.get("clock_offset")
    return Clocks(
        offset=None if offset is None else number_option(options, "clock_offset", low=-1e9, high=1e9),
        scan_zone=text_option(options, "scan_zone", "") or None,
        cycler_zone=text_option(options, "cycler_zone", "") or None,
    )


def time_option(options: Mapping[str, Any], name: str) -> datetime | None:
    """Return a time that an option holds as text or as a TOML date and time; None when absent."""
    value = options.get(name)
    if value is None or isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise OutOfRange(f"the option {name} is {value!r}. Expected a time like 2025-07-02T19:08:11+02:00.")
    return time_from_text(value)


def joined_cell(
    sequence: RefinedSequence,
    cells: Sequence[Measurement],
    options: Mapping[str, Any],
    *,
    molar_mass: float | None = None,
) -> tuple[Measurement, CyclerCurve, JoinedScans]:
    """Join a sequence with the one cell that was running meanwhile.

    Parameters
    ----------
    sequence
        The refined sequence.
    cells
        Cells that come into question.
    options
        Options out of :data:`CLOCK_OPTIONS`.
    molar_mass
        Of a formula unit [g/mol].

    Returns
    -------
    :
        The cell, its curve, and what it did during each scan.

    Raises
    ------
    DataError
        No cell, or more than one, was running during the scans.
    """
    start, clocks = time_option(options, "cycler_start"), clocks_of(options)
    found, refusals = [], []
    for cell in cells:
        try:
            curve = cycler_curve_from_dataset(cell.dataset, start_time=start)
            joined = join_scans(sequence.scans, curve, clocks=clocks, molar_mass=molar_mass)
            found.append((cell, curve, joined))
        except OutOfRange:  # an option makes no sense
            raise
        except DataError as refusal:
            refusals.append(f"{cell.name}: {refusal}")
    if len(found) > 1:
        names = ", ".join(cell.name for cell, _, _ in found)
        raise DataError(
            f"{len(found)} cells were running during the scans ({names}). Expected one. Give cell = its name."
        )
    if not found:
        raise DataError(" ".join(refusals) or "there is no cell of this sample. Add its cycler file.")
    return found[0]


def finding_of(
    quantity: str, value: Value, condition: str, measurements: Sequence[Measurement], note: str = ""
) -> Finding:
    """Return a finding that rests on some measurements, the first of which gives the sample.

    Parameters
    ----------
    quantity
        Name.
    value
        Number.
    condition
        State and history in words.
    measurements
        What it rests on.
    note
        What a reader must know.
    """
    return Finding(
        quantity=quantity,
        value=value,
        sample=measurements[0].sample,
        technique="diffraction",
        condition=condition,
        source_file="; ".join(one.source_file for one in measurements),
        source_sha256="; ".join(one.source_sha256 for one in measurements),
        note=note,
    )


def distinct(sheet: FigureSheet, name: str, several: int) -> FigureSheet:
    """Return a sheet named after its measurement when there are several of them.

    Parameters
    ----------
    sheet
        The sheet.
    name
        Of the measurement.
    several
        How many measurements have such a sheet.
    """
    return sheet if several < 2 else replace(sheet, name=f"{sheet.name}_{slug(name)}")


def pair_option(options: Mapping[str, Any], name: str, unit: str) -> Value | None:
    """Return a value and its standard uncertainty that an option holds as a list; None when absent.

    Parameters
    ----------
    options
        Options as given.
    name
        Name of the option.
    unit
        Of the value.

    Raises
    ------
    OutOfRange
        It is no pair of numbers, or the uncertainty is not positive.
    """
    value = options.get(name)
    if value is None:
        return None
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) != 2:
        raise OutOfRange(f"the option {name} is {value!r}. Expected a value and its standard uncertainty.")
    number, spread = (number_option({name: one}, name, low=-1e6, high=1e6) for one in value)
    if not spread > 0.0:
        raise OutOfRange(f"the uncertainty of the option {name} is {spread:g}. Expected a positive number.")
    return Value(number, spread, unit)
