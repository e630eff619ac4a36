"""What a spectrometer of energy losses recorded: one spectrum, or one at every place of the beam."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DataError

BLOCK_BYTES = 2**26
"""Pixels of an image are worked on in blocks of about this size [B]."""


@dataclass(frozen=True, slots=True)
class Acquisition:
    """How the spectra were taken, as far as the file tells.

    Parameters
    ----------
    beam_energy
        Energy of the electrons [eV].
    convergence_angle, collection_angle
        Half angles [mrad].
    exposure
        Of one spectrum [s].
    title
        What the operator wrote.
    """

    beam_energy: float | None = None
    convergence_angle: float | None = None
    collection_angle: float | None = None
    exposure: float | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class NavigationAxis:
    """One axis along which the beam was moved.

    Parameters
    ----------
    name
        For example ``"x"``.
    unit
        Of the position, for example ``"nm"``; empty when the file tells none.
    step, start
        Between neighbours, and of the first, in that unit.
    size
        Number of positions.
    """

    name: str
    unit: str
    step: float
    start: float
    size: int


@dataclass(frozen=True, eq=False, kw_only=True)
class _Recorded:
    """What a spectrum and an image share.

    Parameters
    ----------
    energy
        Loss of each channel, rising in even steps [eV].
    counts
        As stored, channels along the last axis.
    acquisition
        How it was taken.
    saturated
        Lowest and highest loss at which the detector was full [eV]; None when it was not.
    source_file, source_sha256
        Name of the file and its hash.
    format, reader
        Name of the format; library and version that read it.
    metadata
        What else the header says, as text.
    warnings
        What was repaired or looks wrong, one sentence each.
    """

    energy: Float[np.ndarray, "channel"]
    counts: Float[np.ndarray, "... channel"]
    acquisition: Acquisition = Acquisition()
    saturated: tuple[float, float] | None = None
    source_file: str = ""
    source_sha256: str = ""
    format: str = ""
    reader: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        steps = np.diff(self.energy)
        if len(self.energy) < 2 or self.counts.shape[-1] != len(self.energy) or not np.all(steps > 0.0):
            raise DataError(
                f"{self.source_file or 'the spectrum'}: energies must rise and have one count each along the"
                f" last axis, got {len(self.energy)} energies for counts of shape {self.counts.shape}."
            )

    @property
    def dispersion(self) -> float:
        """Width of a channel [eV]."""
        return float((self.energy[-1] - self.energy[0]) / (len(self.energy) - 1))

    @property
    def provenance(self) -> dict[str, str]:
        """Format and reader as text."""
        return {"format": self.format, "reader": self.reader}


@dataclass(frozen=True, eq=False, kw_only=True)
class EnergyLossSpectrum(_Recorded):
    """One spectrum: ``counts`` has one number for each channel.

    Examples
    --------
    >>> spectrum = EnergyLossSpectrum(energy=np.arange(4.0) / 2, counts=np.ones(4))
    >>> spectrum.dispersion
    0.5
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.counts.ndim != 1:
            raise DataError(f"a spectrum has one axis, got counts of shape {self.counts.shape}.")

    def rescaled(self, *, slope: float = 1.0, offset: float = 0.0) -> EnergyLossSpectrum:
        """Return the spectrum on the axis ``slope * energy + offset`` [eV]."""
        return replace(self, energy=slope * self.energy + offset)


@dataclass(frozen=True, eq=False, kw_only=True)
class SpectrumImage(_Recorded):
    """A spectrum at every place of the beam: ``counts`` ends with the channel, in the type of the file.

    Parameters
    ----------
    axes
        Of the places, in the order of ``counts``.
    """

    axes: tuple[NavigationAxis, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if tuple(axis.size for axis in self.axes) != self.counts.shape[:-1]:
            raise DataError(
                f"counts of shape {self.counts.shape} do not fit axes of"
                f" {[a.size for a in self.axes]} places."
            )

    @property
    def places(self) -> int:
        """Number of spectra."""
        return int(np.prod(self.counts.shape[:-1], dtype=int))

    def blocks(self) -> Iterator[tuple[int, Float[np.ndarray, "place channel"]]]:
        """Yield number of the first place and counts of a block of places: memory stays bounded."""
        rows = max(1, BLOCK_BYTES // (8 * len(self.energy)))
        for first in range(0, self.places, rows):
            numbers = np.unravel_index(
                np.arange(first, min(first + rows, self.places)), self.counts.shape[:-1]
            )
            yield first, np.asarray(self.counts[numbers], dtype=float)

    def summed(self) -> EnergyLossSpectrum:
        """Return the sum over all places."""
        total = np.zeros(len(self.energy))
        for _, block in self.blocks():
            total += block.sum(axis=0)
        return self._one(total)

    def at(self, *place: int) -> EnergyLossSpectrum:
        """Return the spectrum at a place, one number for each axis."""
        return self._one(np.asarray(self.counts[place], dtype=float))

    def rescaled(self, *, slope: float = 1.0, offset: float = 0.0) -> SpectrumImage:
        """Return the image on the axis ``slope * energy + offset`` [eV]."""
        return replace(self, energy=slope * self.energy + offset)

    def _one(self, counts: Float[np.ndarray, "channel"]) -> EnergyLossSpectrum:
        return EnergyLossSpectrum(
            energy=self.energy,
            counts=counts,
            acquisition=self.acquisition,
            saturated=self.saturated,
            source_file=self.source_file,
            source_sha256=self.source_sha256,
            format=self.format,
            reader=self.reader,
            metadata=self.metadata,
            warnings=self.warnings,
        )
