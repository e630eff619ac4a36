"""Scans joined with a cycler by clock: voltage, charge and direction of every scan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from jaxtyping import Bool, Float, Int

from lmct.material.capacity import electrons_from_capacity
from lmct.quantity.constants import HOUR
from lmct.quantity.errors import DataError, OutOfRange
from lmct.technique.clock.clocks import Clocks, hours_that_overlap, seconds_between
from lmct.technique.clock.cycler_curve import CURRENT_FLOOR, CyclerCurve

CHARGE, DISCHARGE, REST, OUTSIDE = 1, -1, 0, -2
"""Directions: during which kind of step a scan was measured, or that it lies outside the test."""

MOST_NAMED = 5
"""So many scans are named in a message, the others counted."""


class TimedScan(Protocol):
    """A scan of any technique as the join needs it."""

    @property
    def index(self) -> int:
        """Place in the sequence, from 0."""

    @property
    def file(self) -> str:
        """Where it was read from."""

    @property
    def start_time(self) -> datetime | None:
        """By its own clock; None when not known."""

    @property
    def end_time(self) -> datetime | None:
        """By its own clock; None when not known."""


@dataclass(frozen=True, eq=False)
class JoinedScans:
    """What the cycler did during each scan; NaN for scans outside the test.

    Parameters
    ----------
    time
        Middle of each scan since the start of the test [s].
    duration
        Of each scan [s]; 0 when the scan does not tell its end.
    voltage, current
        Mean over the scan [V, A].
    charge
        Mean charge passed since the start of the test, charging positive [mAh].
    charge_width
        Charge that passed from the beginning of the scan to its end [mAh].
    specific_charge
        ``charge`` per mass of active material [mAh/g]; NaN when the mass is not known.
    lithium
        Lithium extracted since the start of the test [1/f.u.]; NaN without mass or molar mass.
    direction
        :data:`CHARGE`, :data:`DISCHARGE`, :data:`REST` or :data:`OUTSIDE`.
    half_cycle
        Number of the half-cycle, from 0, rests belonging to the one before; -1 before the first or outside.
    messages
        What was assumed or left out, one sentence each.
    """

    time: Float[np.ndarray, "scan"]
    duration: Float[np.ndarray, "scan"]
    voltage: Float[np.ndarray, "scan"]
    current: Float[np.ndarray, "scan"]
    charge: Float[np.ndarray, "scan"]
    charge_width: Float[np.ndarray, "scan"]
    specific_charge: Float[np.ndarray, "scan"]
    lithium: Float[np.ndarray, "scan"]
    direction: Int[np.ndarray, "scan"]
    half_cycle: Int[np.ndarray, "scan"]
    messages: tuple[str, ...] = ()

    @property
    def inside(self) -> Bool[np.ndarray, "scan"]:
        """Whether a scan lies within the test."""
        return np.asarray(self.direction != OUTSIDE)


def join_scans(
    scans: Sequence[TimedScan],
    cycler: CyclerCurve,
    *,
    clocks: Clocks | None = None,
    molar_mass: float | None = None,
) -> JoinedScans:
    """Join scans with the rows of a cycler that were recorded meanwhile.

    Parameters
    ----------
    scans
        Scans with their start and end times.
    cycler
        Rows of the cycler with its start time.
    clocks
        What is known of both clocks.
    molar_mass
        Of a formula unit [g/mol], for the lithium content.

    Returns
    -------
    :
        Means over each scan.

    Raises
    ------
    DataError
        A clock is missing or ambiguous, or no scan lies within the test.
    OutOfRange
        The mass or the molar mass is not positive.
    """
    if cycler.start_time is None:
        raise DataError(
            f"{cycler.source_file or 'the cycler file'} does not tell when the test began. Expected a start"
            " time to join the scans by clock. Give cycler_start, for example 2025-07-02T19:08:11."
        )
    for name, number in (("active mass", cycler.active_mass), ("molar mass", molar_mass)):
        if number is not None and not 0.0 < number < math.inf:
            raise OutOfRange(f"the {name} is {number!r}. Expected a positive number.")
    clocks = clocks or Clocks()
    begin, assumed = seconds_between(
        [one.start_time for one in scans], cycler.start_time, clocks, duration=float(cycler.time[-1])
    )
    ended = any(one.end_time is not None for one in scans)
    end = seconds_between([one.end_time for one in scans], cycler.start_time, clocks)[0] if ended else begin
    if np.any(end < begin):
        odd = scans[int(np.argmax(end < begin))]
        raise DataError(
            f"scan {odd.index} ({odd.file}) ends before it begins. Expected rising times. Repair the log."
        )
    end = np.where(np.isnan(end), begin, end)
    inside = (begin >= cycler.time[0]) & (end <= cycler.time[-1])
    if not inside.any():
        raise _no_overlap(begin, end, cycler)
    means = np.full((4, len(scans)), np.nan)
    for place in np.flatnonzero(inside).tolist():
        means[:, place] = _means(cycler, float(begin[place]), float(end[place]))
    specific = means[2] / cycler.active_mass if cycler.active_mass else np.full(len(scans), np.nan)
    return JoinedScans(
        time=0.5 * (begin + end),
        duration=end - begin,
        voltage=means[0],
        current=means[1],
        charge=means[2],
        charge_width=means[3],
        specific_charge=specific,
        lithium=_lithium(specific, molar_mass),
        direction=_directions(means[1], inside, cycler),
        half_cycle=_half_cycles(0.5 * (begin + end), inside, cycler),
        messages=_messages(scans, inside, begin, ended, assumed),
    )


def _means(cycler: CyclerCurve, begin: float, end: float) -> tuple[float, float, float, float]:
    """Return mean voltage, current, charge, and the charge that passed, between two times."""
    first, last = np.searchsorted(cycler.time, [begin, end], side="right")
    edges = np.array([begin, end])
    time = np.concatenate([[begin], cycler.time[first:last], [end]])
    values = []
    for column in (cycler.voltage, cycler.current, cycler.charge):
        limits = np.interp(edges, cycler.time, column)
        points = np.concatenate([limits[:1], column[first:last], limits[1:]])
        whole = end > begin
        values.append(float(np.trapezoid(points, time) / (end - begin)) if whole else float(points[0]))
    passed = np.interp(edges, cycler.time, cycler.charge)
    return values[0], values[1], values[2], float(passed[1] - passed[0])


def _directions(
    current: Float[np.ndarray, "scan"], inside: Bool[np.ndarray, "scan"], cycler: CyclerCurve
) -> Int[np.ndarray, "scan"]:
    floor = CURRENT_FLOOR * float(np.max(np.abs(cycler.current)))
    flowing = np.where(np.abs(current) > floor, np.sign(current), REST)
    return np.where(inside, np.nan_to_num(flowing), OUTSIDE).astype(np.int64)


def _half_cycles(
    middle: Float[np.ndarray, "scan"], inside: Bool[np.ndarray, "scan"], cycler: CyclerCurve
) -> Int[np.ndarray, "scan"]:
    # A row is the end of the interval in which its current flowed.
    row = np.minimum(np.searchsorted(cycler.time, np.nan_to_num(middle)), len(cycler.time) - 1)
    return np.where(inside, cycler.half_cycle[row], -1)


def _lithium(specific: Float[np.ndarray, "scan"], molar_mass: float | None) -> Float[np.ndarray, "scan"]:
    if molar_mass is None:
        return np.full(len(specific), np.nan)
    return specific * electrons_from_capacity(specific_capacity=1.0, molar_mass=molar_mass)


def _messages(
    scans: Sequence[TimedScan],
    inside: Bool[np.ndarray, "scan"],
    begin: Float[np.ndarray, "scan"],
    ended: bool,
    assumed: str,
) -> tuple[str, ...]:
    found = [f"Clocks: {assumed}."] if assumed else []
    timeless = [one.index for one, known in zip(scans, np.isfinite(begin), strict=True) if not known]
    outside = [
        one.index
        for one, there, known in zip(scans, inside, np.isfinite(begin), strict=True)
        if known and not there
    ]
    if timeless:
        found.append(f"{_named(timeless)} without a time cannot be joined with the cycler.")
    if outside:
        found.append(f"{_named(outside)} not wholly within the cycler's record: no voltage and charge.")
    if not ended:
        found.append(
            "The scans do not tell when they ended: voltage and charge are those at their beginning."
        )
    return tuple(found)


def _named(indices: Sequence[int]) -> str:
    shown = ", ".join(str(one) for one in indices[:MOST_NAMED])
    more = f" and {len(indices) - MOST_NAMED} more" if len(indices) > MOST_NAMED else ""
    return f"{'Scan' if len(indices) == 1 else 'Scans'} {shown}{more}"


def _no_overlap(
    begin: Float[np.ndarray, "scan"], end: Float[np.ndarray, "scan"], cycler: CyclerCurve
) -> DataError:
    """Build the refusal when no scan lies within the test, with the whole hours that would help."""
    first, last, duration = float(np.nanmin(begin)), float(np.nanmax(end)), float(cycler.time[-1])
    hours = hours_that_overlap(first=first, last=last, duration=duration)
    hint = "No whole number of hours brings them together: check the dates."
    if hours:
        listed = " or ".join(f"{hour * HOUR:g}" for hour in hours[:3])
        hint = f"If one clock is in another zone, give clock_offset = {listed} [s]."
    return DataError(
        f"no scan lies within the record of {cycler.source_file or 'the cycler'}: the scans run from"
        f" {first / HOUR:.2f} to {last / HOUR:.2f} h after its start, the record from 0 to"
        f" {duration / HOUR:.2f} h. Expected scans during the test. {hint}"
    )
