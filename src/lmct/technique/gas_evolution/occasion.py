"""When the cell rested, charged and discharged, by the clock of the gas record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from lmct.quantity.errors import DataError, OutOfRange
from lmct.technique.clock.clocks import Clocks, seconds_between
from lmct.technique.clock.cycler_curve import CURRENT_FLOOR, CyclerCurve
from lmct.technique.gas_evolution.request import HEAD_SPACE, Request
from lmct.technique.gas_evolution.window import Window
from lmct.technique.option import number_option, switch_option, text_option

CLOCK_OPTIONS = ("clock_offset", "gas_zone", "cycler_zone", "starts_together")
"""Options that join a record with a cell."""

VOLTAGE_LIMITS, CAPACITY_LIMITS = (4.5, 4.8), (200.0,)
"""Limits up to which the gas of a first charge is told [V, mAh/g]: those of Li 2022, L611-612."""

VOLTAGE_STEP, CAPACITY_STEP = 2e-3, 0.5
"""A limit counts as reached so close to it, for cyclers store rows in steps [V, mAh/g]."""

WHOLE = "whole run"
"""Name of the window from the first current to the tail after the last."""


@dataclass(frozen=True, eq=False)
class Occasion:
    """Rests and half-cycles.

    Parameters
    ----------
    first, last
        Beginning and end of the cycling [s].
    windows
        The whole run, then each half-cycle.
    limited
        The first charge up to each limit that it passed.
    message
        What was assumed of the clocks; empty for nothing.
    """

    first: float
    last: float
    windows: tuple[Window, ...]
    message: str = ""
    limited: tuple[Window, ...] = ()

    def quiet(self, time: Float[np.ndarray, "row"], request: Request) -> Bool[np.ndarray, "row"]:
        """Return the rows that belong to the background.

        Gas of a head space stays, so that only the rest before is quiet there.

        Parameters
        ----------
        time
            Of the record [s].
        request
            Settling, tail, transport.
        """
        before = (time >= time[0] + min(request.settling, 0.5 * (self.first - time[0]))) & (time < self.first)
        if request.mode == HEAD_SPACE:
            return np.asarray(before)
        lag = request.delay + request.mixing_time
        quiet = before | (time > self.last + request.tail + lag)
        if request.quiet_discharge:
            for one in self.windows:
                if one.name.startswith("discharge"):
                    quiet |= (time > one.begin + request.tail + lag) & (time < one.end)
        return np.asarray(quiet)


def occasion_of_rests(time: Float[np.ndarray, "row"], request: Request) -> Occasion:
    """Return the occasion of a record without a cell, from the rests at its ends.

    Parameters
    ----------
    time
        Of the record [s].
    request
        Says how long the rests are.

    Raises
    ------
    OutOfRange
        The rests are longer than the record.
    """
    first, last = float(time[0]) + request.rest_before, float(time[-1]) - request.rest_after
    if not first < last:
        raise OutOfRange(
            f"the rests ({request.rest_before / 3600:g} h before, {request.rest_after / 3600:g} h after)"
            f" leave nothing of the record of {(time[-1] - time[0]) / 3600:.2f} h. Expected more. Give"
            " rest_before and rest_after [h]."
        )
    return Occasion(first, last, (Window(WHOLE, first, _end(last, time, request)),))


def occasion_of_cell(
    time: Float[np.ndarray, "row"],
    curve: CyclerCurve,
    request: Request,
    *,
    start_time: datetime | None,
    options: Mapping[str, Any],
) -> tuple[Occasion, float]:
    """Return the occasion of a cell that is joined by clock, and the time of the record at the cell's start.

    Parameters
    ----------
    time
        Of the record [s].
    curve
        Of the cell.
    request
        Tail and transport.
    start_time
        Clock at time zero of the record.
    options
        Out of :data:`CLOCK_OPTIONS`.

    Raises
    ------
    DataError
        Clocks are missing, or the cell was cycled outside the record.
    """
    shift, message = _shift(curve, start_time, options)
    flowing = np.flatnonzero(np.abs(curve.current) > CURRENT_FLOOR * np.max(np.abs(curve.current)))
    if not flowing.size:
        raise DataError("no current flows in the cycler file. Expected charges. Name another cell.")
    clock = curve.time + shift
    first, last = float(clock[max(flowing[0] - 1, 0)]), float(clock[flowing[-1]])
    if first < time[0] - 1.0 or last > time[-1]:
        raise DataError(
            f"the cell was cycled from {first / 3600:.2f} to {last / 3600:.2f} h of the gas record, which"
            f" runs from {time[0] / 3600:.2f} to {time[-1] / 3600:.2f} h. Expected it within. Check the"
            " clocks, or give clock_offset [s] (added to the gas clock)."
        )
    windows = [Window(WHOLE, first, _end(last, time, request))]
    for number in range(int(curve.half_cycle.max()) + 1):
        rows = flowing[curve.half_cycle[flowing] == number]
        kind = "charge" if curve.current[rows].mean() > 0 else "discharge"
        count = 1 + sum(one.name.startswith(f"{kind} ") for one in windows)
        windows.append(Window(f"{kind} {count}", float(clock[max(rows[0] - 1, 0)]), float(clock[rows[-1]])))
    limited = _limited(curve, windows, shift, request)
    return Occasion(first, last, tuple(windows), message, limited), shift


def _limited(curve: CyclerCurve, windows: list[Window], shift: float, request: Request) -> tuple[Window, ...]:
    """Return the first charge up to the limits that it passes: gas of cells that were charged to these."""
    charge = next((one for one in windows if one.name == "charge 1"), None)
    if charge is None:
        return ()
    rows = np.flatnonzero((curve.time + shift >= charge.begin) & (curve.time + shift <= charge.end))
    passed = (curve.charge[rows] - curve.charge[rows[0]]) / (request.active_mass or np.inf)
    courses = [(f"{one:g} V", curve.voltage[rows], one, VOLTAGE_STEP) for one in VOLTAGE_LIMITS]
    courses += [(f"{one:g} mAh/g", passed, one, CAPACITY_STEP) for one in CAPACITY_LIMITS]
    found = []
    for words, course, limit, step in courses:
        reached = rows[course >= limit - step]
        if reached.size:
            ended_there = np.max(course) <= limit + step
            end = charge.end if ended_there else float(curve.time[reached[0]] + shift)
            found.append(Window(f"{charge.name} to {words}", charge.begin, end))
    return tuple(found)


def _end(last: float, time: Float[np.ndarray, "row"], request: Request) -> float:
    lag = request.delay + request.mixing_time
    return min(last + request.tail, float(time[-1]) - lag)


def _shift(curve: CyclerCurve, start_time: datetime | None, options: Mapping[str, Any]) -> tuple[float, str]:
    """Return the time of the record at which the test of the cycler began [s]."""
    offset = options.get("clock_offset")
    if switch_option(options, "starts_together", False):
        shift = 0.0 if offset is None else -number_option(options, "clock_offset", low=-1e9, high=1e9)
        return shift, "the gas record and the cell are taken to begin together."
    if start_time is None or curve.start_time is None:
        which = "gas record" if start_time is None else "cycler file"
        raise DataError(
            f"the {which} does not tell when it began. Expected two clocks to join them. Give start_time in"
            " the column map (or cycler_start), or starts_together = true."
        )
    clocks = Clocks(
        offset=None if offset is None else number_option(options, "clock_offset", low=-1e9, high=1e9),
        scan_zone=text_option(options, "gas_zone", "") or None,
        cycler_zone=text_option(options, "cycler_zone", "") or None,
    )
    begin, assumed = seconds_between([start_time], curve.start_time, clocks, duration=float(curve.time[-1]))
    if not np.isfinite(begin[0]):
        raise OutOfRange("the clocks cannot be joined. Expected times. Check them.")
    return -float(begin[0]), assumed
