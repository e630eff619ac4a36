"""Cross-checks of spectra as they were read: repair what the file itself proves wrong, refuse the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.instrument.energy_loss.foreign import ENERGY_UNITS
from lmct.instrument.energy_loss.raw import RawAxis, RawSpectra
from lmct.instrument.energy_loss.spectrum import (
    Acquisition,
    EnergyLossSpectrum,
    NavigationAxis,
    SpectrumImage,
)
from lmct.quantity.errors import DamagedFile, OutOfRange, UnitMismatch, UnknownName, unknown_name

FEWEST_CHANNELS = 16
WIDEST_CHANNEL, NARROWEST_CHANNEL = 5.0, 1e-3
FARTHEST_LOSS = 2e4
MOST_MISSING = 0.01
UNEVEN = 0.25
"""How far, in channels, a listed energy may be from an even step."""
FLAT_CHANNELS = 3
"""As many neighbours at exactly the largest count are a full detector."""
HIGHEST_BEAM = 3e6

OPTIONS = ("dispersion", "first_energy")


def checked(
    raw: RawSpectra, *, name: str, format_name: str, reader: str, columns: Mapping[str, Any]
) -> EnergyLossSpectrum | SpectrumImage:
    """Return the spectra with their energies found by unit, with a warning for each repair.

    Parameters
    ----------
    raw
        As a reader made it.
    name
        Name of the file.
    format_name
        Name of the format.
    reader
        Library and version that read it.
    columns
        ``dispersion`` [eV] and ``first_energy`` [eV] of a spectrum whose file tells no unit; usually empty.

    Raises
    ------
    UnitMismatch
        No axis has a unit of energy, or the numbers contradict the unit.
    DamagedFile
        More than 1 % of the counts are no numbers, or nothing was counted.
    OutOfRange
        The axis cannot be one of energy loss.
    """
    place, axis = _energy_axis(raw, name, columns)
    energy, said = _energies(axis, name)
    counts, repairs = _finite(np.moveaxis(raw.data, place, -1), name)
    if energy[0] > energy[-1]:
        energy, counts = energy[::-1], counts[..., ::-1]
    acquisition, remarks = _checked_beam(raw.acquisition)
    saturated, full = _saturation(energy, counts)
    common: dict[str, Any] = {
        "energy": energy,
        "counts": counts,
        "acquisition": acquisition,
        "saturated": saturated,
        "source_file": name,
        "format": format_name,
        "reader": reader,
        "metadata": dict(raw.metadata),
        "warnings": tuple(f"{name}: {text}" for text in (*raw.warnings, *said, *repairs, *remarks, *full)),
    }
    if counts.ndim == 1:
        return EnergyLossSpectrum(**common | {"counts": counts.astype(float)})
    others = [one for number, one in enumerate(raw.axes) if number != place]
    axes = tuple(NavigationAxis(one.name, one.unit, one.step, one.start, one.size) for one in others)
    return SpectrumImage(**common, axes=axes)


def _energy_axis(raw: RawSpectra, name: str, columns: Mapping[str, Any]) -> tuple[int, RawAxis]:
    """Return place and axis of the energies: the one axis with a unit of energy."""
    for option in columns:
        if option not in OPTIONS:
            raise unknown_name("option of the energy axis", option, OPTIONS)
    places = [i for i, axis in enumerate(raw.axes) if axis.unit.strip().lower() in ENERGY_UNITS]
    if len(places) == 1 and not columns:
        return places[0], raw.axes[places[0]]
    if columns and raw.data.ndim == 1:
        if set(columns) != set(OPTIONS):
            raise UnknownName(f"{name}: the energy axis is given by {list(columns)}. Expected {OPTIONS}.")
        step, start = (float(columns[option]) for option in OPTIONS)
        return 0, replace(raw.axes[0], unit="eV", step=step, start=start, values=None)
    units = [axis.unit or "none" for axis in raw.axes]
    raise UnitMismatch(
        f"{name}: the units of its axes are {units}. Expected exactly one axis in eV or keV. Calibrate"
        " it in the acquisition software; for one spectrum:"
        " columns = { dispersion = 0.1, first_energy = 440.0 }."
    )


def _energies(axis: RawAxis, name: str) -> tuple[Float[np.ndarray, "channel"], list[str]]:
    """Return even energies in eV and what was said about them."""
    factor = ENERGY_UNITS[axis.unit.strip().lower()]
    step, start = factor * axis.step, factor * axis.start
    said = []
    if axis.values is not None and len(axis.values) >= 2:
        listed = factor * axis.values
        fit = np.linspace(listed[0], listed[-1], len(listed))
        width = abs(fit[1] - fit[0])
        if not width > 0.0 or np.max(np.abs(listed - fit)) > UNEVEN * width:
            raise OutOfRange(
                f"{name}: its energies are not evenly spaced. Expected channels of one width."
                " Export the spectrum as recorded, or resample it."
            )
        if step and abs(abs(step) - width) > 0.01 * width:
            said.append(
                f"the header says {abs(step):g} eV per channel, its list {width:g}; the list is taken."
            )
        step, start = float(fit[1] - fit[0]), float(fit[0])
    _refuse_other_scale(axis, step, start, name)
    return start + step * np.arange(axis.size), said


def _refuse_other_scale(axis: RawAxis, step: float, start: float, name: str) -> None:
    """Refuse channels and losses that no spectrometer has, and say when it looks like keV."""
    last = start + step * axis.size
    if axis.size < FEWEST_CHANNELS:
        raise OutOfRange(f"{name} has {axis.size} channels. Expected at least {FEWEST_CHANNELS}.")
    if not NARROWEST_CHANNEL <= abs(step) <= WIDEST_CHANNEL:
        kilo = " The numbers look like keV under the unit eV." if 0 < abs(step) < NARROWEST_CHANNEL else ""
        raise UnitMismatch(
            f"{name}: {step:g} eV per channel.{kilo} Expected {NARROWEST_CHANNEL:g} to {WIDEST_CHANNEL:g} eV."
            " Correct the calibration of the energy axis and export it again."
        )
    if max(abs(start), abs(last)) > FARTHEST_LOSS:
        raise UnitMismatch(
            f"{name}: energies from {start:g} to {last:g} eV. Expected losses below {FARTHEST_LOSS:g} eV."
            " Check unit and offset of the energy axis."
        )


def _finite(counts: np.ndarray, name: str) -> tuple[np.ndarray, list[str]]:
    """Return counts without NaN: a few are interpolated along the energy, many refused."""
    if counts.dtype.kind not in "fiu":
        raise DamagedFile(f"{name} holds numbers of type {counts.dtype}. Expected counts.")
    if not counts.size or not np.any(counts > 0):
        raise DamagedFile(
            f"{name}: no count is above zero. Expected measured electrons. Check the shutter, or whether the"
            " dark reference was subtracted twice."
        )
    missing = ~np.isfinite(counts)
    share = float(missing.mean())
    if share == 0.0:
        return counts, []
    if share > MOST_MISSING:
        raise DamagedFile(
            f"{name}: {100 * share:.1f} % of the counts are no numbers. Expected at most"
            f" {100 * MOST_MISSING:g} %. Export it again without masked channels."
        )
    repaired = np.array(counts, dtype=float)
    for place in np.argwhere(missing.any(axis=-1)):
        row = repaired[tuple(place)]
        bad = ~np.isfinite(row)
        if bad.all():
            raise DamagedFile(f"{name}: the spectrum at place {place.tolist()} holds no number at all.")
        row[bad] = np.interp(np.flatnonzero(bad), np.flatnonzero(~bad), row[~bad])
    return repaired, [f"{int(missing.sum())} counts were no numbers and are interpolated."]


def _checked_beam(acquisition: Acquisition) -> tuple[Acquisition, list[str]]:
    """Return the acquisition with a beam energy in eV; files write V, kV or eV under one word."""
    beam = acquisition.beam_energy
    if beam is None or beam <= HIGHEST_BEAM:
        return acquisition, []
    corrected = beam / 1000.0
    if corrected > HIGHEST_BEAM:
        return replace(acquisition, beam_energy=None), [f"a beam energy of {beam:g} eV is left out."]
    said = f"its beam energy of {beam / 1000.0:g} kV is taken for {corrected / 1000.0:g} kV, written in V."
    return replace(acquisition, beam_energy=corrected), [said]


def _saturation(
    energy: Float[np.ndarray, "channel"], counts: np.ndarray
) -> tuple[tuple[float, float] | None, list[str]]:
    """Return where neighbours stand at exactly the largest count, and a sentence on it."""
    top = counts == counts.max()
    runs = top[..., : 1 - FLAT_CHANNELS].copy()
    for shift in range(1, FLAT_CHANNELS):
        runs &= top[..., shift : counts.shape[-1] + 1 - FLAT_CHANNELS + shift]
    where = np.flatnonzero(runs.reshape(-1, runs.shape[-1]).any(axis=0))
    if not len(where):
        return None, []
    low, high = float(energy[where[0]]), float(energy[where[-1] + FLAT_CHANNELS - 1])
    return (low, high), [f"the detector is full from {low:g} to {high:g} eV: counts there are too low."]
