"""What of a record is fitted: which points, and what noise they carry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from lmct.instrument.diffraction.pattern import COUNTS, DiffractionPattern
from lmct.quantity.errors import DataError
from lmct.technique.diffraction.background import kept_points
from lmct.technique.diffraction.rock_salt.levenberg_marquardt import CountNoise, GaussianNoise, Noise

FEWEST_POINTS = 50
"""A pattern with fewer points is refused [1]."""

SPIKE = 8.0
"""A point is a spike when it stands that many standard deviations above its neighbours [1]."""


@dataclass(frozen=True, eq=False)
class FittedRecord:
    """The points of a pattern that are fitted.

    Parameters
    ----------
    two_theta, intensity
        Of the kept points [deg; unit of the file].
    noise
        Of these points.
    spikes
        Angles of points that were left out because they stand alone above their neighbours [deg].
    message
        What was assumed about the noise; empty when the file tells it.
    """

    two_theta: Float[np.ndarray, "point"]
    intensity: Float[np.ndarray, "point"]
    noise: Noise
    spikes: Float[np.ndarray, "spike"]
    message: str = ""


def fitted_record(pattern: DiffractionPattern, excluded: tuple[tuple[float, float], ...]) -> FittedRecord:
    """Choose points and noise of a pattern.

    Parameters
    ----------
    pattern
        As it was read.
    excluded
        Regions to leave out [deg].

    Returns
    -------
    :
        Points and noise.

    Raises
    ------
    DataError
        An intensity is not finite, an uncertainty not positive, or too few points are left.
    """
    where = f"{pattern.source_file or 'the pattern'}, scan {pattern.scan}"
    _refuse_unusable(pattern, where)
    kept = kept_points(two_theta=pattern.two_theta, excluded=excluded)
    noise, message = _noise(pattern)
    spiked = spikes(intensity=pattern.intensity, variance=noise.variance(np.maximum(pattern.intensity, 0.0)))
    kept_noise = _kept(noise, kept & ~spiked)
    if len(kept_noise.observed) < FEWEST_POINTS:
        raise DataError(
            f"{where} has {len(kept_noise.observed)} points to fit. Expected {FEWEST_POINTS} at least."
            " Exclude less."
        )
    return FittedRecord(
        two_theta=pattern.two_theta[kept & ~spiked],
        intensity=pattern.intensity[kept & ~spiked],
        noise=kept_noise,
        spikes=pattern.two_theta[kept & spiked],
        message=message,
    )


def spikes(
    *, intensity: Float[np.ndarray, "point"], variance: Float[np.ndarray, "point"]
) -> Bool[np.ndarray, "point"]:
    """Find single points, and pairs, that stand alone high above their neighbours.

    A line covers several points, so that those beside its top are nearly as high; a spike has none.

    Parameters
    ----------
    intensity
        Of each point.
    variance
        Of each point.

    Returns
    -------
    :
        True at a spike.

    Examples
    --------
    >>> counts = np.array([9.0, 10.0, 11.0, 900.0, 10.0, 9.0, 11.0])
    >>> spikes(intensity=counts, variance=counts)
    array([False, False, False,  True, False, False, False])
    """
    found = np.zeros(len(intensity), dtype=bool)
    for length in (1, 2):
        if len(intensity) < length + 4:
            break
        inner = np.arange(2, len(intensity) - length - 1)
        around = np.stack([intensity[inner + step] for step in (-2, -1, length, length + 1)])
        highest, base = around.max(axis=0), around.min(axis=0)
        lowest = np.min([intensity[inner + step] for step in range(length)], axis=0)
        noise = np.sqrt(
            np.maximum(variance[inner], 1e-300) + np.abs(highest - base) * _gain(intensity, variance)
        )
        alone = (lowest - base > 6.0 * (highest - base)) & (lowest - highest > SPIKE * noise)
        for step in range(length):
            found[inner[alone] + step] = True
    return found


def _gain(intensity: Float[np.ndarray, "point"], variance: Float[np.ndarray, "point"]) -> float:
    return float(variance.sum() / max(float(np.abs(intensity).sum()), 1e-300))


def _refuse_unusable(pattern: DiffractionPattern, where: str) -> None:
    unusable = np.flatnonzero(~np.isfinite(pattern.intensity))
    if len(unusable):
        raise DataError(
            f"{where} has the intensity {pattern.intensity[unusable[0]]} at"
            f" {pattern.two_theta[unusable[0]]:.4f} deg. Expected finite numbers. Remove the point, or read"
            " the file again."
        )
    if pattern.uncertainty is not None:
        wrong = np.flatnonzero(~(np.isfinite(pattern.uncertainty) & (pattern.uncertainty > 0)))
        if len(wrong):
            raise DataError(
                f"{where} has the uncertainty {pattern.uncertainty[wrong[0]]} at"
                f" {pattern.two_theta[wrong[0]]:.4f} deg. Expected positive numbers. Remove the column of"
                " uncertainties when it is none."
            )


def _noise(pattern: DiffractionPattern) -> tuple[Noise, str]:
    """Return the noise of a whole pattern: counts where uncertainties go like their roots."""
    intensity, uncertainty = pattern.intensity, pattern.uncertainty
    if uncertainty is None and pattern.intensity_unit == COUNTS and intensity.min() >= 0:
        return CountNoise(intensity), ""
    if uncertainty is None:
        return _estimated_noise(intensity)
    if intensity.min() < 0:
        return GaussianNoise(intensity, uncertainty), ""
    high = intensity >= np.median(intensity)
    gains = uncertainty[high] ** 2 / np.maximum(intensity[high], 1e-300)
    low, middle, top = np.percentile(gains, (5.0, 50.0, 95.0))
    if top < 1.02 * low:
        return CountNoise(intensity, float(middle)), ""
    return GaussianNoise(intensity, uncertainty), ""


def _estimated_noise(intensity: Float[np.ndarray, "point"]) -> tuple[Noise, str]:
    """Return noise as the scatter between neighbours shows it."""
    second = np.diff(intensity, 2) / np.sqrt(6.0)
    level = intensity[1:-1]
    if intensity.min() >= 0 and level.mean() > 0:
        relative = np.abs(second) / np.sqrt(np.maximum(level, 1e-3 * level.mean()))
        noise: Noise = CountNoise(intensity, float((np.median(relative) / 0.6745) ** 2) or 1.0)
    else:
        spread = float(np.median(np.abs(second)) / 0.6745) or 1.0
        noise = GaussianNoise(intensity, np.full_like(intensity, spread))
    return noise, "The file tells no uncertainty of the intensities; it was taken from their scatter."


def _kept(noise: Noise, kept: Bool[np.ndarray, "point"]) -> Noise:
    if isinstance(noise, CountNoise):
        return CountNoise(noise.observed[kept], noise.gain)
    return GaussianNoise(noise.observed[kept], noise.uncertainty[kept])
