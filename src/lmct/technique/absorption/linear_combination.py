"""Spectra as sums of measured references: the noise of the references counts, misfit is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import DataError
from lmct.technique.absorption.derivative import local_polynomial

if TYPE_CHECKING:
    from scipy.interpolate import CubicSpline

POOR = 2.0
"""Reduced chi-squared above which the references do not describe the spectrum [1]."""

UNLIKELY = 0.01
"""Misfit counts when chi-squared as large has less than this probability [1]."""

BLOCKS = 8
"""Parts of the energy range that are left out in turn to see what the misfit does to the fractions."""

SMOOTHING = 2.0
"""Half width of the window in which references are smoothed for shifts [eV]."""

MOST_STEPS, SETTLED = 60, 1e-9


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
    """

    name: str
    energy: Float[np.ndarray, "point"]
    absorption: Float[np.ndarray, "point"]
    uncertainty: Float[np.ndarray, "point"]
    step_uncertainty: float = 0.0

    @cached_property
    def smooth_curve(self) -> CubicSpline:
        """The smoothed reference as a curve: only its changes by a shift are used."""
        from scipy.interpolate import CubicSpline

        weights, _, places = local_polynomial(energy=self.energy, window=SMOOTHING, degree=3)
        return CubicSpline(self.energy, np.einsum("pn,pn->p", weights, self.absorption[places]))


