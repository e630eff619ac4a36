"""Lines of model spectra of Ni 2p and O 1s for simulations."""

from __future__ import annotations

NICKEL, OXYGEN = "Ni 2p", "O 1s"

WINDOWS = {NICKEL: (845.0, 893.0), OXYGEN: (524.0, 540.0)}
"""Region -> binding energies that are recorded [eV]."""

NICKEL_TWO = (
    (854.4, 1.5, 1.0), (856.1, 2.3, 0.85), (860.9, 4.4, 1.0), (863.9, 3.4, 0.25),
    (871.8, 2.1, 0.48), (873.5, 2.9, 0.4), (879.2, 5.2, 0.55),
)  # fmt: skip
NICKEL_OXIDISED = (
    (855.5, 1.7, 1.0), (857.2, 2.6, 0.6), (862.4, 4.6, 0.5), (866.2, 4.0, 0.12),
    (873.1, 2.3, 0.5), (874.9, 3.2, 0.3), (880.6, 5.4, 0.3),
)  # fmt: skip
"""Position, Gaussian width [eV] and weight of what makes up a reference; model shapes, not measured ones."""


LATTICE = 529.5
"""Where O2- lies [eV]."""

LORENTZIAN = {NICKEL: 0.5, OXYGEN: 0.25}
"""Full widths of core holes [eV]."""

ModelLine = tuple[float, float, float]


def nickel_lines(nickel_2: float) -> tuple[ModelLine, ...]:
    """Return position, Gaussian width [eV] and area of the lines of Ni 2p, areas adding up to 1.

    Parameters
    ----------
    nickel_2
        Share of Ni2+ [1].
    """
    mixture = ((NICKEL_TWO, nickel_2), (NICKEL_OXIDISED, 1.0 - nickel_2))
    return tuple(
        (position, width, share * weight / sum(one[2] for one in lines))
        for lines, share in mixture
        for position, width, weight in lines
    )


def oxygen_lines_of_share(
    oxidised_oxygen: float, *, separation: float, surface: float
) -> tuple[ModelLine, ...]:
    """Return position, Gaussian width [eV] and area of the lines of O 1s, area 1 for those of the lattice.

    Parameters
    ----------
    oxidised_oxygen
        Share of O^n- in the lattice [1].
    separation
        Of O^n- above O2- [eV].
    surface
        Area of surface species [1].

    Examples
    --------
    >>> oxygen_lines_of_share(0.2, separation=1.0, surface=0.1)
    ((529.5, 1.05, 0.8), (530.5, 1.3, 0.2), (531.9, 1.6, 0.1))
    """
    return (
        (LATTICE, 1.05, 1.0 - oxidised_oxygen),
        (LATTICE + separation, 1.3, oxidised_oxygen),
        (LATTICE + 2.4, 1.6, surface),
    )
