"""Powder patterns of every brand: found by content, read, cross-checked; sequences of scans; writers."""

from lmct.instrument.diffraction.pattern import DiffractionPattern, PatternSequence, ScanPlace
from lmct.instrument.diffraction.registry import FORMATS, identify, read_pattern, read_scans
from lmct.instrument.diffraction.sequence import read, read_sequence
from lmct.instrument.diffraction.write_xrdml import write_xrdml
from lmct.instrument.diffraction.write_xye import write_xye

__all__ = [
    "FORMATS",
    "DiffractionPattern",
    "PatternSequence",
    "ScanPlace",
    "identify",
    "read",
    "read_pattern",
    "read_scans",
    "read_sequence",
    "write_xrdml",
    "write_xye",
]
