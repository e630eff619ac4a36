"""Spectra of a file as a data set that survives a NetCDF file, and back as the fits need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmct.instrument.photoemission.spectrum import PhotoemissionSpectrum, SpectraFile, plain_region
from lmct.technique.contract import Measurement
from lmct.technique.photoemission.series_data import SpectrumData

if TYPE_CHECKING:
    import xarray as xr


def dataset_of_spectra(record: SpectraFile) -> xr.Dataset:
    """Return all spectra of a file; each has its own dimension, as their lengths differ.

    Parameters
    ----------
    record
        What was read.
    """
    import xarray as xr

    variables: dict[str, tuple[str, np.ndarray, dict[str, str | float]]] = {}
    for number, spectrum in enumerate(record.spectra):
        dimension = f"point_{number}"
        about = _attributes(spectrum)
        variables[f"binding_energy_{number}"] = (dimension, spectrum.binding_energy, {"units": "eV"})
        variables[f"intensity_{number}"] = (dimension, spectrum.intensity, about)
        variables[f"uncertainty_{number}"] = (
            dimension, spectrum.uncertainty, {"units": spectrum.intensity_unit},
        )  # fmt: skip
    return xr.Dataset(variables, attrs={"spectra": len(record.spectra), "source_file": record.source_file})


def _attributes(spectrum: PhotoemissionSpectrum) -> dict[str, str | float]:
    return {
        "units": spectrum.intensity_unit,
        "region": spectrum.region,
        "sample": spectrum.sample,
        "photon_energy": float("nan") if spectrum.photon_energy is None else spectrum.photon_energy,
        "start_time": "" if spectrum.start_time is None else spectrum.start_time.isoformat(),
    }


def spectrum_of_region(measurement: Measurement, region: str) -> SpectrumData | None:
    """Return the first spectrum of a region; None when the file has none.

    Parameters
    ----------
    measurement
        One file.
    region
        Name; blanks and capitals do not matter. ``"Ni 2p"`` finds ``"Ni2p3/2"`` too.
    """
    dataset = measurement.dataset
    wanted = plain_region(region)
    for number in range(int(dataset.attrs.get("spectra", 0))):
        intensity = dataset[f"intensity_{number}"]
        if plain_region(str(intensity.attrs.get("region", ""))).startswith(wanted):
            return SpectrumData(
                name=measurement.name,
                energy=np.asarray(dataset[f"binding_energy_{number}"].values, dtype=float),
                intensity=np.asarray(intensity.values, dtype=float),
                uncertainty=np.asarray(dataset[f"uncertainty_{number}"].values, dtype=float),
            )
    return None
