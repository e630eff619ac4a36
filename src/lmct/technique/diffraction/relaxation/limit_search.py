"""How far a value may go until chi square has risen by a factor: a bounded search."""

from __future__ import annotations

import math
from collections.abc import Callable

from lmct.technique.diffraction.relaxation.fit import LatticeRelaxation

MOST_REFITS = 24
"""Fits to bracket and then to find one limit; a limit not found so is open."""

Chi = Callable[[float], float]


def interval_from_chi_square(
    fit: LatticeRelaxation,
    chi: Chi,
    *,
    centre: float,
    width: float,
    limits: tuple[float, float],
    factor: float,
) -> tuple[float, float, bool]:
    """Return where the root of the rise of chi square equals a factor.

    Parameters
    ----------
    fit
        The fit with nothing held: its chi square is the least.
    chi
        Least chi square with a value held.
    centre
        Best value.
    width
        Its standard uncertainty by linear propagation, from which the search starts.
    limits
        A limit is searched no further than here.
    factor
        Half-width in standard uncertainties [1].

    Returns
    -------
    :
        Lower and upper limit, infinite where there is none; and whether both searches ended.
    """
    # Each value once: a search that starts from the last one may end elsewhere when it is repeated.
    known = {centre: -factor}

    def excess(value: float) -> float:
        if value not in known:
            known[value] = math.sqrt(max(0.0, chi(value) - fit.chi_square) / fit.scale) - factor
        return known[value]

    low, low_ended = _limit(excess, centre, -1.0, limits[0], 1.15 * factor * max(width, 1e-9))
    high, high_ended = _limit(excess, centre, 1.0, limits[1], 1.15 * factor * max(width, 1e-9))
    return low, high, low_ended and high_ended


def _limit(excess: Chi, centre: float, sign: float, limit: float, reach: float) -> tuple[float, bool]:
    """Return one limit, infinite where there is none, and whether the search for it ended."""
    from scipy.optimize import brentq

    if sign * centre >= sign * limit:
        return sign * math.inf, True
    inner = centre
    for _ in range(MOST_REFITS):
        edge = centre + sign * min(reach, abs(limit - centre))
        if excess(edge) > 0.0:
            break
        if edge == limit:
            return sign * math.inf, True
        inner, reach = edge, 1.8 * reach
    else:
        return sign * math.inf, False
    tolerance = 0.01 * abs(edge - inner)
    root, found = brentq(
        excess, inner, edge, xtol=tolerance, rtol=1e-6, maxiter=MOST_REFITS, full_output=True,
        disp=False,
    )  # fmt: skip
    return (float(root), True) if found.converged else (sign * math.inf, False)
