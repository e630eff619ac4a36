"""Files that are no patterns: what they are instead, for the sentence that refuses them."""

from __future__ import annotations

import re

from lmct.instrument.format_table import description_of
from lmct.instrument.source import Source

_KINDS = (
    (re.compile(r"^INS\s+BANK|^INS\s+\d+\s*ICONS", re.MULTILINE), "a GSAS instrument parameter file"),
    (re.compile(r"^\s*VERSION\s+\d.*\n(.*\n){0,6}.*(EXPEDT|HSTRY|EXPGUI)", re.MULTILINE),
     "a GSAS experiment file, which holds a refinement"),
    (re.compile(r"^data_\S*\s", re.MULTILINE), "a CIF without a powder pattern (a crystal structure?)"),
    (re.compile(r"^#GSAS-II instrument parameter", re.MULTILINE), "a GSAS-II instrument parameter file"),
    (re.compile(r"^COMM\s|^! Current global Chi2", re.MULTILINE), "a FullProf input file"),
    (re.compile(r"(binding|kinetic|pass|excitation)[ _]energy|\bE_?kin\b", re.IGNORECASE),
     "a photoelectron spectrum"),
    (re.compile(r"EMSA/MAS"), "a spectrum in the EMSA format (electron energy loss?)"),
    (re.compile(r"^\s*EC-Lab ASCII FILE", re.MULTILINE), "a BioLogic cycler file"),
    (re.compile(r"start_?\s?time", re.IGNORECASE), "a table with times, perhaps the log of a sequence"),
)  # fmt: skip
_MAGIC = (
    (b"\x89HDF", "an HDF5 file (a NeXus scan? export its integrated pattern)"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"RAW2", "a Bruker RAW file of version 2, whose layout is not known here"),
    (b"FI", "a Rigaku binary file (export it as .ras or .xy)"),
)


def description(source: Source) -> str:
    """Say what a file seems to be.

    Parameters
    ----------
    source
        The file.
    """
    if any(name.endswith(".ndc") for name in source.members):
        return "a Neware cycler file"
    return description_of(source, magics=_MAGIC, words=_KINDS)
