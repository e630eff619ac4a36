"""Pulses of a GITT record, found from the current alone."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from lmct.quantity.constants import COULOMB_PER_MAH
from lmct.technique.electrochemistry.kernels import active_rows_from_current, interval_charge_from_current

MINIMUM_PULSES = 4
"""Fewer pulses in one direction in a row are no titration."""

MINIMUM_ROWS = 3
SHORTEST_REST = 0.5
"""A pulse is followed by a rest of at least this share of its own duration [1]."""

CURRENT_SPREAD = 0.1
"""Currents of one pulse stay this close to their median [1]."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """A pulse of constant current and the rest after it.

    Parameters
    ----------
    direction
        1 on charge, -1 on discharge.
    start, stop
        Rows that carry its current, ``stop`` excluded.
    rest_stop
        First row after the rest.
    begin, end
        Times at which its current began and ended [s].
    capacity
        Charge passed since the record began, at its end, positive on charge [mAh].
    """

    direction: int
    start: int
    stop: int
    rest_stop: int
    begin: float
    end: float
    capacity: float

    @property
    def duration(self) -> float:
        """Length of the pulse [s]."""
        return self.end - self.begin


def find_pulses(
    *, time: Float[np.ndarray, "row"], current: Float[np.ndarray, "row"]
) -> tuple[tuple[Pulse, ...], ...]:
    """Return the titrations of a record: series of pulses in one direction.

    A pulse is a stretch of constant current with a rest after it; a titration has at least four in a row.
    Cycles with pauses between charge and discharge have none.

    Parameters
    ----------
    time
        Time [s], not decreasing.
    current
        Current, positive on charge [A].

    Returns
    -------
    :
        One tuple of pulses per series, in order of time.

    Examples
    --------
    >>> current = np.tile([0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0], 5)
    >>> (series,) = find_pulses(time=np.arange(35.0), current=current)
    >>> len(series), series[0].direction, series[0].start, series[0].stop, series[0].rest_stop
    (5, 1, 1, 4, 8)
    """
    active = active_rows_from_current(current=current)
    passed = np.cumsum(interval_charge_from_current(time=time, current=current, active=active))
    found: list[list[Pulse]] = []
    follows = False
    for start, stop, rest_stop in _stretches(active, current):
        pulse = Pulse(
            direction=int(np.sign(current[start])),
            start=start,
            stop=stop,
            rest_stop=rest_stop,
            begin=float(time[max(start - 1, 0)]),
            end=float(time[stop - 1]),
            capacity=float(passed[stop - 1]) / COULOMB_PER_MAH,
        )
        if not _is_pulse(pulse, time, current):
            follows = False
            continue
        if follows and found[-1][-1].direction == pulse.direction:
            found[-1].append(pulse)
        else:
            found.append([pulse])
        follows = True
    return tuple(tuple(series) for series in found if len(series) >= MINIMUM_PULSES)


def _stretches(
    active: Bool[np.ndarray, "row"], current: Float[np.ndarray, "row"]
) -> list[tuple[int, int, int]]:
    """Return first row, row after the last, and row after the rest of every stretch of one direction."""
    sign = np.where(active, np.sign(current), 0.0)
    edges = np.concatenate([[0], np.flatnonzero(np.diff(sign)) + 1, [len(sign)]])
    runs = [(int(a), int(b)) for a, b in itertools.pairwise(edges)]
    found = []
    for number, (start, stop) in enumerate(runs):
        if sign[start] == 0.0:
            continue
        following = runs[number + 1] if number + 1 < len(runs) else (stop, stop)
        rests = following[0] < len(sign) and sign[following[0]] == 0.0
        found.append((start, stop, following[1] if rests else stop))
    return found


def _is_pulse(pulse: Pulse, time: Float[np.ndarray, "row"], current: Float[np.ndarray, "row"]) -> bool:
    if pulse.stop - pulse.start < 2 or pulse.rest_stop - pulse.stop < MINIMUM_ROWS or pulse.duration <= 0:
        return False
    magnitude = np.abs(current[pulse.start : pulse.stop])
    middle = float(np.median(magnitude))
    steady = bool(np.all(np.abs(magnitude - middle) <= CURRENT_SPREAD * middle))
    return steady and time[pulse.rest_stop - 1] - pulse.end >= SHORTEST_REST * pulse.duration
