"""Model edges for simulations: white lines by valence, a continuum behind, O K with its pre-edge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.material.multiplet.species_spectrum import SpeciesSpectrum
from lmct.material.multiplet.valence import nickel_valences
from lmct.quantity.errors import OutOfRange, unknown_name

DECAY = 2.5
"""The continuum of a model edge falls as this power of the energy, unless it tells another."""

Line = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class EdgeModel:
    """One edge of one atom: model line shapes, not a calculation.

    Parameters
    ----------
    name
        For example ``"ni_2"``.
    lines
        Energy [eV], area in units of the continuum [eV] and Lorentzian full width [eV] of each line.
    steps
        Energy [eV] and share of each step of the continuum, shares adding up to 1.
    table
        Lines of area 1 to be added to ``lines``, from a cluster or measured; None for none.
    table_area
        Their area in units of the continuum [eV].
    height
        Of the continuum of one atom at its onset, over that of other edges [1].
    decay
        Power of the energy with which the continuum falls [1].
    """

    name: str
    lines: tuple[Line, ...]
    steps: tuple[tuple[float, float], ...]
    table: SpeciesSpectrum | None = None
    table_area: float = 0.0
    height: float = 1.0
    decay: float = DECAY


def _nickel(name: str, shift: float, third: tuple[tuple[float, float], ...], share: float) -> EdgeModel:
    """Return a nickel edge: L3 lines at offsets with areas, L2 lines behind with a share of these."""
    lines = [(853.2 + shift + offset, area, 0.6) for offset, area in third]
    lines += [(853.2 + shift + offset + 17.3, share * area, 0.9) for offset, area in third]
    return EdgeModel(name, tuple(lines), ((854.0 + shift, 2 / 3), (871.3 + shift, 1 / 3)))


EDGES: dict[str, EdgeModel] = {
    edge.name: edge
    for edge in (
        _nickel("ni_2", 0.0, ((0.0, 8.0), (1.7, 2.6)), 0.34),
        _nickel("ni_3", 0.6, ((0.0, 6.5), (1.6, 7.0)), 0.37),
        _nickel("ni_4", 1.6, ((0.0, 13.5), (2.2, 3.5)), 0.40),
        EdgeModel(
            "ti_4",
            ((458.0, 4.0, 0.5), (460.1, 7.0, 0.9), (463.4, 4.5, 0.9), (465.4, 6.0, 1.2)),
            ((458.8, 2 / 3), (464.6, 1 / 3)),
        ),
        EdgeModel(
            "oxide",
            ((530.4, 2.4, 1.2), (532.9, 2.6, 1.5), (538.5, 12.0, 4.5), (543.5, 7.0, 5.0), (563.0, 9.0, 14.0)),
            ((534.0, 1.0),),
        ),
        EdgeModel("oxygen_hole", ((528.6, 6.0, 1.2),), ()),
    )
}
"""Edges of Ni2+, Ni3+, Ni4+, Ti4+, of lattice oxygen, and what a hole on oxygen adds to O K."""


def edge_model(name: str) -> EdgeModel:
    """Return a model edge by name.

    Parameters
    ----------
    name
        One of ``EDGES``.

    Raises
    ------
    UnknownName
        There is none.
    """
    if name not in EDGES:
        raise unknown_name("model edge", name, EDGES)
    return EDGES[name]


def edge_intensity(edge: EdgeModel, energy: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
    """Return an edge, in units in which a continuum of height 1 begins with 1 [1].

    Parameters
    ----------
    edge
        The edge.
    energy
        Places [eV].
    """
    total = np.zeros(len(energy))
    for centre, area, width in edge.lines:
        # a Lorentzian cut off below by the Gaussian of a multiplet: no line reaches far in front of the edge
        shape = (width / (2 * np.pi)) / ((energy - centre) ** 2 + width**2 / 4)
        total += (
            area * shape * np.where(energy < centre, np.exp(-(((energy - centre) / (4 * width)) ** 2)), 1.0)
        )
    if edge.table is not None:
        total += edge.table_area * edge.table.at(energy)
    for onset, share in edge.steps:
        rise = 1.0 / (1.0 + np.exp(-np.clip((energy - onset) / 0.3, -60.0, 60.0)))
        total += share * rise * (np.maximum(energy, 1.0) / onset) ** -edge.decay
    return edge.height * total


def edges_of_state(
    *, nickel: float, titanium: float, oxygen: float, metal_holes: float, oxygen_holes: float
) -> dict[EdgeModel, float]:
    """Return the edges of an electrode material from its amounts and holes per formula unit.

    Parameters
    ----------
    nickel, titanium, oxygen
        Amounts [1/f.u.].
    metal_holes
        Electrons taken from nickel, all of it Ni2+ before [1/f.u.]; Ni3+ first, Ni4+ from one per nickel on.
    oxygen_holes
        Holes on oxygen [1/f.u.].

    Returns
    -------
    :
        Weight of each edge [1/f.u.].

    Raises
    ------
    OutOfRange
        There are more than two holes per nickel, or a number is negative.

    Examples
    --------
    >>> found = edges_of_state(nickel=0.2, titanium=0.4, oxygen=2.0, metal_holes=0.1, oxygen_holes=0.0)
    >>> {edge.name: round(weight, 3) for edge, weight in found.items() if weight}
    {'ni_2': 0.1, 'ni_3': 0.1, 'ti_4': 0.4, 'oxide': 2.0}
    """
    amounts = (nickel, titanium, oxygen, metal_holes, oxygen_holes)
    if min(amounts) < 0.0 or metal_holes > 2.0 * nickel + 1e-9:
        raise OutOfRange(
            f"amounts {amounts[:3]} with {metal_holes:g} holes on nickel and {oxygen_holes:g} on"
            f" oxygen. Expected"
            " none below 0 and at most two holes for each nickel."
        )
    valences = nickel_valences(metal_holes=metal_holes, nickel=nickel) if nickel > 0.0 else {}
    weights = {
        **{name: nickel * share for name, share in valences.items()},
        "ti_4": titanium,
        "oxide": oxygen,
        "oxygen_hole": oxygen_holes,
    }
    return {EDGES[name]: weight for name, weight in weights.items()}
