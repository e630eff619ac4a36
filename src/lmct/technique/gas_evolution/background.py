"""Background under a record from its quiet parts, with slow correlated drift in the uncertainty of integrals.

The background is a straight line, perhaps a decay or a daily wave, plus an Ornstein-Uhlenbeck
process; noise is white in bins. All are averaged over, weighted by how well they explain the quiet parts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from lmct.quantity.constants import DAY
from lmct.quantity.errors import DataError

RATIOS = np.geomspace(0.1, 100.0, 13)
"""Standard deviations of the drift over that of the noise of a bin that are tried [1]."""

PRIOR_POWER = 0.5
"""Prior of the size of the drift: this power of it per decade, for rests tell little of slow drift."""

TIME_POWER = 1.0
"""Prior of the correlation time of the drift: this power of it per decade, for the same reason [1]."""

AMPLITUDES = 10.0
"""Decay and daily wave may be as large as half of this many standard deviations of the rests, evenly [1]."""

DECAYS = (0.03, 0.1, 0.3)
"""Time constants of a background that decays from the start (pump-down, leftover air), over the span [1]."""

TIMES = 8
"""So many correlation times, evenly in their logarithm from two bins to three records."""

FEWEST_FREEDOM = 2.0
"""Fewest degrees of freedom of a sum."""

FEWEST_BINS = 6
"""Fewer quiet bins tell nothing about drift."""


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


def fit_background(
    *,
    time: Float[np.ndarray, "bin"],
    series: Float[np.ndarray, "bin"],
    quiet: Bool[np.ndarray, "bin"],
    weights: Float[np.ndarray, "sum bin"],
) -> Background:
    """Fit the background to the quiet bins and integrate what stands above it.

    Parameters
    ----------
    time
        Middle of each bin [s].
    series
        Mean of each bin, all of about the same noise.
    quiet
        Bins without gas from the cell.
    weights
        Of each bin in each sum.

    Returns
    -------
    :
        Level, noise, drift, sums.

    Raises
    ------
    DataError
        There are fewer than six quiet bins.

    Source
    ------
    Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), eq. 2.41-2.45 (trend with a flat
    prior); the scale is integrated out with the prior 1/sigma.
    """
    quiet = quiet & np.isfinite(series)
    if quiet.sum() < FEWEST_BINS:
        raise DataError(
            f"{int(quiet.sum())} bins of the record are quiet. Expected {FEWEST_BINS} or more, from rests"
            " before and after cycling. Give rest_before and rest_after, or a smaller bin."
        )
    scale = float(np.std(series[quiet])) or 1.0
    width = float(np.median(np.diff(time)))
    span = max(float(np.ptp(time)), 4.0 * width)
    solutions = []
    for tau in np.geomspace(2.0 * width, 3.0 * span, TIMES):
        drift = _Drift.of(time, quiet, weights, float(tau))
        for trend, prior in _trends(time, span):
            odds = math.log(prior) + TIME_POWER * math.log(tau / span)
            solutions += drift.solutions(trend, series[quiet] / scale, quiet, weights, odds)
    return _mixture(solutions, series, scale, weights)


def _trends(time: Float[np.ndarray, "bin"], span: float) -> list[tuple[Float[np.ndarray, "bin term"], float]]:
    """Return the trends with their prior weights: a line, a decay of some time constant, a daily wave."""
    line = np.stack([np.ones(len(time)), (time - time.mean()) / span], axis=1)
    trends = [(line, 1.0)]
    for share in DECAYS:
        decay = np.exp(-(time - time[0]) / (share * span))
        trends.append((np.column_stack([line, decay]), 1.0 / len(DECAYS)))
    if span > DAY:
        phase = 2.0 * np.pi * time / DAY
        trends.append((np.column_stack([line, np.sin(phase), np.cos(phase)]), 1.0))
    return trends


@dataclass(frozen=True, eq=False)
class _Solution:
    """One size and correlation time of the drift."""

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
class _Drift:
    """Drift of one correlation time in the coordinates in which its quiet bins are independent."""

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
    ) -> _Drift:
        """Return the drift of a unit variance."""
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
    ) -> list[_Solution]:
        """Condition trend and drift on the quiet bins, for every size of the drift."""
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
    ) -> _Solution:
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
        return _Solution(
            evidence, square / freedom, freedom, ratio, self.tau, level, variance, weights @ level, total
        )


def _mixture(
    solutions: list[_Solution],
    series: Float[np.ndarray, "bin"],
    scale: float,
    weights: Float[np.ndarray, "sum bin"],
) -> Background:
    """Average over the drifts that are possible, and match t distributions to the mixtures of the sums."""
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
