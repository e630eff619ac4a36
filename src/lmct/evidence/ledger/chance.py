"""Chi-squares as probabilities, and probabilities as standard deviations."""

from __future__ import annotations

import math

LEAST_DEGREES = 0.5
"""Below so many degrees of freedom two sets of findings have nothing in common that could be tested."""


def probability_from_chi_square(chi_square: float, degrees_of_freedom: float) -> float:
    """Return the chance of as large a chi-square; NaN with too few degrees of freedom.

    Parameters
    ----------
    chi_square
        At least 0; rounding below it is cut.
    degrees_of_freedom
        Need not be whole.

    Examples
    --------
    >>> round(probability_from_chi_square(3.841, 1.0), 3)
    0.05
    """
    if degrees_of_freedom < LEAST_DEGREES:
        return math.nan
    from scipy.special import gammaincc

    return float(gammaincc(0.5 * degrees_of_freedom, 0.5 * max(chi_square, 0.0)))


def sigmas_from_probability(probability: float) -> float:
    """Return a two-sided probability as a number of standard deviations.

    Parameters
    ----------
    probability
        Between 0 and 1; NaN stays NaN.

    Examples
    --------
    >>> round(sigmas_from_probability(0.0455), 1)
    2.0
    """
    from scipy.special import ndtri

    return float(-ndtri(0.5 * max(probability, 1e-300)))
