"""Values and slopes of curves on grids of any step: local polynomials over a window in eV."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from lmct.technique.combination.local_polynomial import local_polynomial


def smoothed(
    *, energy: Float[np.ndarray, "point"], values: Float[np.ndarray, "point"], window: float
) -> Float[np.ndarray, "point"]:
    """Return values smoothed over a window.

    Parameters
    ----------
    energy
        Rising [eV].
    values
        Of each energy.
    window
        Half width [eV].
    """
    weights, _, places = local_polynomial(energy=energy, window=window)
    return np.asarray(np.einsum("pn,pn->p", weights, values[places]))


def slope_of(
    *, energy: Float[np.ndarray, "point"], values: Float[np.ndarray, "point"], window: float
) -> Float[np.ndarray, "point"]:
    """Return the slope of values, smoothed over a window [1/eV].

    Parameters
    ----------
    energy
        Rising [eV].
    values
        Of each energy.
    window
        Half width [eV].
    """
    _, weights, places = local_polynomial(energy=energy, window=window)
    return np.asarray(np.einsum("pn,pn->p", weights, values[places]))


def noise_of(
    *, energy: Float[np.ndarray, "point"], values: Float[np.ndarray, "point"]
) -> Float[np.ndarray, "point"]:
    """Return the standard deviation of the point-to-point noise along a curve.

    The misfit of each point from the line through its two neighbours, scaled to unit variance, is averaged
    over 41 points by a robust mean; noise that neighbours share is not seen.

    Parameters
    ----------
    energy
        Rising [eV].
    values
        Of each energy.

    Examples
    --------
    >>> noise = np.random.default_rng(1).normal(0.0, 0.01, 4000)
    >>> round(float(np.median(noise_of(energy=np.arange(4000.0), values=noise))), 3)
    0.01
    """
    from scipy.ndimage import median_filter

    count = len(energy)
    if count < 7:
        return np.full(count, np.nan)
    left = (energy[2:] - energy[1:-1]) / (energy[2:] - energy[:-2])
    misfit = values[1:-1] - left * values[:-2] - (1.0 - left) * values[2:]
    # The curvature of the true curve varies slowly: the difference of next misfits is nearly free of it.
    scale = np.sqrt(1.0 + left**2 + (1.0 - left) ** 2)
    misfit = misfit / scale
    free = misfit[1:-1] - 0.5 * (misfit[:-2] + misfit[2:])
    typical = median_filter(np.abs(free), 41, mode="nearest") / 0.6745
    return np.pad(typical / _white_gain(), 2, mode="edge")


def _white_gain() -> float:
    """Return the standard deviation that unit white noise has after both differences on an even grid."""
    once = np.array([-0.5, 1.0, -0.5]) / np.sqrt(1.5)
    return float(np.sqrt(np.sum(np.convolve(once, [-0.5, 1.0, -0.5]) ** 2)))
