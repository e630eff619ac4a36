"""Rows of a record that belong to one step: a constant current, a hold with decaying current, or a rest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float

from lmct.quantity.errors import OutOfRange

FEWEST_ROWS = 5
"""A step with fewer rows is driven but not compared."""

SAME_CURRENT = 0.05
"""Currents within this share of each other belong to one step [1]."""

FLAT = 0.005
"""A decaying current at voltages within this range is a hold [V]."""

MOST_STEPS = 200
WINDOW = 64
"""Rows that are looked at together when the end of a step is searched; doubled until it is found."""

Rows = tuple[int, int]
"""First and past-the-last row."""


def stretches_from_current(
    *, current: Float[np.ndarray, "row"], active: Bool[np.ndarray, "row"]
) -> tuple[Rows, ...]:
    """Return the stretches of rows with one direction of current, or with none.

    Parameters
    ----------
    current
        Current, positive on charge [A].
    active
        Rows that carry current.

    Returns
    -------
    :
        First and past-the-last row of each.

    Examples
    --------
    >>> current = np.array([0.0, 1.0, 1.0, -1.0])
    >>> stretches_from_current(current=current, active=current != 0)
    ((0, 1), (1, 3), (3, 4))
    """
    sign = np.where(active, np.sign(current), 0.0)
    edges = [0, *(np.flatnonzero(np.diff(sign) != 0) + 1).tolist(), len(current)]
    return tuple((edges[place], edges[place + 1]) for place in range(len(edges) - 1))


def first_cycles_of_stretches(
    *,
    stretches: Sequence[Rows],
    current: Float[np.ndarray, "row"],
    active: Bool[np.ndarray, "row"],
    cycles: int,
) -> tuple[Rows, ...]:
    """Return the stretches up to the end of a cycle.

    Parameters
    ----------
    stretches
        All stretches.
    current, active
        As for :func:`stretches_from_current`.
    cycles
        How many cycles, at least one; each begins when the direction of the first current comes back.

    Returns
    -------
    :
        The first stretches.

    Raises
    ------
    OutOfRange
        Fewer than one cycle is asked for.
    """
    if cycles < 1:
        raise OutOfRange(f"first_cycles is {cycles!r}. Expected 1 or more.")
    first = before = 0.0
    begun, kept = 0, []
    for low, high in stretches:
        if active[low]:
            direction = float(np.sign(current[low]))
            first = first or direction
            begun += direction == first and before != first
            before = direction
        if begun > cycles:
            break
        kept.append((low, high))
    return tuple(kept)


def constant_parts_of_stretch(
    *, current: Float[np.ndarray, "row"], voltage: Float[np.ndarray, "row"]
) -> list[Rows]:
    """Split rows of one direction where the current changes; a decay at constant voltage stays whole.

    Parameters
    ----------
    current
        Current of one direction [A].
    voltage
        Voltage of the same rows [V].

    Returns
    -------
    :
        First and past-the-last row of each part; not more than 201, for more steps are of no use.

    Examples
    --------
    >>> constant_parts_of_stretch(current=np.repeat([1.0, 2.0], 10), voltage=np.linspace(3.0, 4.0, 20))
    [(0, 10), (10, 20)]
    """
    magnitude = np.abs(current)
    parts: list[Rows] = []
    in_hold, start = False, 0
    while start < len(magnitude) and len(parts) <= MOST_STEPS:
        stop = _end_of_level(magnitude, start)
        decays = bool(parts) and (np.ptp(voltage[start:stop]) < FLAT or stop - start < FEWEST_ROWS)
        if in_hold and decays and magnitude[start] <= magnitude[start - 1]:
            parts[-1] = (parts[-1][0], stop)
        else:
            parts.append((start, stop))
        in_hold, start = decays, stop
    return parts


def is_hold(*, current: Float[np.ndarray, "row"], voltage: Float[np.ndarray, "row"]) -> bool:
    """Tell whether the current of a step changes by more than a fifth while the voltage stays.

    Parameters
    ----------
    current, voltage
        Of the rows of the step [A, V].

    Returns
    -------
    :
        Whether it is a hold.
    """
    magnitude = np.abs(current)
    return bool(np.ptp(magnitude) > 4 * SAME_CURRENT * magnitude.max() and np.ptp(voltage) < FLAT)


def _end_of_level(magnitude: Float[np.ndarray, "row"], start: int) -> int:
    """Return the row at which the current leaves its level for good: one odd row is no new step."""
    level = float(np.median(magnitude[start : start + FEWEST_ROWS]))
    window = WINDOW
    while True:
        differs = np.abs(magnitude[start : start + window] - level) > SAME_CURRENT * level
        is_last = start + window >= len(magnitude)
        away = differs & np.append(differs[1:], is_last)
        if away.any():
            return start + max(1, int(np.argmax(away)))
        if is_last:
            return len(magnitude)
        window *= 2
