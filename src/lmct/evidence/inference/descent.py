"""Least squares for residuals that carry the noise of an integrator: Levenberg's and Marquardt's method.

A general routine keeps its slopes until a step succeeds; with rough slopes it stops far from the minimum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

Residuals = Callable[[Float[np.ndarray, "unknown"]], Float[np.ndarray, "residual"]]

STEP = 1e-3
"""Of numerical slopes, in standard-normal coordinates: between the integrator's noise and the curvature."""

FIRST_DAMPING, LADDER = 1e-2, 8.0
"""Damping at first, over the mean curvature, and the factor between two that are tried [1]."""

RUNGS = 9
"""Dampings that are tried, from one below the last good one on, before slopes are made anew on both sides."""

LEAST_GAIN = 1e-4
"""A round that lowers the sum of squares by less than this share counts as idle."""

IDLE = 2
"""Rounds without gain in a row after which the search ends."""


@dataclass(frozen=True, eq=False)
class Descent:
    """Where a descent ended.

    Parameters
    ----------
    position
        There.
    cost
        Sum of squared residuals there.
    rounds
        Slopes that were made.
    """

    position: Float[np.ndarray, "unknown"]
    cost: float
    rounds: int


def descend(
    residuals: Residuals, start: Float[np.ndarray, "unknown"], *, limit: float, most_rounds: int = 60
) -> Descent:
    """Return the minimum of a sum of squares near a start.

    Parameters
    ----------
    residuals
        Gives the residuals; smooth but for noise far below 1.
    start
        Where to begin.
    limit
        No coordinate goes further from zero.
    most_rounds
        Slopes are made no more often.

    Returns
    -------
    :
        The minimum, or how far it came.

    Source
    ------
    Marquardt, J. Soc. Indust. Appl. Math. 11, 431 (1963), doi 10.1137/0111030.

    Examples
    --------
    >>> found = descend(lambda x: np.array([x[0] - 1.0, 10.0 * (x[1] - x[0] ** 2)]), np.zeros(2), limit=3.0)
    >>> found.position.round(3).tolist()
    [1.0, 1.0]
    """
    position = np.clip(np.asarray(start, dtype=float), -limit, limit)
    here = residuals(position)
    cost, damping, idle, both_sides, rounds = float(here @ here), FIRST_DAMPING, 0, False, 0
    while rounds < most_rounds and idle < IDLE:
        rounds += 1
        slopes = slopes_at(residuals, position, here, limit=limit, both_sides=both_sides)
        found = _best_step(residuals, position, here, slopes, damping, limit)
        gain = 0.0 if found is None else 1.0 - found[2] / cost
        if found is not None and gain > 0.0:
            position, here, cost, damping = found
        idle = 0 if gain > LEAST_GAIN else idle + 1
        both_sides = gain <= LEAST_GAIN or (both_sides and idle == 0 and gain < 0.1)
        if cost == 0.0:
            break
    return Descent(position, cost, rounds)


def slopes_at(
    residuals: Residuals,
    position: Float[np.ndarray, "unknown"],
    here: Float[np.ndarray, "residual"],
    *,
    limit: float,
    both_sides: bool,
) -> Float[np.ndarray, "residual unknown"]:
    """Return numerical slopes of residuals.

    Parameters
    ----------
    residuals
        Gives the residuals.
    position, here
        Where, and the residuals there.
    limit
        Points beyond it are not asked for.
    both_sides
        Whether by points on both sides, which costs twice as much and leaves no curvature in the slopes.
    """
    columns = []
    for place in range(len(position)):
        towards = -STEP if position[place] > 0.0 else STEP
        there = position.copy()
        there[place] += towards
        if both_sides and abs(position[place]) + STEP < limit:
            back = position.copy()
            back[place] -= towards
            columns.append((residuals(there) - residuals(back)) / (2.0 * towards))
        else:
            columns.append((residuals(there) - here) / towards)
    return np.column_stack(columns)


def _best_step(
    residuals: Residuals,
    position: Float[np.ndarray, "unknown"],
    here: Float[np.ndarray, "residual"],
    slopes: Float[np.ndarray, "residual unknown"],
    damping: float,
    limit: float,
) -> tuple[Float[np.ndarray, "unknown"], Float[np.ndarray, "residual"], float, float] | None:
    """Try ever more damping until it helps no more; return place, residuals, cost and damping of the best."""
    curvature, gradient = slopes.T @ slopes, slopes.T @ here
    scale = float(np.mean(np.diag(curvature)))
    if scale == 0.0:
        return None
    before, best = float(here @ here), None
    for rung in range(RUNGS):
        tried = damping * LADDER ** (rung - 1)
        step = np.linalg.solve(curvature + tried * scale * np.eye(len(position)), -gradient)
        there = np.clip(position + step, -limit, limit)
        residual = residuals(there)
        cost = float(residual @ residual)
        if cost < before and (best is None or cost < best[2]):
            best = (there, residual, cost, tried)
        elif best is not None:
            break
    return best
