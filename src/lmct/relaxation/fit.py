"""Fits of the rate laws to remaining capacities: parameters, profile likelihood, half-lives, verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from lmct.quantity.assessment import POOR_FIT, Assessment
from lmct.relaxation.heating import Heating

DEGENERATE_CORRELATION = 0.99
"""Two parameters that correlate more than this cannot be told apart [1]."""

Fractions = Callable[[Sequence[Heating], Float[np.ndarray, "parameter"]], Float[np.ndarray, "condition"]]


@dataclass(frozen=True, eq=False)
class Law:
    """A rate law as the fit needs it.

    Parameters
    ----------
    name
        Name of the law.
    parameters
        Names of its parameters.
    fractions
        Remaining fractions of conditions.
    starts
        Starting values, tried one after the other.
    lower, upper
        Bounds of the parameters.
    """

    name: str
    parameters: tuple[str, ...]
    fractions: Fractions
    starts: tuple[tuple[float, ...], ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class RelaxationData:
    """Mean metal capacities of conditions.

    Parameters
    ----------
    heating
        Conditions; the unheated reference has a hold time of 0.
    capacity
        Means.
    uncertainty
        Their standard uncertainties, same unit.
    degrees_of_freedom
        Of the uncertainties.
    """

    heating: tuple[Heating, ...]
    capacity: Float[np.ndarray, "condition"]
    uncertainty: Float[np.ndarray, "condition"]
    degrees_of_freedom: float = math.inf


@dataclass(frozen=True, eq=False)
class RelaxationFit:
    """What a rate law says about the data.

    Parameters
    ----------
    law
        The law.
    values
        Best parameters.
    covariance
        Of the parameters, widened by chi square over its degrees of freedom when the fit is poor.
    whole
        Capacity at fraction 1, fitted along with them.
    chi_square, degrees_of_freedom
        Of the fit.
    probability
        Of residuals as large as these [1].
    scale
        Factor by which the covariance was widened [1].
    assessment, message
        Verdict and its reason.
    """

    law: Law
    values: Float[np.ndarray, "parameter"]
    covariance: Float[np.ndarray, "parameter parameter"]
    whole: float
    chi_square: float
    degrees_of_freedom: int
    probability: float
    scale: float
    assessment: Assessment
    message: str
    correlation: Float[np.ndarray, "parameter parameter"] = field(repr=False)

    def value(self, name: str) -> tuple[float, float]:
        """Return a parameter and its standard uncertainty."""
        index = self.law.parameters.index(name)
        return float(self.values[index]), math.sqrt(float(self.covariance[index, index]))

    def fractions(self, heatings: Sequence[Heating]) -> Float[np.ndarray, "condition"]:
        """Return the remaining fractions of conditions by the fitted law [1]."""
        return self.law.fractions(heatings, self.values)


def fit_relaxation(law: Law, data: RelaxationData) -> RelaxationFit | None:
    """Fit a rate law by weighted least squares.

    The whole capacity is a parameter too, found exactly for every set of the others: the error of the
    reference, common to all remaining fractions, is so taken into account.

    Parameters
    ----------
    law
        Rate law.
    data
        Conditions and capacities.

    Returns
    -------
    :
        The fit with its verdict; None when there are not more conditions than parameters.
    """
    from scipy.optimize import least_squares

    freedom = len(data.capacity) - len(law.parameters) - 1
    if freedom < 1:
        return None
    fits = [
        least_squares(
            weighted_residual,
            start,
            bounds=(law.lower, law.upper),
            args=(law, data),
            x_scale=parameter_scales(law),
            xtol=1e-10,
        )
        for start in law.starts
    ]
    best = min(fits, key=lambda one: float(one.cost))
    chi_square = 2.0 * float(best.cost)
    probability = _probability(chi_square, freedom, data.degrees_of_freedom)
    scale = max(1.0, chi_square / freedom) if probability < POOR_FIT else 1.0
    covariance = np.linalg.pinv(best.jac.T @ best.jac, rcond=1e-12) * scale
    spread = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    correlation = covariance / np.outer(spread, spread)
    assessment, message = _verdict(law, best.x, correlation, probability, bool(best.success))
    return RelaxationFit(
        law=law,
        values=best.x,
        covariance=covariance,
        whole=_whole(law.fractions(data.heating, best.x), data),
        chi_square=chi_square,
        degrees_of_freedom=freedom,
        probability=probability,
        scale=scale,
        assessment=assessment,
        message=message,
        correlation=correlation,
    )


def _whole(fraction: Float[np.ndarray, "condition"], data: RelaxationData) -> float:
    weight = 1.0 / data.uncertainty**2
    return float(np.sum(weight * fraction * data.capacity) / np.sum(weight * fraction**2))


def weighted_residual(
    values: Float[np.ndarray, "parameter"], law: Law, data: RelaxationData
) -> Float[np.ndarray, "condition"]:
    """Return how far each capacity lies from the law, the whole capacity being the best for these parameters.

    Parameters
    ----------
    values
        Parameters.
    law
        Rate law.
    data
        Conditions and capacities.

    Returns
    -------
    :
        Residuals in standard uncertainties [1].
    """
    fraction = law.fractions(data.heating, values)
    result: Float[np.ndarray, "condition"] = (
        data.capacity - _whole(fraction, data) * fraction
    ) / data.uncertainty
    return result


def parameter_scales(law: Law) -> Sequence[float]:
    """Return the size of a step in each parameter: a twentieth of its range.

    Parameters
    ----------
    law
        Rate law.

    Returns
    -------
    :
        One number per parameter.
    """
    return [0.05 * (high - low) for low, high in zip(law.lower, law.upper, strict=True)]


def _probability(chi_square: float, freedom: int, error_freedom: float) -> float:
    from scipy.stats import chi2, f

    if math.isinf(error_freedom):
        return float(chi2.sf(chi_square, freedom))
    return float(f.sf(chi_square / freedom, freedom, error_freedom))


def _verdict(
    law: Law,
    values: Float[np.ndarray, "parameter"],
    correlation: Float[np.ndarray, "parameter parameter"],
    probability: float,
    converged: bool,
) -> tuple[Assessment, str]:
    """Return the verdict, the gravest first."""
    if not converged:
        return Assessment.NOT_CONVERGED, f"{law.name}: the search for the best parameters did not end."
    for name, value, low, high in zip(law.parameters, values, law.lower, law.upper, strict=True):
        if min(value - low, high - value) < 1e-4 * (high - low):
            limit = f"{name} runs to its bound {value:.4g}; the data do not limit it."
            return Assessment.DEGENERATE, f"{law.name}: {limit}"
    poor = f"poor fit (p = {probability:.1g}), uncertainties were widened"
    off = np.abs(correlation - np.diag(np.diag(correlation)))
    if off.max(initial=0.0) > DEGENERATE_CORRELATION:
        one, two = (law.parameters[k] for k in np.unravel_index(int(np.argmax(off)), off.shape))
        limit = f"{one} and {two} correlate by {off.max():.4f}: only a combination of them is determined"
        return Assessment.DEGENERATE, f"{law.name}: {limit}{'; ' + poor if probability < POOR_FIT else ''}."
    if probability < POOR_FIT:
        return Assessment.POOR_FIT, f"{law.name}: {poor}."
    return Assessment.GOOD, f"{law.name}: fits (p = {probability:.2g})."
