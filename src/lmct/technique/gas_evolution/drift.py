"""Slow correlated drift of one correlation time, conditioned on the quiet bins together with a trend."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

RATIOS = np.geomspace(0.1, 100.0, 13)
"""Standard deviations of the drift over that of the noise of a bin that are tried [1]."""

PRIOR_POWER = 0.5
"""Prior of the size of the drift: this power of it per decade, for rests tell little of slow drift."""

AMPLITUDES = 10.0
"""Decay and daily wave may be as large as half of this many standard deviations of the rests, evenly [1]."""


@dataclass(frozen=True, eq=False)
class Solution:
    """One trend, size and correlation time of the drift; variances in units of sigma squared.

    Parameters
    ----------
    evidence
        Logarithm of the marginal likelihood times the prior.
    sigma2, freedom
        Variance of a bin, and its degrees of freedom.
    ratio, tau
        Size of the drift over the noise [1], correlation time [s].
    level, variance
        Of the background at each bin.
    sums, sum_covariance
        Of the background in the sums.
    """

    evidence: float
    sigma2: float
    freedom: int
    ratio: float
    tau: float
    level: Float[np.ndarray, "bin"]
    variance: Float[np.ndarray, "bin"]
    sums: Float[np.ndarray, "sum"]
    sum_covariance: Float[np.ndarray, "sum sum"]


@dataclass(frozen=True, eq=False)
class Drift:
    """Drift of one correlation time in the coordinates in which its quiet bins are independent.

    Parameters
    ----------
    tau
        Correlation time [s].
    strength, axes
        Variances and directions of the quiet bins, for a drift of variance 1.
    cross
        Covariance of every bin with them.
    own
        Covariance of the sums.
    """

    tau: float
    strength: Float[np.ndarray, "quiet"]
    axes: Float[np.ndarray, "quiet quiet"]
    cross: Float[np.ndarray, "bin quiet"]
    own: Float[np.ndarray, "sum sum"]

    @classmethod
    def of(
        cls,
        time: Float[np.ndarray, "bin"],
        quiet: Bool[np.ndarray, "bin"],
        weights: Float[np.ndarray, "sum bin"],
        tau: float,
    ) -> Drift:
        """Return the drift of a unit variance.

        Parameters
        ----------
        time
            Middle of each bin [s].
        quiet
            Bins without gas from the cell.
        weights
            Of each bin in each sum.
        tau
            Correlation time [s].
        """
        cross = np.exp(-np.abs(time[:, None] - time[None, quiet]) / tau)
        strength, axes = np.linalg.eigh(cross[quiet])
        used = np.flatnonzero(np.any(weights != 0.0, axis=0))
        whole = np.exp(-np.abs(time[used, None] - time[None, used]) / tau)
        own = weights[:, used] @ whole @ weights[:, used].T
        return cls(tau, np.maximum(strength, 0.0), axes, cross @ axes, own)

    def solutions(
        self,
        trend: Float[np.ndarray, "bin term"],
        data: Float[np.ndarray, "quiet"],
        quiet: Bool[np.ndarray, "bin"],
        weights: Float[np.ndarray, "sum bin"],
        odds: float,
    ) -> list[Solution]:
        """Condition trend and drift on the quiet bins, for every size of the drift.

        Parameters
        ----------
        trend
            Its terms.
        data
            The quiet bins.
        quiet
            Which they are.
        weights
            Of each bin in each sum.
        odds
            Logarithm of the prior of trend and correlation time.
        """
        design, turned = self.axes.T @ trend[quiet], self.axes.T @ data
        return [self._solution(float(ratio), trend, design, turned, weights, odds) for ratio in RATIOS]

    def _solution(
        self,
        ratio: float,
        trend: Float[np.ndarray, "bin term"],
        design: Float[np.ndarray, "quiet term"],
        data: Float[np.ndarray, "quiet"],
        weights: Float[np.ndarray, "sum bin"],
        odds: float,
    ) -> Solution:
        """Return level and sums; all variances in units of sigma squared."""
        kernel = ratio**2 * self.strength + 1.0
        normal = design.T @ (design / kernel[:, None])
        coefficients = np.linalg.solve(normal, design.T @ (data / kernel))
        rest = data - design @ coefficients
        freedom = len(data) - design.shape[1]
        square = max(float(np.sum(rest**2 / kernel)), 1e-24)
        # Marginal likelihood with trend and scale integrated out, and the priors of size and amplitudes.
        evidence = (
            odds
            - 0.5 * float(np.sum(np.log(kernel)))
            - 0.5 * np.linalg.slogdet(normal)[1]
            - 0.5 * freedom * math.log(square)
            + PRIOR_POWER * math.log(ratio)
            - (design.shape[1] - 2) * math.log(AMPLITUDES)
        )
        cross = ratio**2 * self.cross
        level = trend @ coefficients + cross @ (rest / kernel)
        gap = trend - cross @ (design / kernel[:, None])
        lean = np.linalg.solve(normal, gap.T)
        variance = ratio**2 - np.sum(cross**2 / kernel, axis=1) + np.sum(gap * lean.T, axis=1)
        summed = weights @ cross
        total = ratio**2 * self.own - (summed / kernel) @ summed.T + (weights @ gap) @ (lean @ weights.T)
        return Solution(
            evidence, square / freedom, freedom, ratio, self.tau, level, variance, weights @ level, total
        )
