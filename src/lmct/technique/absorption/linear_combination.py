"""Spectra as sums of measured references: the noise of the references counts, misfit is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.assessment import Assessment
from lmct.technique.absorption.combination_check import refuse_uncovered, verdict_of_solution
from lmct.technique.absorption.reference_mismatch import effect_of_energies, effect_of_misfit, effect_of_steps
from lmct.technique.combination import (
    CombinationProblem,
    CombinationSolution,
    MeasuredCurve,
    solve_combination,
)

SMOOTHING = 2.0
"""Half width of the narrowest window in which references are smoothed for derivatives [eV]."""

SHIFT_RANGE = 2.0
"""Largest shift; references must be so much wider than the range of the fit [eV]."""


@dataclass(frozen=True, eq=False)
class Reference:
    """One measured reference.

    Parameters
    ----------
    name
        Of the species.
    energy
        Rising [eV].
    absorption, uncertainty
        Normalised absorption and the standard uncertainty of its noise [1].
    step_uncertainty
        Relative standard uncertainty of the edge step it was normalised by [1]; a systematic term.
    energy_uncertainty
        Standard uncertainty of the calibration of its energies [eV].
    """

    name: str
    energy: Float[np.ndarray, "point"]
    absorption: Float[np.ndarray, "point"]
    uncertainty: Float[np.ndarray, "point"]
    step_uncertainty: float = 0.0
    energy_uncertainty: float = 0.0


@dataclass(frozen=True, eq=False)
class CombinationSettings:
    """How a combination is fitted.

    Parameters
    ----------
    energy_range
        What is fitted [eV].
    fit_shift
        Whether the energies of the spectrum may differ from those of the references by one shift, and those
        of the references from one another by what their calibration leaves open.
    sum_to_one
        Whether the fractions sum to 1; else their sum is free and says how well spectra are normalised.
    systematic
        Whether parts of the range are left out in turn, which gives the systematic uncertainty.
    """

    energy_range: tuple[float, float]
    fit_shift: bool = False
    sum_to_one: bool = True
    systematic: bool = True


@dataclass(frozen=True, eq=False)
class Combination:
    """What was found.

    Parameters
    ----------
    names
        Of the species.
    fractions
        Of each species; not forced to be positive, so that errors stay symmetric [1].
    own_covariance
        Of the fractions from the noise of the spectrum alone.
    reference_covariance
        From the noise of the references: common to all spectra fitted with them.
    systematic
        From what does not fit, zero when chi-squared is likely, from the edge steps of references, and from
        the calibrations of all energies [1].
    shift, shift_uncertainty
        Added to the energies of the references [eV].
    reduced_chi_squared
        With the noise of spectrum and references; 1 when the references describe the spectrum [1].
    residual_factor
        Sum of squared residuals over that of the spectrum [1].
    energy, residual, fitted
        On the points that were fitted.
    assessment, message
        Whether the fit can be trusted, and why not.
    """

    names: tuple[str, ...]
    fractions: Float[np.ndarray, "species"]
    own_covariance: Float[np.ndarray, "species species"]
    reference_covariance: Float[np.ndarray, "species species"]
    systematic: Float[np.ndarray, "species"]
    shift: float
    shift_uncertainty: float
    reduced_chi_squared: float
    residual_factor: float
    energy: Float[np.ndarray, "point"]
    residual: Float[np.ndarray, "point"]
    fitted: Float[np.ndarray, "point"]
    assessment: Assessment
    message: str

    @property
    def uncertainty(self) -> Float[np.ndarray, "species"]:
        """Standard uncertainty of each fraction from the noise of spectrum and references [1]."""
        return np.asarray(np.sqrt(np.diag(self.own_covariance + self.reference_covariance)))

    @property
    def total_uncertainty(self) -> Float[np.ndarray, "species"]:
        """Standard uncertainty with the systematic term [1]."""
        return np.asarray(np.hypot(self.uncertainty, self.systematic))


def fit_combination(
    *,
    energy: Float[np.ndarray, "point"],
    absorption: Float[np.ndarray, "point"],
    uncertainty: Float[np.ndarray, "point"],
    references: Sequence[Reference],
    settings: CombinationSettings,
    energy_uncertainty: float = 0.0,
) -> Combination:
    r"""Fit a spectrum as a sum of references.

    .. math::

        \chi^2 = \sum_i (y_i - \sum_k w_k r_k(E_i-\delta))^2 / (\sigma_i^2 + \sum_k w_k^2 \sigma_{k,i}^2)

    is weighted by the noise of both; how the noise of the references is kept from biasing fractions and
    shift, and from passing for information, is told at
    :func:`lmct.technique.combination.solve_combination`.

    Parameters
    ----------
    energy
        Rising [eV].
    absorption, uncertainty
        Normalised absorption and the standard uncertainty of its noise [1].
    references
        Two or more.
    settings
        How it is fitted.
    energy_uncertainty
        Standard uncertainty of the calibration of the spectrum's energies [eV].

    Returns
    -------
    :
        Fractions with the covariance of both kinds of noise and a systematic term.

    Raises
    ------
    DataError
        Fewer than two references, or a spectrum or reference does not cover the range.
    """
    refuse_uncovered(
        (("the spectrum", energy), *((one.name, one.energy) for one in references)),
        settings.energy_range,
        margin=SHIFT_RANGE if settings.fit_shift else 0.0,
    )
    inside = (energy >= settings.energy_range[0]) & (energy <= settings.energy_range[1])
    problem = CombinationProblem(
        MeasuredCurve(energy[inside], absorption[inside], uncertainty[inside]),
        tuple(MeasuredCurve(one.energy, one.absorption, one.uncertainty) for one in references),
        fit_shift=settings.fit_shift,
        sum_to_one=settings.sum_to_one,
        offset_prior=_offset_prior(references) if settings.fit_shift else 0.0,
    )
    solution = solve_combination(problem, window=SMOOTHING, most_shift=SHIFT_RANGE)
    systematic = np.zeros(len(references))
    if settings.systematic:
        steps = np.array([one.step_uncertainty for one in references])
        energies = [energy_uncertainty, *(one.energy_uncertainty for one in references)]
        effects = (
            effect_of_misfit(solution, window=SMOOTHING),
            effect_of_steps(fractions=solution.amounts, step_uncertainties=steps),
            effect_of_energies(solution, energies, window=SMOOTHING),
        )
        systematic = np.sqrt(np.sum(np.square(effects), axis=0))
    return _result(solution, tuple(one.name for one in references), systematic)


def _offset_prior(references: Sequence[Reference]) -> float:
    """Return how far the energies of references may lie from those of the first [eV]."""
    squares = [one.energy_uncertainty**2 for one in references]
    return float(np.sqrt(2.0 * np.mean(squares)))


def _result(
    solution: CombinationSolution, names: tuple[str, ...], systematic: Float[np.ndarray, "species"]
) -> Combination:
    count = len(names)
    level = solution.problem.spectrum.level
    verdict, message = verdict_of_solution(solution)
    return Combination(
        names=names,
        fractions=solution.amounts,
        own_covariance=solution.own_covariance[:count, :count],
        reference_covariance=solution.reference_covariance[:count, :count],
        systematic=systematic,
        shift=solution.shift,
        shift_uncertainty=float(np.sqrt(solution.covariance[-1, -1])),
        reduced_chi_squared=solution.reduced_chi_square,
        residual_factor=float(np.sum(solution.misfit**2) / np.sum(level**2)),
        energy=solution.problem.spectrum.energy,
        residual=solution.misfit,
        fitted=level - solution.misfit,
        assessment=verdict,
        message=message,
    )
