"""Mixtures of Student's t: densities that samples are drawn from and that learn from their weights."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

FREEDOM = 10.0
"""Degrees of freedom: tails heavier than those of any posterior with a normal prior."""

ITERATIONS = 15
"""Of expectation and maximisation."""

FEWEST = 4
"""A component that has fewer effective samples than this for each unknown is not learnt from them."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """A weighted sum of multivariate Student's t distributions.

    Parameters
    ----------
    shares
        Weight of each component; their sum is 1.
    middles
        Their middles.
    factors
        Lower Cholesky factors of their scale matrices.
    """

    shares: Float[np.ndarray, "component"]
    middles: Float[np.ndarray, "component unknown"]
    factors: Float[np.ndarray, "component unknown unknown"]

    def drawn(self, count: int, random: np.random.Generator) -> Float[np.ndarray, "sample unknown"]:
        """Return independent samples; each component gives its share of them, up to rounding."""
        edges = np.cumsum(self.shares)
        chosen = np.searchsorted(edges, (np.arange(count) + random.random()) / count * edges[-1])
        chosen = np.minimum(chosen, len(edges) - 1)
        normal = random.standard_normal((count, self.middles.shape[1]))
        stretch = np.sqrt(FREEDOM / random.chisquare(FREEDOM, count))
        return np.asarray(
            self.middles[chosen] + stretch[:, None] * np.einsum("sij,sj->si", self.factors[chosen], normal)
        )

    def log_density(self, at: Float[np.ndarray, "sample unknown"]) -> Float[np.ndarray, "sample"]:
        """Return the logarithm of the density."""
        return np.asarray(np.logaddexp.reduce(self.log_parts(at), axis=1))

    def log_parts(self, at: Float[np.ndarray, "sample unknown"]) -> Float[np.ndarray, "sample component"]:
        """Return the logarithm of what each component adds to the density."""
        from scipy.linalg import solve_triangular

        size = self.middles.shape[1]
        constant = math.lgamma(0.5 * (FREEDOM + size)) - math.lgamma(0.5 * FREEDOM)
        constant -= 0.5 * size * math.log(FREEDOM * math.pi)
        parts = []
        for share, middle, factor in zip(self.shares, self.middles, self.factors, strict=True):
            scaled = solve_triangular(factor, (at - middle).T, lower=True)
            distance = np.sum(scaled**2, axis=0)
            volume = float(np.sum(np.log(np.diag(factor))))
            tail = 0.5 * (FREEDOM + size) * np.log1p(distance / FREEDOM)
            parts.append(math.log(max(share, 1e-300)) + constant - volume - tail)
        return np.column_stack(parts)

    def wider(self, factor: float) -> Mixture:
        """Return the mixture with covariances so many times larger."""
        return Mixture(self.shares, self.middles, math.sqrt(factor) * self.factors)

    def joined(self, other: Mixture, share: float) -> Mixture:
        """Return the mixture with another one that takes a share of it."""
        shares = np.concatenate([(1.0 - share) * self.shares, share * other.shares])
        middles = np.vstack([self.middles, other.middles])
        return Mixture(shares, middles, np.concatenate([self.factors, other.factors]))

    def learnt(
        self, at: Float[np.ndarray, "sample unknown"], weights: Float[np.ndarray, "sample"]
    ) -> Mixture:
        """Return the mixture after one step of expectation and maximisation on weighted samples."""
        parts = self.log_parts(at)
        belongs = np.exp(parts - np.logaddexp.reduce(parts, axis=1)[:, None]) * weights[:, None]
        size = at.shape[1]
        shares, middles, factors = [], [], []
        for number, own in enumerate(belongs.T):
            total = float(np.sum(own))
            effective = total**2 / max(float(np.sum(own**2)), 1e-300)
            if effective < FEWEST * size:
                middles.append(self.middles[number])
                factors.append(self.factors[number])
            else:
                middle = own @ at / total
                apart = at - middle
                covariance = (apart * own[:, None]).T @ apart / total
                middles.append(middle)
                factors.append(_factor(covariance))
            shares.append(max(total, 0.01 / len(self.shares)))
        return Mixture(np.array(shares) / np.sum(shares), np.array(middles), np.array(factors))


def log_prior_density(at: Float[np.ndarray, "sample unknown"]) -> Float[np.ndarray, "sample"]:
    """Return the logarithm of the density of all priors together in standard-normal coordinates.

    Parameters
    ----------
    at
        Positions.
    """
    return np.asarray(-0.5 * np.sum(at**2, axis=1) - 0.5 * at.shape[1] * math.log(2.0 * math.pi))


def mixture_at(
    middles: list[Float[np.ndarray, "unknown"]], covariances: list[Float[np.ndarray, "unknown unknown"]]
) -> Mixture:
    """Return a mixture of equal shares with given middles and covariances.

    Parameters
    ----------
    middles
        Of each component.
    covariances
        Of each component.
    """
    count = len(middles)
    factors = np.array([_factor(one) for one in covariances])
    return Mixture(np.full(count, 1.0 / count), np.array(middles), factors)


def mixture_learnt_from(
    at: Float[np.ndarray, "sample unknown"],
    weights: Float[np.ndarray, "sample"],
    *,
    components: int,
    random: np.random.Generator,
    begin: Mixture | None = None,
) -> Mixture:
    """Return a mixture that looks like weighted samples.

    Parameters
    ----------
    at
        The samples.
    weights
        Their sum is 1.
    components
        How many; each begins about a sample drawn by its weight.
    random
        Random numbers.
    begin
        Components to begin with instead.
    """
    mixture = _seeded(at, weights, components, random) if begin is None else begin
    if begin is None and components == 1:
        return mixture
    for _ in range(ITERATIONS):
        mixture = mixture.learnt(at, weights)
    return mixture


def _seeded(
    at: Float[np.ndarray, "sample unknown"],
    weights: Float[np.ndarray, "sample"],
    components: int,
    random: np.random.Generator,
) -> Mixture:
    """Return components about samples drawn by their weights, or one with their mean and covariance."""
    middle = weights @ at
    covariance = ((at - middle) * weights[:, None]).T @ (at - middle)
    if components == 1:
        return mixture_at([middle], [covariance])
    seeds = at[random.choice(len(at), size=components, p=weights)]
    narrower = covariance * components ** (-2.0 / at.shape[1])
    return mixture_at(list(seeds), [narrower] * components)


def _factor(covariance: Float[np.ndarray, "unknown unknown"]) -> Float[np.ndarray, "unknown unknown"]:
    """Return the Cholesky factor of a covariance, which a floor keeps from collapsing."""
    floor = 1e-6 * np.diag(np.maximum(np.diag(covariance), 1e-10))
    return np.asarray(np.linalg.cholesky(0.5 * (covariance + covariance.T) + floor))
