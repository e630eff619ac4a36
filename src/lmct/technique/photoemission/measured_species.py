"""Measured spectra from which those of other samples are mixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.instrument.photoemission import PhotoemissionSpectrum
from lmct.quantity.errors import OutOfRange, unknown_name
from lmct.technique.photoemission.model_lines import WINDOWS
from lmct.technique.photoemission.prepared_reference import prepared_reference
from lmct.technique.photoemission.series_data import SpectrumData

SLACK = 1e-9

NARROWEST = 0.5
"""Part of the usual window of a region that measured spectra must cover together [1]."""

ENDS = 0.5
"""What lies so far beyond a measured spectrum is without signal, for its background ends there [eV]."""


@dataclass(frozen=True, eq=False)
class MeasuredSpecies:
    """The signal of one region of a sample whose share of a species is known.

    Parameters
    ----------
    region
        ``"Ni 2p"`` or ``"O 1s"``.
    share
        Of Ni2+ in nickel, or of O^n- in lattice oxygen [1].
    energy
        Binding energies, rising [eV].
    signal
        Without background, of area 1 [1/eV].
    source
        Where it is from.
    """

    region: str
    share: float
    energy: Float[np.ndarray, "point"]
    signal: Float[np.ndarray, "point"]
    source: str = ""

    def at(self, energy: Float[np.ndarray, "channel"]) -> Float[np.ndarray, "channel"]:
        """Return the signal at binding energies, 0 beyond what was measured [1/eV]."""
        return np.asarray(np.interp(energy, self.energy, self.signal, left=0.0, right=0.0))


def species_of_spectrum(
    spectrum: PhotoemissionSpectrum, region: str, *, share: float, shift: float = 0.0
) -> MeasuredSpecies:
    """Return the signal of a spectrum above its static Shirley background.

    Parameters
    ----------
    spectrum
        As measured; its noise stays in what is made of it.
    region
        ``"Ni 2p"`` or ``"O 1s"``; only energies in the window of the region count.
    share
        Of Ni2+, or of O^n- [1].
    shift
        Added to its binding energies, to take charging off [eV].

    Raises
    ------
    UnknownName
        There is no such region.
    OutOfRange
        The share lies outside 0 to 1, or there is no line between flat ends in the window.
    """
    if region not in WINDOWS:
        raise unknown_name("region", region, WINDOWS)
    if not 0.0 <= share <= 1.0:
        raise OutOfRange(f"the share of {spectrum.source_file or region} is {share!r}. Expected 0 to 1.")
    data = SpectrumData(
        spectrum.source_file or region,
        spectrum.binding_energy + shift,
        spectrum.intensity,
        spectrum.uncertainty,
    )
    prepared = prepared_reference(data.clipped(*WINDOWS[region]))
    signal = prepared.subtraction.signal / prepared.area
    return MeasuredSpecies(region, share, prepared.data.energy, signal, spectrum.source_file)


def species_of_file(
    path: Path,
    region: str,
    *,
    share: float,
    shift: float = 0.0,
    columns: Mapping[str, Any] | None = None,
) -> MeasuredSpecies:
    """Return the signal of a region of a file of any known format.

    Parameters
    ----------
    path
        The file.
    region, share, shift
        As for :func:`species_of_spectrum`.
    columns
        Column map of a table of unknown layout.

    Raises
    ------
    DataError
        The file cannot be read, has no such region, or its spectrum cannot be used.
    """
    from lmct.instrument.photoemission import read

    spectrum = read(path, columns=columns).region(region)
    return species_of_spectrum(spectrum, region, share=share, shift=shift)


def mixed_signal(
    measured: Sequence[MeasuredSpecies], energy: Float[np.ndarray, "point"], *, share: float
) -> Float[np.ndarray, "point"]:
    """Return the signal of a sample as a mixture of the two whose shares lie next to its own.

    Parameters
    ----------
    measured
        One region of samples with different shares.
    energy
        Binding energies [eV].
    share
        Of the species in the sample [1].

    Returns
    -------
    :
        Signal of area 1, as far as the window reaches [1/eV].

    Raises
    ------
    OutOfRange
        The share lies outside those of the measured ones.

    Examples
    --------
    >>> grid = np.array([0.0, 1.0])
    >>> ends = [MeasuredSpecies("Ni 2p", share, grid, np.full(2, 1.0 + share)) for share in (0.0, 1.0)]
    >>> mixed_signal(ends, grid, share=0.25).tolist()
    [1.25, 1.25]
    """
    ordered = sorted(measured, key=lambda one: one.share)
    shares = np.array([one.share for one in ordered])
    if not shares[0] - SLACK <= share <= shares[-1] + SLACK:
        raise OutOfRange(
            f"a share of {share:.3f} in {ordered[0].region} lies outside those that were measured,"
            f" {shares[0]:g} to {shares[-1]:g}. Expected one between. Measure a further sample."
        )
    signals = np.array([one.at(energy) for one in ordered])
    after = int(np.clip(np.searchsorted(shares, share), 1, max(len(shares) - 1, 1)))
    if len(ordered) == 1:
        return np.asarray(signals[0])
    low, high = shares[after - 1], shares[after]
    part = (share - low) / (high - low) if high > low else 0.0
    return np.asarray((1.0 - part) * signals[after - 1] + part * signals[after])


def recorded_window(region: str, measured: Sequence[MeasuredSpecies]) -> tuple[float, float]:
    """Return the binding energies that are simulated: the usual window, as far as all spectra reach [eV].

    Parameters
    ----------
    region
        ``"Ni 2p"`` or ``"O 1s"``.
    measured
        Spectra of this region; may be none.

    Raises
    ------
    OutOfRange
        The spectra do not cover half of the window together.

    Examples
    --------
    >>> recorded_window("O 1s", [MeasuredSpecies("O 1s", 0.0, np.array([525.0, 545.0]), np.ones(2))])
    (525.0, 540.0)
    """
    low, high = WINDOWS[region]
    first = max((float(one.energy[0]) for one in measured), default=low)
    last = min((float(one.energy[-1]) for one in measured), default=high)
    first = first if first > low + ENDS else low
    last = last if last < high - ENDS else high
    if last - first < NARROWEST * (high - low):
        ranges = ", ".join(f"{one.energy[0]:.1f} to {one.energy[-1]:.1f} eV" for one in measured)
        raise OutOfRange(
            f"the references of {region} cover {ranges}. Expected {NARROWEST:.0%} of {low:g} to {high:g} eV"
            " together. Name spectra of the whole region."
        )
    return first, last
