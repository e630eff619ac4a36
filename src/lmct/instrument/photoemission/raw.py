"""One spectrum as its file tells it, before any cross-check: what every reader returns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DamagedFile

BINDING, KINETIC = "binding", "kinetic"


@dataclass(frozen=True, eq=False)
class RawSpectrum:
    """One spectrum, not yet cross-checked.

    Parameters
    ----------
    energy
        As stored, in any order [eV].
    intensity
        Of each energy.
    axis
        :data:`BINDING` or :data:`KINETIC`; empty when the file does not tell.
    intensity_unit
        ``COUNTS``, ``RATE`` or ``ARBITRARY`` of :mod:`spectrum`.
    claimed_uncertainty
        A column of the file that is the standard uncertainty; None when there is none.
    photon_energy, region, sample, pass_energy, work_function, dwell_time, scans, start_time
        As in :class:`PhotoemissionSpectrum`.
    vacuum_level
        Whether kinetic energies count from the vacuum level, so that the work function is subtracted too.
    technique
        What the file calls the method; empty when it does not tell.
    metadata
        What else the header says.
    warnings
        What the reader left out or assumed, one sentence each.
    """

    energy: Float[np.ndarray, "point"]
    intensity: Float[np.ndarray, "point"]
    axis: str = ""
    intensity_unit: str = "arbitrary"
    claimed_uncertainty: Float[np.ndarray, "point"] | None = None
    photon_energy: float | None = None
    region: str = ""
    sample: str = ""
    pass_energy: float | None = None
    work_function: float | None = None
    dwell_time: float | None = None
    scans: int | None = None
    start_time: datetime | None = None
    vacuum_level: bool = False
    technique: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def axis_of_words(words: str) -> str:
    """Return the kind of axis that a label names, or an empty text.

    Parameters
    ----------
    words
        Label of the axis.

    Examples
    --------
    >>> axis_of_words("Binding Energy [eV]"), axis_of_words("E_kin"), axis_of_words("channel")
    ('binding', 'kinetic', '')
    """
    plain = words.lower()
    if "binding" in plain or re.search(r"\bb\.?e\b", plain) or re.search(r"e_?b(in)?\b", plain):
        return BINDING
    if "kinetic" in plain or re.search(r"\bk\.?e\b", plain) or re.search(r"e_?k(in)?\b", plain):
        return KINETIC
    return ""


def numbers_of(
    rows: list[str], *, name: str, first_line: int, columns: int = 2
) -> Float[np.ndarray, "row column"]:
    """Return rows of numbers between blanks, tabs, commas or semicolons.

    Parameters
    ----------
    rows
        Lines of text.
    name
        Of the file, for messages.
    first_line
        Line of the first row, from 1.
    columns
        So many numbers are kept of each row.

    Returns
    -------
    :
        Table.

    Raises
    ------
    DamagedFile
        A row has too few numbers, or something else than numbers.
    """
    table = []
    for offset, row in enumerate(rows):
        cells = re.split(r"[\s,;]+", row.strip())
        try:
            table.append([float(cell) for cell in cells[:columns]])
        except ValueError as error:
            raise DamagedFile(
                f"{name}: line {first_line + offset} is {row.strip()[:40]!r}. Expected {columns} numbers."
                " Correct the line, or export the file again."
            ) from error
        if len(table[-1]) < columns:
            raise DamagedFile(
                f"{name}: line {first_line + offset} has {len(cells)} numbers. Expected {columns}."
                " The file is cut off; copy it again from the instrument."
            )
    if not table:
        raise DamagedFile(f"{name}: no rows of numbers at line {first_line}. Expected a spectrum.")
    return np.array(table)


def optional_number(text: str | None) -> float | None:
    """Return the number at the beginning of a text; None when there is none.

    Parameters
    ----------
    text
        For example ``"4.506 eV"``.

    Examples
    --------
    >>> optional_number("4.506 eV"), optional_number("none")
    (4.506, None)
    """
    match = re.match(r"\s*[-+]?\d+(\.\d*)?([eE][-+]?\d+)?", text or "")
    return float(match.group()) if match else None
