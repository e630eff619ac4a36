"""Cycler files of every brand as one table: found by content, read, cross-checked, written as .mpt."""

from lmct.instrument.cycler.record import CyclerRecord
from lmct.instrument.cycler.registry import FORMATS, identify, read
from lmct.instrument.cycler.write_mpt import write_mpt

__all__ = ["FORMATS", "CyclerRecord", "identify", "read", "write_mpt"]
