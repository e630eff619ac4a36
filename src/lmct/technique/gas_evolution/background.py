"""Background under a record from its quiet parts, with slow correlated drift in the uncertainty of integrals.

The background is a straight line, perhaps a decay or a daily wave, plus an Ornstein-Uhlenbeck
process; noise is white in bins. All are averaged over, weighted by how well they explain the quiet parts.
"""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Bool, Float

from lmct.quantity.constants import DAY
from lmct.quantity.errors import DataError
from lmct.technique.gas_evolution.drift import Drift
from lmct.technique.gas_evolution.drift_mixture import Background, background_of_mixture

TIME_POWER = 1.0
"""Prior of the correlation time of the drift: this power of it per decade, for the same reason [1]."""

DECAYS = (0.03, 0.1, 0.3)
"""Time constants of a background that decays from the start (pump-down, leftover air), over the span [1]."""

TIMES = 8
"""So many correlation times, evenly in their logarithm from two bins to three records."""

FEWEST_BINS = 6
"""Fewer quiet bins tell nothing about drift."""


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
        drift = Drift.of(time, quiet, weights, float(tau))
        for trend, prior in _trends(time, span):
            odds = math.log(prior) + TIME_POWER * math.log(tau / span)
            solutions += drift.solutions(trend, series[quiet] / scale, quiet, weights, odds)
    return background_of_mixture(solutions, series, scale, weights)


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
