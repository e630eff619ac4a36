"""Photoelectron spectra of every brand: found by content, read, cross-checked; VAMAS, NeXus, SES written."""

from lmct.instrument.photoemission.registry import FORMATS, identify, read, read_spectrum
from lmct.instrument.photoemission.spectrum import PhotoemissionSpectrum, SpectraFile
from lmct.instrument.photoemission.write_nexus import write_nexus
from lmct.instrument.photoemission.write_ses import write_ses_text
from lmct.instrument.photoemission.write_vamas import write_vamas

__all__ = [
    "FORMATS",
    "PhotoemissionSpectrum",
    "SpectraFile",
    "identify",
    "read",
    "read_spectrum",
    "write_nexus",
    "write_ses_text",
    "write_vamas",
]
