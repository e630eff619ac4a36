"""Open-circuit voltage against remaining capacity, extrapolated to none, with its model error."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.value import Value
from lmct.technique.electrochemistry.assessment import POOR_FIT, Assessment
from lmct.technique.electrochemistry.york import PolynomialFit, fit_polynomial_with_errors

MINIMUM_CONDITIONS = 3

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
        Intercept at no remaining capacity [V], statistical and model error together; mean of line and
        parabola weighted by their probability.
    statistical_uncertainty, model_uncertainty
        Its two parts [V].
    line
        The straight line.
    parabola
        The parabola, None for fewer than four conditions.
    parabola_weight
        Probability of the parabola against the line (Bayesian information criterion) [1].
    fit_probability
        Probability of residuals as large as those of the line [1].
    extra_deviation
        Scatter of the voltages beyond their errors that the parabola needs too [V]; 0 when it fits.
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
    extra_deviation: float


@dataclass(frozen=True, eq=False)
class _Points:
    capacity: Float[np.ndarray, "condition"]
    voltage: Float[np.ndarray, "condition"]
    covariance: Float[np.ndarray, "condition 2 2"]

    def fit(self, degree: int, extra_variance: float = 0.0) -> PolynomialFit:
        return fit_polynomial_with_errors(
            x=self.capacity,
            y=self.voltage,
            covariance=self.covariance,
            degree=degree,
            extra_variance=extra_variance,
        )


def fit_equilibrium_potential(
    *,
    capacity: Float[np.ndarray, "condition"],
    voltage: Float[np.ndarray, "condition"],
    covariance: Float[np.ndarray, "condition 2 2"],
    degrees_of_freedom: float = math.inf,
) -> EquilibriumFit | None:
    r"""Extrapolate the open-circuit voltage to zero remaining capacity.

    The fit is made against the capacity itself, not against a fraction of some reference: the intercept is
    the same, and the error of the reference does not enter it. With E_1, u_1 from the line, E_2, u_2 from
    the parabola and w the probability of the parabola,

    .. math:: E = (1-w)E_1 + wE_2,\qquad
        u^2 = (1-w)u_1^2 + wu_2^2 + w(1-w)(E_2-E_1)^2 + \tfrac14 w^2(E_2-E_1)^2

    The last two terms are the model error: the doubt between the two, and half of the step from the first
    to the second order for what higher orders may add.

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
    Li 2022, Fig. 6f; York et al. 2004, doi 10.1119/1.1632486; BIC: Schwarz 1978, doi 10.1214/aos/1176344136.
    """
    if len(capacity) < MINIMUM_CONDITIONS:
        return None
    points = _Points(capacity, voltage, covariance)
    highest = 2 if len(capacity) > MINIMUM_CONDITIONS else 1
    extra = _extra_variance(points, highest, degrees_of_freedom)
    line = points.fit(1, extra)
    parabola = points.fit(2, extra) if highest == 2 else None
    probability = _probability(points.fit(1), degrees_of_freedom)
    weight = _parabola_weight(line, parabola, len(capacity))
    first, first_variance = float(line.coefficients[0]), float(line.covariance[0, 0])
    second, second_variance = first, first_variance
    if parabola is not None:
        second, second_variance = float(parabola.coefficients[0]), float(parabola.covariance[0, 0])
    statistical = math.sqrt((1.0 - weight) * first_variance + weight * second_variance)
    model = abs(second - first) * math.sqrt(weight * (1.0 - weight) + 0.25 * weight**2)
    freedom = degrees_of_freedom if extra == 0.0 else float(max(1, len(capacity) - highest - 1))
    potential = Value((1.0 - weight) * first + weight * second, math.hypot(statistical, model), "V", freedom)
    assessment = Assessment.POOR_FIT if extra > 0.0 else Assessment.GOOD
    return EquilibriumFit(
        assessment=assessment,
        message=_message(probability, weight, second - first, math.sqrt(extra)),
        equilibrium_potential=potential,
        statistical_uncertainty=statistical,
        model_uncertainty=model,
        line=line,
        parabola=parabola,
        parabola_weight=weight,
        fit_probability=probability,
        extra_deviation=math.sqrt(extra),
    )


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
        share = _slope_response(capacity, voltage, covariance, position)
        shared = float(share @ covariance[position][:, 0])
        variance += 2.0 * slope * whole.value * shared
    freedom = min(whole.degrees_of_freedom, fit.equilibrium_potential.degrees_of_freedom)
    return Value(slope * whole.value, math.sqrt(max(0.0, variance)), "V", freedom)


def _slope_response(
    capacity: Float[np.ndarray, "condition"],
    voltage: Float[np.ndarray, "condition"],
    covariance: Float[np.ndarray, "condition 2 2"],
    position: int,
) -> Float[np.ndarray, "2"]:
    """Return the derivatives of the slope by capacity and voltage of one condition (central differences)."""
    derivatives = np.zeros(2)
    for column, points in enumerate((capacity, voltage)):
        step = 1e-5 * max(1e-12, float(np.ptp(points)))
        slopes = []
        for sign in (1.0, -1.0):
            moved = [capacity.astype(float), voltage.astype(float)]
            moved[column] = moved[column].copy()
            moved[column][position] += sign * step
            fit = fit_polynomial_with_errors(x=moved[0], y=moved[1], covariance=covariance)
            slopes.append(float(fit.coefficients[1]))
        derivatives[column] = (slopes[0] - slopes[1]) / (2.0 * step)
    return derivatives


def _probability(fit: PolynomialFit, degrees_of_freedom: float) -> float:
    """Return the probability of a chi square as large, its variances known with finite degrees of freedom."""
    from scipy.stats import chi2, f

    if fit.degrees_of_freedom == 0:
        return 1.0
    if math.isinf(degrees_of_freedom):
        return float(chi2.sf(fit.chi_square, fit.degrees_of_freedom))
    return float(f.sf(fit.chi_square / fit.degrees_of_freedom, fit.degrees_of_freedom, degrees_of_freedom))


def _extra_variance(points: _Points, degree: int, degrees_of_freedom: float) -> float:
    """Return the variance to add to every voltage so that the highest order fits; 0 when it does."""
    from scipy.optimize import brentq

    fit = points.fit(degree)
    if fit.degrees_of_freedom == 0 or _probability(fit, degrees_of_freedom) > POOR_FIT:
        return 0.0

    def excess(variance: float) -> float:
        widened = points.fit(degree, variance)
        return widened.chi_square - widened.degrees_of_freedom

    return float(brentq(excess, 0.0, float(np.ptp(points.voltage)) ** 2 + 1e-12, xtol=1e-14))


def _parabola_weight(line: PolynomialFit, parabola: PolynomialFit | None, points: int) -> float:
    if parabola is None:
        return 0.0
    gain = line.chi_square - parabola.chi_square - math.log(points) - 2.0 * math.log(PRIOR_ODDS)
    return 1.0 / (1.0 + math.exp(-min(700.0, max(-700.0, 0.5 * gain))))


def _message(probability: float, weight: float, step: float, extra: float) -> str:
    if extra > 0.0:
        added = f"{extra * 1e3:.1f} mV of further scatter was added"
        return f"Neither a line nor a parabola fits within the errors: {added}."
    words = "is needed" if weight > 0.9 else "cannot be excluded" if weight > 0.1 else "is not needed"
    return (
        f"The line fits with probability {probability:.2g}; a quadratic term {words} (weight {weight:.2f})"
        f" and would move the intercept by {step * 1e3:+.1f} mV."
    )
