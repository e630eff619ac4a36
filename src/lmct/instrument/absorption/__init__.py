"""X-ray absorption scans of every origin: found by content, read, checked; series of scans; writers."""

from lmct.instrument.absorption.registry import FORMATS, identify, read_scan, read_scans
from lmct.instrument.absorption.scan import AbsorptionScan
from lmct.instrument.absorption.series import ScanSeries, read, read_series
from lmct.instrument.absorption.write_athena import write_athena
from lmct.instrument.absorption.write_nexus import write_nexus
from lmct.instrument.absorption.write_rock import write_rock
from lmct.instrument.absorption.write_xdi import write_xdi
from lmct.instrument.scan_sequence import ScanPlace

__all__ = [
    "FORMATS",
    "AbsorptionScan",
    "ScanPlace",
    "ScanSeries",
    "identify",
    "read",
    "read_scan",
    "read_scans",
    "read_series",
    "write_athena",
    "write_nexus",
    "write_rock",
    "write_xdi",
]
