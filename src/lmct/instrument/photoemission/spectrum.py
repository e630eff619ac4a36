"""What an electron analyser recorded: one spectrum of one region, and all spectra of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DataError, MissingColumn, unknown_name

COUNTS, RATE, ARBITRARY = "counts", "counts per second", "arbitrary"
"""What intensities can be: only counts have the square root of themselves as standard uncertainty."""


@dataclass(frozen=True, eq=False)
class PhotoemissionSpectrum:
    """One photoelectron spectrum on a rising axis of binding energy.

    Parameters
    ----------
    binding_energy
        Rising, against the Fermi level [eV].
    intensity
        Of each energy, in ``intensity_unit``.
    uncertainty
        Standard uncertainty of each intensity, same unit, all positive.
    intensity_unit
        :data:`COUNTS`, :data:`RATE` or :data:`ARBITRARY`.
    photon_energy
        Of the X-rays [eV]; None when the file does not tell.
    region
        Name of the region, for example ``"O 1s"``, as the file has it.
    sample
        Name of the sample as the file has it.
    stored_axis
        ``"binding"`` or ``"kinetic"``: what the file held.
    pass_energy, work_function
        Of the analyser [eV]; None when not told.
    dwell_time
        Time a point and scan [s]; None when not told.
    scans
        How many were added up; None when not told.
    start_time
        By the clock of the instrument; None when not told.
    number
        Place of the spectrum in its file, from 0.
    source_file
        Name of the file.
    metadata
        What else the header says, under the instrument's own names.
    warnings
        What was left out, assumed or looks wrong, one sentence each.

    Raises
    ------
    DataError
        Arrays differ in length, or energies do not rise.
    """

    binding_energy: Float[np.ndarray, "point"]
    intensity: Float[np.ndarray, "point"]
    uncertainty: Float[np.ndarray, "point"]
    intensity_unit: str = COUNTS
    photon_energy: float | None = None
    region: str = ""
    sample: str = ""
    stored_axis: str = "binding"
    pass_energy: float | None = None
    work_function: float | None = None
    dwell_time: float | None = None
    scans: int | None = None
    start_time: datetime | None = None
    number: int = 0
    source_file: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len({len(self.binding_energy), len(self.intensity), len(self.uncertainty)}) > 1:
            raise DataError(f"{self.source_file}: energies, intensities and uncertainties differ in length.")
        if len(self.binding_energy) < 2 or not np.all(np.diff(self.binding_energy) > 0):
            raise DataError(f"{self.source_file}: the energies of spectrum {self.number} do not rise.")

    @property
    def kinetic_energy(self) -> Float[np.ndarray, "point"]:
        """Kinetic energies against the Fermi level, falling [eV].

        Raises
        ------
        MissingColumn
            The photon energy is not known.
        """
        if self.photon_energy is None:
            raise MissingColumn(
                f"{self.source_file}: kinetic energies need the photon energy, which the file does not tell."
                " Expected it in the header. Give it: columns = { photon_energy = 1486.6, ... }."
            )
        return self.photon_energy - self.binding_energy


@dataclass(frozen=True, eq=False)
class SpectraFile:
    """Every spectrum of a file.

    Parameters
    ----------
    spectra
        In the order of the file.
    format, reader
        Name of the format, and what read it.
    source_file, source_sha256
        Name of the file and its hash.
    warnings
        Sentences about spectra that were left out.
    """

    spectra: tuple[PhotoemissionSpectrum, ...]
    format: str = ""
    reader: str = ""
    source_file: str = ""
    source_sha256: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def provenance(self) -> dict[str, str]:
        """Format and reader as text."""
        return {"format": self.format, "reader": self.reader}

    def region(self, name: str) -> PhotoemissionSpectrum:
        """Return the first spectrum of a region; blanks and capitals do not matter.

        Raises
        ------
        UnknownName
            No spectrum has this region.
        """
        for spectrum in self.spectra:
            if plain_region(spectrum.region) == plain_region(name):
                return spectrum
        raise unknown_name(f"region of {self.source_file}", name, [one.region for one in self.spectra])


def plain_region(name: str) -> str:
    """Return the name of a region without blanks and in lower case.

    Parameters
    ----------
    name
        As a file has it.

    Examples
    --------
    >>> plain_region("Ni 2p")
    'ni2p'
    """
    return "".join(name.split()).lower()
