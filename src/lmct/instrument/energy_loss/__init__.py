"""Energy-loss spectra and spectrum images: found by content, read, cross-checked; a writer."""

from lmct.instrument.energy_loss.registry import FORMATS, identify, read
from lmct.instrument.energy_loss.spectrum import (
    Acquisition,
    EnergyLossSpectrum,
    NavigationAxis,
    SpectrumImage,
)
from lmct.instrument.energy_loss.write_msa import write_msa

__all__ = [
    "FORMATS",
    "Acquisition",
    "EnergyLossSpectrum",
    "NavigationAxis",
    "SpectrumImage",
    "identify",
    "read",
    "write_msa",
]
