"""A spectrum as a linear combination of two measured references, with the noise of the references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import NotConverged
from lmct.technique.combination import (
    CombinationProblem,
    CombinationSolution,
    fit_probability,
    solve_combination,
)
from lmct.technique.combination.mismatch import IMPROBABLE
from lmct.technique.photoemission.electron_background import shirley_operator
from lmct.technique.photoemission.prepared_reference import Reference, curve_of
from lmct.technique.photoemission.reference_share import (
    parts_of_solution,
    share_of_values,
    share_response,
    share_scatter,
)
from lmct.technique.photoemission.series_data import SpectrumData
from lmct.technique.photoemission.shift_start import shifts_by_overlay

MARGIN = 1.0
"""Room at both ends of the references that shift and offset may still take [eV]."""

SMOOTHING = 1.2
"""Half width over which references are smoothed for derivatives, never for the misfit [eV]."""

ENERGY_PRIOR = 0.1
"""Standard uncertainty of the energy of one reference against the other, when none is given [eV]."""


@dataclass(frozen=True, eq=False)
class CombinationFit:
    """How much of the first reference is in a spectrum.

    Parameters
    ----------
    name
        Of the spectrum.
    fraction
        Area of the first reference over that of both [1].
    statistical
        Its standard uncertainty from the counts of the spectrum and of both references [1].
    misfit_effect
        What the misfit adds: the references differ from what the sample holds [1].
    energy_effect
        What the energy of one reference against the other adds, as far as the fit does not find it [1].
    shift, shift_uncertainty
        Of the spectrum against the references [eV].
    offset, offset_uncertainty
        Added to the energies of the second reference besides the shift, found with its prior [eV].
    chi_square, degrees_of_freedom, probability
        Of the fit.
    data
        What was fitted, with the part of both references and the rest in ``curves``.
    curves
        First reference, second reference, background.
    response
        Change of the fraction with the intensities of the spectrum, and of both references.
    """

    name: str
    fraction: float
    statistical: float
    misfit_effect: float
    energy_effect: float
    shift: float
    shift_uncertainty: float
    offset: float
    offset_uncertainty: float
    chi_square: float
    degrees_of_freedom: int
    probability: float
    data: SpectrumData
    curves: Float[np.ndarray, "3 point"] = field(repr=False)
    response: tuple[Float[np.ndarray, "point"], ...] = field(repr=False)

    @property
    def systematic(self) -> float:
        """Both systematic errors together [1]."""
        return float(np.hypot(self.misfit_effect, self.energy_effect))

    @property
    def reduced_chi_square(self) -> float:
        """Chi square over its degrees of freedom [1]."""
        return self.chi_square / self.degrees_of_freedom


def fit_combination(
    data: SpectrumData,
    references: tuple[Reference, Reference],
    *,
    energy_uncertainty: float = ENERGY_PRIOR,
    jackknife: bool = True,
) -> CombinationFit:
    """Fit a spectrum by two references with a common shift, a constant, a slope and a Shirley tail.

    The references enter as measured, with their noise: see
    :func:`lmct.technique.combination.solve_combination`.

    Parameters
    ----------
    data
        The spectrum.
    references
        Both references.
    energy_uncertainty
        Prior standard uncertainty of the energy of the second reference against the first; 0 holds it [eV].
    jackknife
        Whether a bad fit is repeated without each part of the region in turn, for the systematic error.

    Returns
    -------
    :
        Fraction of the first reference with statistical and systematic error.

    Raises
    ------
    OutOfRange
        Spectrum and references do not overlap enough.
    NotConverged
        The search did not end.

    Source
    ------
    The two references of Li et al. 2022, Fig. 5a and Supplementary Fig. 22b.
    """
    start = float(shifts_by_overlay([_sum_of(references), data])[1])
    room = MARGIN + 4.0 * energy_uncertainty
    low = max(one.data.energy[0] for one in references) + start + room
    high = min(one.data.energy[-1] for one in references) + start - room
    clipped = data.clipped(low, high)
    areas = np.array([one.area for one in references])
    first = _solved(clipped, references, start, 1.0 / areas, energy_uncertainty, None)
    modelled = clipped.with_uncertainty_of(clipped.intensity - first.misfit)
    solution = _solved(modelled, references, first.shift, first.amounts, energy_uncertainty, first.values)
    fraction, gradient = share_of_values(solution.values, areas)
    response = share_response(solution, references, fraction, gradient)
    variance = sum(
        float(np.sum((one * noise.uncertainty) ** 2))
        for one, noise in zip(response, (modelled, *(one.data for one in references)), strict=True)
    )
    probability = fit_probability(solution)
    misfit = share_scatter(solution, areas, variance) if jackknife and probability < IMPROBABLE else 0.0
    whole = solution.covariance + solution.prior_covariance
    return CombinationFit(
        name=data.name,
        fraction=fraction,
        statistical=float(np.sqrt(variance)),
        misfit_effect=misfit,
        energy_effect=float(np.sqrt(max(gradient @ solution.prior_covariance @ gradient, 0.0))),
        shift=solution.shift,
        shift_uncertainty=float(np.sqrt(whole[-1, -1])),
        offset=float(solution.offsets[1]),
        offset_uncertainty=float(np.sqrt(whole[-2, -2])),
        chi_square=solution.chi_square,
        degrees_of_freedom=solution.degrees_of_freedom,
        probability=probability,
        data=modelled,
        curves=parts_of_solution(solution, references),
        response=response,
    )


def combination_covariance(
    fits: Sequence[CombinationFit], references: tuple[Reference, Reference]
) -> Float[np.ndarray, "spectrum spectrum"]:
    """Return the covariance of the fractions of a series: the noise of the references is common to all.

    Parameters
    ----------
    fits
        Fits with the same references.
    references
        These.

    Returns
    -------
    :
        Statistical covariance [1].
    """
    covariance = np.diag([float(np.sum((one.response[0] * one.data.uncertainty) ** 2)) for one in fits])
    for place, reference in enumerate(references, start=1):
        scaled = np.array([one.response[place] for one in fits]) * reference.data.uncertainty
        covariance = covariance + scaled @ scaled.T
    return covariance


def _sum_of(references: tuple[Reference, Reference]) -> SpectrumData:
    first, second = (one.data for one in references)
    other = np.interp(first.energy, second.energy, second.intensity)
    mixed = first.intensity / references[0].area + other / references[1].area
    return SpectrumData("references", first.energy, mixed, np.ones(len(mixed)))


def _solved(
    data: SpectrumData,
    references: tuple[Reference, Reference],
    shift: float,
    amounts: Float[np.ndarray, "2"],
    energy_uncertainty: float,
    start: Float[np.ndarray, "value"] | None,
) -> CombinationSolution:
    """Solve with the tail of a mixture at a shift, from there or from given values."""
    straight = (data.energy - data.energy.mean()) / (0.5 * np.ptp(data.energy))
    tail = _tail(data, references, shift, amounts)
    problem = CombinationProblem(
        curve_of(data),
        (references[0].curve, references[1].curve),
        extra=np.array([np.ones(len(straight)), straight, tail]),
        offset_prior=energy_uncertainty,
    )
    if start is None:
        start = problem.start_at(shift)
    found = solve_combination(problem, window=SMOOTHING, start=start, most_shift=MARGIN)
    if not found.converged:
        raise NotConverged(
            f"{data.name}: the shift against the references ran to {found.shift:.2f} eV."
            " Expected one clear solution. Check that references and spectrum are of the same region."
        )
    return found


def _tail(
    data: SpectrumData,
    references: tuple[Reference, Reference],
    shift: float,
    amounts: Float[np.ndarray, "2"],
) -> Float[np.ndarray, "point"]:
    """Return the running integral of the mixed signals, as high at its end as the spectrum is on average."""
    signals = np.array([one.signal_at(data.energy - shift) for one in references])
    tail = shirley_operator(data.energy) @ (amounts @ signals)
    result: Float[np.ndarray, "point"] = tail / max(float(np.max(np.abs(tail))), 1e-300)
    return result * float(np.mean(data.intensity))
