"""Spectra as a VAMAS file (ISO 14976, regular or irregular), binding energies as kinetic ones as is usual."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lmct.instrument.photoemission.spectrum import COUNTS, RATE, PhotoemissionSpectrum
from lmct.instrument.photoemission.vamas import IDENTIFIER
from lmct.quantity.errors import DataError

EVEN = 1e-6
"""Steps that differ by less than this share are one step [1]."""


def write_vamas(spectra: Sequence[PhotoemissionSpectrum], path: str | Path) -> Path:
    """Write spectra to one file; regular when all axes have even steps, irregular otherwise.

    Parameters
    ----------
    spectra
        At least one.
    path
        The file; its folder must exist.

    Returns
    -------
    :
        The path.

    Raises
    ------
    DataError
        There is no spectrum.
    """
    if not spectra:
        raise DataError("no spectrum to write. Expected one at least. Read or simulate one first.")
    regular = all(_even(one) for one in spectra)
    head = [IDENTIFIER, "Not Specified", "Not Specified", "Not Specified", "Not Specified"]
    head += ["1", "written by lmct", "NORM", "REGULAR" if regular else "IRREGULAR", str(len(spectra))]
    head += ["0", "0", "0", "0", "0", str(len(spectra))]
    lines = head + [line for one in spectra for line in _block(one, regular=regular)]
    path = Path(path)
    path.write_text("\r\n".join([*lines, "end of experiment", ""]), encoding="utf-8", newline="")
    return path


def _even(spectrum: PhotoemissionSpectrum) -> bool:
    steps = np.diff(spectrum.binding_energy)
    return bool(np.ptp(steps) <= EVEN * steps.mean())


def _block(spectrum: PhotoemissionSpectrum, *, regular: bool) -> list[str]:
    if spectrum.photon_energy is None:
        axis, energy, intensity = "Binding Energy", spectrum.binding_energy, spectrum.intensity
    else:
        axis = "Kinetic Energy"
        energy, intensity = spectrum.kinetic_energy[::-1], spectrum.intensity[::-1]
    unit = {COUNTS: "d", RATE: "c/s"}.get(spectrum.intensity_unit, "n")
    species, _, transition = spectrum.region.partition(" ")
    lines = [spectrum.region or "Not Specified", spectrum.sample, *_moment(spectrum), "0", "XPS", "X-rays"]
    lines += [_number(spectrum.photon_energy), *["1E+37"] * 5, "FAT", _number(spectrum.pass_energy), "1E+37"]
    lines += [_number(spectrum.work_function), *["1E+37"] * 5, species, transition, "-1"]
    if regular:
        step = (energy[-1] - energy[0]) / (len(energy) - 1)
        lines += [axis, "eV", repr(float(energy[0])), repr(float(step)), "1", "Intensity", unit]
        columns = intensity[:, None]
    else:
        lines += ["2", axis, "eV", "Intensity", unit]
        columns = np.column_stack([energy, intensity])
    dwell = 1.0 if spectrum.dwell_time is None else spectrum.dwell_time
    lines += ["pulse counting", repr(float(dwell)), str(spectrum.scans or 1), "0", *["1E+37"] * 3, "0"]
    lines.append(str(columns.size))
    for column in columns.T:
        lines += [repr(float(column.min())), repr(float(column.max()))]
    return lines + [repr(float(value)) for value in columns.ravel()]


def _moment(spectrum: PhotoemissionSpectrum) -> list[str]:
    moment = spectrum.start_time
    if moment is None:
        return ["-1"] * 6 + ["0"]
    offset = moment.utcoffset()
    zone = 0.0 if offset is None else offset.total_seconds() / 3600.0
    parts = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    return [*(str(part) for part in parts), f"{zone:g}"]


def _number(value: float | None) -> str:
    return "1E+37" if value is None else repr(float(value))
