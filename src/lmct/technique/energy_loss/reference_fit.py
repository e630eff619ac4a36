"""A spectrum as a combination of measured references, whose own noise is part of the fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import NotConverged, OutOfRange
from lmct.quantity.value import Value
from lmct.technique.combination import (
    CombinationProblem,
    CombinationSolution,
    MeasuredCurve,
    solve_combination,
)
from lmct.technique.energy_loss.prepared_edge import PreparedEdge
from lmct.technique.energy_loss.reference_errors import background_effects, disagreement_of_parts

FEWEST_CHANNELS = 20

MOST_SHIFT = 2.0
"""Largest shift of the spectrum against its references [eV]."""

MARGIN = 0.5
"""References reach at least this far beyond the window [eV]; a shift takes its room from the window."""

MISFIT = 1.5
"""Reduced chi-square above which the references do not describe the spectrum."""

SMOOTHING = 1.0
"""Half width of the narrowest smoothing of references in derivatives [eV]: about that of a white line."""


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
    """Fit an edge as a combination of references with one common shift.

    The noise of the references, times their weights and folded with the interpolation, is part of the
    covariance of the misfit, and the derivatives are free of it: neither shares nor shift are drawn to where
    noise averages out (:mod:`lmct.technique.combination`).

    Parameters
    ----------
    edge
        The spectrum.
    references
        By species.
    window
        First and last energy of the fit [eV]; narrowed where a shift needs more of a reference than there is.
    shift
        Whether the energy of the spectrum may differ from that of the references.

    Returns
    -------
    :
        Shares with statistical and systematic uncertainty.

    Raises
    ------
    OutOfRange
        There are fewer than two references, too few channels, or a reference does not cover the window.
    NotConverged
        The shift leaves its limits.

    Source
    ------
    Fuller, Measurement Error Models (Wiley, 1987): errors in both variables.
    """
    used = (edge.energy >= window[0]) & (edge.energy <= window[1])
    _refuse(edge, references, window, int(used.sum()))
    solution, used = _solved(edge, references, used, shift)
    count = len(references)
    amounts, total = solution.amounts, float(solution.amounts.sum())
    fractions = amounts / total
    slopes = (np.eye(count) - fractions[:, None]) / total
    spread = slopes @ solution.covariance[:count, :count] @ slopes.T
    of_norms = np.diag(fractions) - np.outer(fractions, fractions)
    through = of_norms * np.array([reference.norm_uncertainty for reference in references.values()])
    modes = background_effects(edge, references, used, solution) @ slopes.T
    spread = spread + through @ through.T + modes.T @ modes
    excess = np.array([reference.norm_excess for reference in references.values()])
    chi = solution.reduced_chi_square
    poor = chi > MISFIT
    systematic = np.hypot(disagreement_of_parts(solution, count), of_norms @ excess)
    uncertainties = np.sqrt(np.diag(spread))
    return ReferenceFit(
        fractions={
            n: Value(float(f), float(u)) for n, f, u in zip(references, fractions, uncertainties, strict=True)
        },
        systematic=dict(zip(references, systematic.tolist(), strict=True)),
        amplitude=Value(total, float(np.sqrt(solution.covariance[:count, :count].sum()))),
        shift=Value(solution.shift, float(np.sqrt(solution.covariance[-1, -1])), "eV"),
        covariance=spread,
        reduced_chi_square=chi,
        energy=edge.energy[used],
        fitted=edge.counts[used] - solution.misfit,
        residual=solution.misfit,
        assessment=Assessment.POOR_FIT if poor else Assessment.GOOD,
        message=(
            f"reduced chi-square {chi:.2f}: the references do not describe the edge; the"
            " systematic error counts"
            if poor
            else f"reduced chi-square {chi:.2f}"
        ),
    )


def _solved(
    edge: PreparedEdge, references: Mapping[str, PreparedEdge], used: np.ndarray, shift: bool
) -> tuple[CombinationSolution, np.ndarray]:
    """Return the fit and the channels it took: at most as far as all references reach after the shift."""
    curves = tuple(
        MeasuredCurve(one.energy, one.counts, np.sqrt(one.variance)) for one in references.values()
    )
    low = max(float(one.energy[0]) for one in references.values())
    high = min(float(one.energy[-1]) for one in references.values())
    start = _overlaid(edge, references, used) if shift else 0.0
    for _ in range(2):
        kept = used & (edge.energy > low + start + MARGIN) & (edge.energy < high + start - MARGIN)
        spectrum = MeasuredCurve(edge.energy[kept], edge.counts[kept], np.sqrt(edge.variance[kept]))
        problem = CombinationProblem(spectrum, curves, fit_shift=shift)
        first = _amounts(problem, start)
        solution = solve_combination(
            problem,
            window=SMOOTHING,
            start=np.append(first, np.append(np.zeros(len(curves) - 1), start)),
            most_shift=MARGIN,
        )
        start = solution.shift
        if solution.converged:
            break
    if not solution.converged or abs(start) > MOST_SHIFT:
        raise NotConverged(
            f"the shift against the references ran to {start:.2f} eV. Expected one clear solution within"
            f" {MOST_SHIFT:g} eV. Check that spectrum and references are of the same edge on checked axes."
        )
    return solution, kept


def _amounts(problem: CombinationProblem, shift: float) -> Float[np.ndarray, "reference"]:
    """Return the amounts that fit best at a shift, the noise of the references left aside."""
    rows = np.array(
        [np.interp(problem.spectrum.energy - shift, one.energy, one.level) for one in problem.references]
    )
    noise = problem.spectrum.uncertainty
    return np.asarray(np.linalg.lstsq((rows / noise).T, problem.spectrum.level / noise, rcond=None)[0])


def _overlaid(edge: PreparedEdge, references: Mapping[str, PreparedEdge], used: np.ndarray) -> float:
    """Return the shift on a coarse grid at which a combination of smoothed references fits best [eV]."""
    kernel = np.full(3, 1.0 / 3.0)
    curves = [np.convolve(np.pad(one.counts, 1, mode="edge"), kernel, "valid") for one in references.values()]
    noise = np.sqrt(edge.variance[used])
    best, found = np.inf, 0.0
    for shift in np.arange(-MOST_SHIFT + MARGIN, MOST_SHIFT - MARGIN + 0.01, 0.1):
        rows = [
            np.interp(edge.energy[used] - shift, one.energy, curve)
            for one, curve in zip(references.values(), curves, strict=True)
        ]
        design, wanted = (np.array(rows) / noise).T, edge.counts[used] / noise
        rest = wanted - design @ np.linalg.lstsq(design, wanted, rcond=None)[0]
        if float(rest @ rest) < best:
            best, found = float(rest @ rest), float(shift)
    return found


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
