"""The cell that was running while a series was measured, joined by clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DataError, OutOfRange, unknown_name
from lmct.technique.absorption.dataset import CONTENT, clocked_scans
from lmct.technique.clock.clocks import Clocks
from lmct.technique.clock.cycler_curve import CyclerCurve, cycler_curve_from_dataset, time_from_text
from lmct.technique.clock.join import JoinedScans, join_scans
from lmct.technique.contract import Measurement
from lmct.technique.option import number_option, text_option

CLOCK_OPTIONS = ("cell", "cycler_start", "clock_offset", "scan_zone", "cycler_zone", "molar_mass")
"""Options that say which cell belongs to a series and how their clocks compare."""


@dataclass(frozen=True, eq=False)
class Course:
    """What a series is drawn against.

    Parameters
    ----------
    place
        Of each scan: charge, else number.
    label, unit
        Of the place.
    cell, curve, joined
        The cell, its rows and what it did during each scan; None without one.
    messages
        What was assumed, one sentence each.
    """

    place: Float[np.ndarray, "scan"]
    label: str
    unit: str
    cell: Measurement | None = None
    curve: CyclerCurve | None = None
    joined: JoinedScans | None = None
    messages: tuple[str, ...] = ()


def series_of(measurements: Sequence[Measurement], *, least: int = 2) -> tuple[Measurement, ...]:
    """Return the measurements that hold so many spectra or more.

    Parameters
    ----------
    measurements
        All measurements of an analysis.
    least
        Number of spectra.
    """
    return tuple(
        one
        for one in measurements
        if one.dataset.attrs.get("content") == CONTENT and one.dataset.sizes["scan"] >= least
    )


def course_of(series: Measurement, measurements: Sequence[Measurement], options: Mapping[str, Any]) -> Course:
    """Return the charge of every scan when a cell of the same sample was running, else its number.

    Parameters
    ----------
    series
        The series.
    measurements
        All measurements of the analysis.
    options
        Out of :data:`CLOCK_OPTIONS`.

    Returns
    -------
    :
        The course.

    Raises
    ------
    UnknownName
        There is no cell of the name that is given.
    OutOfRange
        An option makes no sense.
    """
    number = np.arange(series.dataset.sizes["scan"], dtype=float)
    cells = _cells(series, measurements, text_option(options, "cell", ""))
    if not cells:
        return Course(number, "Scan", "1")
    start, clocks = _time(options.get("cycler_start")), _clocks(options)
    mass = options.get("molar_mass")
    molar = None if mass is None else number_option(options, "molar_mass", low=1.0, high=1e4)
    found, refusals = [], []
    for cell in cells:
        try:
            curve = cycler_curve_from_dataset(cell.dataset, start_time=start)
            scans = clocked_scans(series.dataset)
            found.append((cell, curve, join_scans(scans, curve, clocks=clocks, molar_mass=molar)))
        except OutOfRange:
            raise
        except DataError as refusal:
            refusals.append(f"{cell.name}: {refusal}")
    if len(found) != 1:
        names = ", ".join(cell.name for cell, _, _ in found)
        reason = f"{len(found)} cells were running ({names}): give cell." if found else " ".join(refusals)
        return Course(number, "Scan", "1", messages=(f"{series.name}: no charge of the scans. {reason}",))
    cell, curve, joined = found[0]
    if np.isfinite(joined.specific_charge).any():
        return Course(joined.specific_charge, "Charge passed", "mAh/g", cell, curve, joined, joined.messages)
    return Course(joined.charge, "Charge passed", "mAh", cell, curve, joined, joined.messages)


def _cells(series: Measurement, measurements: Sequence[Measurement], name: str) -> tuple[Measurement, ...]:
    cells = {one.name: one for one in measurements if one.technique == "electrochemistry"}
    if name and name not in cells:
        raise unknown_name("measured cell", name, cells)
    return tuple(one for one in cells.values() if (one.name == name if name else one.sample == series.sample))


def _clocks(options: Mapping[str, Any]) -> Clocks:
    offset = options.get("clock_offset")
    return Clocks(
        offset=None if offset is None else number_option(options, "clock_offset", low=-1e9, high=1e9),
        scan_zone=text_option(options, "scan_zone", "") or None,
        cycler_zone=text_option(options, "cycler_zone", "") or None,
    )


def _time(value: object) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise OutOfRange(f"the option cycler_start is {value!r}. Expected a time like 2025-07-02T19:08:11.")
    return time_from_text(value)
