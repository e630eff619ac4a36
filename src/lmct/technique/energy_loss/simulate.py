"""Spectra a microscope would record: edges, power law, plural scattering, drift, wrong axis, noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from lmct.instrument.energy_loss.spectrum import Acquisition, EnergyLossSpectrum
from lmct.quantity.errors import OutOfRange
from lmct.technique.energy_loss.simulate_edges import EdgeModel, edge_intensity

PLASMON, PLASMON_WIDTH = 24.0, 14.0
"""Single inelastic scattering of an oxide: a broad plasmon [eV]."""

FINE = 4
"""Points of the calculation in each channel."""


@dataclass(frozen=True, slots=True)
class Microscope:
    """How spectra are taken.

    Parameters
    ----------
    dispersion
        Width of a channel [eV].
    channels
        Number of channels.
    resolution
        Full width of the zero loss [eV].
    beam_energy
        Energy of the electrons [eV].
    axis_slope, axis_offset
        The stored energy is ``axis_slope * E + axis_offset`` [1, eV]: 1 and 0 for a right axis.
    drift
        Standard deviation of the energy of each frame [eV].
    frames
        Frames that are summed.
    """

    dispersion: float = 0.25
    channels: int = 2048
    resolution: float = 0.7
    beam_energy: float = 200e3
    axis_slope: float = 1.0
    axis_offset: float = 0.0
    drift: float = 0.0
    frames: int = 1


@dataclass(frozen=True, eq=False)
class EnergyLossSample:
    """What is under the beam.

    Parameters
    ----------
    edges
        Edges and how much of each: its weight multiplies the edge per atom.
    thickness
        Over the mean free path [1].
    exponent
        Of the power law in front of all edges [1].
    background
        Counts of the power law at 400 eV over the height of an edge of weight 1 behind its lines [1].
    """

    edges: Mapping[EdgeModel, float] = field(default_factory=dict)
    thickness: float = 0.4
    exponent: float = 3.0
    background: float = 20.0


def simulate_core_loss(
    sample: EnergyLossSample, microscope: Microscope, *, first: float, counts: float, seed: int
) -> EnergyLossSpectrum:
    """Return core losses with plural scattering and Poisson noise.

    Parameters
    ----------
    sample
        What is measured.
    microscope
        How.
    first
        True energy of the first channel [eV].
    counts
        Expected in the first channel [1].
    seed
        Of noise and drift.

    Raises
    ------
    OutOfRange
        The first energy is not positive.
    """
    if first <= 0.0:
        raise OutOfRange(f"core losses begin above 0 eV, got {first:g} eV.")
    step = microscope.dispersion / FINE
    energy = first - 60.0 + step * np.arange(FINE * microscope.channels + round(160.0 / step))
    edges = np.zeros(len(energy))
    for edge, weight in sample.edges.items():
        edges += weight * edge_intensity(edge, energy)
    plural = _plural(sample.thickness, microscope.resolution, step, len(energy))
    scattered = _convolved(edges, plural)
    intensity = scattered + sample.background * (energy / 400.0) ** -sample.exponent
    return _recorded(energy, intensity, microscope, first, counts, seed, by_first=True)


def simulate_low_loss(
    sample: EnergyLossSample, microscope: Microscope, *, first: float = -40.0, counts: float, seed: int
) -> EnergyLossSpectrum:
    """Return the zero loss and the plasmons behind it, with Poisson noise.

    Parameters
    ----------
    sample
        What is measured; its thickness counts.
    microscope
        How.
    first
        True energy of the first channel [eV].
    counts
        Expected at the zero loss [1].
    seed
        Of noise and drift.
    """
    step = microscope.dispersion / FINE
    energy = first - 60.0 + step * np.arange(FINE * microscope.channels + round(160.0 / step))
    spread = _plural(sample.thickness, microscope.resolution, step, len(energy))
    intensity = np.interp(energy, step * (np.arange(len(energy)) - len(energy) // 2), np.fft.fftshift(spread))
    return _recorded(energy, intensity, microscope, first, counts, seed, by_first=False)


def _plural(thickness: float, resolution: float, step: float, length: int) -> Float[np.ndarray, "point"]:
    """Return the spread of losses from a thickness and the resolution, elastic peak of area 1 in point 0.

    Events are independent (Poisson): the transform of the whole is exp(t/lambda S) with S that of one event.
    """
    loss = step * np.arange(length)
    single = loss * PLASMON_WIDTH / ((loss**2 - PLASMON**2) ** 2 + (loss * PLASMON_WIDTH) ** 2)
    single[loss > 0.5 * length * step] = 0.0
    single /= single.sum()
    frequency = np.fft.rfftfreq(length)
    sigma = resolution / 2.35482 / step
    spread = np.exp(-2.0 * (np.pi * sigma * frequency) ** 2) * np.exp(thickness * np.fft.rfft(single))
    return np.fft.irfft(spread, length)


def _convolved(
    one: Float[np.ndarray, "point"], other: Float[np.ndarray, "point"]
) -> Float[np.ndarray, "point"]:
    """Return the linear convolution of the first with the circular second."""
    length = len(one)
    padded = np.concatenate([one, np.full(length, one[-1])])
    half = length // 2
    kernel = np.zeros(2 * length)
    kernel[:half] = other[:half]
    kernel[-half:] = other[-half:]
    return np.fft.irfft(np.fft.rfft(padded) * np.fft.rfft(kernel), 2 * length)[:length]


def _recorded(
    energy: Float[np.ndarray, "point"],
    intensity: Float[np.ndarray, "point"],
    microscope: Microscope,
    first: float,
    counts: float,
    seed: int,
    *,
    by_first: bool,
) -> EnergyLossSpectrum:
    """Return what the detector counts: frames with drift, means over channels, Poisson, the stored axis."""
    random = np.random.default_rng(seed)
    true = first + microscope.dispersion * np.arange(microscope.channels)
    total = np.concatenate([[0.0], np.cumsum(intensity)])
    edges = energy[0] + (energy[1] - energy[0]) * (np.arange(len(total)) - 0.5)
    expected = np.zeros(microscope.channels)
    for _ in range(microscope.frames):
        low = true - microscope.dispersion / 2 - microscope.drift * random.standard_normal()
        expected += np.interp(low + microscope.dispersion, edges, total) - np.interp(low, edges, total)
    expected = np.clip(expected, 0.0, None)
    expected *= counts / (expected[0] if by_first else expected.max())
    return EnergyLossSpectrum(
        energy=microscope.axis_slope * true + microscope.axis_offset,
        counts=random.poisson(expected).astype(float),
        acquisition=Acquisition(beam_energy=microscope.beam_energy, title="simulated"),
        format="simulated",
    )
