"""Weights of local polynomial fits: values and slopes of noisy curves on grids of any step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

if TYPE_CHECKING:
    from scipy.sparse import csr_array

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


@dataclass(frozen=True, eq=False)
class CubicSmoothing:
    """Local cubics as sparse matrices.

    Parameters
    ----------
    value, slope
        Of smoothed curves [1, 1/eV].
    value_noise, mixed_noise, slope_noise
        Elementwise products of both, which carry variances.
    """

    value: csr_array
    slope: csr_array
    value_noise: csr_array
    mixed_noise: csr_array
    slope_noise: csr_array


@lru_cache(maxsize=16)
def cubic_smoothing(energy: bytes, window: float) -> CubicSmoothing:
    """Return the smoothing by local cubics, kept: the spectra of a series share their energies.

    Parameters
    ----------
    energy
        The bytes of the energies, rising [eV].
    window
        Half width [eV].

    Examples
    --------
    >>> grid = np.linspace(0.0, 10.0, 41)
    >>> bool(np.allclose(cubic_smoothing(grid.tobytes(), 1.5).value @ grid**3, grid**3))
    True
    """
    from scipy.sparse import csr_array

    grid = np.frombuffer(energy)
    weights, slopes, places = local_polynomial(energy=grid, window=window, degree=3)
    count, near = places.shape
    ends = np.arange(0, count * near + 1, near)

    def matrix(entries: Float[np.ndarray, "point near"]) -> csr_array:
        return csr_array((entries.ravel(), places.ravel(), ends), shape=(count, count))

    products = (weights * weights, weights * slopes, slopes * slopes)
    return CubicSmoothing(matrix(weights), matrix(slopes), *(matrix(one) for one in products))


def _most_within(energy: Float[np.ndarray, "point"], window: float) -> int:
    """Return the largest number of points in any window."""
    first = np.searchsorted(energy, energy - window)
    last = np.searchsorted(energy, energy + window, side="right")
    return int(np.max(last - first))
