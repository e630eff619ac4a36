"""Levenberg-Marquardt for counts: the likelihood of Poisson, or least squares with given uncertainties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

LEAST_COUNTS = 0.02
"""Expected counts of a point are never taken as fewer, which keeps weights finite [1]."""

DECREMENT = 1e-3
"""A fit is finished when a full step would lower chi square by less [1]."""

MOST_STEPS = 60
"""Steps after which a fit gives up."""


@dataclass(frozen=True, eq=False)
class CountNoise:
    """Intensities that are ``gain`` times Poisson counts.

    The variance is that of the model, not that of the record: weights from recorded counts favour points that
    came out low and pull every intensity down.

    Parameters
    ----------
    observed
        Intensities, none negative.
    gain
        Intensity of one count.
    """

    observed: Float[np.ndarray, "point"]
    gain: float = 1.0

    def variance(self, model: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
        """Return the variance of each point."""
        expected: Float[np.ndarray, "point"] = np.maximum(model, LEAST_COUNTS * self.gain)
        variance: Float[np.ndarray, "point"] = self.gain * expected
        return variance

    def deviance(self, model: Float[np.ndarray, "point"]) -> float:
        """Return twice the logarithm of the likelihood ratio to a perfect model."""
        expected = np.maximum(model, LEAST_COUNTS * self.gain)
        ratio = np.where(self.observed > 0, self.observed / expected, 1.0)
        terms = expected - self.observed + self.observed * np.log(ratio)
        return float(2.0 * terms.sum() / self.gain)


@dataclass(frozen=True, eq=False)
class GaussianNoise:
    """Intensities with given standard uncertainties.

    Parameters
    ----------
    observed
        Intensities.
    uncertainty
        Of each, positive.
    """

    observed: Float[np.ndarray, "point"]
    uncertainty: Float[np.ndarray, "point"]

    def variance(self, model: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
        """Return the variance of each point, whatever the model."""
        return self.uncertainty**2

    def deviance(self, model: Float[np.ndarray, "point"]) -> float:
        """Return chi square."""
        return float((((self.observed - model) / self.uncertainty) ** 2).sum())


Noise = CountNoise | GaussianNoise


@dataclass(frozen=True, eq=False)
class Restraint:
    """What is known of parameters beforehand: expected values with standard deviations.

    Parameters
    ----------
    centre
        Expected values.
    precision
        One over the variance; 0 where nothing is known.
    """

    centre: Float[np.ndarray, "parameter"]
    precision: Float[np.ndarray, "parameter"]

    def pull(self, vector: Float[np.ndarray, "parameter"]) -> Float[np.ndarray, "parameter"]:
        """Return half the derivative by which the restraint draws parameters back."""
        pull: Float[np.ndarray, "parameter"] = self.precision * (self.centre - vector)
        return pull

    def penalty(self, vector: Float[np.ndarray, "parameter"]) -> float:
        """Return what the restraint adds to the deviance."""
        return float(self.precision @ (self.centre - vector) ** 2)


class Evaluation(NamedTuple):
    """A pattern and its derivatives.

    Parameters
    ----------
    calculated
        The whole pattern.
    background
        The pattern without lines.
    jacobian
        Derivative of the pattern by each parameter.
    """

    calculated: Float[np.ndarray, "point"]
    background: Float[np.ndarray, "point"]
    jacobian: Float[np.ndarray, "parameter point"]


@dataclass(frozen=True, eq=False)
class Fit:
    """A finished fit.

    Parameters
    ----------
    vector
        Parameters.
    evaluation
        Of the model there.
    deviance
        There, the penalty of the restraint included.
    curvature
        Fisher information, half the expected second derivative of the deviance.
    converged
        Whether the fit is finished.
    fixed
        Parameters that are held at a limit.
    steps
        How many times the model was evaluated.
    """

    vector: Float[np.ndarray, "parameter"]
    evaluation: Evaluation
    deviance: float
    curvature: Float[np.ndarray, "parameter parameter"]
    converged: bool
    fixed: Bool[np.ndarray, "parameter"]
    steps: int

    def covariance(self) -> Float[np.ndarray, "parameter parameter"]:
        """Return the covariance from the counts alone; NaN for what is held or not determined at all."""
        covariance = np.full_like(self.curvature, np.nan)
        free = np.flatnonzero(~self.fixed & (np.diag(self.curvature) > 0))
        size = 1.0 / np.sqrt(np.diag(self.curvature)[free])
        scaled = self.curvature[np.ix_(free, free)] * np.outer(size, size)
        values, vectors = np.linalg.eigh(scaled)
        values = np.maximum(values, 1e-13 * values[-1]) if len(values) else values
        covariance[np.ix_(free, free)] = (vectors / values) @ vectors.T * np.outer(size, size)
        return covariance


def fit_linear(
    *,
    noise: Noise,
    evaluation: Evaluation,
    vector: Float[np.ndarray, "parameter"],
    first: int,
    variance: Float[np.ndarray, "point"],
) -> Float[np.ndarray, "parameter"]:
    """Return the vector with its linear parameters solved for.

    Parameters
    ----------
    noise
        Holds the record.
    evaluation
        With all linear parameters zero.
    vector
        Parameters.
    first
        Place of the first linear one.
    variance
        Of each point.
    """
    rows = evaluation.jacobian[first:]
    weighted = rows / variance
    curvature = weighted @ rows.T
    size = np.sqrt(np.maximum(np.diag(curvature), 1e-300))
    scaled = curvature / np.outer(size, size) + 1e-10 * np.eye(len(size))
    solved = vector.copy()
    solved[first:] = np.linalg.solve(scaled, (weighted @ noise.observed) / size) / size
    return solved


def levenberg_marquardt(
    *,
    evaluate: Callable[[Float[np.ndarray, "parameter"]], Evaluation],
    noise: Noise,
    start: Float[np.ndarray, "parameter"],
    low: Float[np.ndarray, "parameter"],
    high: Float[np.ndarray, "parameter"],
    restraint: Restraint,
    most_steps: int = MOST_STEPS,
) -> Fit:
    """Fit a model to a record.

    The step is that of Fisher scoring, so that with counts the end is the maximum of the likelihood of
    Poisson, not one of least squares.

    Parameters
    ----------
    evaluate
        Model: parameters -> pattern and Jacobian.
    noise
        The record and its noise.
    start
        First parameters, within the limits.
    low, high
        Limits.
    restraint
        What is known of the parameters beforehand.
    most_steps
        Evaluations after which it gives up.

    Returns
    -------
    :
        Parameters, curvature and whether it converged.

    Source
    ------
    Damping: Nielsen, report IMM-REP-1999-05, Technical University of Denmark (1999). Scoring for counts:
    Laurence and Chromy, Nat. Methods 7, 338 (2010), doi 10.1038/nmeth0510-338.
    """
    vector, damping, growth = start.copy(), 1e-5, 2.0
    here = evaluate(vector)
    deviance = noise.deviance(here.calculated) + restraint.penalty(vector)
    curvature, gradient = _scores(here, noise, vector, restraint)
    for steps in range(1, most_steps + 1):
        fixed = ((vector <= low) & (gradient < 0)) | ((vector >= high) & (gradient > 0))
        free = np.flatnonzero(~fixed & (np.diag(curvature) > 0))
        full = _step(curvature, gradient, free, 1e-10)
        if full is not None and float(gradient @ full) < DECREMENT:
            return Fit(vector, here, deviance, curvature, True, fixed, steps)
        step = _step(curvature, gradient, free, damping)
        trial = vector if step is None else np.clip(vector + step, low, high)
        moved = trial - vector
        predicted = float(2.0 * gradient @ moved - moved @ curvature @ moved)
        there = evaluate(trial)
        new = noise.deviance(there.calculated) + restraint.penalty(trial)
        gained = (deviance - new) / predicted if predicted > 0 and np.isfinite(new) else -1.0
        if gained > 1e-3:
            vector, here, deviance = trial, there, new
            curvature, gradient = _scores(here, noise, vector, restraint)
            damping *= max(1.0 / 3.0, 1.0 - (2.0 * gained - 1.0) ** 3) if gained < 1.9 else 1.0 / 3.0
            damping, growth = max(damping, 1e-9), 2.0
        else:
            damping, growth = max(damping, 1e-4) * growth, growth * 2.0
            if damping > 1e12:
                break
    fixed = (vector <= low) | (vector >= high)
    return Fit(vector, here, deviance, curvature, False, fixed, most_steps)


def _scores(
    evaluation: Evaluation, noise: Noise, vector: Float[np.ndarray, "parameter"], restraint: Restraint
) -> tuple[Float[np.ndarray, "parameter parameter"], Float[np.ndarray, "parameter"]]:
    """Return the Fisher information and the gradient that a step follows upwards."""
    weighted = evaluation.jacobian / noise.variance(evaluation.calculated)
    curvature = weighted @ evaluation.jacobian.T + np.diag(restraint.precision)
    gradient = weighted @ (noise.observed - evaluation.calculated) + restraint.pull(vector)
    return curvature, gradient


def _step(
    curvature: Float[np.ndarray, "parameter parameter"],
    gradient: Float[np.ndarray, "parameter"],
    free: np.ndarray,
    damping: float,
) -> Float[np.ndarray, "parameter"] | None:
    """Return the damped step of the free parameters, None where the curvature is singular."""
    size = 1.0 / np.sqrt(np.diag(curvature)[free])
    scaled = curvature[np.ix_(free, free)] * np.outer(size, size)
    scaled[np.diag_indices(len(free))] += damping
    try:
        factor = np.linalg.cholesky(scaled)
    except np.linalg.LinAlgError:
        return None
    step = np.zeros_like(gradient)
    half = np.linalg.solve(factor, gradient[free] * size)
    step[free] = np.linalg.solve(factor.T, half) * size
    return step
