"""Ni 2p of a heating series as combinations of two measured references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from lmct.technique.photoemission.prepared_reference import Reference, prepared_reference
from lmct.technique.photoemission.reference_fit import (
    ENERGY_PRIOR,
    CombinationFit,
    combination_covariance,
    fit_combination,
)
from lmct.technique.photoemission.series_data import SpectrumData

NOTABLE_OFFSET = 0.05
"""References whose energies disagree by more are told of [eV]."""


@dataclass(frozen=True, eq=False)
class NickelResult:
    """How much nickel of a series is Ni2+.

    Parameters
    ----------
    fractions
        Area of the Ni2+ reference over that of both [1].
    statistical
        Their covariance from the counts of spectra and references.
    mismatch
        What misfit and energies of the references may move each fraction by, all in step.
    fits
        One for each spectrum.
    references
        Ni2+ and Ni3+/4+.
    messages
        What a reader must know, one sentence each.
    """

    fractions: Float[np.ndarray, "spectrum"]
    statistical: Float[np.ndarray, "spectrum spectrum"]
    mismatch: Float[np.ndarray, "spectrum"]
    fits: tuple[CombinationFit, ...] = field(repr=False)
    references: tuple[Reference, Reference] = field(repr=False)
    messages: tuple[str, ...] = ()

    @property
    def covariance(self) -> Float[np.ndarray, "spectrum spectrum"]:
        """Statistical and systematic covariance together."""
        return self.statistical + np.outer(self.mismatch, self.mismatch)


def fit_nickel(
    spectra: Sequence[SpectrumData],
    reduced: SpectrumData,
    oxidised: SpectrumData,
    *,
    end_width: float = 1.5,
    energy_uncertainty: float = ENERGY_PRIOR,
) -> NickelResult:
    """Fit each spectrum by the references of Ni2+ and Ni3+/4+.

    Parameters
    ----------
    spectra
        The series.
    reduced, oxidised
        References.
    end_width
        Stretches at both ends of the references without signal [eV].
    energy_uncertainty
        Standard uncertainty of the energy of one reference against the other, beforehand [eV].

    Returns
    -------
    :
        Fractions of Ni2+ with statistical and systematic covariance.

    Raises
    ------
    OutOfRange
        A reference has no line with a step, or spectra do not overlap.
    NotConverged
        A shift has no clear value.
    """
    low = max(reduced.energy[0], oxidised.energy[0])
    high = min(reduced.energy[-1], oxidised.energy[-1])
    references = (
        prepared_reference(reduced.clipped(low, high), end_width=end_width),
        prepared_reference(oxidised.clipped(low, high), end_width=end_width),
    )
    fits = tuple(fit_combination(one, references, energy_uncertainty=energy_uncertainty) for one in spectra)
    messages = []
    for one in fits:
        if one.misfit_effect > 0.0:
            messages.append(
                f"{one.name}: the references do not fit (reduced chi square {one.reduced_chi_square:.1f}):"
                f" a systematic error of {one.misfit_effect:.3f} comes to the Ni2+ fraction."
            )
        if abs(one.offset) > max(3.0 * one.offset_uncertainty, NOTABLE_OFFSET):
            messages.append(
                f"{one.name}: the energies of the references disagree by {one.offset:.3f} eV"
                f" ({one.offset_uncertainty:.3f}); the fit takes it off."
            )
        if not -3.0 * one.statistical <= one.fraction <= 1.0 + 3.0 * one.statistical:
            messages.append(
                f"{one.name}: the Ni2+ fraction {one.fraction:.3f} lies outside 0 to 1: it is outside the"
                " range of the references."
            )
    return NickelResult(
        fractions=np.array([one.fraction for one in fits]),
        statistical=combination_covariance(fits, references),
        mismatch=np.array([one.systematic for one in fits]),
        fits=fits,
        references=references,
        messages=tuple(messages),
    )
