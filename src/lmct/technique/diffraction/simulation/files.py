"""Simulated sequences written as files, with the log of their truth beside them."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np

from lmct.instrument.diffraction.write_xrdml import write_xrdml
from lmct.instrument.diffraction.write_xye import write_xye
from lmct.technique.diffraction.simulation.sequence import SimulatedSequence


def beside(place: Path, ending: str) -> Path:
    """Return the name of a file that lies beside simulated patterns.

    Parameters
    ----------
    place
        Of the patterns: a file that ends in ``.xrdml``, or a folder, whose name may hold points.
    ending
        Of the name, for example ``"truth.csv"``.

    Examples
    --------
    >>> beside(Path("x0.4"), "truth.csv").name, beside(Path("a.xrdml"), "truth.csv").name
    ('x0.4_truth.csv', 'a_truth.csv')
    """
    stem = place.stem if place.suffix == ".xrdml" else place.name
    return place.with_name(f"{stem}_{ending}")


def write_sequence(sequence: SimulatedSequence, place: Path) -> None:
    """Write a simulated sequence, and the log of its truth beside it as ``<place>_truth.csv``.

    The log lies outside of a folder of patterns, so that who reads the folder does not see it.

    Parameters
    ----------
    sequence
        With a clock and, for .xrdml, with counting noise.
    place
        Ends in ``.xrdml`` for all patterns in one file; any other becomes a folder of .xye files.

    Raises
    ------
    UnitMismatch
        Counts that are not whole are to be written as .xrdml.
    """
    if place.suffix == ".xrdml":
        write_xrdml(sequence, place)
    else:
        place.mkdir(parents=True, exist_ok=True)
        for index, pattern in enumerate(sequence):
            write_xye(pattern, place / f"scan_{index:05d}.xye")
    truth = sequence.truth
    names = [one.name for one in fields(truth)]
    table = np.column_stack([getattr(truth, name) for name in names])
    lines = [
        ",".join(["scan", *names]),
        *(f"{i}," + ",".join(map(repr, row)) for i, row in enumerate(table.tolist())),
    ]
    beside(place, "truth.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
