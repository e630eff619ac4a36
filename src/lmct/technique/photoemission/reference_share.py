"""The share of the first of two references in a solution, and what it owes to every intensity."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from lmct.technique.combination import CombinationSolution, jackknife_variance, values_without_blocks
from lmct.technique.photoemission.prepared_reference import Reference

JACKKNIFE_BLOCKS = 8
"""Parts of the region that are left out in turn to see whether the references fit everywhere alike."""


def share_of_values(
    values: Float[np.ndarray, "value"], areas: Float[np.ndarray, "2"]
) -> tuple[float, Float[np.ndarray, "value"]]:
    """Return the share of the first reference and its change with every value.

    Parameters
    ----------
    values
        Of a solution, the amounts of both references first.
    areas
        Of the references.
    """
    parts = values[:2] * areas
    total = float(parts.sum())
    fraction = float(parts[0]) / total
    gradient = np.zeros(len(values))
    gradient[:2] = areas * np.array([1.0 - fraction, -fraction]) / total
    return fraction, gradient


def share_response(
    solution: CombinationSolution,
    references: tuple[Reference, Reference],
    fraction: float,
    gradient: Float[np.ndarray, "value"],
) -> tuple[Float[np.ndarray, "point"], ...]:
    """Return the change of the share with every intensity, of references also by their areas.

    Parameters
    ----------
    solution
        The solution.
    references
        Both references.
    fraction, gradient
        As :func:`share_of_values` gives them.
    """
    through_area = [
        sign * fraction * (1.0 - fraction) / one.area * one.area_response
        for sign, one in zip((1.0, -1.0), references, strict=True)
    ]
    through_fit = [gradient @ one for one in solution.reference_responses]
    return (
        gradient @ solution.response,
        *(area + fit for area, fit in zip(through_area, through_fit, strict=True)),
    )


def share_scatter(solution: CombinationSolution, areas: Float[np.ndarray, "2"], variance: float) -> float:
    """Return the scatter of the share when parts of the region are left out, beyond that of the counts [1].

    Parameters
    ----------
    solution
        The solution.
    areas
        Of the references.
    variance
        Of the share by counts.
    """
    intensity = solution.problem.spectrum.level
    strength = np.cumsum(np.maximum(intensity - intensity.min(), 0.0))
    block = np.minimum((strength / strength[-1] * JACKKNIFE_BLOCKS).astype(int), JACKKNIFE_BLOCKS - 1)
    answers = values_without_blocks(solution, block)
    fractions = np.array([share_of_values(values, areas)[0] for values in answers])
    return float(np.sqrt(max(float(jackknife_variance(fractions)) - variance, 0.0)))


def parts_of_solution(
    solution: CombinationSolution, references: tuple[Reference, Reference]
) -> Float[np.ndarray, "3 point"]:
    """Return the signals of both references as they are in the spectrum, and the background below.

    Parameters
    ----------
    solution
        The solution.
    references
        Both references.
    """
    spectrum = solution.problem.spectrum
    parts = [
        amount * one.signal_at(spectrum.energy - solution.shift - offset)
        for amount, one, offset in zip(solution.amounts, references, solution.offsets, strict=True)
    ]
    return np.vstack([*parts, spectrum.level - solution.misfit - parts[0] - parts[1]])
