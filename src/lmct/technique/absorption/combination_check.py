"""Whether spectra and references can be fitted, and whether what was found can be trusted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import DataError
from lmct.technique.combination import CombinationSolution

POOR = 2.0
"""Reduced chi-squared above which the references do not describe the spectrum [1]."""

LOUD = 0.5
"""Part of the information that may be noise of the references before errors are only rough [1]."""


def refuse_uncovered(
    grids: Sequence[tuple[str, Float[np.ndarray, "point"]]],
    energy_range: tuple[float, float],
    *,
    margin: float,
) -> None:
    """Refuse a spectrum and references that do not cover the range of a fit.

    Parameters
    ----------
    grids
        Name and energies, rising, of the spectrum and of each reference [eV].
    energy_range
        Of the fit [eV].
    margin
        Room for a shift on both sides [eV].

    Raises
    ------
    DataError
        There are too few references or points, or one does not cover the range.
    """
    low, high = energy_range
    count = len(grids) - 1
    if count < 2:
        raise DataError(f"{count} references are given. Expected two or more.")
    for name, grid in grids:
        if grid[0] > low - margin or grid[-1] < high + margin:
            raise DataError(
                f"{name} runs from {grid[0]:.1f} to {grid[-1]:.1f} eV, the fit from {low - margin:.1f} to"
                f" {high + margin:.1f} eV. Expected spectra that cover the range. Give another range."
            )
    points = int(((grids[0][1] >= low) & (grids[0][1] <= high)).sum())
    if points < count + 4:
        raise DataError(
            f"{points} points lie between {low:g} and {high:g} eV. Expected {count + 4} or more. Give a wider"
            " range."
        )


def verdict_of_solution(solution: CombinationSolution) -> tuple[Assessment, str]:
    """Return whether a solution can be trusted, and why not.

    Parameters
    ----------
    solution
        The solution.
    """
    chi = solution.reduced_chi_square
    if not solution.converged:
        return Assessment.NOT_CONVERGED, "the shift against the references has no clear value."
    if chi > POOR:
        return Assessment.POOR_FIT, (
            f"reduced chi-squared {chi:.1f}: the references do not describe the spectrum within the noise"
            " (another host, a further species, or a normalisation that differs)."
        )
    if solution.noise_share > LOUD:
        return Assessment.POOR_FIT, (
            "the noise of the references hides what tells them apart: errors are rough. Hold the shift, or"
            " measure the references longer."
        )
    return Assessment.GOOD, ""
