"""Ion currents of gases behind a cell: files found by content, read, cross-checked; a writer."""

from lmct.instrument.mass_spectrometer.registry import FORMATS, identify, read
from lmct.instrument.mass_spectrometer.trace import CONDITIONS, GasTrace
from lmct.instrument.mass_spectrometer.write_table import write_table

__all__ = ["CONDITIONS", "FORMATS", "GasTrace", "identify", "read", "write_table"]
