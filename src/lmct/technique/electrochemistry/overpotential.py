"""Overpotential of the unrelaxed electrode: slope of the line times the whole capacity, errors correlated."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from lmct.quantity.value import Value
from lmct.technique.electrochemistry.equilibrium_potential import EquilibriumFit
from lmct.technique.electrochemistry.york import fit_polynomial_equal_weights


def overpotential_slope(
    fit: EquilibriumFit,
    *,
    capacity: Float[np.ndarray, "condition"],
    voltage: Float[np.ndarray, "condition"],
    covariance: Float[np.ndarray, "condition 2 2"],
    whole: Value,
    position: int | None,
) -> Value:
    """Return the overpotential of the unrelaxed electrode: slope of the line times the whole capacity.

    Parameters
    ----------
    fit
        The fit.
    capacity, voltage, covariance
        What was fitted.
    whole
        Metal capacity that counts as fraction 1 [mAh/g].
    position
        Index of the reference among the fitted conditions, None when it is not one of them: then its error is
        independent of the slope, else the two are correlated.

    Returns
    -------
    :
        Overpotential at fraction 1 [V].
    """
    slope = float(fit.line.coefficients[1])
    variance = (slope * whole.uncertainty) ** 2 + float(fit.line.covariance[1, 1]) * whole.value**2
    if position is not None:
        share = _slope_response(fit, (capacity, voltage), covariance, position)
        shared = float(share @ covariance[position][:, 0])
        variance += 2.0 * slope * whole.value * shared
    freedom = min(whole.degrees_of_freedom, fit.equilibrium_potential.degrees_of_freedom)
    return Value(slope * whole.value, math.sqrt(max(0.0, variance)), "V", freedom)


def _slope_response(
    fit: EquilibriumFit,
    points: tuple[Float[np.ndarray, "condition"], Float[np.ndarray, "condition"]],
    covariance: Float[np.ndarray, "condition 2 2"],
    position: int,
) -> Float[np.ndarray, "2"]:
    """Return the derivatives of the slope by capacity and voltage of one condition (central differences)."""
    derivatives = np.zeros(2)
    for column in (0, 1):
        step = 1e-5 * max(1e-12, float(np.ptp(points[column])))
        slopes = []
        for sign in (1.0, -1.0):
            moved = [one.astype(float) for one in points]
            moved[column][position] += sign * step
            slopes.append(
                float(
                    fit_polynomial_equal_weights(x=moved[0], y=moved[1], covariance=covariance).coefficients[
                        1
                    ]
                )
            )
        derivatives[column] = (slopes[0] - slopes[1]) / (2.0 * step)
    return derivatives
