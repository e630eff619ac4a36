"""Cubic interpolation as four weights a point, so that noise can be carried through it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from lmct.quantity.errors import OutOfRange

CORNERS = 4


@dataclass(frozen=True, eq=False)
class CubicInterpolation:
    """Values at points as weighted sums of values at four nodes each.

    Parameters
    ----------
    columns
        The nodes of each point.
    weights
        Their weights [1].
    nodes
        Number of nodes.
    """

    columns: Int[np.ndarray, "point 4"]
    weights: Float[np.ndarray, "point 4"]
    nodes: int

    def applied(self, values: Float[np.ndarray, "node"]) -> Float[np.ndarray, "point"]:
        """Return values at the points."""
        result: Float[np.ndarray, "point"] = np.einsum("ij,ij->i", self.weights, values[self.columns])
        return result

    def transposed(self, values: Float[np.ndarray, "point"]) -> Float[np.ndarray, "node"]:
        """Return how much each node takes part in a weighted sum over the points."""
        parts = (self.weights * values[:, None]).ravel()
        return np.bincount(self.columns.ravel(), weights=parts, minlength=self.nodes)

    def noise_bands(self, variance: Float[np.ndarray, "node"]) -> Float[np.ndarray, "band point"]:
        """Return the diagonals of the covariance of the values at the points, the main one first.

        Parameters
        ----------
        variance
            Of independent values at the nodes.
        """
        noisy = self.weights * variance[self.columns]
        if np.count_nonzero(self.weights) == len(self.weights):  # every point is a node: nothing is shared
            return np.asarray(np.sum(self.weights * noisy, axis=1)[None])
        bands = []
        for offset in range(len(self.columns)):
            ahead = slice(offset, None)
            behind = slice(None, len(self.columns) - offset)
            distance = self.columns[ahead, 0] - self.columns[behind, 0]
            if offset and distance.min() >= CORNERS:
                break
            band = np.zeros(len(self.columns))
            for one in range(CORNERS):
                other = one - distance
                meets = (other >= 0) & (other < CORNERS)
                weight = np.take_along_axis(
                    self.weights[ahead], np.clip(other, 0, CORNERS - 1)[:, None], axis=1
                )[:, 0]
                band[: len(distance)] += np.where(meets, noisy[behind, one] * weight, 0.0)
            bands.append(band)
        return np.array(bands)


def cubic_interpolation(
    *, nodes: Float[np.ndarray, "node"], at: Float[np.ndarray, "point"]
) -> CubicInterpolation:
    """Return the piecewise cubic interpolation through the four nearest nodes.

    Parameters
    ----------
    nodes
        Rising [eV].
    at
        Rising energies between the first and the last node [eV].

    Raises
    ------
    OutOfRange
        An energy lies outside the nodes.

    Examples
    --------
    >>> between = cubic_interpolation(nodes=np.arange(6.0), at=np.array([2.5]))
    >>> round(float(between.applied(np.arange(6.0) ** 3)[0]), 6)
    15.625
    """
    if at.min() < nodes[0] or at.max() > nodes[-1]:
        raise OutOfRange(
            f"energies from {at.min():.2f} to {at.max():.2f} eV do not lie within {nodes[0]:.2f} to"
            f" {nodes[-1]:.2f} eV. Expected spectra that overlap. Measure the reference over a wider range."
        )
    first = np.clip(np.searchsorted(nodes, at) - 2, 0, len(nodes) - CORNERS)
    columns = first[:, None] + np.arange(CORNERS)
    corners = nodes[columns]
    weights = np.ones((len(at), CORNERS))
    for one in range(CORNERS):
        for other in range(CORNERS):
            if other != one:
                weights[:, one] *= (at - corners[:, other]) / (corners[:, one] - corners[:, other])
    return CubicInterpolation(columns=columns, weights=weights, nodes=len(nodes))
