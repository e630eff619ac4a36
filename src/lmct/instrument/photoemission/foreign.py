"""Files that are no photoelectron spectra: what they are instead, for the sentence that refuses them."""

from __future__ import annotations

import re

from lmct.instrument.format_table import description_of
from lmct.instrument.source import Source

_KINDS = (
    (re.compile(r"CORBA XML"), "SpecsLab XML (export it as .xy or VAMAS)"),
    (re.compile(r'^\s*\{\s*"(FilePath|Number of Core levels)"'),
     "a KherveFitting project, which holds fits (export its raw data)"),
    (re.compile(r"XDI/|^\s*#.*Athena", re.IGNORECASE), "an X-ray absorption spectrum"),
    (re.compile(r"EMSA/MAS"), "a spectrum in the EMSA format (electron energy loss?)"),
    (re.compile(r"EC-Lab ASCII FILE"), "a BioLogic cycler file"),
    (re.compile(r"2theta|two_?theta", re.IGNORECASE), "a powder pattern"),
)  # fmt: skip
_MAGIC = ((b"\x89HDF", "an HDF5 file"), (b"%PDF", "a PDF document"), (b"\x89PNG", "a picture"))


def description(source: Source) -> str:
    """Say what a file seems to be.

    Parameters
    ----------
    source
        The file.
    """
    return description_of(source, magics=_MAGIC, words=_KINDS)
