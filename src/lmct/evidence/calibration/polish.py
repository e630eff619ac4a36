"""Least squares from a good position, and the derivatives of the residuals there."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from lmct.evidence.calibration.evaluation import Evaluator, TimeIsUp
from lmct.evidence.calibration.problem import SOFT, cost_from_residuals

STEP = 1e-3
"""Step of the differences, wide enough to stand above the error of the simulations [shares of the bounds]."""

MOST_EVALUATIONS = 40
EDGE = 1e-9


def polished(
    evaluator: Evaluator, start: Float[np.ndarray, "free"]
) -> tuple[Float[np.ndarray, "free"], float]:
    """Return the position of least squares near a start, and its cost.

    Parameters
    ----------
    evaluator
        Evaluates positions; when its time is up, the best one found until then is returned.
    start
        Where to begin.

    Returns
    -------
    :
        Position and cost, which is never higher than at the start.
    """
    from scipy.optimize import least_squares

    best: list[tuple[float, Float[np.ndarray, "free"]]] = []

    def residuals(position: Float[np.ndarray, "free"]) -> Float[np.ndarray, "residual"]:
        found = evaluator.residuals(position)
        best.append((cost_from_residuals(found), position.copy()))
        return found

    try:
        residuals(start)
        least_squares(
            residuals,
            np.clip(start, EDGE, 1.0 - EDGE),
            jac=lambda position: jacobian(evaluator, position),
            bounds=(0.0, 1.0),
            max_nfev=MOST_EVALUATIONS,
            loss="cauchy",
            f_scale=SOFT,
            xtol=1e-6,
            ftol=1e-6,
        )
    except TimeIsUp:
        if not best:
            return start, float("inf")
    cost, position = min(best, key=lambda one: one[0])
    return position, cost


def jacobian(evaluator: Evaluator, position: Float[np.ndarray, "free"]) -> Float[np.ndarray, "residual free"]:
    """Return the derivatives of the residuals by the position, from central differences.

    Parameters
    ----------
    evaluator
        Evaluates positions.
    position
        In the unit cube; beside a bound the difference is taken inwards.

    Returns
    -------
    :
        One column for each free parameter [tolerances per width of the bounds].

    Raises
    ------
    TimeIsUp
        The time of the evaluator has passed.
    """
    count = len(position)
    upper = np.minimum(position + STEP * np.eye(count), 1.0)
    lower = np.maximum(position - STEP * np.eye(count), 0.0)
    found = np.array(evaluator.all_residuals([*upper, *lower]))
    width = np.diag(upper - lower)
    derivatives: Float[np.ndarray, "residual free"] = ((found[:count] - found[count:]) / width[:, None]).T
    return derivatives
