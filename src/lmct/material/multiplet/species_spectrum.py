"""The white lines of one species on an absolute axis: from a cluster, or measured and kept in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from lmct.material.multiplet.cache import cached_spectrum
from lmct.material.multiplet.cluster import CLUSTERS, cluster
from lmct.material.multiplet.crystal_field import TITANIUM_4, solve_crystal_field
from lmct.quantity.errors import MissingColumn, OutOfRange, unknown_name

MAXIMA = {"ni_2": 853.2, "ni_3": 854.0, "ni_4": 855.2, "ti_4": 465.4}
"""Where the highest line of each species is put [eV], for no cluster predicts it. Assumptions: L3 of NiO at
853.2 eV is a common calibration; that NiO, LiNiO2 and NiO2 differ is measured (Koyama et al. 2005, doi
10.1021/jp050486b), their distances here and Ti4+ (L2 eg) are rounded."""


@dataclass(frozen=True, eq=False)
class SpeciesSpectrum:
    """White lines of one atom of a species, without its continuum.

    Parameters
    ----------
    name
        Of the species.
    energy
        Absolute, rising [eV].
    intensity
        Area 1 [1/eV].
    source
        Where it is from.
    """

    name: str
    energy: Float[np.ndarray, "point"]
    intensity: Float[np.ndarray, "point"]
    source: str = ""

    def at(self, energy: Float[np.ndarray, "channel"]) -> Float[np.ndarray, "channel"]:
        """Return the intensity at energies, 0 outside [1/eV]."""
        return np.asarray(np.interp(energy, self.energy, self.intensity, left=0.0, right=0.0))


def species_from_clusters(
    names: Sequence[str] = ("ni_2", "ni_3", "ni_4", "ti_4"), *, folder: Path
) -> dict[str, SpeciesSpectrum]:
    """Return the lines of species from charge-transfer clusters, Ti4+ from a crystal field.

    Parameters
    ----------
    names
        Of :data:`MAXIMA`.
    folder
        Where clusters are kept, so that each is computed once.

    Raises
    ------
    UnknownName
        There is no such species.
    DataError
        The package edrixs is needed and not installed.
    """
    found = {}
    for name in names:
        if name == TITANIUM_4.name:
            solved, source = solve_crystal_field(), TITANIUM_4.source
        elif name in CLUSTERS:
            solved, source = cached_spectrum(cluster(name), folder), cluster(name).source
        else:
            raise unknown_name("species", name, MAXIMA)
        placed = solved.anchored_at(MAXIMA[name])
        found[name] = SpeciesSpectrum(name, placed.energy, placed.intensity, source)
    return found


def species_from_file(name: str, path: Path) -> SpeciesSpectrum:
    """Return the lines of a species from a text file of energies [eV] and intensities above the continuum.

    Parameters
    ----------
    name
        Of the species.
    path
        Two columns; lines that begin with ``#`` are passed over.

    Raises
    ------
    MissingColumn
        The file has no two columns of numbers.
    OutOfRange
        Energies do not rise, or the area is not positive.
    """
    try:
        table = np.loadtxt(path, ndmin=2)
    except ValueError as error:
        raise MissingColumn(
            f"{path.name} is no table of numbers ({error}). Expected energies [eV] and"
            " intensities, one pair a line."
        ) from error
    if table.shape[1] < 2 or len(table) < 5:
        raise MissingColumn(
            f"{path.name} has {table.shape[1]} columns and {len(table)} rows. Expected two"
            " columns, energies [eV] and intensities, of five rows or more."
        )
    energy, intensity = table[:, 0], table[:, 1]
    area = float(np.trapezoid(intensity, energy))
    if not np.all(np.diff(energy) > 0.0) or not area > 0.0:
        raise OutOfRange(
            f"{path.name}: energies must rise and the area be positive, got {area:g}. Take the"
            " continuum off, and sort by energy."
        )
    return SpeciesSpectrum(name, energy, intensity / area, str(path.name))
