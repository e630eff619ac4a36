"""O 1s of a heating series: lattice O2-, oxidised O^n-, surface species; systematic errors by refits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import NotConverged
from lmct.technique.photoemission.electron_background import SHIRLEY, TOUGAARD
from lmct.technique.photoemission.joint_fit import SeriesFit, fit_series
from lmct.technique.photoemission.oxygen_model import OxygenModel, oxidised_share, oxygen_lines
from lmct.technique.photoemission.projected_problem import LARGEST_SHIFT, SHIFT_OF
from lmct.technique.photoemission.separation_profile import (
    SeparationProfile,
    effect_of_separation,
    separation_profile,
)
from lmct.technique.photoemission.series_data import SpectrumData

POOR = 3.0
"""Reduced chi square above which the lines do not describe the spectra [1]."""

NOTABLE_SHIFT = 1.2
"""A maximum further away from lattice O2- is told of [eV]."""

WIDTH_ERROR = 0.2
"""Relative uncertainty of the core-hole width that is held [1]."""


@dataclass(frozen=True, eq=False)
class OxygenResult:
    """How much oxygen of a series is oxidised.

    Parameters
    ----------
    fractions
        Area of O^n- over that of O^n- and O2- [1].
    statistical
        Their covariance from counts and the correlations of the fit.
    systematic
        Cause -> what each fraction would change by.
    fit
        The joint fit.
    profile_separation, profile_chi_square, profile_fraction
        Separations that were held in turn [eV], chi square and mean fraction at each.
    messages
        What a reader must know, one sentence each.
    """

    fractions: Float[np.ndarray, "spectrum"]
    statistical: Float[np.ndarray, "spectrum spectrum"]
    systematic: Mapping[str, Float[np.ndarray, "spectrum"]]
    fit: SeriesFit = field(repr=False)
    profile_separation: Float[np.ndarray, "try"]
    profile_chi_square: Float[np.ndarray, "try"]
    profile_fraction: Float[np.ndarray, "try"]
    messages: tuple[str, ...] = ()

    @property
    def covariance(self) -> Float[np.ndarray, "spectrum spectrum"]:
        """Statistical and systematic covariance together; each cause moves all spectra in step."""
        total = self.statistical.copy()
        for change in self.systematic.values():
            total = total + np.outer(change, change)
        return total

    def difference(self, first: int, second: int) -> tuple[float, float]:
        """Return how much higher the second fraction is, with the uncertainty of the difference.

        Parameters
        ----------
        first, second
            Places in the series.
        """
        gradient = np.zeros(len(self.fractions))
        gradient[first] -= 1.0
        gradient[second] += 1.0
        variance = float(gradient @ self.covariance @ gradient)
        return float(gradient @ self.fractions), float(np.sqrt(max(variance, 0.0)))


def fit_oxygen(
    spectra: Sequence[SpectrumData], model: OxygenModel, *, systematics: bool = True
) -> OxygenResult:
    """Fit O 1s of all spectra together and say what the fractions owe to the choices made.

    Parameters
    ----------
    spectra
        The series in its order.
    model
        Lines and background.
    systematics
        Whether the fit is repeated with another separation, background and core-hole width.

    Returns
    -------
    :
        Fractions with statistical and systematic covariance.

    Raises
    ------
    NotConverged
        The joint fit did not end, or charging moved a spectrum too far from the first.
    """
    fit = fit_series(spectra, oxygen_lines(model), background=model.background)
    _refuse_far(fit)
    fractions, statistical = oxidised_share(fit)
    statistical = statistical * max(1.0, fit.reduced_chi_square)
    messages = _told_of_charging(spectra[0], model)
    messages += [f"the {name} ended at its limit." for name in fit.at_limit]
    messages += _told_of_misfit(fit)
    systematic: dict[str, Float[np.ndarray, "spectrum"]] = {}
    profile = SeparationProfile(np.empty(0), np.empty(0), np.empty((0, len(spectra))))
    if systematics:
        profile = separation_profile(fit, model)
        systematic["separation"], said = effect_of_separation(fit, model, profile)
        messages += said
        other = TOUGAARD if model.background == SHIRLEY else SHIRLEY
        systematic["background"] = _change(fit, replace(model, background=other), messages)
        wider = _change(fit, replace(model, lorentzian=(1.0 + WIDTH_ERROR) * model.lorentzian), messages)
        narrower = _change(fit, replace(model, lorentzian=(1.0 - WIDTH_ERROR) * model.lorentzian), messages)
        systematic["line shape"] = 0.5 * (wider - narrower)
    return OxygenResult(
        fractions=fractions,
        statistical=statistical,
        systematic=systematic,
        fit=fit,
        profile_separation=profile.separation,
        profile_chi_square=profile.chi_square,
        profile_fraction=profile.mean_fraction,
        messages=tuple(messages),
    )


def _refuse_far(fit: SeriesFit) -> None:
    """Refuse a series in which a shift ran to its limit."""
    far = [name for name in fit.at_limit if name.startswith(SHIFT_OF)]
    if far:
        raise NotConverged(
            f"{far[0].removeprefix(SHIFT_OF)} lies {LARGEST_SHIFT:g} eV or more from the first spectrum, or"
            " its shift has no clear value. Expected spectra of one region with less charging. Calibrate its"
            " energies, or leave it out."
        )


def _told_of_charging(first: SpectrumData, model: OxygenModel) -> list[str]:
    """Say so when the first spectrum has its maximum far from where lattice O2- is expected."""
    highest = float(first.energy[np.argmax(first.intensity)])
    away = highest - model.position
    if abs(away) <= NOTABLE_SHIFT:
        return []
    return [
        f"{first.name} has its maximum at {highest:.1f} eV, {away:+.1f} eV from where lattice O2- is"
        " expected: it is charged, or another oxygen dominates. Give the position of O2-, or calibrate the"
        " energies."
    ]


def _told_of_misfit(fit: SeriesFit) -> list[str]:
    """Say so when the lines do not describe the spectra, and name the worst one."""
    if fit.reduced_chi_square <= POOR:
        return []
    misfits = [
        float(np.mean(((one.intensity - curves.sum(axis=0)) / one.uncertainty) ** 2))
        for one, curves in zip(fit.spectra, fit.curves, strict=True)
    ]
    worst = fit.spectra[int(np.argmax(misfits))].name
    return [
        f"the lines do not describe the spectra (reduced chi square {fit.reduced_chi_square:.3g}, {worst}"
        " worst): charging beyond the search, a further species, or another line shape. Do not trust the"
        " shares."
    ]


def _change(fit: SeriesFit, model: OxygenModel, messages: list[str]) -> Float[np.ndarray, "spectrum"]:
    """Return what another model changes; the separation stays free or held as before."""
    before = oxidised_share(fit)[0]
    try:
        after = oxidised_share(fit_series(fit.spectra, oxygen_lines(model), background=model.background))[0]
    except NotConverged as error:
        messages.append(f"a refit for the systematic error failed: {error}")
        return np.zeros(len(fit.spectra))
    return np.asarray(after - before)
