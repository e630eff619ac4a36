"""The average over drifts that are possible, and the t distributions of the sums."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.technique.gas_evolution.drift import Solution

FEWEST_FREEDOM = 2.0
"""Fewest degrees of freedom of a sum."""


@dataclass(frozen=True, eq=False)
class Integral:
    """Weighted sums over the bins of what stands above the background.

    Parameters
    ----------
    value
        Each sum.
    covariance
        Of the sums: background and noise.
    background_share
        Part of each variance that is due to the background [1].
    degrees_of_freedom
        Of the t distribution with the same 68 and 95 % limits; the covariance is already that of its scale.
    """

    value: Float[np.ndarray, "sum"]
    covariance: Float[np.ndarray, "sum sum"]
    background_share: Float[np.ndarray, "sum"]
    degrees_of_freedom: Float[np.ndarray, "sum"]


@dataclass(frozen=True, eq=False)
class Background:
    """The background of one series.

    Parameters
    ----------
    level, uncertainty
        Mean and standard uncertainty at each bin.
    noise
        Standard deviation of one bin about it.
    drift
        Root mean square of the slow drift beside the line, averaged over what is possible.
    correlation_time
        Of the drift, the same average in its logarithm [s].
    integral
        The sums that were asked for.
    """

    level: Float[np.ndarray, "bin"]
    uncertainty: Float[np.ndarray, "bin"]
    noise: float
    drift: float
    correlation_time: float
    integral: Integral


def background_of_mixture(
    solutions: list[Solution],
    series: Float[np.ndarray, "bin"],
    scale: float,
    weights: Float[np.ndarray, "sum bin"],
) -> Background:
    """Average over the drifts that are possible, and match t distributions to the mixtures of the sums.

    Parameters
    ----------
    solutions
        Of every trend, size and correlation time.
    series
        Mean of each bin; NaN where it is empty.
    scale
        What the quiet bins were divided by.
    weights
        Of each bin in each sum.
    """
    evidence = np.array([one.evidence for one in solutions])
    share = np.exp(evidence - evidence.max())
    share /= share.sum()
    sigma2 = np.array([one.sigma2 * one.freedom / max(one.freedom - 2, 1) for one in solutions])
    level = sum(p * one.level for p, one in zip(share, solutions, strict=True))
    spread = sum(
        p * (s * one.variance + (one.level - level) ** 2)
        for p, s, one in zip(share, sigma2, solutions, strict=True)
    )
    sums = np.array([one.sums for one in solutions])
    mean = share @ sums
    noise2 = float(share @ sigma2)
    known = np.where(np.isfinite(series), series / scale, 0.0)
    white = weights @ weights.T
    each = np.array([s * one.sum_covariance for s, one in zip(sigma2, solutions, strict=True)])
    off = sums - mean
    background = np.einsum("k,kij->ij", share, each) + np.einsum("k,ki,kj->ij", share, off, off)
    total = background + noise2 * white
    variance = np.einsum("kii->ki", each) + sigma2[:, None] * np.diag(white)
    matched, freedom = _student_of_mixture(share, off, np.sqrt(np.maximum(variance, 1e-300)))
    shrink = matched / np.sqrt(np.maximum(np.diag(total), 1e-300))
    covariance = total * np.outer(shrink, shrink) * scale**2
    diagonal = np.maximum(np.diag(total), 1e-300)
    integral = Integral((weights @ known - mean) * scale, covariance, np.diag(background) / diagonal, freedom)
    drift = float(np.sqrt(share @ (sigma2 * np.array([one.ratio**2 for one in solutions]))))
    tau = float(np.exp(share @ np.log([one.tau for one in solutions])))
    return Background(
        np.asarray(level) * scale,
        np.sqrt(np.maximum(spread, 0.0)) * scale,
        math.sqrt(noise2) * scale,
        drift * scale,
        tau,
        integral,
    )


def _student_of_mixture(
    share: Float[np.ndarray, "solution"],
    off: Float[np.ndarray, "solution sum"],
    spread: Float[np.ndarray, "solution sum"],
) -> tuple[Float[np.ndarray, "sum"], Float[np.ndarray, "sum"]]:
    """Return scale and degrees of freedom of the t distributions with the 68 and 95 % limits of mixtures."""
    from scipy.special import ndtr, stdtrit

    limits = []
    for probability in (0.68, 0.95):
        low, high = np.zeros(off.shape[1]), 20.0 * np.max(spread + np.abs(off), axis=0)
        for _ in range(60):
            half = 0.5 * (low + high)
            inside = share @ (ndtr((half - off) / spread) - ndtr((-half - off) / spread))
            low, high = np.where(inside < probability, half, low), np.where(inside < probability, high, half)
        limits.append(0.5 * (low + high))
    freedom = np.geomspace(FEWEST_FREEDOM, 1e4, 200)
    ratio = stdtrit(freedom, 0.975) / stdtrit(freedom, 0.84)
    found = np.interp(-limits[1] / limits[0], -ratio, freedom)
    # Both limits hold unless the tails are heavier than those of the fewest degrees of freedom.
    scales = np.maximum(limits[0] / stdtrit(found, 0.84), limits[1] / stdtrit(found, 0.975))
    return np.asarray(scales), np.asarray(found)
