"""Spectra and their edges as an xarray data set, and back: what a study keeps of a series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DataError
from lmct.quantity.value import Value
from lmct.technique.absorption.edge import DEFINITIONS, EdgeEnergies, edge_energies
from lmct.technique.absorption.spectrum import Spectrum
from lmct.technique.combination.interpolation import cubic_interpolation

if TYPE_CHECKING:
    import xarray as xr

CONTENT = "absorption spectra"

SCALARS = {
    "step": "1",
    "step_uncertainty": "1",
    "foil": "eV",
    "foil_uncertainty": "eV",
    "shift": "eV",
    "shift_uncertainty": "eV",
}


def on_common_grid(
    spectra: Sequence[Spectrum],
) -> tuple[Float[np.ndarray, "point"], Float[np.ndarray, "scan point"], Float[np.ndarray, "scan point"]]:
    """Return the grid of the first spectrum within all, and every spectrum and its noise there.

    Parameters
    ----------
    spectra
        The spectra.

    Returns
    -------
    :
        Energies [eV], absorption and standard uncertainty [1].

    Raises
    ------
    DataError
        The spectra do not overlap.
    """
    low = max(float(one.energy[0]) for one in spectra)
    high = min(float(one.energy[-1]) for one in spectra)
    grid = spectra[0].energy
    grid = grid[(grid >= low) & (grid <= high)]
    if len(grid) < 20:
        raise DataError(
            f"the spectra overlap from {low:.1f} to {high:.1f} eV only. Expected scans over the same edge."
            " Leave out those of another edge."
        )
    levels, noises = [], []
    for one in spectra:
        if len(one.energy) >= len(grid) and np.array_equal(one.energy[: len(grid)], grid):
            levels.append(one.absorption[: len(grid)])
            noises.append(one.uncertainty[: len(grid)])
            continue
        between = cubic_interpolation(nodes=one.energy, at=grid)
        levels.append(between.applied(one.absorption))
        noises.append(np.sqrt(between.noise_bands(one.uncertainty**2)[0]))
    return grid, np.array(levels), np.array(noises)


def edges_of(spectra: Sequence[Spectrum]) -> list[EdgeEnergies]:
    """Return the edge energies of every spectrum; none where there is no edge to be found.

    Parameters
    ----------
    spectra
        The spectra.
    """
    found = []
    for one in spectra:
        try:
            found.append(
                edge_energies(
                    energy=one.energy,
                    absorption=one.absorption,
                    uncertainty=one.uncertainty,
                    step_uncertainty=one.step_uncertainty,
                )
            )
        except DataError as error:
            found.append(EdgeEnergies({}, (str(error),)))
    return found


def dataset_of_spectra(spectra: Sequence[Spectrum], edges: Sequence[EdgeEnergies]) -> xr.Dataset:
    """Return a data set with the dimensions ``scan`` and ``energy``.

    Parameters
    ----------
    spectra
        The spectra.
    edges
        Of each.

    Returns
    -------
    :
        Absorption, its noise, edge energies by every definition, foil and shift, times as ISO text.
    """
    import xarray as xr

    grid, levels, noises = on_common_grid(spectra)
    content = {
        "absorption": (("scan", "energy"), levels, {"units": "1", "long_name": "normalised absorption"}),
        "uncertainty": (("scan", "energy"), noises, {"units": "1"}),
    }
    variables = {
        name: xr.DataArray(data, dims=dims, attrs=attrs) for name, (dims, data, attrs) in content.items()
    }
    for name, unit in SCALARS.items():
        column = np.array([getattr(one, name) for one in spectra])
        variables[name] = xr.DataArray(column, dims=("scan",), attrs={"units": unit})
    nothing = Value(float("nan"), 0.0, "eV")
    for definition in DEFINITIONS:
        values = [one.values.get(definition, nothing) for one in edges]
        numbers = {"": [one.value for one in values], "_uncertainty": [one.uncertainty for one in values]}
        for suffix, listed in numbers.items():
            name = f"edge_{definition}{suffix}"
            variables[name] = xr.DataArray(np.array(listed), dims=("scan",), attrs={"units": "eV"})
    for name in ("start_time", "end_time"):
        times = [getattr(one, name) for one in spectra]
        texts = np.array(["" if time is None else time.isoformat() for time in times])
        variables[name] = xr.DataArray(texts, dims=("scan",))
    variables["file"] = xr.DataArray(np.array([one.source_file for one in spectra]), dims=("scan",))
    variables["label"] = xr.DataArray(np.array([one.sample for one in spectra]), dims=("scan",))
    attrs = {"content": CONTENT, "element": spectra[0].element, "edge": spectra[0].edge}
    return xr.Dataset(variables, coords={"energy": ("energy", grid, {"units": "eV"})}, attrs=attrs)


@dataclass(frozen=True, slots=True)
class ClockedScan:
    """When a scan was measured: what a join by clock needs.

    Parameters
    ----------
    index, file
        Number in the series and name of the file.
    start_time, end_time
        By the clock of the beamline.
    """

    index: int
    file: str
    start_time: datetime | None
    end_time: datetime | None


def clocked_scans(dataset: xr.Dataset) -> tuple[ClockedScan, ...]:
    """Return the times of the scans of a data set.

    Parameters
    ----------
    dataset
        As :func:`dataset_of_spectra` makes it.
    """

    def time(text: str) -> datetime | None:
        return datetime.fromisoformat(text) if text else None

    starts, ends = dataset["start_time"].values.tolist(), dataset["end_time"].values.tolist()
    files = dataset["file"].values.tolist()
    return tuple(
        ClockedScan(number, str(file), time(str(start)), time(str(end)))
        for number, (file, start, end) in enumerate(zip(files, starts, ends, strict=True))
    )


def spectrum_of_dataset(dataset: xr.Dataset, scan: int) -> Spectrum:
    """Return one spectrum of a data set.

    Parameters
    ----------
    dataset
        As :func:`dataset_of_spectra` makes it.
    scan
        Number; negative ones count from the end.

    Raises
    ------
    DataError
        There is no such scan.
    """
    count = dataset.sizes["scan"]
    if not -count <= scan < count:
        raise DataError(f"there is no spectrum {scan} among {count}. Expected 0 to {count - 1}.")
    row = dataset.isel(scan=scan)
    return Spectrum(
        energy=np.asarray(dataset["energy"].values, dtype=float),
        absorption=np.asarray(row["absorption"].values, dtype=float),
        uncertainty=np.asarray(row["uncertainty"].values, dtype=float),
        step=float(row["step"].values),
        step_uncertainty=float(row["step_uncertainty"].values),
        foil=float(row["foil"].values),
        foil_uncertainty=float(row["foil_uncertainty"].values),
        shift=float(row["shift"].values),
        shift_uncertainty=float(row["shift_uncertainty"].values),
        element=str(dataset.attrs.get("element", "")),
        edge=str(dataset.attrs.get("edge", "")),
        sample=str(row["label"].values),
        source_file=str(row["file"].values),
        scan=scan % count,
    )
