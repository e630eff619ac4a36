"""Open-circuit voltage against remaining capacity, extrapolated to none, with its model error."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.value import Value
from lmct.technique.electrochemistry.assessment import POOR_FIT, Assessment
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
        Intercept of the line at no remaining capacity [V], statistical and model error together.
    statistical_uncertainty, model_uncertainty
        Its two parts [V]; the second is 0 when it was not asked for.
    line
        The straight line.
    parabola
        The parabola, None for fewer than four conditions.
    parabola_weight
        Probability of the parabola against the line [1].
    fit_probability
        Probability of residuals as large as those of the line [1].
    equal_weights
        The line does not fit within the errors, so every condition counts alike.
    """

    assessment: Assessment
    message: str
    equilibrium_potential: Value
    statistical_uncertainty: float
    model_uncertainty: float
    line: PolynomialFit
    parabola: PolynomialFit | None
    parabola_weight: float
    fit_probability: float
    equal_weights: bool


def fit_equilibrium_potential(
    *,
    capacity: Float[np.ndarray, "condition"],
    voltage: Float[np.ndarray, "condition"],
    covariance: Float[np.ndarray, "condition 2 2"],
    degrees_of_freedom: float = math.inf,
    model_error: bool = True,
) -> EquilibriumFit | None:
    r"""Extrapolate the open-circuit voltage to zero remaining capacity by a straight line.

    The fit is made against the capacity itself, not against a fraction of some reference: the intercept is
    the same, and the error of the reference does not enter it. A line that fits within the errors is York's;
    one that does not is fitted with equal weights: its deviations are no longer those of the measurement.
    With w the probability of a parabola, u_1, u_2 the statistical uncertainties and E_2 its intercept,

    .. math:: u^2(E) = (1 - w)\,u_1^2 + w\,[u_2^2 + (1 + h^2)(E_2 - E)^2]

    the mean square deviation from the line's intercept that line and parabola let expect together; h = 1/2 is
    the size of the next step, to a cubic, against that from line to parabola.

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
    model_error
        Whether the parabola enters; without it the interval is about the line, not about the electrode.

    Returns
    -------
    :
        The fit, None for fewer than three conditions.

    Source
    ------
    Li 2022, Fig. 6f; York et al. 2004, doi 10.1119/1.1632486; BIC: Schwarz 1978, doi 10.1214/aos/1176344136.
    """
    if len(capacity) < MINIMUM_CONDITIONS:
        return None
    line = fit_polynomial_with_errors(x=capacity, y=voltage, covariance=covariance)
    parabola = _parabola(fit_polynomial_with_errors, capacity, voltage, covariance)
    probability = _probability(line, degrees_of_freedom)
    weight = _parabola_weight(line, parabola, len(capacity))
    rejected = probability < POOR_FIT
    if rejected:
        line = fit_polynomial_equal_weights(x=capacity, y=voltage, covariance=covariance)
        parabola = _parabola(fit_polynomial_equal_weights, capacity, voltage, covariance)
    statistical, scattered = _statistical(line, parabola, degrees_of_freedom if rejected else None)
    step = 0.0 if parabola is None else float(parabola.coefficients[0] - line.coefficients[0])
    model = _model_uncertainty(line, parabola, weight) if model_error else 0.0
    freedom = float(max(1, len(capacity) - 3)) if scattered else degrees_of_freedom
    return EquilibriumFit(
        assessment=Assessment.POOR_FIT if rejected else Assessment.GOOD,
        message=_message(probability, weight, step, scattered),
        equilibrium_potential=Value(
            float(line.coefficients[0]), math.hypot(statistical, model), "V", freedom
        ),
        statistical_uncertainty=statistical,
        model_uncertainty=model,
        line=line,
        parabola=parabola,
        parabola_weight=weight,
        fit_probability=probability,
        equal_weights=rejected,
    )


def _parabola(
    fit: Callable[..., PolynomialFit],
    capacity: Float[np.ndarray, "condition"],
    voltage: Float[np.ndarray, "condition"],
    covariance: Float[np.ndarray, "condition 2 2"],
) -> PolynomialFit | None:
    if len(capacity) <= MINIMUM_CONDITIONS:
        return None
    return fit(x=capacity, y=voltage, covariance=covariance, degree=2)


def _probability(fit: PolynomialFit, degrees_of_freedom: float) -> float:
    """Return the probability of a chi square as large, its variances known with finite degrees of freedom."""
    from scipy.stats import chi2, f

    if fit.degrees_of_freedom == 0:
        return 1.0
    if math.isinf(degrees_of_freedom):
        return float(chi2.sf(fit.chi_square, fit.degrees_of_freedom))
    return float(f.sf(fit.chi_square / fit.degrees_of_freedom, fit.degrees_of_freedom, degrees_of_freedom))


def _statistical(
    line: PolynomialFit, parabola: PolynomialFit | None, error_freedom: float | None
) -> tuple[float, bool]:
    """Return the uncertainty of the intercept, widened when not even the parabola passes within the errors.

    ``error_freedom`` is None when the line fits; the second result tells whether the scatter decided.
    """
    deviation = math.sqrt(float(line.covariance[0, 0]))
    best = line if parabola is None else parabola
    if error_freedom is None or best.degrees_of_freedom == 0 or _probability(best, error_freedom) > POOR_FIT:
        return deviation, False
    return deviation * math.sqrt(best.chi_square / best.degrees_of_freedom), True


def _model_uncertainty(line: PolynomialFit, parabola: PolynomialFit | None, weight: float) -> float:
    """Return what the parabola adds to the uncertainty of the line's intercept."""
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
    fits = "fits" if probability >= POOR_FIT else "does not fit within the errors, all conditions count alike"
    extra = " Not even a parabola fits: the uncertainty was widened to the scatter." if scattered else ""
    return (
        f"The line {fits} (p = {probability:.2g}); a quadratic term {words} (weight {weight:.2f}) and would"
        f" move the intercept by {step * 1e3:+.1f} mV.{extra}"
    )
