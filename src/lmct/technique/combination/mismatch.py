"""What a misfit does to a combination: fits without each part of the spectrum in turn."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from lmct.technique.combination.solution import CombinationSolution

IMPROBABLE = 0.01
"""A fit less probable than this has references of another shape than the sample [1]."""


def fit_probability(solution: CombinationSolution) -> float:
    """Return how probable a misfit this large or larger is, were the references right [1].

    Parameters
    ----------
    solution
        A fit.
    """
    from scipy.special import gammaincc

    return float(gammaincc(0.5 * solution.degrees_of_freedom, 0.5 * solution.chi_square))


def values_without_blocks(
    solution: CombinationSolution, block: Int[np.ndarray, "point"]
) -> Float[np.ndarray, "block value"]:
    """Return the values, to first order, when each block of points is left out in turn.

    Parameters
    ----------
    solution
        A fit.
    block
        Number of the block of each point; a block that leaves too few points is passed over.

    Returns
    -------
    :
        Amounts and shift, one row for each block.
    """
    matrix = solution.problem.constraint()
    weight = 1.0 / np.sqrt(solution.variance)
    rows = (matrix.T @ solution.model_derivatives) * weight
    rest = solution.misfit * weight
    found = []
    for number in np.unique(block):
        kept = block != number
        if kept.sum() < matrix.shape[1] + 6:
            continue
        change = np.linalg.lstsq(rows[:, kept].T, rest[kept], rcond=1e-12)[0]
        found.append(solution.values + matrix @ change)
    return np.array(found)


def jackknife_variance(answers: Float[np.ndarray, "block *number"]) -> Float[np.ndarray, "*number"]:
    """Return the variance of a number from its values without each block.

    Parameters
    ----------
    answers
        The number, or numbers, without each block.

    Source
    ------
    Efron and Stein 1981, doi 10.1214/aos/1176345462.

    Examples
    --------
    >>> float(jackknife_variance(np.array([1.0, 1.0, 4.0])))
    4.0
    """
    count = len(answers)
    return np.asarray((count - 1) / count * np.sum((answers - answers.mean(axis=0)) ** 2, axis=0))