@dataclass(frozen=True, eq=False)
class CombinationSettings:
    """How a combination is fitted.

    Parameters
    ----------
    energy_range
        What is fitted [eV].
    fit_shift
        Whether the energies of the spectrum may differ from those of the references by one shift.
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
        From what does not fit, zero when chi-squared is likely, and from the edge steps of references [1].
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
) -> Combination:
    r"""Fit a spectrum as a sum of references.

    .. math::

        \chi^2 = \sum_i (y_i - \sum_k w_k r_k(E_i-\delta))^2 / (\sigma_i^2 + \sum_k w_k^2 \sigma_{k,i}^2)

    is weighted by the noise of both. The normal equations hold the smoothed references on their left, so that
    the noise of the references does not pull the fractions together (instrumental variables). A shift moves
    the smoothed shape of a reference and not its noise, :math:`r(E-\delta) = r(E) + s(E-\delta) - s(E)`: else
    a shift by half a channel, which averages the noise, would win, and noise would pass for slope.

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

    Returns
    -------
    :
        Fractions with the covariance of both kinds of noise and a systematic term.

    Raises
    ------
    DataError
        Fewer than two references, or a spectrum or reference does not cover the range.

    Source
    ------
    Weights with noise in both: York et al., Am. J. Phys. 72 (2004) 367, doi 10.1119/1.1632486. Instruments:
    Fuller, Measurement Error Models (Wiley, 1987), section 1.4.
    """
    problem = _Problem.of(energy, absorption, uncertainty, references, settings)
    solution = problem.solved(settings)
    found = problem.result(solution, references, settings)
    if not settings.systematic:
        return found
    misfit = _systematic(problem, solution, found, settings)
    return replace(found, systematic=np.hypot(misfit, _by_steps(found.fractions, references)))


@dataclass(frozen=True, eq=False)
class _Problem:
    """Points that are fitted, and the references there: values, variances, smoothed curves."""

    energy: Float[np.ndarray, "point"]
    level: Float[np.ndarray, "point"]
    variance: Float[np.ndarray, "point"]
    base: Float[np.ndarray, "species point"]
    noise: Float[np.ndarray, "species point"]
    curves: tuple[CubicSpline, ...]

    @classmethod
    def of(
        cls,
        energy: Float[np.ndarray, "point"],
        absorption: Float[np.ndarray, "point"],
        uncertainty: Float[np.ndarray, "point"],
        references: Sequence[Reference],
        settings: CombinationSettings,
    ) -> _Problem:
        low, high = settings.energy_range
        if len(references) < 2:
            raise DataError(f"{len(references)} references are given. Expected two or more.")
        margin = 2.0 if settings.fit_shift else 0.0
        for name, grid in (("the spectrum", energy), *((one.name, one.energy) for one in references)):
            if grid[0] > low - margin or grid[-1] < high + margin:
                raise DataError(
                    f"{name} runs from {grid[0]:.1f} to {grid[-1]:.1f} eV, the fit from {low - margin:.1f} to"
                    f" {high + margin:.1f} eV. Expected spectra that cover the range. Give another range."
                )
        inside = (energy >= low) & (energy <= high)
        if inside.sum() < len(references) + 4:
            raise DataError(
                f"{inside.sum()} points lie between {low:g} and {high:g} eV. Expected"
                f" {len(references) + 4} or more. Give a wider range."
            )
        base, noise, curves = [], [], []
        for one in references:
            weights, places = cubic_weights(grid=one.energy, wanted=energy[inside])
            base.append(np.einsum("pn,pn->p", weights, one.absorption[places]))
            noise.append(np.einsum("pn,pn->p", weights**2, one.uncertainty[places] ** 2))
            curves.append(one.smooth_curve)
        return cls(
            energy[inside],
            absorption[inside],
            uncertainty[inside] ** 2,
            np.array(base),
            np.array(noise),
            tuple(curves),
        )

    def kept(self, mask: np.ndarray) -> _Problem:
        """Return the problem on some of the points."""
        return replace(
            self,
            energy=self.energy[mask],
            level=self.level[mask],
            variance=self.variance[mask],
            base=self.base[:, mask],
            noise=self.noise[:, mask],
        )

    def at(
        self, shift: float
    ) -> tuple[Float[np.ndarray, "species point"], Float[np.ndarray, "species point"]]:
        """Return references and their slopes at the shifted energies."""
        slopes = np.array([curve(self.energy - shift, 1) for curve in self.curves])
        if shift == 0.0:
            return self.base, slopes
        moved = np.array([curve(self.energy - shift) - curve(self.energy) for curve in self.curves])
        return self.base + moved, slopes

    def solved(self, settings: CombinationSettings, start: _Solution | None = None) -> _Solution:
        """Return the minimum by iteration of the weights (York), the shift by Gauss-Newton."""
        fractions = np.full(len(self.base), 1.0 / len(self.base)) if start is None else start.fractions
        shift = 0.0 if start is None else start.shift
        values, slopes = self.at(shift)
        for _ in range(MOST_STEPS):
            weight = 1.0 / (self.variance + fractions**2 @ self.noise)
            smooth = np.array([curve(self.energy - shift) for curve in self.curves])
            design, offset = _design(smooth, values, fractions @ slopes, settings)
            scaled = design * np.sqrt(weight)
            target = (self.level - offset) * np.sqrt(weight)
            if settings.fit_shift:  # the last column is - d model / d shift
                target = target + scaled[-1] * shift
            measured, _ = _design(values, values, fractions @ slopes, settings)
            normal = scaled @ (measured * np.sqrt(weight)).T
            parameters = np.linalg.solve(normal, scaled @ target)
            moved = _fractions_of(parameters, settings)
            shifted = float(parameters[-1]) if settings.fit_shift else 0.0
            change = float(np.max(np.abs(moved - fractions))) + abs(shifted - shift)
            fractions, shift = moved, float(np.clip(shifted, shift - 1.0, shift + 1.0))
            if settings.fit_shift:
                values, slopes = self.at(shift)
            if change < SETTLED:
                return _Solution(fractions, shift, True)
        return _Solution(fractions, shift, False)

    def result(
        self, solution: _Solution, references: Sequence[Reference], settings: CombinationSettings
    ) -> Combination:
        """Return the result with covariances, not yet the systematic term."""
        values, slopes = self.at(solution.shift)
        fractions = solution.fractions
        noise = fractions**2 @ self.noise
        weight = 1.0 / (self.variance + noise)
        rest = self.level - fractions @ values
        smooth = np.array([curve(self.energy - solution.shift) for curve in self.curves])
        design, _ = _design(smooth, smooth, fractions @ slopes, settings)
        gain = np.linalg.solve((design * weight) @ design.T, design * weight)
        to_fractions = _jacobian(len(fractions), settings)
        gain = to_fractions @ gain
        own, common = (gain * self.variance) @ gain.T, (gain * noise) @ gain.T
        free = len(rest) - len(design)
        chi = float(np.sum(weight * rest**2)) / free
        count = len(fractions)
        verdict, message = Assessment.GOOD, ""
        if not solution.converged:
            verdict, message = Assessment.NOT_CONVERGED, "the iteration did not settle."
        elif chi > POOR:
            verdict = Assessment.POOR_FIT
            message = (
                f"reduced chi-squared {chi:.1f}: the references do not describe the spectrum within the noise"
                " (another host, a further species, or a normalisation that differs)."
            )
        return Combination(
            names=tuple(one.name for one in references),
            fractions=fractions,
            own_covariance=own[:count, :count],
            reference_covariance=common[:count, :count],
            systematic=np.zeros(count),
            shift=solution.shift,
            shift_uncertainty=float(np.sqrt((own + common)[-1, -1])) if settings.fit_shift else 0.0,
            reduced_chi_squared=chi,
            residual_factor=float(np.sum(rest**2) / np.sum(self.level**2)),
            energy=self.energy,
            residual=rest,
            fitted=fractions @ values,
            assessment=verdict,
            message=message,
        )


@dataclass(frozen=True, eq=False)
class _Solution:
    """Fractions and shift of the minimum."""

    fractions: Float[np.ndarray, "species"]
    shift: float
    converged: bool


def _design(
    smooth: Float[np.ndarray, "species point"],
    measured: Float[np.ndarray, "species point"],
    slope: Float[np.ndarray, "point"],
    settings: CombinationSettings,
) -> tuple[Float[np.ndarray, "parameter point"], Float[np.ndarray, "point"]]:
    """Return the rows of the parameters and what is constant: the last reference when fractions sum to 1."""
    rows = smooth[:-1] - smooth[-1] if settings.sum_to_one else smooth
    offset = measured[-1] if settings.sum_to_one else np.zeros(smooth.shape[1])
    return (np.vstack([rows, -slope]) if settings.fit_shift else rows), offset


def _fractions_of(parameters: Float[np.ndarray, "parameter"], settings: CombinationSettings) -> np.ndarray:
    own = parameters[:-1] if settings.fit_shift else parameters
    return np.append(own, 1.0 - own.sum()) if settings.sum_to_one else own


def _jacobian(count: int, settings: CombinationSettings) -> Float[np.ndarray, "out parameter"]:
    """Return d(fractions, shift) / d(parameters)."""
    own = np.vstack([np.eye(count - 1), -np.ones(count - 1)]) if settings.sum_to_one else np.eye(count)
    if not settings.fit_shift:
        return own
    whole = np.zeros((count + 1, own.shape[1] + 1))
    whole[:count, :-1], whole[-1, -1] = own, 1.0
    return whole


def _by_steps(
    fractions: Float[np.ndarray, "species"], references: Sequence[Reference]
) -> Float[np.ndarray, "species"]:
    """Return what wrong edge steps of the references do to the fractions: df_k = f_k (e_k - sum f_j e_j)."""
    steps = np.array([one.step_uncertainty for one in references])
    mixing = np.diag(fractions) - np.outer(fractions, fractions)
    return np.asarray(np.sqrt((mixing**2) @ steps**2))


def _systematic(
    problem: _Problem, solution: _Solution, found: Combination, settings: CombinationSettings
) -> Float[np.ndarray, "species"]:
    """Return what misfit does to the fractions; zero when chi-squared is likely.

    The largest of three: the uncertainty inflated by chi-squared, the jackknife over parts of the range, and
    the change when each reference may be shifted and broadened on its own, each less what noise explains.
    """
    from scipy.special import gammaincc

    free = len(found.residual) - len(found.fractions)
    if gammaincc(0.5 * free, 0.5 * free * found.reduced_chi_squared) > UNLIKELY:
        return np.zeros(len(found.fractions))
    variance = found.uncertainty**2
    inflated = variance * (found.reduced_chi_squared - 1.0)
    answers = []
    for part in np.array_split(np.arange(len(problem.energy)), BLOCKS):
        mask = np.ones(len(problem.energy), dtype=bool)
        mask[part] = False
        answers.append(problem.kept(mask).solved(settings, solution).fractions)
    spread = np.array(answers) - np.mean(answers, axis=0)
    jackknife = np.sum(spread**2, axis=0) * (BLOCKS - 1) / BLOCKS - variance
    return np.asarray(np.sqrt(np.max([inflated, jackknife, _reshaped(problem, solution, settings)], axis=0)))


def _reshaped(
    problem: _Problem, solution: _Solution, settings: CombinationSettings
) -> Float[np.ndarray, "species"]:
    """Return the squared change of the fractions when references shift and broaden, less that of noise."""
    fractions, shift = solution.fractions, solution.shift
    values, slopes = problem.at(shift)
    weight = 1.0 / (problem.variance + fractions**2 @ problem.noise)
    rest = problem.level - fractions @ values
    design, _ = _design(values, values, fractions @ slopes, settings)
    bends = np.array([curve(problem.energy - shift, 2) for curve in problem.curves])
    wide = np.vstack([design, fractions[:, None] * slopes, fractions[:, None] * bends])
    to_fractions = _jacobian(len(fractions), settings)[: len(fractions)]
    few, many = (rows * np.sqrt(weight) for rows in (design, wide))
    inverse = np.linalg.pinv(many.T, rcond=1e-6)
    change = to_fractions @ (inverse[: len(design)] @ (rest * np.sqrt(weight)))
    own = to_fractions @ np.linalg.pinv(few.T)
    own_variance, wide_variance = (
        np.sum(gain**2, axis=1) for gain in (own, to_fractions @ inverse[: len(design)])
    )
    return np.asarray(change**2 - (wide_variance - own_variance))


def cubic_weights(
    *, grid: Float[np.ndarray, "node"], wanted: Float[np.ndarray, "point"]
) -> tuple[Float[np.ndarray, "point 4"], np.ndarray]:
    """Return the weights of the cubic through the four nodes about each point, and their places.

    Parameters
    ----------
    grid
        Rising, four nodes or more.
    wanted
        Points inside it.

    Examples
    --------
    >>> nodes = np.arange(6.0)
    >>> weights, places = cubic_weights(grid=nodes, wanted=np.array([2.5]))
    >>> round(float((weights * (nodes**3)[places]).sum()), 6)
    15.625
    """
    first = np.clip(np.searchsorted(grid, wanted) - 2, 0, len(grid) - 4)
    places = first[:, None] + np.arange(4)
    nodes = grid[places]
    weights = np.ones((len(wanted), 4))
    for one in range(4):
        for other in range(4):
            if other != one:
                weights[:, one] *= (wanted - nodes[:, other]) / (nodes[:, one] - nodes[:, other])
    return weights, places
