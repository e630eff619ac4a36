"""Is the charge that the current carries the capacity that the file states? Catches wrong units and signs."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from lmct.instrument.cycler.columns import CHARGING, DISCHARGING, NET, known_factor
from lmct.instrument.cycler.record import CURRENT, TIME
from lmct.quantity.errors import UnitMismatch

TOLERANCE = 0.05
"""Deviation of the integrated charge that is passed over in silence [1]."""

RESOLVED_STEPS = 20
"""A counter that moved by less than so many of its smallest steps tells nothing."""

MINOR_SHARE = 0.05
"""A direction that carries less than this share of the charge is not judged [1]."""

Sums = Float[np.ndarray, "direction"]

FOLLOWING_SHARE = 0.5
"""Under one sign of the current at least this share of the counted charge must go one way [1]."""

Columns = dict[str, Float[np.ndarray, "row"]]


def check_capacity(columns: Columns, name: str, said: list[str]) -> None:
    """Compare the charge integrated here with the capacity that the file states.

    Parameters
    ----------
    columns
        Arrays by BDF name; current or time is replaced when the file proves its sign or unit wrong.
    name
        Name of the file, for messages.
    said
        Where the warnings go.

    Raises
    ------
    UnitMismatch
        The two differ by a factor between units, or in sign in one direction only.
    """
    sums = _charge_sums(columns)
    if sums is None:
        return
    passed, stated, gross = sums
    wrong_way = passed * stated < 0
    mixed = np.abs(stated) < FOLLOWING_SHARE * gross
    if wrong_way.any() or mixed.any():
        if mixed.any() or not wrong_way.all():
            raise UnitMismatch(
                f"{name}: the sign of the current follows the file's own capacity in one direction only."
                " Expected positive current on charge. Check the columns, or name them in a column map."
            )
        columns[CURRENT] = -columns[CURRENT]
        said.append(
            "the current is negative while the file's charge capacity grows: its sign was turned round."
        )
    ratio = float(np.sum(np.abs(passed)) / np.sum(np.abs(stated)))
    if abs(ratio - 1) <= TOLERANCE:
        return
    factor = known_factor(ratio)
    if factor == 1 / 60.0:
        columns[TIME] = columns[TIME] * 60.0
        said.append(
            "current times test time gives 1/60 of the file's own capacity: test time taken as minutes."
        )
    elif factor is not None:
        raise UnitMismatch(
            f"{name}: current times time gives {ratio:.4g} times the capacity that the file itself states."
            " Expected 1. A unit of time, current or capacity is wrong; state the units in the column map."
        )
    else:
        said.append(
            f"charge integrated from the current is {ratio:.3f} times the file's own capacity"
            " (coarse digits, sparse rows, a filtered current, or a wrong unit)."
        )


def _charge_sums(columns: Columns) -> tuple[Sums, Sums, Sums] | None:
    """Return charge under positive and negative current [Ah]: integrated here, stated (net), stated (gross).

    Only intervals are summed whose ends carry current of the same sign and in which no counter is reset.
    None when the file states no capacity, or too few digits of it.
    """
    counters = _counters(columns)
    if counters is None:
        return None
    stated, smallest = counters
    current = columns[CURRENT]
    passed = 0.5 * (current[1:] + current[:-1]) * np.diff(columns[TIME]) / 3600.0
    inside = (current[1:] * current[:-1] > 0) & np.isfinite(stated)
    directions = (inside & (current[1:] > 0), inside & (current[1:] < 0))
    here, there, gross = (
        np.array([column.sum(where=direction) for direction in directions])
        for column in (passed, stated, np.abs(stated))
    )
    told = (gross > RESOLVED_STEPS * smallest) & (np.abs(here) > MINOR_SHARE * np.abs(here).sum())
    return (here[told], there[told], gross[told]) if told.any() else None


def _counters(columns: Columns) -> tuple[Float[np.ndarray, "interval"], float] | None:
    """Return steps of the file's own capacity [Ah], NaN where a counter is reset, and the resolution [Ah]."""
    if NET in columns:
        steps = np.diff(columns[NET])
        steps[(columns[NET][1:] == 0) & (steps != 0)] = np.nan
    elif CHARGING in columns and DISCHARGING in columns:
        steps, fall = np.diff(columns[CHARGING]), np.diff(columns[DISCHARGING])
        reset = (steps < 0) | (fall < 0)
        steps -= fall
        steps[reset] = np.nan
    else:
        return None
    moved = np.abs(steps)
    return steps, float(np.min(moved, where=moved > 0, initial=np.inf))
