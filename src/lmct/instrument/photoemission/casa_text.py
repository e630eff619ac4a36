"""Text that CasaXPS exports: blocks 'Cycle n:sample:region' with columns K.E., counts, B.E. and CPS."""

from __future__ import annotations

import re

import numpy as np

from lmct.instrument.photoemission.raw import BINDING, KINETIC, RawSpectrum, numbers_of, optional_number
from lmct.instrument.photoemission.spectrum import COUNTS, RATE
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

NAME = "casaxps-text"
_TITLE = re.compile(r"^Cycle \d+:")
_COLUMNS = re.compile(r"^(K\.E\.|B\.E\.)\t", re.MULTILINE)


def recognises(source: Source) -> bool:
    """Say whether the file has the heading of CasaXPS."""
    head = source.text_head
    return bool(_TITLE.match(head)) and bool(_COLUMNS.search(head))


def read(source: Source) -> tuple[RawSpectrum, ...]:
    """Return the spectrum of every block.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        A block has no columns, or a row is no row of numbers.
    """
    lines = source.text().splitlines()
    starts = [index for index, line in enumerate(lines) if _TITLE.match(line)]
    ends = [*starts[1:], len(lines)]
    return tuple(_block(source.name, lines, one, end) for one, end in zip(starts, ends, strict=True))


def _block(name: str, lines: list[str], start: int, end: int) -> RawSpectrum:
    heading = next((i for i in range(start, end) if _COLUMNS.match(lines[i])), None)
    if heading is None:
        raise DamagedFile(
            f"{name}: the block of line {start + 1} has no line of column names. Expected 'K.E. Counts'."
            " The file is cut off; export it again."
        )
    words = [word.strip() for word in lines[heading].split("\t")]
    kind = {"K.E.": KINETIC, "B.E.": BINDING}
    axis = next(index for index, word in enumerate(words) if word in kind)
    counts = [index for index, word in enumerate(words) if word in ("Counts", "CPS")]
    if not counts:
        raise DamagedFile(f"{name}: line {heading + 1} names no column Counts or CPS. Export it again.")
    filled = [index for index, word in enumerate(words) if word]
    rows = [line for line in lines[heading + 1 : end] if line.strip()]
    table = numbers_of(rows, name=name, first_line=heading + 2, columns=len(filled))
    settings = " ".join(lines[start + 1 : heading])
    photon = re.search(r"Characteristic Energy eV\s+(\S+)", settings)
    dwell = re.search(r"Acquisition Time s\s+(\S+)", settings)
    _, sample, region = [*lines[start].strip().split(":"), "", ""][:3]
    return RawSpectrum(
        energy=np.ascontiguousarray(table[:, filled.index(axis)]),
        intensity=np.ascontiguousarray(table[:, filled.index(counts[0])]),
        axis=kind[words[axis]],
        intensity_unit=COUNTS if words[counts[0]] == "Counts" else RATE,
        photon_energy=optional_number(photon.group(1)) if photon else None,
        dwell_time=optional_number(dwell.group(1)) if dwell else None,
        region=region,
        sample=sample,
        metadata={"block": lines[start].strip()},
    )
