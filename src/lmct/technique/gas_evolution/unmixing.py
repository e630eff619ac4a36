"""Mole fractions from ion currents, and how loud they are while gas comes."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from lmct.technique.gas_evolution.calibration import Calibration

FEWEST_JUMPS = 20
"""Fewer readings tell nothing about their noise."""


def mole_fractions_from_signals(
    *, signals: Float[np.ndarray, "row channel"], calibration: Calibration, quiet: Bool[np.ndarray, "row"]
) -> Float[np.ndarray, "row gas"]:
    """Return the mole fractions whose ions add up to the signals, by least squares weighted with their noise.

    Parameters
    ----------
    signals
        Of each channel; NaN where one is missing.
    calibration
        Sensitivities and fragments.
    quiet
        Rows in which nothing but noise and drift is seen.

    Returns
    -------
    :
        Mole fractions, background included [1]; NaN where a channel is missing.
    """
    steps = np.diff(signals[quiet], axis=0)
    noise = np.sqrt(0.5 * np.nanmean(steps**2, axis=0)) if len(steps) else np.ones(signals.shape[1])
    noise = np.where(noise > 0.0, noise, np.nanmax(noise, initial=1.0) or 1.0)
    return np.asarray(signals @ unmixing_matrix(calibration, noise).T)


def unmixing_matrix(
    calibration: Calibration, noise: Float[np.ndarray, "channel"]
) -> Float[np.ndarray, "gas channel"]:
    """Return what signals are multiplied by to give mole fractions.

    Parameters
    ----------
    calibration
        Sensitivities and fragments.
    noise
        Standard deviation of each channel.
    """
    return np.asarray(np.linalg.pinv(calibration.matrix / noise[:, None]) / noise)


def loudness_from_readings(
    readings: Float[np.ndarray, "row"], quiet: Bool[np.ndarray, "row"], rate: Float[np.ndarray, "row"]
) -> float:
    """Return the noise of readings while gas comes over that of the rests, from their second differences.

    Parameters
    ----------
    readings
        Mole fractions [1].
    quiet
        Rows without gas from the cell.
    rate
        Above the background, in any unit.

    Returns
    -------
    :
        At least 1; 1 where too few readings tell.
    """
    jumps = np.abs(np.diff(readings, 2))
    known = np.isfinite(jumps)
    active = known & (rate[1:-1] > 0.2 * np.max(rate)) & ~quiet[1:-1]
    calm = known & quiet[1:-1]
    if active.sum() < FEWEST_JUMPS or calm.sum() < FEWEST_JUMPS:
        return 1.0
    return max(1.0, float(np.median(jumps[active]) / max(np.median(jumps[calm]), 1e-300)))
