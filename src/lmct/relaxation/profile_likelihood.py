"""Intervals and regions of the parameters of a rate law by profile likelihood."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from lmct.relaxation.fit import (
    RelaxationData,
    RelaxationFit,
    parameter_scales,
    weighted_residual,
)


def profile_interval(
    fit: RelaxationFit, data: RelaxationData, parameter: str, *, factor: float = 1.0
) -> tuple[float, float]:
    """Return the interval of a parameter in which the best chi square rises by less than the factor squared.

    Parameters
    ----------
    fit
        The fit.
    data
        What was fitted.
    parameter
        Name of the parameter.
    factor
        Half-width in standard uncertainties (1 for 68 %, 1.96 for 95 %).

    Returns
    -------
    :
        Lower and upper limit; a bound of the parameter when the data do not limit it.
    """
    from scipy.optimize import brentq

    index = fit.law.parameters.index(parameter)
    allowed = fit.chi_square + factor**2 * fit.scale

    def excess(value: float) -> float:
        return profile_chi_square(fit, data, {index: value}) - allowed

    centre, width = fit.value(parameter)
    limits = []
    for sign, bound in ((-1.0, fit.law.lower[index]), (1.0, fit.law.upper[index])):
        edge, reach = centre, factor * max(width, 1e-6 * (1.0 + abs(centre)))
        for _ in range(6):
            edge = min(max(centre + sign * reach, fit.law.lower[index]), fit.law.upper[index])
            if edge == bound or excess(edge) > 0.0:
                break
            reach *= 1.7
        found = edge != bound or excess(edge) > 0.0
        inside = excess(edge) > 0.0 if found else False
        limits.append(float(brentq(excess, centre, edge, xtol=1e-4 * reach)) if inside else float(edge))
    return limits[0], limits[1]


def profile_chi_square(fit: RelaxationFit, data: RelaxationData, fixed: dict[int, float]) -> float:
    """Return the least chi square when some parameters are held.

    Parameters
    ----------
    fit
        The fit, whose values start the search.
    data
        What was fitted.
    fixed
        Index of a parameter -> its value.

    Returns
    -------
    :
        Chi square.
    """
    from scipy.optimize import least_squares

    law = fit.law
    free = [k for k in range(len(law.parameters)) if k not in fixed]
    held = list(fixed)
    point = fit.values.copy()
    point[held] = list(fixed.values())
    if not free:
        return float(np.sum(weighted_residual(point, law, data) ** 2))
    # Where the others go if the likelihood is normal: a start that is right to first order.
    spread = np.linalg.pinv(fit.covariance[np.ix_(held, held)])
    point[free] += fit.covariance[np.ix_(free, held)] @ spread @ (point[held] - fit.values[held])

    def residual(values: Float[np.ndarray, "free"]) -> Float[np.ndarray, "condition"]:
        moved = point.copy()
        moved[free] = values
        return weighted_residual(moved, law, data)

    low, high = (np.array([bound[k] for k in free]) for bound in (law.lower, law.upper))
    start = np.clip(point[free], low + 1e-9, high - 1e-9)
    scales = [parameter_scales(law)[k] for k in free]
    found = least_squares(residual, start, bounds=(low, high), x_scale=scales, ftol=1e-5, xtol=1e-6)
    return 2.0 * float(found.cost)


def profile_region(
    fit: RelaxationFit, data: RelaxationData, names: tuple[str, str], *, points: int = 13, reach: float = 3.0
) -> tuple[Float[np.ndarray, "first"], Float[np.ndarray, "second"], Float[np.ndarray, "second first"]]:
    """Return the rise of the best chi square over a grid of two parameters.

    Parameters
    ----------
    fit
        The fit.
    data
        What was fitted.
    names
        The two parameters.
    points
        Points along each.
    reach
        Half-width of the grid in standard uncertainties.

    Returns
    -------
    :
        Values of the first and of the second parameter, and the rise in units of the scale of the fit: 2.28
        5.99 bound 68 and 95 % jointly.
    """
    indices = [fit.law.parameters.index(name) for name in names]
    axes = []
    for index, name in zip(indices, names, strict=True):
        centre, width = fit.value(name)
        low, high = centre - reach * width, centre + reach * width
        axes.append(np.linspace(max(low, fit.law.lower[index]), min(high, fit.law.upper[index]), points))
    rise = np.array(
        [
            [profile_chi_square(fit, data, dict(zip(indices, (x, y), strict=True))) for x in axes[0]]
            for y in axes[1]
        ]
    )
    return axes[0], axes[1], (rise - fit.chi_square) / fit.scale
