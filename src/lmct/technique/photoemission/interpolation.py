"""Cubic interpolation as a sparse matrix, so that noise can be carried through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def cubic_interpolation(*, nodes: Float[np.ndarray, "node"], at: Float[np.ndarray, "point"]) -> csr_array:
    """Return the matrix of piecewise cubic interpolation through the four nearest nodes.

    Parameters
    ----------
    nodes
        Rising [eV].
    at
        Energies between the first and the last node [eV].

    Returns
    -------
    :
        Matrix that takes values at the nodes to values at ``at``; four entries a row.

    Raises
    ------
    OutOfRange
        An energy lies outside the nodes.

    Examples
    --------
    >>> matrix = cubic_interpolation(nodes=np.arange(6.0), at=np.array([2.5]))
    >>> round(float((matrix @ np.arange(6.0) ** 3)[0]), 6)
    15.625
    """
    from scipy.sparse import csr_array

    if at.min() < nodes[0] or at.max() > nodes[-1]:
        raise OutOfRange(
            f"energies from {at.min():.2f} to {at.max():.2f} eV do not lie within {nodes[0]:.2f} to"
            f" {nodes[-1]:.2f} eV. Expected spectra that overlap. Measure the reference over a wider range."
        )
    first = np.clip(np.searchsorted(nodes, at) - 2, 0, len(nodes) - 4)
    columns = first[:, None] + np.arange(4)
    corners = nodes[columns]
    weights = np.ones((len(at), 4))
    for one in range(4):
        for other in range(4):
            if other != one:
                weights[:, one] *= (at - corners[:, other]) / (corners[:, one] - corners[:, other])
    rows = np.repeat(np.arange(len(at)), 4)
    return csr_array((weights.ravel(), (rows, columns.ravel())), shape=(len(at), len(nodes)))
