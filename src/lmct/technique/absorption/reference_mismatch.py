"""What wrong references do to fractions: of another shape, or normalised by a wrong edge step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from lmct.technique.combination import (
    CombinationSolution,
    fit_probability,
    jackknife_variance,
    values_without_blocks,
)
from lmct.technique.combination.local_polynomial import cubic_smoothing
from lmct.technique.combination.mismatch import IMPROBABLE

BLOCKS = 8
"""Parts of the energy range that are left out in turn."""


def effect_of_steps(
    *, fractions: Float[np.ndarray, "species"], step_uncertainties: Float[np.ndarray, "species"]
) -> Float[np.ndarray, "species"]:
    r"""Return what wrong edge steps of the references do: :math:`df_k = f_k (e_k - \sum_j f_j e_j)`.

    Parameters
    ----------
    fractions
        Of the species [1].
    step_uncertainties
        Relative, of the edge step of each reference [1].

    Examples
    --------
    >>> effect_of_steps(fractions=np.array([0.5, 0.5]), step_uncertainties=np.array([0.04, 0.0]))
    array([0.01, 0.01])
    """
    mixing = np.diag(fractions) - np.outer(fractions, fractions)
    return np.asarray(np.sqrt((mixing**2) @ step_uncertainties**2))


def effect_of_energies(
    solution: CombinationSolution, uncertainties: Sequence[float], *, window: float
) -> Float[np.ndarray, "species"]:
    """Return what wrong energies of the spectrum and of the references do.

    Offsets of the references that the fit was free to find come with what they leave open.

    Parameters
    ----------
    solution
        A fit.
    uncertainties
        Of the calibration of the spectrum, then of each reference [eV].
    window
        Half width of the smoothing of slopes [eV].

    Returns
    -------
    :
        Standard uncertainties [1].
    """
    problem = solution.problem
    count = problem.count
    if problem.offset_prior > 0.0:
        return np.asarray(np.sqrt(np.diag(solution.prior_covariance)[:count]))
    slope = cubic_smoothing(problem.spectrum.energy.tobytes(), window).slope
    slopes = (slope @ problem.at(solution.values).levels.T).T * solution.amounts[:, None]
    moved = np.vstack([np.sum(slopes, axis=0), slopes]) * np.asarray(uncertainties)[:, None]
    return np.asarray(np.sqrt(np.sum((solution.response[:count] @ moved.T) ** 2, axis=1)))


def effect_of_misfit(solution: CombinationSolution, *, window: float) -> Float[np.ndarray, "species"]:
    """Return what the misfit does to the fractions; zero when chi-squared is likely.

    The largest of three: the uncertainty inflated by chi-squared, the jackknife over parts of the range, and
    the change when each reference may be shifted and broadened on its own, each less what noise explains.

    Parameters
    ----------
    solution
        A fit.
    window
        Half width of the smoothing of slopes [eV].

    Returns
    -------
    :
        Standard uncertainties [1].
    """
    count = solution.problem.count
    if fit_probability(solution) > IMPROBABLE:
        return np.zeros(count)
    variance = np.diag(solution.covariance)[:count]
    inflated = variance * (solution.reduced_chi_square - 1.0)
    points = len(solution.misfit)
    answers = values_without_blocks(solution, np.arange(points) * BLOCKS // points)[:, :count]
    jackknife = jackknife_variance(answers) - variance
    reshaped = _change_when_reshaped(solution, window)
    return np.asarray(np.sqrt(np.max([inflated, jackknife, reshaped, np.zeros(count)], axis=0)))


def _change_when_reshaped(solution: CombinationSolution, window: float) -> Float[np.ndarray, "species"]:
    """Return the squared change of the fractions when references shift and broaden, less that of noise."""
    problem = solution.problem
    count = problem.count
    matrix = problem.constraint()
    placed = problem.at(solution.values)
    slope = cubic_smoothing(problem.spectrum.energy.tobytes(), window).slope
    slopes = (slope @ placed.levels.T).T
    bends = (slope @ slopes.T).T
    weight = 1.0 / np.sqrt(solution.variance)
    few = (matrix.T @ solution.model_derivatives) * weight
    reshaping = np.vstack([slopes, bends]) * np.tile(solution.amounts, 2)[:, None] * weight
    inverse = np.linalg.pinv(np.vstack([few, reshaping]).T, rcond=1e-6)
    to_fractions = matrix[:count] @ inverse[: len(few)]
    own = matrix[:count] @ np.linalg.pinv(few.T)
    change = to_fractions @ (solution.misfit * weight)
    more_noise = np.sum(to_fractions**2, axis=1) - np.sum(own**2, axis=1)
    return np.asarray(change**2 - more_noise)
