"""Open-circuit voltage against remaining capacity, extrapolated to none; model error apart."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.assessment import POOR_FIT, Assessment
from lmct.quantity.value import Value
from lmct.technique.electrochemistry.york import (
    PolynomialFit,
    fit_polynomial_equal_weights,
    fit_polynomial_with_errors,
)

MINIMUM_CONDITIONS = 3

HIGHER_ORDERS = 0.5
"""Each further order of the extrapolation may move the intercept by this share of the step before [1]."""

PRIOR_ODDS = 3.0
"""Odds of the line before the data: Li 2022 (Fig. 6f) reports a solid linear relation [1]."""


@dataclass(frozen=True, eq=False)
class EquilibriumFit:
    """The line of open-circuit voltage against remaining capacity and its intercept.

    Parameters
    ----------
    assessment, message
        Verdict and its reason.
    equilibrium_potential
        Intercept of the least-squares line at no remaining capacity [V] with its statistical uncertainty.
    model_error
        How far the intercept may lie off because the relation is no straight line [V]; 0 for three points.
    line
        The straight line.
    parabola
        The parabola, None for fewer than four conditions.
    parabola_weight
        Probability of the parabola against the line [1].
    fit_probability
        Probability of residuals as large as those of the line [1].
    """

    assessment: Assessment
    message: str
    equilibrium_potential: Value
    model_error: float
    line: PolynomialFit
    parabola: PolynomialFit | None
    parabola_weight: float
    fit_probability: float


def fit_equilibrium_potential(
    *,
    capacity: Float[np.ndarray, "condition"],
    voltage: Float[np.ndarray, "condition"],
    covariance: Float[np.ndarray, "condition 2 2"],
    degrees_of_freedom: float = math.inf,
) -> EquilibriumFit | None:
    r"""Extrapolate the open-circuit voltage to zero remaining capacity by the least-squares line.

    The fit is made against the capacity itself, not against a fraction of some reference: the intercept is
    the same, and the error of the reference does not enter it. All conditions count alike, as in the paper:
    the intercept is then a fixed combination of the points, whose errors carry over exactly, whether or not
    the relation is straight (docs/decisions/0007). With w the probability of a parabola against a line, both
    fitted with errors in both variables (York), E_2 and u_2 its intercept and uncertainty, E and u those of
    the least-squares line, the model error is

    .. math:: m^2 = w\,[(1 + h^2)(E_2 - E)^2 + u_2^2 - u^2] + s^2

    where h = 1/2 is the size of the step to a cubic against that from line to parabola, and s is the scatter
    of the intercept that residuals beyond the errors imply when not even the parabola fits, else 0.

    Parameters
    ----------
    capacity
        Mean capacity of the metal plateau of each condition [mAh/g].
    voltage
        Mean open-circuit voltage [V].
    covariance
        Of the two means of each condition.
    degrees_of_freedom
        Of the covariances.

    Returns
    -------
    :
        The fit, None for fewer than three conditions.

    Source
    ------
    Li 2022, Fig. 6f ("least-square fitted line", L298); York et al. 2004, doi 10.1119/1.1632486;
    BIC: Schwarz 1978, doi 10.1214/aos/1176344136.
    """
    if len(capacity) < MINIMUM_CONDITIONS:
        return None
    line = fit_polynomial_equal_weights(x=capacity, y=voltage, covariance=covariance)
    weighted = fit_polynomial_with_errors(x=capacity, y=voltage, covariance=covariance)
    parabola = None
    if len(capacity) > MINIMUM_CONDITIONS:
        parabola = fit_polynomial_with_errors(x=capacity, y=voltage, covariance=covariance, degree=2)
    probability = _probability(weighted, degrees_of_freedom)
    weight = _parabola_weight(weighted, parabola, len(capacity))
    step = 0.0 if parabola is None else float(parabola.coefficients[0] - line.coefficients[0])
    scatter = _scatter(line, parabola, degrees_of_freedom)
    model_error = math.hypot(_curvature(line, parabola, weight), scatter)
    statistical = math.sqrt(float(line.covariance[0, 0]))
    good = probability >= POOR_FIT
    return EquilibriumFit(
        assessment=Assessment.GOOD if good else Assessment.POOR_FIT,
        message=_message(probability, weight, step, scatter > 0.0),
        equilibrium_potential=Value(float(line.coefficients[0]), statistical, "V", degrees_of_freedom),
        model_error=model_error,
        line=line,
        parabola=parabola,
        parabola_weight=weight,
        fit_probability=probability,
    )


def _probability(fit: PolynomialFit, degrees_of_freedom: float) -> float:
    """Return the probability of a chi square as large, its variances known with finite degrees of freedom."""
    from scipy.stats import chi2, f

    if fit.degrees_of_freedom == 0:
        return 1.0
    if math.isinf(degrees_of_freedom):
        return float(chi2.sf(fit.chi_square, fit.degrees_of_freedom))
    return float(f.sf(fit.chi_square / fit.degrees_of_freedom, fit.degrees_of_freedom, degrees_of_freedom))


def _scatter(line: PolynomialFit, parabola: PolynomialFit | None, degrees_of_freedom: float) -> float:
    """Return the scatter of the intercept beyond its errors, 0 when the best polynomial passes within."""
    best = line if parabola is None else parabola
    if best.degrees_of_freedom == 0 or _probability(best, degrees_of_freedom) > POOR_FIT:
        return 0.0
    excess = max(0.0, best.chi_square / best.degrees_of_freedom - 1.0)
    return math.sqrt(float(line.covariance[0, 0]) * excess)


def _curvature(line: PolynomialFit, parabola: PolynomialFit | None, weight: float) -> float:
    """Return how far curvature may move the intercept."""
    if parabola is None:
        return 0.0
    step = float(parabola.coefficients[0] - line.coefficients[0])
    wider = max(0.0, float(parabola.covariance[0, 0] - line.covariance[0, 0]))
    return math.sqrt(weight * ((1.0 + HIGHER_ORDERS**2) * step**2 + wider))


def _parabola_weight(line: PolynomialFit, parabola: PolynomialFit | None, points: int) -> float:
    """Return the probability of the parabola by the Bayesian information criterion, 0 when there is none."""
    if parabola is None:
        return 0.0
    gain = line.chi_square - parabola.chi_square - math.log(points) - 2.0 * math.log(PRIOR_ODDS)
    return 1.0 / (1.0 + math.exp(-min(700.0, max(-700.0, 0.5 * gain))))


def _message(probability: float, weight: float, step: float, scattered: bool) -> str:
    words = "is needed" if weight > 0.9 else "cannot be excluded" if weight > 0.1 else "is not needed"
    fits = "fits" if probability >= POOR_FIT else "does not fit within the errors"
    extra = " Not even a parabola fits: the scatter is part of the model error." if scattered else ""
    return (
        f"The line {fits} (p = {probability:.2g}); a quadratic term {words} (weight {weight:.2f}) and would"
        f" move the intercept by {step * 1e3:+.1f} mV.{extra}"
    )
