"""Energies of absorption edges, by which elements are recognised and foils are calibrated."""

from __future__ import annotations

from types import MappingProxyType

from lmct.quantity.errors import unknown_name

EDGES = MappingProxyType(
    {
        ("O", "K"): 543.1,
        ("F", "K"): 696.7,
        ("Ti", "L3"): 453.8,
        ("Mn", "L3"): 638.7,
        ("Fe", "L3"): 706.8,
        ("Co", "L3"): 778.1,
        ("Ni", "L3"): 852.7,
        ("Cu", "L3"): 932.7,
        ("Ti", "K"): 4966.0,
        ("V", "K"): 5465.0,
        ("Cr", "K"): 5989.0,
        ("Mn", "K"): 6539.0,
        ("Fe", "K"): 7112.0,
        ("Co", "K"): 7709.0,
        ("Ni", "K"): 8333.0,
        ("Cu", "K"): 8979.0,
        ("Zn", "K"): 9659.0,
        ("Zr", "K"): 17998.0,
        ("Nb", "K"): 18986.0,
        ("Mo", "K"): 20000.0,
        ("Ru", "K"): 22117.0,
    }
)
"""(element, edge) -> energy, for metals that of the first inflection of the foil [eV].

Source
------
X-ray Data Booklet (LBNL, 2009), table 1-1.
"""

NEAR = 0.01
"""An edge is recognised within this share of its energy [1]."""


def edge_energy(element: str, edge: str = "K") -> float:
    """Return the energy of an edge [eV].

    Parameters
    ----------
    element, edge
        For example ``"Ni"`` and ``"K"``.

    Raises
    ------
    UnknownName
        The edge is not in :data:`EDGES`.

    Examples
    --------
    >>> edge_energy("Ni")
    8333.0
    """
    key = (element.strip().capitalize(), edge.strip().upper())
    if key not in EDGES:
        raise unknown_name("absorption edge", " ".join(key), [" ".join(one) for one in EDGES])
    return EDGES[key]


def edge_near(energy: float) -> tuple[str, str] | None:
    """Return element and edge at an energy, or None when none is within 1 %.

    Parameters
    ----------
    energy
        Of the steepest rise [eV].

    Examples
    --------
    >>> edge_near(8345.0), edge_near(6000.0), edge_near(300.0)
    (('Ni', 'K'), ('Cr', 'K'), None)
    """
    nearest = min(EDGES, key=lambda key: abs(EDGES[key] - energy))
    return nearest if abs(EDGES[nearest] - energy) <= NEAR * EDGES[nearest] else None
