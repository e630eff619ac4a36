"""Values and slopes of curves on grids of any step: local polynomials over a window in eV."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

FEWEST = 4
"""A window is widened until it holds so many points on either side at least, counting the middle once."""


def local_polynomial(
    *, energy: Float[np.ndarray, "point"], window: float, degree: int = 2
) -> tuple[Float[np.ndarray, "point near"], Float[np.ndarray, "point near"], np.ndarray]:
    r"""Return the weights of a local polynomial fit that give value and slope at every point.

    Neighbours count with the weight :math:`(1-u^2)^2`, u their distance in half windows. Steps of the grid
    may change: each window is fitted on its own grid.

    Parameters
    ----------
    energy
        Rising [eV].
    window
        Half width of the window [eV]; wider where the grid is coarse.
    degree
        Of the polynomial.

    Returns
    -------
    :
        Weights of the value [1] and of the slope [1/eV], and the places of the points they weigh.

    Examples
    --------
    >>> grid = np.linspace(0.0, 10.0, 21)
    >>> _, slope, places = local_polynomial(energy=grid, window=1.5)
    >>> bool(np.allclose((slope * (grid**2)[places]).sum(axis=1), 2 * grid))
    True
    """
    count = len(energy)
    near = min(count, max(2 * FEWEST + 1, _most_within(energy, window)))
    first = np.searchsorted(energy, energy - window)
    last = np.searchsorted(energy, energy + window, side="right")
    start = np.clip((first + last - near) // 2, 0, count - near)
    places = start[:, None] + np.arange(near)
    away = energy[places] - energy[:, None]
    nearest = np.sort(np.abs(away), axis=1)[:, min(FEWEST + degree, near - 1)]
    half = np.maximum(window, 1.05 * nearest)[:, None]
    scaled = away / half
    weight = np.where(np.abs(scaled) < 1.0, (1.0 - scaled**2) ** 2, 0.0)
    powers = scaled[..., None] ** np.arange(degree + 1)
    moments = np.einsum("pn,pni,pnj->pij", weight, powers, powers)
    both = np.linalg.solve(moments, np.einsum("pn,pni->pin", weight, powers))
    return both[:, 0], both[:, 1] / half, places


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


def _most_within(energy: Float[np.ndarray, "point"], window: float) -> int:
    """Return the largest number of points in any window."""
    first = np.searchsorted(energy, energy - window)
    last = np.searchsorted(energy, energy + window, side="right")
    return int(np.max(last - first))
