"""Densities of virtual data under every sample of a posterior."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int


@dataclass(frozen=True, eq=False)
class VirtualData:
    """Data drawn from samples of a posterior, and how probable every sample makes them.

    Parameters
    ----------
    densities
        Logarithms of the probability densities.
    owners
        From which sample each row was drawn.
    origins
        Number of the distinct set of values that each sample is; equal samples have equal numbers.
    """

    densities: Float[np.ndarray, "draw sample"]
    owners: Int[np.ndarray, "draw"]
    origins: Int[np.ndarray, "sample"]

    @property
    def own(self) -> Float[np.ndarray, "draw"]:
        """Logarithm of the density under the sample that the data were drawn from."""
        return np.asarray(self.densities[np.arange(len(self.owners)), self.owners])

    @property
    def others(self) -> Float[np.ndarray, "draw sample"]:
        """Densities with minus infinity where data meet the values that they were drawn from."""
        return np.where(self.is_own, -np.inf, self.densities)

    @property
    def is_own(self) -> Bool[np.ndarray, "draw sample"]:
        """Where data meet the values that they were drawn from."""
        return np.asarray(self.origins[self.owners][:, None] == self.origins[None, :])

    def of_samples(self, values: Float[np.ndarray, "draw"]) -> Float[np.ndarray, "sample"]:
        """Return the mean over the draws from each sample."""
        return np.asarray(np.bincount(self.owners, weights=values) / np.bincount(self.owners))

    def chance(self, influences: Float[np.ndarray, "sample"]) -> float:
        """Return the standard error of a mean from how much each sample moves it."""
        away = influences - influences.mean()
        sums = np.bincount(np.unique(self.origins, return_inverse=True)[1], weights=away)
        return float(np.sqrt(np.sum(sums**2)) / len(influences))


def virtual_data(
    *,
    means: Float[np.ndarray, "sample point"],
    covariances: Float[np.ndarray, "sample point point"],
    repeats: int,
    rng: np.random.Generator,
    origins: Int[np.ndarray, "sample"] | None = None,
) -> VirtualData:
    """Draw data from every sample and compute their densities under all of them.

    Parameters
    ----------
    means
        What each sample predicts.
    covariances
        Of the errors.
    repeats
        Draws from each sample.
    rng
        Source of the draws.
    origins
        Which samples are equal; None when all differ.

    Returns
    -------
    :
        The data.
    """
    owners = np.tile(np.arange(len(means)), repeats)
    factors = np.linalg.cholesky(covariances)
    noise = rng.standard_normal((len(owners), means.shape[1]))
    data = means[owners] + np.einsum("dij,dj->di", factors[owners], noise)
    densities = log_densities_from_data(data=data, means=means, covariances=covariances)
    return VirtualData(densities, owners, np.arange(len(means)) if origins is None else origins)


def log_densities_from_data(
    *,
    data: Float[np.ndarray, "draw point"],
    means: Float[np.ndarray, "sample point"],
    covariances: Float[np.ndarray, "sample point point"],
) -> Float[np.ndarray, "draw sample"]:
    """Return the logarithm of the probability density of data under each sample.

    Parameters
    ----------
    data
        Virtual data.
    means
        What each sample predicts.
    covariances
        Of the errors.

    Returns
    -------
    :
        Natural logarithm, a column for each sample.

    Examples
    --------
    >>> one = log_densities_from_data(data=np.zeros((1, 1)), means=np.zeros((1, 1)),
    ...     covariances=np.ones((1, 1, 1)))
    >>> round(float(np.exp(one[0, 0]) ** -2 / (2 * np.pi)), 6)
    1.0
    """
    factors = np.linalg.cholesky(covariances)
    inverse = np.linalg.inv(factors)
    constants = -np.log(np.diagonal(factors, axis1=1, axis2=2)).sum(axis=1)
    constants -= 0.5 * means.shape[1] * math.log(2.0 * math.pi)
    found = np.empty((len(data), len(means)))
    for sample, mean in enumerate(means):
        white = (data - mean) @ inverse[sample].T
        found[:, sample] = constants[sample] - 0.5 * np.einsum("dp,dp->d", white, white)
    return found


def log_mean_exp(
    logarithms: Float[np.ndarray, "draw sample"], count: Float[np.ndarray, "draw"] | float
) -> Float[np.ndarray, "draw"]:
    """Return the logarithm of the sum of exponentials over a count; those left out are minus infinity.

    Parameters
    ----------
    logarithms
        Natural logarithms.
    count
        What the sum is divided by.

    Examples
    --------
    >>> log_mean_exp(np.zeros((1, 4)), 4.0).tolist()
    [0.0]
    """
    highest = logarithms.max(axis=1)
    safe = np.where(np.isfinite(highest), highest, 0.0)
    with np.errstate(divide="ignore"):
        total = np.log(np.exp(logarithms - safe[:, None]).sum(axis=1))
    return np.asarray(safe + total - np.log(count))
