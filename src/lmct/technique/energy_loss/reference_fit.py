"""A spectrum as a combination of measured references, whose own noise is part of the fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import OutOfRange
from lmct.quantity.value import Value

FEWEST_CHANNELS = 20
_IMPULSES = 15

Spline = Callable[[np.ndarray], np.ndarray]

MOST_SHIFT = 2.0
"""Largest shift of the spectrum against its references [eV]."""

MISFIT = 1.5
"""Reduced chi-square above which the references do not describe the spectrum."""


@dataclass(frozen=True, eq=False)
class PreparedEdge:
    """An edge above its background, normalised to one atom.

    Parameters
    ----------
    energy
        Of each channel [eV].
    counts
        Above the background, divided by ``norm`` [1].
    variance
        Of each count [1].
    norm_uncertainty
        Relative standard uncertainty of the normalisation by its own counts [1].
    norm_excess
        Relative error of the normalisation by what the white lines scatter into its window, on an assumed
        thickness [1]; common parts cancel between references.
    background_modes
        What one standard deviation of each independent error of the background does to ``counts`` [1].
    """

    energy: Float[np.ndarray, "channel"]
    counts: Float[np.ndarray, "channel"]
    variance: Float[np.ndarray, "channel"]
    norm_uncertainty: float = 0.0
    norm_excess: float = 0.0
    background_modes: tuple[Float[np.ndarray, "channel"], ...] = ()


@dataclass(frozen=True, eq=False)
class ReferenceFit:
    """Shares of references in a spectrum.

    Parameters
    ----------
    fractions
        By reference, adding up to 1; uncertainties from counts of spectrum and references.
    systematic
        By reference, from parts of the edge that disagree: a reference of another host shows up here.
    amplitude
        Of the whole combination [1].
    shift
        Of the spectrum against its references [eV].
    covariance
        Of the fractions, in their order.
    reduced_chi_square
        Of the fit against all noise [1].
    fitted, residual
        Combination, and spectrum less combination, at ``energy``.
    energy
        Channels used [eV].
    assessment, message
        How far it can be trusted.
    """

    fractions: Mapping[str, Value]
    systematic: Mapping[str, float]
    amplitude: Value
    shift: Value
    covariance: Float[np.ndarray, "reference reference"]
    reduced_chi_square: float
    energy: Float[np.ndarray, "channel"]
    fitted: Float[np.ndarray, "channel"]
    residual: Float[np.ndarray, "channel"]
    assessment: Assessment
    message: str


def fit_references(
    edge: PreparedEdge,
    references: Mapping[str, PreparedEdge],
    *,
    window: tuple[float, float],
    shift: bool = True,
) -> ReferenceFit:
    r"""Fit an edge as a combination of references with one common shift.

    Residuals are divided by the noise of the spectrum and, times its own weight, of every reference:

    .. math:: \chi^2 = \sum_i \frac{(y_i - \sum_k a_k R_{ki})^2}{\sigma_i^2 + \sum_k a_k^2 \sigma_{ki}^2}

    with the weights in the noise free to move as well: noise in the references then biases nothing (weighted
    total least squares). References are moved by a cubic spline and their noise is moved along.

    Parameters
    ----------
    edge
        The spectrum.
    references
        By name, two or more, covering the window.
    window
        First and last energy of the fit [eV].
    shift
        Whether the spectrum may be shifted against its references.

    Returns
    -------
    :
        Fractions with statistical and systematic uncertainty.

    Raises
    ------
    OutOfRange
        Fewer than two references, too few channels, or a reference does not cover the window.

    Source
    ------
    Deming, Statistical Adjustment of Data (1943): errors in both variables.
    """
    used = (edge.energy >= window[0]) & (edge.energy <= window[1])
    _refuse(edge, references, window, int(used.sum()))
    problem = _Problem.of(edge, references, used, shift)
    best, covariance, chi = problem.solve()
    count = len(references)
    total = float(best[:count].sum())
    fractions = best[:count] / total
    slopes = (np.eye(count) - fractions[:, None]) / total
    spread = slopes @ covariance[:count, :count] @ slopes.T
    norms = np.array([reference.norm_uncertainty for reference in references.values()])
    through = (np.diag(fractions) - np.outer(fractions, fractions)) * norms
    spread = spread + through @ through.T + _of_backgrounds(edge, references, used, shift, fractions)
    excess = np.array([reference.norm_excess for reference in references.values()])
    of_norms = (np.diag(fractions) - np.outer(fractions, fractions)) @ excess
    systematic = np.hypot(_disagreement(problem, fractions, count), of_norms)
    poor = chi > MISFIT
    model, _ = problem.model(best)
    uncertainties = np.sqrt(np.diag(spread))
    return ReferenceFit(
        fractions={
            n: Value(float(f), float(u)) for n, f, u in zip(references, fractions, uncertainties, strict=True)
        },
        systematic=dict(zip(references, systematic.tolist(), strict=True)),
        amplitude=Value(total, float(np.sqrt(covariance[:count, :count].sum()))),
        shift=Value(float(best[count]), float(np.sqrt(covariance[count, count])), "eV")
        if shift
        else Value(0.0, 0.0, "eV"),
        covariance=spread,
        reduced_chi_square=chi,
        energy=edge.energy[used],
        fitted=model,
        residual=edge.counts[used] - model,
        assessment=Assessment.POOR_FIT if poor else Assessment.GOOD,
        message=(
            f"reduced chi-square {chi:.2f}: the references do not describe the edge; the systematic"
            f" error counts"
            if poor
            else f"reduced chi-square {chi:.2f}"
        ),
    )


def noise_of_spline(
    where: Float[np.ndarray, "point"], knots: Float[np.ndarray, "knot"], *, derivative: int = 0
) -> Float[np.ndarray, "point"]:
    """Return the variance of a cubic spline between even knots, over that of its knots.

    Parameters
    ----------
    where
        Places [eV].
    knots
        Even knots [eV].
    derivative
        0 for the value, 1 for its slope [1/eV²].

    Returns
    -------
    :
        1 on a knot and less between: a spline averages noise, which must not look like a better fit.

    Examples
    --------
    >>> noise_of_spline(np.array([1.0, 1.5]), np.arange(4.0)).round(2)
    array([1.  , 0.76])
    """
    from scipy.interpolate import CubicSpline

    step = float(knots[1] - knots[0])
    impulses = CubicSpline(np.arange(float(_IMPULSES)), np.eye(_IMPULSES))
    inside = np.mod((where - knots[0]) / step, 1.0)
    rows = impulses(_IMPULSES // 2 + inside, derivative)
    return np.asarray((rows**2).sum(axis=-1) / step ** (2 * derivative))


@dataclass(frozen=True, eq=False)
class _Problem:
    """Numbers of one fit; the last parameter is the shift when there is one."""

    energy: Float[np.ndarray, "channel"]
    counts: Float[np.ndarray, "channel"]
    variance: Float[np.ndarray, "channel"]
    references: tuple[PreparedEdge, ...]
    splines: tuple[Spline, ...]
    shifts: bool

    @classmethod
    def of(
        cls, edge: PreparedEdge, references: Mapping[str, PreparedEdge], used: np.ndarray, shifts: bool
    ) -> _Problem:
        from scipy.interpolate import CubicSpline

        every = tuple(references.values())
        splines = tuple(CubicSpline(one.energy, one.counts) for one in every)
        return cls(edge.energy[used], edge.counts[used], edge.variance[used], every, splines, shifts)

    def moved(self, shift: float) -> tuple[np.ndarray, np.ndarray]:
        """Return references and their variances at the energies of the spectrum less the shift."""
        where = self.energy - shift
        rows = [spline(where) for spline in self.splines]
        noise = [
            np.interp(where, one.energy, one.variance) * noise_of_spline(where, one.energy)
            for one in self.references
        ]
        return np.array(rows), np.array(noise)

    def information(self, parameters: np.ndarray) -> np.ndarray:
        """Return the part of J'J that is noise of the references: it tells nothing of the parameters."""
        count = len(self.references)
        shift = float(parameters[count]) if self.shifts else 0.0
        weights = parameters[:count]
        _, noise = self.moved(shift)
        _, total = self.model(parameters)
        shared = weights[:, None] * noise / total
        found = np.zeros((len(parameters), len(parameters)))
        found[:count, :count] = np.diag((noise / total).sum(axis=1)) - shared @ shared.T
        if self.shifts:
            where = self.energy - shift
            slopes = [
                np.interp(where, one.energy, one.variance) * noise_of_spline(where, one.energy, derivative=1)
                for one in self.references
            ]
            found[count, count] = float((weights**2 @ np.array(slopes) / total).sum())
        return found

    def model(self, parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the combination and the variance of spectrum less combination."""
        count = len(self.references)
        rows, noise = self.moved(float(parameters[count]) if self.shifts else 0.0)
        weights = parameters[:count]
        return weights @ rows, self.variance + weights**2 @ noise

    def residuals(self, parameters: np.ndarray) -> np.ndarray:
        model, variance = self.model(parameters)
        return np.asarray((self.counts - model) / np.sqrt(variance))

    def solve(self) -> tuple[np.ndarray, np.ndarray, float]:
        """Return parameters, covariance and reduced chi-square."""
        from scipy.optimize import least_squares, nnls

        count = len(self.references)
        rows, _ = self.moved(0.0)
        start = nnls((rows / np.sqrt(self.variance)).T, self.counts / np.sqrt(self.variance))[0]
        start = np.maximum(start, 1e-3 * max(start.sum(), 1e-3))
        shifts = [0.0] if self.shifts else []
        limits = [np.inf] * count + [MOST_SHIFT] * len(shifts)
        found = least_squares(
            self.residuals,
            [*start, *shifts],
            bounds=([-limit for limit in limits], limits),
            x_scale=[max(start.sum(), 1e-6)] * count + [0.1] * len(shifts),
        )
        freedom = max(len(self.counts) - count - len(shifts), 1)
        information = found.jac.T @ found.jac
        inverse = np.linalg.pinv(information - self.information(found.x))
        return found.x, inverse @ information @ inverse, float(2.0 * found.cost / freedom)

    def part(self, rows: np.ndarray) -> _Problem:
        """Return the problem of some channels, without a shift of its own."""
        return _Problem(
            self.energy[rows], self.counts[rows], self.variance[rows], self.references, self.splines, False
        )


def _of_backgrounds(
    edge: PreparedEdge,
    references: Mapping[str, PreparedEdge],
    used: np.ndarray,
    shift: bool,
    fractions: np.ndarray,
) -> np.ndarray:
    """Return the covariance that all backgrounds add, by fits with each one moved."""

    def change(moved: PreparedEdge, others: Mapping[str, PreparedEdge]) -> np.ndarray:
        best, _, _ = _Problem.of(moved, others, used, shift).solve()
        return np.asarray(best[: len(fractions)] / best[: len(fractions)].sum() - fractions)

    changes = [change(replace(edge, counts=edge.counts + mode), references) for mode in edge.background_modes]
    for name, one in references.items():
        for mode in one.background_modes:
            changes.append(change(edge, {**references, name: replace(one, counts=one.counts + mode)}))
    return sum((np.outer(one, one) for one in changes), np.zeros((len(fractions), len(fractions))))


def _disagreement(problem: _Problem, fractions: np.ndarray, count: int) -> np.ndarray:
    """Return how far the two halves of the edge disagree beyond their noise, as a standard deviation."""
    middle = np.searchsorted(np.cumsum(np.abs(problem.counts)), 0.5 * np.abs(problem.counts).sum())
    shift = float(problem.solve()[0][count]) if problem.shifts else 0.0
    aligned = _Problem(
        problem.energy - shift,
        problem.counts,
        problem.variance,
        problem.references,
        problem.splines,
        problem.shifts,
    )
    deviations, noise = [], []
    for rows in (np.arange(middle), np.arange(middle, len(problem.counts))):
        if len(rows) < FEWEST_CHANNELS // 2:
            continue
        best, covariance, _ = aligned.part(rows).solve()
        total = best[:count].sum()
        share = best[:count] / total
        slopes = (np.eye(count) - share[:, None]) / total
        deviations.append(share - fractions)
        noise.append(np.diag(slopes @ covariance[:count, :count] @ slopes.T))
    if not deviations:
        return np.zeros(count)
    beyond = np.mean(np.square(deviations) - np.array(noise), axis=0)
    return np.asarray(np.sqrt(np.clip(beyond, 0.0, None)))


def _refuse(
    edge: PreparedEdge, references: Mapping[str, PreparedEdge], window: tuple[float, float], channels: int
) -> None:
    """Refuse fewer than two references, too few channels, references that do not cover the window."""
    if len(references) < 2:
        raise OutOfRange(f"{len(references)} references were given. Expected two or more measured spectra.")
    if channels < FEWEST_CHANNELS:
        raise OutOfRange(
            f"the window {window[0]:g}-{window[1]:g} eV holds {channels} channels of a spectrum from"
            f" {edge.energy[0]:.1f} to {edge.energy[-1]:.1f} eV. Expected at least {FEWEST_CHANNELS}."
        )
    for name, one in references.items():
        if one.energy[0] > window[0] - 0.5 or one.energy[-1] < window[1] + 0.5:
            raise OutOfRange(
                f"the reference {name} covers {one.energy[0]:.1f}-{one.energy[-1]:.1f} eV. Expected"
                f" half an eV"
                f" more than the window {window[0]:g}-{window[1]:g} eV on both sides. Name another window."
            )
