"""The linear systems of the integrator: (1/(gamma h) - J) x = b in a time linear in the number of shells.

Shells are linked only through their potentials, so each elimination changes one number of the next block.
"""

from __future__ import annotations

import numpy as np

from lmct.electrode.compiled import compiled


@compiled
def factorise(matrix: np.ndarray, order: np.ndarray) -> bool:
    """Replace a matrix by its LU factors with partial pivoting; False when it is singular or not finite."""
    size = matrix.shape[0]
    for k in range(size):
        pivot, largest = k, abs(matrix[k, k])
        for i in range(k + 1, size):
            if abs(matrix[i, k]) > largest:
                pivot, largest = i, abs(matrix[i, k])
        if not (largest > 0.0 and largest < np.inf):
            return False
        order[k] = pivot
        if pivot != k:
            for j in range(size):
                matrix[k, j], matrix[pivot, j] = matrix[pivot, j], matrix[k, j]
        inverse = 1.0 / matrix[k, k]
        for i in range(k + 1, size):
            factor = matrix[i, k] * inverse
            matrix[i, k] = factor
            if factor != 0.0:
                for j in range(k + 1, size):
                    matrix[i, j] -= factor * matrix[k, j]
    return True


@compiled
def substitute(factors: np.ndarray, order: np.ndarray, vector: np.ndarray) -> None:
    """Solve in place with the factors of :func:`factorise`."""
    size = vector.shape[0]
    for k in range(size):
        pivot = order[k]
        if pivot != k:
            vector[k], vector[pivot] = vector[pivot], vector[k]
    for i in range(1, size):
        for j in range(i):
            vector[i] -= factors[i, j] * vector[j]
    for i in range(size - 1, -1, -1):
        for j in range(i + 1, size):
            vector[i] -= factors[i, j] * vector[j]
        vector[i] /= factors[i, i]


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
    for s in range(shells):
        for i in range(size):
            for j in range(size):
                factors[s, i, j] = -blocks[s, i, j]
            factors[s, i, i] += diagonal
        if s > 0:
            factors[s, size - 1, size - 1] -= links[s, 0] * links[s - 1, 1] * responses[s - 1, size - 1]
        if not factorise(factors[s], order[s]):
            return False
        if s < shells - 1:
            for i in range(size):
                responses[s, i] = 0.0
            responses[s, size - 1] = 1.0
            substitute(factors[s], order[s], responses[s])
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
        shell = vector[s * size : (s + 1) * size]
        if s > 0:
            shell[size - 1] += links[s, 0] * vector[s * size - 1]
        substitute(factors[s], order[s], shell)
    for s in range(shells - 2, -1, -1):
        inner = links[s, 1] * vector[(s + 2) * size - 1]
        for i in range(size):
            vector[s * size + i] += responses[s, i] * inner
