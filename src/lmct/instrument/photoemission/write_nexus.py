"""NeXus files of photoelectron spectra (application definition NXxps), written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lmct import __version__
from lmct.instrument.photoemission.spectrum import COUNTS, RATE, PhotoemissionSpectrum
from lmct.quantity.errors import DataError

UNITS = {COUNTS: "counts", RATE: "counts_per_second"}


def write_nexus(spectra: Sequence[PhotoemissionSpectrum], path: str | Path) -> Path:
    """Write spectra as one NeXus file with an entry for each, energies as binding ones.

    Parameters
    ----------
    spectra
        One at least.
    path
        The file; its folder must exist.

    Returns
    -------
    :
        The file.

    Raises
    ------
    DataError
        There is no spectrum.

    Source
    ------
    NeXus application definition NXxps, which extends NXmpes,
    https://manual.nexusformat.org/classes/applications/NXxps.html.
    """
    import h5py  # type: ignore[import-untyped]

    if not spectra:
        raise DataError("no spectrum to write. Expected one at least. Read or simulate one first.")
    path = Path(path)
    with h5py.File(path, "w") as file:
        file.attrs["default"] = "entry"
        file.attrs["creator"] = f"lmct {__version__}"
        for number, one in enumerate(spectra):
            _write_entry(_group(file, "entry" if not number else f"entry_{number}", "NXentry"), one)
    return path


def _write_entry(entry: Any, spectrum: PhotoemissionSpectrum) -> None:  # noqa: ANN401 - an HDF5 group
    entry.attrs["default"] = "data"
    entry["definition"] = "NXxps"
    entry["method"] = "X-ray photoelectron spectroscopy (XPS)"
    entry["title"] = " ".join(one for one in (spectrum.sample, spectrum.region) if one) or "photoemission"
    if spectrum.start_time is not None:
        entry["start_time"] = spectrum.start_time.isoformat()
    instrument = _group(entry, "instrument", "NXinstrument")
    _number(_group(instrument, "beam_probe", "NXbeam"), "incident_energy", spectrum.photon_energy, "eV")
    analyser = _group(instrument, "electronanalyzer", "NXelectronanalyzer")
    _number(analyser, "work_function", spectrum.work_function, "eV")
    dispersion = _group(analyser, "energydispersion", "NXenergydispersion")
    _number(dispersion, "pass_energy", spectrum.pass_energy, "eV")
    detector = _group(analyser, "detector", "NXdetector")
    _number(detector, "count_time", spectrum.dwell_time, "s")
    _number(detector, "number_of_cycles", spectrum.scans, "")
    _group(entry, "sample", "NXsample")["name"] = spectrum.sample or "unknown"
    data = _group(entry, "data", "NXdata")
    data.attrs["signal"], data.attrs["axes"] = "data", "energy"
    data["energy"] = spectrum.binding_energy
    data["energy"].attrs["units"], data["energy"].attrs["type"] = "eV", "binding"
    data["data"], data["data_errors"] = spectrum.intensity, spectrum.uncertainty
    data["data"].attrs["units"] = UNITS.get(spectrum.intensity_unit, "any")
    data["data"].attrs["long_name"] = spectrum.region


def _number(group: Any, name: str, value: float | None, unit: str) -> None:  # noqa: ANN401 - an HDF5 group
    """Write a number that is known."""
    if value is not None:
        group[name] = value
        if unit:
            group[name].attrs["units"] = unit


def _group(parent: Any, name: str, kind: str) -> Any:  # noqa: ANN401 - HDF5 groups
    made = parent.create_group(name)
    made.attrs["NX_class"] = kind
    return made
