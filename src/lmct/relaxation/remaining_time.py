"""The time after which a fitted rate law leaves a share: half-life and time constant, with uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.value import Value
from lmct.relaxation.fit import Law, RelaxationFit
from lmct.relaxation.heating import heating_intervals

SHORTEST, LONGEST = -20.0, 37.0
"""Natural logarithms of the times that are searched [s]: 2 ns to 370 million years."""


@dataclass(frozen=True, slots=True)
class RemainingTime:
    """A time and its interval.

    Parameters
    ----------
    value
        Time with its standard uncertainty [s].
    low, high
        Interval of one standard uncertainty of the logarithm [s].
    """

    value: Value
    low: float
    high: float


def log_time_left(
    law: Law, values: Float[np.ndarray, "parameter"], *, temperature: float, share: float
) -> float:
    """Return the natural logarithm of the time after which a share is left at constant temperature.

    Parameters
    ----------
    law
        Rate law.
    values
        Its parameters.
    temperature
        Temperature [K].
    share
        Share that is left, between 0 and 1 [1].

    Returns
    -------
    :
        ln of the time [s]; NaN when it is shorter than 2 ns or longer than 370 million years.
    """
    from scipy.optimize import brentq

    def left(log_time: float) -> float:
        hot = heating_intervals(hold_time=math.exp(log_time), hold_temperature=temperature)
        return float(law.fractions([hot], values)[0]) - share

    if left(SHORTEST) < 0.0 or left(LONGEST) > 0.0:
        return math.nan
    return float(brentq(left, SHORTEST, LONGEST, xtol=1e-10))


def time_left(
    fit: RelaxationFit, *, temperature: float, share: float, degrees_of_freedom: float
) -> RemainingTime | None:
    """Return the time after which a share is left, uncertain by all parameters of the fit together.

    Parameters
    ----------
    fit
        Fitted law.
    temperature
        Temperature [K].
    share
        Share that is left: 0.5 for the half-life, 1/e for the time constant [1].
    degrees_of_freedom
        Of the uncertainties of the fit.

    Returns
    -------
    :
        Time and interval; None when the law gives none.
    """
    centre = log_time_left(fit.law, fit.values, temperature=temperature, share=share)
    slope = np.zeros(len(fit.values))
    for index in range(len(slope)):
        step = 1e-4 * max(1.0, abs(float(fit.values[index])))
        sides = []
        for sign in (1.0, -1.0):
            moved = fit.values.copy()
            moved[index] += sign * step
            sides.append(log_time_left(fit.law, moved, temperature=temperature, share=share))
        slope[index] = (sides[0] - sides[1]) / (2.0 * step)
    width = math.sqrt(max(0.0, float(slope @ fit.covariance @ slope)))
    if not (math.isfinite(centre) and math.isfinite(width) and width < 50.0):
        return None
    time = math.exp(centre)
    return RemainingTime(
        Value(time, time * width, "s", degrees_of_freedom), time * math.exp(-width), time * math.exp(width)
    )
