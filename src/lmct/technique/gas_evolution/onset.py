"""Onset of a release: when the rate first passes a stated share of its maximum, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

ONSET_SHARE = 0.05
"""The onset is where the rate passes this share of its maximum: that does not hang on noise [1]."""

DETECTED = 4.0
"""A level of fewer standard deviations of noise is replaced by this many."""


@dataclass(frozen=True, slots=True)
class Onset:
    """Where a release begins.

    Parameters
    ----------
    time, uncertainty
        [s].
    level
        Rate at the onset.
    limited
        Whether noise set the level, so that the true onset is earlier.
    """

    time: float
    uncertainty: float
    level: float
    limited: bool


def find_onset(
    *,
    time: Float[np.ndarray, "bin"],
    rate: Float[np.ndarray, "bin"],
    noise: float,
    background_uncertainty: float,
    mixing_time: float = 0.0,
    mixing_uncertainty: float = 0.0,
    share: float = ONSET_SHARE,
) -> Onset | None:
    """Return the onset of a release, None when nothing stands above the noise.

    The mixing volume is undone, rate + mixing time x slope of the rate.

    Parameters
    ----------
    time
        Middle of each bin of one charge [s].
    rate
        Above the background.
    noise
        Standard deviation of a bin.
    background_uncertainty
        Of the background there.
    mixing_time, mixing_uncertainty
        Time constant of the mixing volume, and standard uncertainty of the transport [s].
    share
        Of the maximum [1].

    Examples
    --------
    >>> hours = np.arange(0.0, 10.0, 0.5)
    >>> onset = find_onset(
    ...     time=hours, rate=np.clip(hours - 4.0, 0.0, 2.0), noise=0.001, background_uncertainty=0.0
    ... )
    >>> round(onset.time, 3)
    4.1
    """
    known = np.isfinite(rate)
    time, rate = time[known], rate[known]
    if len(rate) < 3:
        return None
    width = float(np.median(np.diff(time)))
    true = rate + mixing_time * np.gradient(rate, time)
    loud = noise * float(np.hypot(1.0, mixing_time / (np.sqrt(2.0) * width)))
    level = max(share * float(true.max()), DETECTED * loud)
    above = (true[:-1] >= level) & (true[1:] >= level)
    if not above.any() or true.max() < 1.5 * DETECTED * loud:
        return None
    first = int(np.argmax(above))
    if first == 0:
        return Onset(float(time[0]), width, level, True)
    slope = (true[first] - true[first - 1]) / width
    place = float(time[first - 1] + (level - true[first - 1]) / slope)
    # Between two bins the rate is not straight: a rectangle of half a bin.
    parts = (np.hypot(loud, background_uncertainty) / slope, 0.5 * width / np.sqrt(3.0), mixing_uncertainty)
    spread = float(np.sqrt(sum(part**2 for part in parts)))
    return Onset(place, spread, level, level > share * float(true.max()) * 1.0001)
