"""Weights by which lattice parameters add up to areas and gaps: both are linear in them."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def area_weights(*, charge: Float[np.ndarray, "scan"], low: float, high: float) -> Float[np.ndarray, "scan"]:
    """Return the weights by which ordinates joined by lines add up to their integral.

    Parameters
    ----------
    charge
        Abscissae, not falling.
    low, high
        Limits within them.

    Returns
    -------
    :
        One weight for each point, in the unit of the abscissae.

    Examples
    --------
    >>> area_weights(charge=np.array([0.0, 1.0, 2.0]), low=0.0, high=2.0).tolist()
    [0.5, 1.0, 0.5]
    """
    inner = charge[(charge > low) & (charge < high)]
    grid = np.concatenate([[low], inner, [high]])
    width = np.diff(grid)
    share = np.zeros(len(grid))
    share[:-1] += 0.5 * width
    share[1:] += 0.5 * width
    return np.asarray(share @ _interpolation(charge, grid))


def _interpolation(
    charge: Float[np.ndarray, "scan"], grid: Float[np.ndarray, "place"]
) -> Float[np.ndarray, "place scan"]:
    """Return the matrix that joins points by lines."""
    right = np.clip(np.searchsorted(charge, grid, side="left"), 1, len(charge) - 1)
    width = charge[right] - charge[right - 1]
    share = np.where(width > 0.0, (grid - charge[right - 1]) / np.where(width > 0.0, width, 1.0), 0.5)
    share = np.clip(share, 0.0, 1.0)
    matrix = np.zeros((len(grid), len(charge)))
    rows = np.arange(len(grid))
    np.add.at(matrix, (rows, right), share)
    np.add.at(matrix, (rows, right - 1), 1.0 - share)
    return matrix


def local_line_weights(
    charge: Float[np.ndarray, "scan"], axis: Float[np.ndarray, "place"], reach: float
) -> Float[np.ndarray, "place scan"]:
    """Return the weights of lines through the nearest points, at least four, taken at each place.

    Parameters
    ----------
    charge
        Abscissae of the points.
    axis
        Places.
    reach
        Points this near are taken, unless they are too few.

    Returns
    -------
    :
        One row of weights for each place.

    Examples
    --------
    >>> x = np.arange(6.0)
    >>> (local_line_weights(x, np.array([2.5]), 1.0) @ (3.0 * x)).round(9).tolist()
    [7.5]
    """
    matrix = np.zeros((len(axis), len(charge)))
    for row, place in enumerate(axis):
        distance = np.abs(charge - place)
        near = np.flatnonzero(distance <= max(reach, float(np.sort(distance)[3])))
        offset = charge[near] - place
        basis = np.column_stack([np.ones(len(near)), offset])
        matrix[row, near] = np.linalg.pinv(basis)[0]
    return matrix
