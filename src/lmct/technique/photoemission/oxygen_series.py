"""O 1s of a heating series: lattice O2-, oxidised O^n-, surface species; systematic errors by refits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import NotConverged
from lmct.technique.photoemission.electron_background import SHIRLEY, TOUGAARD
from lmct.technique.photoemission.joint_fit import SeriesFit, fit_series
from lmct.technique.photoemission.line_model import Line
from lmct.technique.photoemission.series_data import SpectrumData

LATTICE, OXIDISED, SATELLITE = "lattice", "oxidised", "satellite"

WIDTH_ERROR = 0.2
"""Relative uncertainty of the core-hole width that is held [1]."""

FLAGGED_GAIN = 9.0
"""Chi square falls by more than this with a free separation: a held one is wrong [1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OxygenModel:
    """Lines of O 1s and what is not known of them.

    Parameters
    ----------
    position
        Of lattice O2- [eV].
    separation
        Of oxidised oxygen O^n- above it [eV].
    separation_range
        How far the fit may move the separation; 0 holds it [eV].
    separation_uncertainty
        Standard uncertainty of a held separation [eV].
    surface
        Distances of surface species above the lattice line [eV].
    satellite
        Distance of the satellite of the lattice line; None for none [eV].
    lorentzian
        Full width of the core hole, held [eV].
    asymmetry
        Doniach-Sunjic index of all lines, held [1].
    background
        ``shirley``, ``tougaard`` or ``linear``.
    """

    position: float = 529.5
    separation: float = 1.0
    separation_range: float = 0.4
    separation_uncertainty: float = 0.1
    surface: tuple[float, ...] = (2.4,)
    satellite: float | None = None
    lorentzian: float = 0.25
    asymmetry: float = 0.0
    background: str = SHIRLEY


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


def oxygen_lines(model: OxygenModel) -> tuple[Line, ...]:
    """Return the lines of O 1s.

    Parameters
    ----------
    model
        What is known of them.

    Examples
    --------
    >>> [line.name for line in oxygen_lines(OxygenModel(surface=(2.2, 3.5)))]
    ['lattice', 'oxidised', 'surface', 'surface 2']
    """
    template = Line(
        name=LATTICE,
        position=model.position,
        position_range=1.5,
        gaussian=1.1,
        lorentzian=model.lorentzian,
        lorentzian_range=(model.lorentzian, model.lorentzian),
        asymmetry=model.asymmetry,
        asymmetry_range=(model.asymmetry, model.asymmetry),
    )
    above = replace(template, anchor=LATTICE)
    oxidised = replace(
        above, name=OXIDISED, position=model.separation, position_range=model.separation_range, gaussian=1.3
    )
    surface = [
        replace(
            above,
            name="surface" if number == 1 else f"surface {number}",
            position=distance,
            position_range=0.7,
            gaussian=1.6,
            widths_of="" if number == 1 else "surface",
        )
        for number, distance in enumerate(model.surface, start=1)
    ]
    lines = [template, oxidised, *surface]
    if model.satellite is not None:
        lines.append(
            replace(above, name=SATELLITE, position=model.satellite, position_range=1.0, gaussian=2.0)
        )
    return tuple(lines)


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
        The joint fit did not end.
    """
    fit = fit_series(spectra, oxygen_lines(model), background=model.background)
    fractions, statistical = _fractions(fit)
    statistical = statistical * max(1.0, fit.reduced_chi_square)
    messages = [f"the {name} ended at its limit." for name in fit.at_limit]
    systematic: dict[str, Float[np.ndarray, "spectrum"]] = {}
    profile = (np.empty(0), np.empty(0), np.empty(0))
    if systematics:
        change, profile, said = _separation(fit, model)
        systematic["separation"] = change
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
        profile_separation=profile[0],
        profile_chi_square=profile[1],
        profile_fraction=profile[2],
        messages=tuple(messages),
    )


def _fractions(
    fit: SeriesFit,
) -> tuple[Float[np.ndarray, "spectrum"], Float[np.ndarray, "spectrum spectrum"]]:
    return fit.shares([OXIDISED], [LATTICE, OXIDISED])


def _change(fit: SeriesFit, model: OxygenModel, messages: list[str]) -> Float[np.ndarray, "spectrum"]:
    """Return what another model changes; the separation stays free or held as before."""
    try:
        other = fit_series(fit.spectra, oxygen_lines(model), background=model.background)
    except NotConverged as error:
        messages.append(f"a refit for the systematic error failed: {error}")
        return np.zeros(len(fit.spectra))
    result: Float[np.ndarray, "spectrum"] = _fractions(other)[0] - _fractions(fit)[0]
    return result


def _separation(
    fit: SeriesFit, model: OxygenModel
) -> tuple[
    Float[np.ndarray, "spectrum"],
    tuple[Float[np.ndarray, "try"], Float[np.ndarray, "try"], Float[np.ndarray, "try"]],
    list[str],
]:
    """Return what the separation leaves open, the profile over it, and a warning when a held one is wrong."""
    held = model.separation_range == 0.0
    best = model.separation if held else fit.value(f"{OXIDISED} position")[0]
    tried = best + model.separation_uncertainty * np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    tried = tried[tried > 0.2]
    fits = [
        fit_series(
            fit.spectra,
            oxygen_lines(replace(model, separation=float(one), separation_range=0.0)),
            background=model.background,
        )
        for one in tried
    ]
    fractions = np.array([_fractions(one)[0] for one in fits])
    chi_square = np.array([one.chi_square for one in fits])
    profile = (tried, chi_square, fractions.mean(axis=1))
    if not held:
        return np.zeros(len(fit.spectra)), profile, []
    slope = np.array([np.polyfit(tried, column, 1)[0] for column in fractions.T])
    change = slope * model.separation_uncertainty
    free = fit_series(
        fit.spectra, oxygen_lines(replace(model, separation_range=0.4)), background=model.background
    )
    gain = fit.chi_square - free.chi_square
    if gain <= FLAGGED_GAIN * max(1.0, free.reduced_chi_square):
        return change, profile, []
    found, spread = free.value(f"{OXIDISED} position")
    moved = _fractions(free)[0] - _fractions(fit)[0]
    larger = moved if np.abs(moved).sum() > np.abs(change).sum() else change
    sentence = (
        f"the separation of O^n- is held at {model.separation:.2f} eV, the spectra want {found:.2f} eV"
        f" ({spread:.2f}; chi square falls by {gain:.0f}); the fractions move by"
        f" {float(moved.mean()):+.3f} with it."
    )
    return larger, profile, [sentence]
