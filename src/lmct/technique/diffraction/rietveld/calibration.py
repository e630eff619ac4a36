"""An instrument calibrated on a standard: line shape, axial divergence and displacement, the cell known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lmct.instrument.diffraction.pattern import DiffractionPattern
from lmct.material.crystal.crystal import Crystal
from lmct.quantity.errors import NotConverged
from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.flags import NO_PEAKS, NOT_CONVERGED, UNEXPLAINED
from lmct.technique.diffraction.refined import RefinedPattern
from lmct.technique.diffraction.rietveld.input import diffractometer_of
from lmct.technique.diffraction.rietveld.refine import refine
from lmct.technique.diffraction.rietveld.settings import (
    FIXED,
    INSTRUMENT,
    PER_SITE,
    SAMPLE,
    RietveldSettings,
)

LEAST_SYSTEMATIC = 1.5e-5
"""Least relative standard error of a cell after a calibration: temperature, absorption, wavelength [1]."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """A calibrated instrument.

    Parameters
    ----------
    diffractometer
        With the line shape, axial divergence and line ratio that the standard shows.
    uncertainty
        Of its numbers, by the names of its fields.
    refined
        The fit to the standard.
    """

    diffractometer: Diffractometer
    uncertainty: Mapping[str, float]
    refined: RefinedPattern

    def settings(self, settings: RietveldSettings | None = None) -> RietveldSettings:
        """Return settings for samples on this instrument: their own widths, its systematic error of cells.

        Parameters
        ----------
        settings
            To change; None takes the defaults.
        """
        return replace(settings or RietveldSettings(), widths=SAMPLE)


def calibrate_diffractometer(
    pattern: DiffractionPattern,
    *,
    standard: Crystal,
    diffractometer: Diffractometer | None = None,
    settings: RietveldSettings | None = None,
) -> Calibration:
    """Find what an instrument does to lines from the pattern of a standard.

    Parameters
    ----------
    pattern
        Of the standard (LaB6, Si), over the range in which samples are measured.
    standard
        With its certified cell, which is kept.
    diffractometer
        What is known already: geometry, radius, wavelengths, monochromator. None takes what the file tells.
    settings
        Range, background, humps, excluded regions, line shape; what is free is set here.

    Returns
    -------
    :
        The instrument, the uncertainties of its numbers, and the fit.

    Raises
    ------
    NotConverged
        The standard could not be fitted.
    DataError
        As in :func:`~lmct.technique.diffraction.rietveld.refine.refine`.
    """
    base = diffractometer_of(pattern, diffractometer)
    chosen = replace(
        settings or RietveldSettings(),
        cell=False,
        widths=INSTRUMENT,
        axial=True,
        line_ratio=len(base.wavelengths) > 1,
        displacement_parameters=PER_SITE,
        migration=None,
    )
    refined = refine(pattern, phases=[standard], diffractometer=base, settings=chosen)
    wrong = [flag for flag in refined.flags if flag in (NO_PEAKS, NOT_CONVERGED, UNEXPLAINED)]
    if wrong:
        raise NotConverged(
            f"{pattern.source_file or 'the pattern'} is not explained by {standard.name}: {', '.join(wrong)}."
            " Expected the pattern of a pure standard. Check the wavelengths and the structure."
        )
    found = {name: refined.values[name] for name in _CALIBRATED if name in refined.values}
    numbers: dict[str, Any] = {name: one.value for name, one in found.items()}
    spreads = {name: one.uncertainty for name, one in found.items()}
    instrument = replace(base, **numbers)
    again = replace(chosen, cell=True, widths=FIXED, axial=False, line_ratio=False)
    checked = refine(pattern, phases=[standard], diffractometer=instrument, settings=again)
    if "a" not in checked.values:
        raise NotConverged(f"the calibrated instrument does not refine {standard.name}: {checked.message}")
    error = abs(checked.values["a"].value / standard.cell[0] - 1.0)
    known = replace(instrument, cell_systematic=max(error, LEAST_SYSTEMATIC))
    return Calibration(known, spreads, refined)


_CALIBRATED = (
    "gaussian_u",
    "gaussian_v",
    "gaussian_w",
    "lorentzian_x",
    "lorentzian_y",
    "line_ratio",
    "axial",
)
