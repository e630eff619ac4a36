"""The linear systems of the integrator: (1/(gamma h) - J) x = b in a time linear in the number of shells.

Shells are linked only through their potentials, so each elimination changes one number of the next block.
"""

from __future__ import annotations

import numpy as np

from lmct.electrode.compiled import compiled


@compiled
def factorise(matrices: np.ndarray, order: np.ndarray, s: int) -> bool:
    """Replace matrix ``s`` of several by its LU factors with partial pivoting.

    Parameters
    ----------
    matrices
        (shells, size, size).
    order
        Filled with the pivots (shells, size).
    s
        Which one.

    Returns
    -------
    :
        False when it is singular or not finite.
    """
    size = matrices.shape[1]
    for k in range(size):
        pivot, largest = k, abs(matrices[s, k, k])
        for i in range(k + 1, size):
            if abs(matrices[s, i, k]) > largest:
                pivot, largest = i, abs(matrices[s, i, k])
        if not (largest > 0.0 and largest < np.inf):
            return False
        order[s, k] = pivot
        if pivot != k:
            for j in range(size):
                matrices[s, k, j], matrices[s, pivot, j] = matrices[s, pivot, j], matrices[s, k, j]
        inverse = 1.0 / matrices[s, k, k]
        for i in range(k + 1, size):
            factor = matrices[s, i, k] * inverse
            matrices[s, i, k] = factor
            if factor != 0.0:
                for j in range(k + 1, size):
                    matrices[s, i, j] -= factor * matrices[s, k, j]
    return True


@compiled
def substitute(factors: np.ndarray, order: np.ndarray, s: int, vector: np.ndarray, first: int) -> None:
    """Solve in place with factors ``s`` of :func:`factorise`, for the entries from ``first`` on."""
    size = factors.shape[1]
    for k in range(size):
        pivot = order[s, k]
        if pivot != k:
            vector[first + k], vector[first + pivot] = vector[first + pivot], vector[first + k]
    for i in range(1, size):
        total = vector[first + i]
        for j in range(i):
            total -= factors[s, i, j] * vector[first + j]
        vector[first + i] = total
    for i in range(size - 1, -1, -1):
        total = vector[first + i]
        for j in range(i + 1, size):
            total -= factors[s, i, j] * vector[first + j]
        vector[first + i] = total / factors[s, i, i]


@compiled
def factorise_shells(
    diagonal: float,
    blocks: np.ndarray,
    links: np.ndarray,
    factors: np.ndarray,
    order: np.ndarray,
    responses: np.ndarray,
) -> bool:
    """Factorise diagonal - J over all shells.

    Parameters
    ----------
    diagonal
        1/(gamma h) [1/s].
    blocks, links
        The Jacobian as in :func:`lmct.electrode.jacobian.jacobian`.
    factors, order
        Filled (shells, size, size) and (shells, size).
    responses
        Filled (shells, size): answer of a shell to a unit change of its potential's equation.

    Returns
    -------
    :
        False when a block is singular or not finite.
    """
    shells, size = blocks.shape[0], blocks.shape[1]
    flat = responses.ravel()
    for s in range(shells):
        for i in range(size):
            for j in range(size):
                factors[s, i, j] = -blocks[s, i, j]
            factors[s, i, i] += diagonal
        if s > 0:
            factors[s, size - 1, size - 1] -= links[s, 0] * links[s - 1, 1] * responses[s - 1, size - 1]
        if not factorise(factors, order, s):
            return False
        if s < shells - 1:
            for i in range(size):
                responses[s, i] = 0.0
            responses[s, size - 1] = 1.0
            substitute(factors, order, s, flat, s * size)
    return True


@compiled
def substitute_shells(
    links: np.ndarray,
    factors: np.ndarray,
    order: np.ndarray,
    responses: np.ndarray,
    vector: np.ndarray,
) -> None:
    """Solve in place for all shells, with what :func:`factorise_shells` left."""
    shells, size = factors.shape[0], factors.shape[1]
    for s in range(shells):
        if s > 0:
            vector[s * size + size - 1] += links[s, 0] * vector[s * size - 1]
        substitute(factors, order, s, vector, s * size)
    for s in range(shells - 2, -1, -1):
        inner = links[s, 1] * vector[(s + 2) * size - 1]
        for i in range(size):
            vector[s * size + i] += responses[s, i] * inner
