"""Half-cycles of a record, found from the current alone as swings of the charge passed."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from lmct.technique.electrochemistry.kernels import active_rows_from_current, interval_charge_from_current

Kind = Literal["charge", "discharge"]

MINIMUM_SWING = 1e-3
"""A reversal counts when it passes this share of the widest swing of the record [1]."""


@dataclass(frozen=True, eq=False)
class HalfCycle:
    """A charge or a discharge, rests and voltage holds inside it included.

    Parameters
    ----------
    kind
        ``charge`` or ``discharge``.
    cycle
        Number of its cycle, from 1; a cycle begins with every half-cycle of the kind that came first.
    start, stop
        Rows ``start`` to ``stop - 1`` of the record carry its first to its last current.
    capacity
        Charge passed since the half-cycle began, at its opening and at each row [mAh], positive, one longer
        than the rows; the opening point repeats the voltage of the first row.
    voltage
        Voltage at the same points [V].
    opening_charge
        Charge of the interval that closes at the first row [mAh]: known only as well as the start of the
        step.
    """

    kind: Kind
    cycle: int
    start: int
    stop: int
    capacity: Float[np.ndarray, "point"]
    voltage: Float[np.ndarray, "point"]
    opening_charge: float

    @property
    def total_capacity(self) -> float:
        """Capacity of the half-cycle [mAh]."""
        return float(self.capacity[-1])

    @property
    def label(self) -> str:
        """Words for the condition of a finding, for example ``cycle 1, discharge``."""
        return f"cycle {self.cycle}, {self.kind}"


def find_half_cycles(
    *,
    time: Float[np.ndarray, "row"],
    voltage: Float[np.ndarray, "row"],
    current: Float[np.ndarray, "row"],
    minimum_swing: float = MINIMUM_SWING,
) -> tuple[HalfCycle, ...]:
    """Split a record into charges and discharges.

    Current is summed to charge; a half-cycle ends where the charge turns back by more than
    ``minimum_swing`` of its widest swing. Noise around zero, impedance rows and short counter-pulses stay
    below that and belong to the half-cycle they occur in; rests, voltage holds and steps of other current
    in the same direction do not end one.

    Parameters
    ----------
    time
        Time [s], not decreasing.
    voltage
        Voltage [V].
    current
        Current, positive on charge [A].
    minimum_swing
        Smallest reversal that counts, as a share of the widest swing [1].

    Returns
    -------
    :
        Half-cycles in order of time; empty when no current flows.

    Examples
    --------
    >>> time = np.arange(6) * 3600.0
    >>> found = find_half_cycles(time=time, voltage=np.ones(6), current=np.array([0, 1, 1, 0, -1, -1]) * 1e-3)
    >>> [(one.label, one.start, one.stop, one.total_capacity) for one in found]
    [('cycle 1, charge', 1, 3, 2.0), ('cycle 1, discharge', 4, 6, 2.0)]
    """
    active = active_rows_from_current(current=current)
    charge = interval_charge_from_current(time=time, current=current, active=active) / 3.6
    spans = _swings(charge, minimum_swing)
    found: list[HalfCycle] = []
    for start, stop in spans:
        net = float(charge[start:stop].sum())
        kind: Kind = "charge" if net > 0 else "discharge"
        cycle = 1 + sum(one.kind == found[0].kind for one in found) if found else 1
        if found and kind != found[0].kind:
            cycle = found[-1].cycle
        passed = np.concatenate([[0.0], np.cumsum(charge[start:stop])]) * np.sign(net)
        trace = np.concatenate([voltage[start : start + 1], voltage[start:stop]])
        found.append(HalfCycle(kind, cycle, start, stop, passed, trace, abs(float(charge[start]))))
    return tuple(found)


def half_cycle_of_rows(*, half_cycles: tuple[HalfCycle, ...], rows: int) -> np.ndarray:
    """Return for each row the index of its half-cycle, -1 outside.

    Parameters
    ----------
    half_cycles
        Half-cycles of the record.
    rows
        Number of rows of the record.

    Returns
    -------
    :
        Integer array of length ``rows``.
    """
    index = np.full(rows, -1, dtype=np.int32)
    for number, one in enumerate(half_cycles):
        index[one.start : one.stop] = number
    return index


def _swings(charge: Float[np.ndarray, "row"], minimum_swing: float) -> list[tuple[int, int]]:
    """Return first and past-the-last row of every swing of the summed charge that exceeds the threshold."""
    rows = np.flatnonzero(charge)
    if len(rows) == 0:
        return []
    turns = np.flatnonzero(np.diff(np.sign(charge[rows])) != 0)
    first_of_run = rows[np.concatenate([[0], turns + 1])]
    last_of_run = rows[np.concatenate([turns, [len(rows) - 1]])]
    level = np.concatenate([[0.0], np.cumsum(charge)[last_of_run]])
    threshold = minimum_swing * (level.max() - level.min())
    pivots = _pivots(level, threshold)
    return [
        (int(first_of_run[low]), int(last_of_run[high - 1]) + 1) for low, high in itertools.pairwise(pivots)
    ]


def _pivots(level: Float[np.ndarray, "turn"], threshold: float) -> list[int]:
    """Return the indices where the level turns back by more than the threshold, both ends included."""
    pivots, extreme, direction = [0], 0, 0.0
    for index in range(1, len(level)):
        change = level[index] - level[extreme]
        if direction == 0.0:
            if abs(level[index] - level[0]) > threshold:
                direction, extreme = float(np.sign(level[index] - level[0])), index
        elif change * direction >= 0:
            extreme = index
        elif -change * direction > threshold:
            pivots.append(extreme)
            direction, extreme = -direction, index
    if direction != 0.0:
        pivots.append(extreme)
    return pivots
