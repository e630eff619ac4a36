"""One maximum of the posterior density: least squares from a position, outlier cells weighed down."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.evidence.inference.descent import Descent, descend, slopes_at
from lmct.evidence.inference.evaluation import log_likelihoods_of
from lmct.evidence.likelihood.likelihood import Likelihood

FARTHEST = 3.0
"""The search stays within so many standard deviations of the prior."""

MOST_SLOPES = 60
"""Slopes of all residuals that one search makes at most, over all rounds in which outlier cells are weighed
anew; a mechanism that fits takes a third of it, one that does not would go on for long."""

SETTLED = 0.02
"""Weights of the cells that change by less are settled."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Maximum:
    """The most probable values that one start led to.

    Parameters
    ----------
    values
        Of all unknowns.
    coordinates
        The same in standard-normal coordinates of the priors.
    precision
        Of the data alone in these coordinates: inverse covariance by Gauss and Newton.
    log_likelihood
        There.
    log_posterior
        With the density of the priors there, up to a constant.
    evaluations
        Likelihoods that were computed.
    cpu_seconds
        Processor time [s].
    """

    values: Mapping[str, float]
    coordinates: Float[np.ndarray, "unknown"]
    precision: Float[np.ndarray, "unknown unknown"]
    log_likelihood: float
    log_posterior: float
    evaluations: int
    cpu_seconds: float

    @property
    def covariance(self) -> Float[np.ndarray, "unknown unknown"]:
        """Covariance of data and priors in standard-normal coordinates (Laplace)."""
        return np.asarray(np.linalg.inv(self.precision + np.eye(len(self.precision))))

    @property
    def log_evidence(self) -> float:
        """Evidence by Laplace's approximation: as if the posterior were normal about the maximum."""
        _, volume = np.linalg.slogdet(self.precision + np.eye(len(self.precision)))
        distance = float(self.coordinates @ self.coordinates)
        return self.log_likelihood - 0.5 * distance - 0.5 * float(volume)


class Search:
    """Least squares in standard-normal coordinates, with steps that suit the noise of an integrator.

    Parameters
    ----------
    likelihood
        The likelihood.
    """

    def __init__(self, likelihood: Likelihood) -> None:
        self.likelihood = likelihood
        self.evaluations = 0
        self._outlier = {block.name: 0.0 for block in likelihood.blocks}

    def climb(
        self, start: Float[np.ndarray, "unknown"], outlier: Mapping[str, float], *, most_rounds: int
    ) -> Descent:
        """Return the descent to the maximum near a position for given weights of the cells."""
        self._outlier = dict(outlier)
        return descend(self.residuals, start, limit=FARTHEST, most_rounds=most_rounds)

    def values(self, coordinates: Float[np.ndarray, "unknown"]) -> dict[str, float]:
        """Return the unknowns at a position."""
        from scipy.special import ndtr

        return self.likelihood.unknowns.values_at(ndtr(coordinates))

    def data(self, coordinates: Float[np.ndarray, "unknown"]) -> Float[np.ndarray, "residual"] | None:
        """Return the residuals of the data alone; None where the campaign is impossible."""
        self.evaluations += 1
        return self.likelihood.possible_residuals(self.values(coordinates))

    def residuals(self, coordinates: Float[np.ndarray, "unknown"]) -> Float[np.ndarray, "residual"]:
        """Return the residuals of data and priors, with the weights of the cells in the last climb."""
        self.evaluations += 1
        return self.likelihood.weighed_residuals(self.values(coordinates), self._outlier)

    def covariance(self, coordinates: Float[np.ndarray, "unknown"]) -> Float[np.ndarray, "unknown unknown"]:
        """Return the covariance of data and normal priors as the slopes at a position give it."""
        slopes = self.slopes(coordinates)[: -len(coordinates)]
        return np.asarray(np.linalg.inv(slopes.T @ slopes + np.eye(len(coordinates))))

    def slopes(self, coordinates: Float[np.ndarray, "unknown"]) -> Float[np.ndarray, "residual unknown"]:
        """Return the slopes of the residuals."""
        here = self.residuals(coordinates)
        return slopes_at(self.residuals, coordinates, here, limit=FARTHEST, both_sides=True)


def climbed(search: Search, start: Float[np.ndarray, "unknown"], began: float) -> Maximum:
    """Return the maximum near a position; the outlier cells are weighed anew until their weights settle.

    Parameters
    ----------
    search
        Counts what is computed.
    start
        Where to begin.
    began
        Processor time when the search began [s].
    """
    likelihood, coordinates, left = search.likelihood, start, MOST_SLOPES
    outlier = {block.name: 0.0 for block in likelihood.blocks}
    while left > 0:
        found = search.climb(coordinates, outlier, most_rounds=left)
        coordinates, left = found.position, left - found.rounds
        before, outlier = outlier, _weighed_anew(outlier, likelihood.outlier_odds(search.values(coordinates)))
        if max(abs(outlier[name] - before[name]) for name in outlier) < SETTLED:
            break
    values = search.values(coordinates)
    slopes = search.slopes(coordinates)[: -len(coordinates)]
    log_likelihood, _ = log_likelihoods_of(likelihood, coordinates[None, :])
    priors = [one.prior.residual(values[one.name]) for one in likelihood.unknowns.members]
    return Maximum(
        values=values,
        coordinates=coordinates,
        precision=slopes.T @ slopes,
        log_likelihood=float(log_likelihood[0]),
        log_posterior=float(log_likelihood[0] - 0.5 * np.sum(np.square(priors))),
        evaluations=search.evaluations,
        cpu_seconds=time.process_time() - began,
    )


def _weighed_anew(before: Mapping[str, float], odds: Mapping[str, float]) -> dict[str, float]:
    """Return outlier probabilities; of the cells that newly seem to be outliers only the worst becomes one.

    A bad cell pulls the fit so far that good ones look bad as well, until it is set aside.
    """
    found = {name: 0.5 * (1.0 + math.tanh(0.5 * one)) for name, one in odds.items()}
    new = [name for name in found if found[name] > 0.5 > before[name]]
    worst = max(new, key=lambda name: odds[name], default="")
    return {name: before[name] if name in new and name != worst else found[name] for name in found}
