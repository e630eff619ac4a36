"""Samples with their weights, and the density they were drawn from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.evidence.inference.mixture import Mixture, log_prior_density
from lmct.evidence.inference.tail import tail_shape_from_weights

PRIOR_SHARE = 0.05
"""Share of the samples drawn from the priors, so that no part of them is overlooked for certain."""


@dataclass(frozen=True, eq=False)
class WeightedSamples:
    """Samples in standard-normal coordinates with their weights.

    Parameters
    ----------
    coordinates
        Positions.
    log_likelihood
        There.
    log_weights
        Logarithm of posterior over sampled density, the evidence not divided out.
    """

    coordinates: Float[np.ndarray, "sample unknown"]
    log_likelihood: Float[np.ndarray, "sample"]
    log_weights: Float[np.ndarray, "sample"]

    @property
    def weights(self) -> Float[np.ndarray, "sample"]:
        """Weights whose sum is 1."""
        raw = np.exp(self.log_weights - np.max(self.log_weights))
        return np.asarray(raw / np.sum(raw))

    @property
    def effective(self) -> float:
        """Number of equally weighted samples that they are worth."""
        if len(self.log_weights) == 0:
            return 0.0
        return float(1.0 / np.sum(self.weights**2))

    @property
    def log_evidence(self) -> float:
        """Logarithm of the evidence."""
        return float(np.logaddexp.reduce(self.log_weights) - math.log(len(self.log_weights)))

    @property
    def log_evidence_error(self) -> float:
        """Its standard error from the scatter of the weights."""
        count = len(self.log_weights)
        return math.sqrt(max(1.0 / self.effective - 1.0 / count, 1e-12))

    @property
    def tail_shape(self) -> float:
        """Shape of the tail of the weights (:mod:`lmct.evidence.inference.tail`)."""
        return tail_shape_from_weights(weights=self.weights)


def log_base_density(
    mixture: Mixture, at: Float[np.ndarray, "sample unknown"]
) -> Float[np.ndarray, "sample"]:
    """Return the logarithm of the density that samples of a mixture and some of the priors have together.

    Parameters
    ----------
    mixture
        The mixture.
    at
        Positions in standard-normal coordinates.
    """
    own = math.log(1.0 - PRIOR_SHARE) + mixture.log_density(at)
    return np.asarray(np.logaddexp(math.log(PRIOR_SHARE) + log_prior_density(at), own))


def weighed(
    at: Float[np.ndarray, "sample unknown"],
    log_likelihood: Float[np.ndarray, "sample"],
    drawn: Sequence[tuple[Mixture, int]],
) -> WeightedSamples:
    """Return samples weighed by the mean of the densities that they could have been drawn from.

    Parameters
    ----------
    at
        Positions in standard-normal coordinates.
    log_likelihood
        There.
    drawn
        Mixtures, and how many samples were drawn from each and the priors.
    """
    parts = [math.log(count / len(at)) + log_base_density(mixture, at) for mixture, count in drawn]
    density = np.logaddexp.reduce(np.array(parts), axis=0)
    return WeightedSamples(at, log_likelihood, log_prior_density(at) + log_likelihood - density)


def no_samples(size: int) -> WeightedSamples:
    """Return no samples of so many unknowns."""
    return WeightedSamples(np.empty((0, size)), np.empty(0), np.empty(0))


def joined(first: WeightedSamples, second: WeightedSamples) -> WeightedSamples:
    """Return all samples, those of the first before those of the second."""
    return WeightedSamples(
        np.vstack([first.coordinates, second.coordinates]),
        np.concatenate([first.log_likelihood, second.log_likelihood]),
        np.concatenate([first.log_weights, second.log_weights]),
    )
