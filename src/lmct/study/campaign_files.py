"""Names of the files of a virtual campaign."""

from __future__ import annotations

from lmct.protocol.titration import Portion


def file_stem(portion: Portion) -> str:
    """Return the beginning of the names of a portion's files, for example ``140degC_90s``."""
    return portion.name.replace(",", "").replace(" deg", "deg").replace(" ", "_")
