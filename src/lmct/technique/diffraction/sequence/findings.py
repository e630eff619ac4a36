"""What a refined sequence tells by itself, without the cycler: its first, last and extreme cells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

import numpy as np

from lmct.quantity.finding import Finding
from lmct.technique.diffraction.flags import is_harmless
from lmct.technique.diffraction.refined import RefinedScan, RefinedSequence


def usable_places(sequence: RefinedSequence, name: str = "a") -> list[int]:
    """Return the places of the scans whose value can be believed.

    Parameters
    ----------
    sequence
        The sequence.
    name
        Name of the value.
    """
    return [
        place for place, scan in enumerate(sequence.scans) if name in scan.values and is_harmless(scan.flags)
    ]


def findings_of_sequence(sequence: RefinedSequence) -> Iterator[Finding]:
    """Yield the lattice parameter of the first and last scan, of the smallest and of the largest cell.

    Parameters
    ----------
    sequence
        The sequence.

    Yields
    ------
    :
        Findings; none when no scan can be believed.
    """
    places = usable_places(sequence)
    if not places:
        return
    lengths = np.array([sequence.scans[place].values["a"].value for place in places])
    chosen = {
        "first scan": places[0],
        "last scan": places[-1],
        "smallest cell": places[int(np.argmin(lengths))],
        "largest cell": places[int(np.argmax(lengths))],
    }
    for condition, place in chosen.items():
        scan = sequence.scans[place]
        yield Finding(
            quantity="lattice_parameter",
            value=scan.values["a"],
            technique="diffraction",
            condition=condition,
            note=_note(scan, condition),
        )


def _note(scan: RefinedScan, condition: str) -> str:
    words = [f"Scan {scan.index} ({PurePath(scan.file).name})."]
    if "a" in scan.counting_uncertainty:
        words.append(f"Of the counts alone: {scan.counting_uncertainty['a']:.2g} Å.")
    if "cell" in condition:
        words.append("The extreme of noisy numbers lies further out than the true one.")
    words += [f"Flagged: {', '.join(scan.flags)}."] if scan.flags else []
    return " ".join(words)
