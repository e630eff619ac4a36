"""How much points scatter about a smooth curve, when nobody says how many electrons were counted."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

THIRD_DIFFERENCE = np.array([1.0, -3.0, 3.0, -1.0])
SPREAD = 1.4826
"""Standard deviation over median absolute deviation of normal numbers."""


def gain_from_scatter(*, energy: Float[np.ndarray, "point"], intensity: Float[np.ndarray, "point"]) -> float:
    """Return the variance of points over their level, from third differences.

    Third differences cancel a parabola through neighbouring points, so that lines of several points width
    do not count as scatter; the median makes single spikes harmless.

    Parameters
    ----------
    energy
        Rising [eV].
    intensity
        Spectrum.

    Returns
    -------
    :
        1 for counts; NaN when there are fewer than 20 points or the scatter vanishes.

    Examples
    --------
    >>> counts = np.random.default_rng(1).poisson(np.full(2000, 400.0)).astype(float)
    >>> bool(0.9 < gain_from_scatter(energy=np.arange(2000.0), intensity=counts) < 1.1)
    True
    """
    if len(energy) < 20:
        return float("nan")
    difference = np.convolve(intensity, THIRD_DIFFERENCE, mode="valid")
    level = np.convolve(np.maximum(intensity, 0.0), np.full(4, 0.25), mode="valid")
    usable = level > 1e-3 * max(float(level.max()), 1e-300)
    scaled = difference[usable] / np.sqrt(float(np.sum(THIRD_DIFFERENCE**2)) * level[usable])
    spread = SPREAD * float(np.median(np.abs(scaled)))
    return spread**2 if spread > 0.0 else float("nan")
