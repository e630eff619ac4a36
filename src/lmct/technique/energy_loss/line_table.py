"""Where white lines of oxides are: maxima of L3 and L2 (M5, M4 of lanthanum), and how far valence moves them.

Maxima of published absorption spectra of oxides, middle of the common valences; the spread covers these.
They serve to identify lines and to check an axis, never to tell a valence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lmct.quantity.errors import unknown_name

OXYGEN = "O"
OXYGEN_ONSET, OXYGEN_SPREAD = 530.0, 2.0
"""First rise of the O K edge of oxides of transition metals, and its spread [eV]."""


@dataclass(frozen=True, slots=True)
class LinePair:
    """The two white lines of an element.

    Parameters
    ----------
    element
        Symbol.
    first, second
        Maxima of L3 and L2, or of M5 and M4 [eV].
    spread
        Half the range that valences and hosts cover [eV].
    names
        Of the two lines.

    Source
    ------
    Ahn and Krivanek, EELS Atlas (1983), for which edges there are; positions of maxima after the absorption
    spectra in de Groot and Kotani, Core Level Spectroscopy of Solids (2008), chapter 6, rounded.

    Examples
    --------
    >>> LINE_PAIRS["Ni"].splitting
    17.3
    """

    element: str
    first: float
    second: float
    spread: float
    names: tuple[str, str] = ("L3", "L2")

    @property
    def splitting(self) -> float:
        """Distance of the lines [eV]."""
        return round(self.second - self.first, 3)


LINE_PAIRS: dict[str, LinePair] = {
    pair.element: pair
    for pair in (
        LinePair("Ti", 459.5, 465.0, 1.5),
        LinePair("V", 517.5, 524.3, 1.8),
        LinePair("Cr", 577.5, 586.0, 1.5),
        LinePair("Mn", 642.0, 653.2, 1.5),
        LinePair("Fe", 709.3, 722.4, 1.3),
        LinePair("Co", 780.0, 795.0, 1.2),
        LinePair("Ni", 853.9, 871.2, 1.2),
        LinePair("Cu", 931.3, 951.2, 1.0),
        LinePair("La", 833.5, 850.3, 1.5, ("M5", "M4")),
    )
}
"""Pairs by symbol."""


def line_pairs(elements: Sequence[str]) -> tuple[LinePair, ...]:
    """Return the pairs of some elements in order of energy; oxygen has none and is left out.

    Parameters
    ----------
    elements
        Symbols.

    Raises
    ------
    UnknownName
        An element has no lines here.
    """
    for element in elements:
        if element != OXYGEN and element not in LINE_PAIRS:
            raise unknown_name("element with white lines", element, [*LINE_PAIRS, OXYGEN])
    found = [LINE_PAIRS[element] for element in dict.fromkeys(elements) if element != OXYGEN]
    return tuple(sorted(found, key=lambda pair: pair.first))
