"""Constants between a state and what an instrument shows, each with the one prior that everything uses."""

from __future__ import annotations

from lmct.evidence.likelihood.prior import Normal
from lmct.evidence.likelihood.unknown import Unknown

LATTICE_PER_METAL_HOLE = Unknown(
    "lattice_per_metal_hole",
    Normal(
        -0.105,
        0.02,
        source="Shannon 1976, doi 10.1107/S0567739476001551; that hard spheres hold to 20 % is an assumption",
    ),
    "Å f.u.",
    "change of the lattice with a hole on the metal",
)

LATTICE_PER_OXYGEN_HOLE = Unknown(
    "lattice_per_oxygen_hole",
    Normal(
        -0.0105,
        0.0105,
        source="assumption: a tenth of the metal's, with an error of 100 %; Li 2022, L170-173: smaller",
    ),
    "Å f.u.",
    "change of the lattice with a hole on oxygen",
)

EDGE_PER_HOLE = Unknown(
    "edge_per_hole",
    Normal(
        6.0,
        2.0,
        low=0.0,
        source="assumption: 1.5 eV for each charge of nickel, a quarter of it a formula unit, within a third",
    ),
    "eV f.u.",
    "edge shift per hole",
)

PHOTOEMISSION_SCALE = Unknown(
    "photoemission_scale",
    Normal(
        1.0,
        0.05,
        source="assumption: the oxidised reference may be less oxidised than the electrode can be by 5 %",
    ),
    "1",
    "oxidised reference over Ni4+",
)

PHOTOEMISSION_PER_OXYGEN_HOLE = Unknown(
    "photoemission_per_oxygen_hole",
    Normal(
        0.5,
        0.5,
        logarithmic=True,
        source="assumption: one hole for each oxidised oxygen, two oxygens a formula unit, within a factor",
    ),
    "f.u.",
    "O^n- per hole",
)

EDGE_ORIGIN_WIDTH = 1.0
"""How well the edge without holes is known [eV]: an assumption; its definitions differ by half of it."""


def lattice_origin(*, middle: float, width: float, source: str) -> Unknown:
    """Return the lattice parameter without holes as an unknown.

    Its middle is the largest cell of a study where one was measured, and that of hard spheres where none was.

    Parameters
    ----------
    middle, width
        Of the prior [Å].
    source
        Where they come from.
    """
    prior = Normal(middle, width, source=source)
    return Unknown("lattice_origin", prior, "Å", "lattice parameter without holes")


def edge_origin(*, middle: float, source: str) -> Unknown:
    """Return the edge without holes as an unknown.

    Parameters
    ----------
    middle
        Of the prior [eV].
    source
        Where it comes from.
    """
    return Unknown(
        "edge_origin", Normal(middle, EDGE_ORIGIN_WIDTH, source=source), "eV", "edge without holes"
    )
