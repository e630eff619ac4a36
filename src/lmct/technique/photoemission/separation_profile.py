"""What the fractions of O 1s owe to the separation of O^n- from O2-: a profile, and a test of a held one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import NotConverged
from lmct.technique.photoemission.joint_fit import SeriesFit, fit_series
from lmct.technique.photoemission.oxygen_model import OXIDISED, OxygenModel, oxidised_share, oxygen_lines

FLAGGED_GAIN = 9.0
"""Chi square falls by more than this with a free separation: a held one is wrong [1]."""

SMALLEST = 0.2
"""Separations that are tried are larger than this [eV]."""


@dataclass(frozen=True, eq=False)
class SeparationProfile:
    """Fits with the separation held in turn.

    Parameters
    ----------
    separation
        That was held [eV].
    chi_square
        Of all spectra [1].
    fractions
        Of O^n- [1].
    """

    separation: Float[np.ndarray, "try"]
    chi_square: Float[np.ndarray, "try"]
    fractions: Float[np.ndarray, "try spectrum"]

    @property
    def mean_fraction(self) -> Float[np.ndarray, "try"]:
        """Mean fraction of the series [1]."""
        return self.fractions.mean(axis=1) if len(self.separation) else np.empty(0)


def separation_profile(fit: SeriesFit, model: OxygenModel) -> SeparationProfile:
    """Return fits with separations around the best one; those that find no lines are left out.

    Parameters
    ----------
    fit
        Of the series.
    model
        Its lines.
    """
    best = model.separation if _held(model) else fit.value(f"{OXIDISED} position")[0]
    tried = best + model.separation_uncertainty * np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    found = []
    for one in tried[tried > SMALLEST]:
        try:
            other = _refit(fit, replace(model, separation=float(one), separation_range=0.0))
            found.append((float(one), other.chi_square, oxidised_share(other)[0]))
        except NotConverged:
            continue
    return SeparationProfile(
        np.array([row[0] for row in found]),
        np.array([row[1] for row in found]),
        np.array([row[2] for row in found]),
    )


def effect_of_separation(
    fit: SeriesFit, model: OxygenModel, profile: SeparationProfile
) -> tuple[Float[np.ndarray, "spectrum"], Sequence[str]]:
    """Return what the separation leaves open, and a warning when a held one is wrong.

    Parameters
    ----------
    fit
        Of the series.
    model
        Its lines; a separation that is free has no effect beyond the covariance.
    profile
        Of the same.

    Raises
    ------
    NotConverged
        The fit with a free separation did not end.
    """
    if not _held(model):
        return np.zeros(len(fit.spectra)), ()
    change = np.zeros(len(fit.spectra))
    if len(profile.separation) > 1:
        slope = np.array([np.polyfit(profile.separation, column, 1)[0] for column in profile.fractions.T])
        change = slope * model.separation_uncertainty
    free = _refit(fit, replace(model, separation_range=0.4))
    gain = fit.chi_square - free.chi_square
    if gain <= FLAGGED_GAIN * max(1.0, free.reduced_chi_square):
        return change, ()
    found, spread = free.value(f"{OXIDISED} position")
    moved = oxidised_share(free)[0] - oxidised_share(fit)[0]
    larger = moved if np.abs(moved).sum() > np.abs(change).sum() else change
    return larger, (
        f"the separation of O^n- is held at {model.separation:.2f} eV, the spectra want {found:.2f} eV"
        f" ({spread:.2f}; chi square falls by {gain:.0f}); the fractions move by"
        f" {float(moved.mean()):+.3f} with it.",
    )


def _held(model: OxygenModel) -> bool:
    return model.separation_range == 0.0


def _refit(fit: SeriesFit, model: OxygenModel) -> SeriesFit:
    return fit_series(fit.spectra, oxygen_lines(model), background=model.background)
