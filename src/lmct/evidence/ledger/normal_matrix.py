"""The linear algebra of a round of the balance: dense for small ledgers, sparse for large ones."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from lmct.evidence.ledger.account import SIZE
from lmct.evidence.ledger.system import System

SHARPNESS = 8
"""A shared error changes how a finding follows an account where the account is known: share to this power."""

DENSE = 1200
"""Up to so many unknowns the normal matrix is inverted as a whole."""

CHUNK = 256
"""Columns of the inverse that are computed at once."""

SparseMatrix: TypeAlias = Any
"""A matrix of scipy.sparse, which has no types."""


def linearised(system: System, unknown: np.ndarray, variance: np.ndarray) -> tuple[SparseMatrix, np.ndarray]:
    """Return coefficients and measured numbers of one round, each row over its uncertainty.

    Parameters
    ----------
    system
        The equations.
    unknown, variance
        Estimate of the round before.
    """
    from scipy.sparse import csr_array

    row, column, coefficient = system.linear
    where, parameter, account, product = system.products
    shape = (len(system.measured), len(unknown))
    doubt = np.bincount(where, product**2 * variance[account] * variance[parameter], minlength=shape[0])[
        : shape[0]
    ]
    weight = 1.0 / np.sqrt(1.0 + doubt)
    known = np.clip(1.0 - variance / system.widths**2, 0.0, 1.0)[account] ** SHARPNESS
    bent = product * known * unknown[parameter]
    rows, columns = np.concatenate([row, where, where]), np.concatenate([column, parameter, account])
    values = np.concatenate([coefficient, product * unknown[account], bent]) * weight[rows]
    measured = system.measured + np.bincount(where, bent * unknown[account], minlength=shape[0])[: shape[0]]
    return csr_array((values, (rows, columns)), shape=shape), measured * weight


def variances_of_products(system: System, normal: SparseMatrix) -> np.ndarray:
    """Return the variance of accounts and shared errors that multiply each other; others keep their width.

    Parameters
    ----------
    system
        The equations.
    normal
        Inverse of the covariance.
    """
    variance = system.widths**2
    wanted = np.unique(np.concatenate(system.products[1:3]))
    if len(system.widths) <= DENSE:
        variance[wanted] = np.diag(np.linalg.inv(normal.toarray()))[wanted]
        return variance
    from scipy.sparse.linalg import splu

    factor = splu(normal, permc_spec="MMD_AT_PLUS_A")
    for start in range(0, len(wanted), CHUNK):
        places = wanted[start : start + CHUNK]
        unit = np.zeros((len(variance), len(places)))
        unit[places, np.arange(len(places))] = 1.0
        variance[places] = factor.solve(unit)[places, np.arange(len(places))]
    return variance


def normal_matrix(system: System, slopes: SparseMatrix) -> SparseMatrix:
    """Return the inverse of the covariance of all unknowns.

    Parameters
    ----------
    system
        The equations.
    slopes
        Coefficients of one round.
    """
    from scipy.sparse import diags_array

    return (slopes.T @ slopes + diags_array(system.widths**-2.0)).tocsc()


def solved(normal: SparseMatrix, right: np.ndarray) -> np.ndarray:
    """Return the solution of a set of linear equations.

    Parameters
    ----------
    normal
        Symmetric and positive.
    right
        Right-hand side.
    """
    from scipy.sparse.linalg import splu

    if len(right) <= DENSE:
        return np.asarray(np.linalg.solve(normal.toarray(), right))
    return np.asarray(splu(normal, permc_spec="MMD_AT_PLUS_A").solve(right))


def covariance_parts(
    system: System, normal: SparseMatrix, slopes: SparseMatrix
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the covariance of the accounts of each state, the variance of every unknown and prediction.

    Parameters
    ----------
    system
        The equations.
    normal
        Inverse of the covariance.
    slopes
        Coefficients of the last round.
    """
    count, states = len(system.widths), len(system.states)
    if count <= DENSE:
        whole = np.linalg.inv(normal.toarray())
        blocks = [whole[at : at + SIZE, at : at + SIZE] for at in range(0, SIZE * states, SIZE)]
        predicted = slopes.multiply(slopes @ whole).sum(axis=1)
        return np.array(blocks).reshape(-1, SIZE, SIZE), np.diag(whole).copy(), np.asarray(predicted)
    from scipy.sparse.linalg import splu

    factor = splu(normal, permc_spec="MMD_AT_PLUS_A")
    variance, parts = np.empty(count), np.empty((states, SIZE, SIZE))
    predicted = np.zeros(slopes.shape[0])
    columns = slopes.tocsc()
    chunk = CHUNK - CHUNK % SIZE
    for start in range(0, count, chunk):
        places = np.arange(start, min(start + chunk, count))
        unit = np.zeros((count, len(places)))
        unit[places, np.arange(len(places))] = 1.0
        inverse = factor.solve(unit)
        variance[places] = inverse[places, np.arange(len(places))]
        predicted += columns[:, places].multiply(slopes @ inverse).sum(axis=1)
        for first in range(start, min(start + chunk, SIZE * states), SIZE):
            inside = slice(first, first + SIZE)
            parts[first // SIZE] = inverse[inside, first - start : first - start + SIZE]
    return parts, variance, predicted
