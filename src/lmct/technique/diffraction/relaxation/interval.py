"""Profile-likelihood intervals of a relaxation: parameters, where the lattice ends, half-life."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from lmct.relaxation.fit import parameter_scales
from lmct.relaxation.remaining_time import log_time_left
from lmct.technique.diffraction.relaxation.fit import INFINITY, LatticeModel, LatticeRelaxation

ONE, TWO = 1.0, 1.959964
"""Half-widths of intervals of 68 and 95 % in standard uncertainties [1]."""

FARTHEST = 10.0
"""The end is not limited if it may lie this many times the observed change beyond the data [1]."""

LONGEST = math.log(100.0)
"""A time is not limited if it may exceed the record by this much, as a natural logarithm."""

MOST_REFITS, MOST_STEPS = 24, 25
"""Searches to bracket and then to find one limit, and steps of each; a limit not found so is open."""

Chi = Callable[[float], float]


def interval_of_end(
    fit: LatticeRelaxation, *, factor: float = ONE, unfinished: list[str] | None = None
) -> tuple[float, float]:
    """Return the interval of the lattice at infinity.

    Parameters
    ----------
    fit
        The fit.
    factor
        Half-width in standard uncertainties: :data:`ONE` for 68 %, :data:`TWO` for 95 %.
    unfinished
        Takes the name of the quantity when a limit was not found within the bounded search.

    Returns
    -------
    :
        Lower and upper limit [Å]; infinite where the data set none, none was found, or a parameter of the
        law is at its bound.
    """
    if fit.at_bound:
        return -math.inf, math.inf
    centre, width = fit.value(INFINITY)
    seen = fit.model.data.lattice
    change = float(np.ptp(seen))
    limits = (float(seen.min()) - FARTHEST * change, float(seen.max()) + FARTHEST * change)
    follow = _Follower(fit, [fit.names.index(INFINITY)])

    def chi(end: float) -> float:
        return follow.chi_square(end, np.array([end - centre]))

    return _told(_interval(fit, chi, centre, min(width, change), limits, factor), INFINITY, unfinished)


def interval_of_parameter(
    fit: LatticeRelaxation, name: str, *, factor: float = ONE, unfinished: list[str] | None = None
) -> tuple[float, float]:
    """Return the interval of a parameter of the law.

    Parameters
    ----------
    fit
        The fit.
    name
        Of the parameter.
    factor
        Half-width in standard uncertainties.
    unfinished
        Takes the name of the quantity when a limit was not found within the bounded search.

    Returns
    -------
    :
        Lower and upper limit; infinite where it runs to a bound of the law, or was not found.
    """
    if fit.at_bound:
        return -math.inf, math.inf
    law = fit.model.law
    index = law.parameters.index(name)
    centre, width = fit.value(name)
    follow = _Follower(fit, [index])

    def chi(value: float) -> float:
        return follow.chi_square(None, np.array([value - centre]), {index: value})

    limits = (law.lower[index], law.upper[index])
    return _told(_interval(fit, chi, centre, width, limits, factor), name, unfinished)


def interval_of_time(
    fit: LatticeRelaxation,
    *,
    temperature: float,
    share: float = 0.5,
    factor: float = ONE,
    unfinished: list[str] | None = None,
) -> tuple[float, float, float]:
    """Return the time after which a share is left, and its interval.

    Parameters
    ----------
    fit
        The fit.
    temperature
        Constant temperature [K].
    share
        What is left: 0.5 for the half-life, 1/e for the time constant [1].
    factor
        Half-width in standard uncertainties.
    unfinished
        Takes the name of the quantity when a limit was not found within the bounded search.

    Returns
    -------
    :
        Time and limits [s]; infinite (or 0) where the data set none or none was found, NaN when the law gives
        none or one of its parameters is at its bound.
    """
    if fit.at_bound:
        return math.nan, math.nan, math.nan
    law = fit.model.law
    centre = log_time_left(law, fit.values, temperature=temperature, share=share)
    if not math.isfinite(centre):
        return math.nan, math.nan, math.nan
    slope = _slopes(fit, temperature, share)
    covariance = fit.covariance[: len(slope), : len(slope)]
    width = math.sqrt(max(1e-12, float(slope @ covariance @ slope)))

    def chi(log_time: float) -> float:
        return _held_time(fit, log_time, temperature, share, slope, covariance)

    span = math.log(max(float(fit.model.data.time.max()), 1.0))
    limits = (min(centre, 0.0) - LONGEST, span + LONGEST)
    searched = _interval(fit, chi, centre, min(width, 3.0), limits, factor)
    low, high = _told(searched, f"time until {share:.3g} is left", unfinished)
    return math.exp(centre), math.exp(low), math.exp(high)


def _slopes(fit: LatticeRelaxation, temperature: float, share: float) -> Float[np.ndarray, "parameter"]:
    """Return the derivatives of the logarithm of the time by the parameters of the law."""
    found = []
    for index, size in enumerate(parameter_scales(fit.model.law)):
        sides = []
        for sign in (1.0, -1.0):
            moved = fit.values.copy()
            moved[index] += sign * 1e-3 * size
            sides.append(log_time_left(fit.model.law, moved, temperature=temperature, share=share))
        found.append((sides[0] - sides[1]) / (2e-3 * size))
    return np.asarray(np.nan_to_num(np.array(found)))


class _Follower:
    """Finds the least chi square with something held, from where a normal likelihood would have it."""

    def __init__(self, fit: LatticeRelaxation, held: list[int]) -> None:
        self.fit = fit
        covariance = fit.covariance
        self.response = covariance[:, held] @ np.linalg.pinv(covariance[np.ix_(held, held)])
        self.last: tuple[float, Float[np.ndarray, "parameter"]] | None = None

    def chi_square(
        self, end: float | None, distance: Float[np.ndarray, "held"], fixed: dict[int, float] | None = None
    ) -> float:
        count, fixed = len(self.fit.values), fixed or {}
        start = self.fit.values + (self.response @ distance)[:count]
        choices = [start, self.fit.values]
        if self.last is not None:
            choices.insert(1, self.last[1])
        found = min(
            (_least(self.fit.model, one, end, fixed) for one in choices[:2]), key=lambda pair: pair[0]
        )
        self.last = found
        return found[0]


def _least(
    model: LatticeModel,
    start: Float[np.ndarray, "parameter"],
    end: float | None,
    fixed: dict[int, float],
) -> tuple[float, Float[np.ndarray, "parameter"]]:
    from scipy.optimize import least_squares

    law = model.law
    free = [k for k in range(len(law.parameters)) if k not in fixed]
    point = start.copy()
    for index, value in fixed.items():
        point[index] = value
    if not free:
        return float(np.sum(model.solved(point, end)[1] ** 2)), point

    def residual(values: Float[np.ndarray, "free"]) -> Float[np.ndarray, "row"]:
        moved = point.copy()
        moved[free] = values
        return model.solved(moved, end)[1]

    low, high = (np.array([bound[k] for k in free]) for bound in (law.lower, law.upper))
    first = np.clip(point[free], low + 1e-6, high - 1e-6)
    scales = [parameter_scales(law)[k] for k in free]
    found = least_squares(
        residual,
        first,
        bounds=(low, high),
        x_scale=scales,
        ftol=1e-6,
        xtol=1e-7,
        max_nfev=MOST_STEPS,
    )
    point[free] = found.x
    return 2.0 * float(found.cost), point


def _held_time(
    fit: LatticeRelaxation,
    log_time: float,
    temperature: float,
    share: float,
    slope: Float[np.ndarray, "parameter"],
    covariance: Float[np.ndarray, "parameter parameter"],
) -> float:
    """Return the least chi square with a time held: the first parameter of a law only shifts its time."""
    from scipy.optimize import least_squares

    law, model = fit.model.law, fit.model
    sign = math.copysign(1.0, slope[0])
    centre = log_time_left(law, fit.values, temperature=temperature, share=share)
    spread = max(float(slope @ covariance @ slope), 1e-12)
    start = fit.values + covariance @ slope * ((log_time - centre) / spread)

    def completed(rest: Float[np.ndarray, "rest"]) -> Float[np.ndarray, "parameter"]:
        point = np.concatenate([[start[0]], rest])
        for _ in range(3):
            now = log_time_left(law, point, temperature=temperature, share=share)
            if not math.isfinite(now):
                break
            point[0] = np.clip(point[0] + sign * (log_time - now), law.lower[0], law.upper[0])
            if abs(log_time - now) < 1e-6:
                break
        return point

    low, high = np.array(law.lower[1:]), np.array(law.upper[1:])
    first = np.clip(start[1:], low + 1e-6, high - 1e-6)
    found = least_squares(
        lambda rest: model.solved(completed(rest))[1],
        first,
        bounds=(low, high),
        x_scale=parameter_scales(law)[1:],
        ftol=1e-6,
        xtol=1e-7,
        max_nfev=MOST_STEPS,
    )
    return 2.0 * float(found.cost)


def _told(
    searched: tuple[float, float, bool], name: str, unfinished: list[str] | None
) -> tuple[float, float]:
    low, high, ended = searched
    if not ended and unfinished is not None:
        unfinished.append(name)
    return low, high


def _interval(
    fit: LatticeRelaxation,
    chi: Chi,
    centre: float,
    width: float,
    limits: tuple[float, float],
    factor: float,
) -> tuple[float, float, bool]:
    """Return where the root of the rise of chi square equals the factor, and whether both searches ended."""
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
