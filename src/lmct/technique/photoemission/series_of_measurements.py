"""Regions of measured series by heating time, and their fits as options ask for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import MissingColumn, OutOfRange, unknown_name
from lmct.technique.contract import Measurement
from lmct.technique.option import number_option, text_option
from lmct.technique.photoemission.dataset import spectrum_of_region
from lmct.technique.photoemission.nickel_series import NickelResult, fit_nickel
from lmct.technique.photoemission.oxygen_series import OxygenResult, fit_oxygen
from lmct.technique.photoemission.reference_fit import ENERGY_PRIOR
from lmct.technique.photoemission.request import (
    NICKEL_OPTIONS,
    NICKEL_WINDOW,
    OXYGEN_WINDOW,
    oxygen_model,
    wants_systematics,
    window,
)
from lmct.technique.photoemission.series_data import SpectrumData

NICKEL, OXYGEN = "Ni 2p", "O 1s"


def nickel_of_series(
    measurements: Sequence[Measurement], options: Mapping[str, Any]
) -> tuple[list[Measurement], NickelResult]:
    """Return the measurements with Ni 2p by heating time, and their fit by both references.

    Parameters
    ----------
    measurements
        The series and both references.
    options
        ``reduced_reference``, ``oxidised_reference``, ``nickel_window``, ``end_width`` and
        ``reference_energy_uncertainty``.

    Raises
    ------
    DataError
        A reference is missing, or spectra cannot be fitted.
    """
    low, high = window(options, "nickel_window", NICKEL_WINDOW)
    names = [text_option(options, name, "") for name in NICKEL_OPTIONS[:2]]
    by_name = {one.name: one for one in measurements}
    references = []
    for option, name in zip(NICKEL_OPTIONS[:2], names, strict=True):
        if not name:
            raise OutOfRange(
                f"the analysis of Ni 2p needs the option {option}. Expected the measurement of that"
                " reference. Add it to the study."
            )
        if name not in by_name:
            raise unknown_name("measurement of photoemission", name, by_name)
        references.append(_needed(by_name[name], NICKEL))
    series, spectra = _series([one for one in measurements if one.name not in names], NICKEL)
    result = fit_nickel(
        [one.clipped(low, high) for one in spectra],
        references[0].clipped(low, high),
        references[1].clipped(low, high),
        end_width=number_option(options, "end_width", 1.5, low=0.2, high=10.0),
        energy_uncertainty=number_option(options, "reference_energy_uncertainty", ENERGY_PRIOR, high=1.0),
    )
    return series, result


def oxygen_of_series(
    measurements: Sequence[Measurement], options: Mapping[str, Any]
) -> tuple[list[Measurement], OxygenResult]:
    """Return the measurements with O 1s by heating time, and their joint fit.

    Parameters
    ----------
    measurements
        The series.
    options
        Those of :func:`~lmct.technique.photoemission.request.oxygen_model`, and ``oxygen_window`` [eV].

    Raises
    ------
    DataError
        There are no spectra of O 1s, or they cannot be fitted.
    """
    low, high = window(options, "oxygen_window", OXYGEN_WINDOW)
    series, spectra = _series(measurements, OXYGEN)
    clipped = [one.clipped(low, high) for one in spectra]
    return series, fit_oxygen(clipped, oxygen_model(options), systematics=wants_systematics(options))


def _needed(measurement: Measurement, region: str) -> SpectrumData:
    found = spectrum_of_region(measurement, region)
    if found is None:
        raise MissingColumn(
            f"{measurement.name} has no spectrum of {region}. Expected one. Name its region in the file or in"
            f' a column map: columns = {{ ..., region = "{region}" }}.'
        )
    return found


def _series(measurements: Sequence[Measurement], region: str) -> tuple[list[Measurement], list[SpectrumData]]:
    """Return the measurements with a region, in the order of their heating time."""
    found = [(one, data) for one in measurements if (data := spectrum_of_region(one, region)) is not None]
    if not found:
        raise MissingColumn(
            f"none of the {len(measurements)} measurements has a spectrum of {region}. Expected one at least."
            " Name the regions in the files or in column maps."
        )
    found.sort(key=lambda pair: pair[0].condition.get("hold_time", 0.0))
    return [one for one, _ in found], [data for _, data in found]


def hold_times(series: Sequence[Measurement]) -> Float[np.ndarray, "spectrum"]:
    """Return the heating time of each measurement, 0 when not heated [s].

    Parameters
    ----------
    series
        Measurements.
    """
    return np.array([one.condition.get("hold_time", 0.0) for one in series])


def condition_of(one: Measurement) -> str:
    """Return the heating of a measurement in words.

    Parameters
    ----------
    one
        The measurement.
    """
    time, temperature = one.condition.get("hold_time", 0.0), one.condition.get("hold_temperature")
    if time <= 0.0:
        return "not heated"
    return f"{time:g} s" if temperature is None else f"{temperature - 273.15:.0f} degC, {time:g} s"
