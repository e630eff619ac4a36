"""The disordered rock salt of a material, and the phases of the family for any x."""

from __future__ import annotations

from collections.abc import Mapping

from lmct.material.crystal.crystal import Crystal, Site
from lmct.material.crystal.library import load
from lmct.material.formula import scaled
from lmct.material.library import load as load_material
from lmct.material.material import Material
from lmct.quantity.errors import OutOfRange

FAMILY = "li-ti-ni-o"
"""The material whose members are drawn."""

DISORDERED_UP_TO = 0.6
"""Largest x of the family whose cations are disordered (Li 2022, L125-134) [1]."""

RADII = {"Li1+": 0.76, "Ti4+": 0.605, "Ni2+": 0.69, "Ni3+": 0.56, "Ni4+": 0.48}
"""Radii of ions in an octahedron [Å] (Shannon 1976), Ni3+ and Ni4+ low-spin."""

ANCHOR = 4.144
"""Lattice parameter of Li1.1667Ti0.5833Ni0.25O2 as made [Å]: assumed, the paper does not give it."""

LAYERED_VOLUME_PER_OXYGEN = 427.0 / 24.0
"""Of Li2TiO3, from its cell with eight formula units [Å³]."""

CATION_B, OXYGEN_B = 0.8, 1.1
"""Displacement parameters [Å²]: assumed."""


def rock_salt_of_material(material: Material, *, cell: float | None = None) -> Crystal:
    """Return the disordered rock salt of a material: all cations at random on 4a, oxygen on 4b.

    Parameters
    ----------
    material
        With as many cations as oxygens, and a valence for every metal.
    cell
        Lattice parameter [Å]; None takes :func:`cell_from_radii`.

    Returns
    -------
    :
        The crystal, with an empty tetrahedral site 8c.

    Raises
    ------
    OutOfRange
        There are more cations than oxygens, a metal has no valence, or no radius when no cell is given.

    Examples
    --------
    >>> crystal = rock_salt_of_material(load_material("li-ti-ni-o", x=0.4))
    >>> round(crystal.cell[0], 4), round(crystal.site("4a").occupancy["Li1+"], 4)
    (4.144, 0.5833)
    """
    ions = ions_of_material(material)
    a = cell_from_radii(ions) if cell is None else cell
    return Crystal(
        name=f"{material.formula}, disordered rock salt",
        space_group="F m -3 m",
        cell=(a, a, a, 90.0, 90.0, 90.0),
        sites=(
            Site(
                label="4a",
                occupancy={ion: amount / 2.0 for ion, amount in ions.items()},
                position=(0.0, 0.0, 0.0),
                b_iso=CATION_B,
            ),
            Site(label="8c", occupancy={}, position=(0.25, 0.25, 0.25), b_iso=CATION_B),
            Site(label="4b", occupancy={"O2-": 1.0}, position=(0.5, 0.5, 0.5), b_iso=OXYGEN_B),
        ),
        reference=f"composition of {material.name}",
        notes={"cell": "hard spheres through 4.144 Å at x = 0.4, assumed" if cell is None else "given"},
    )


def ions_of_material(material: Material) -> dict[str, float]:
    """Return the cations of a material as made, per two oxygens [1/f.u.].

    A metal whose mean valence is not whole is split over the two next to it.

    Parameters
    ----------
    material
        With a valence for every metal.

    Returns
    -------
    :
        Ion -> amount.

    Raises
    ------
    OutOfRange
        A metal has no valence on file.

    Examples
    --------
    >>> ions = ions_of_material(load_material("li-ti-ni-o", x=0.4))
    >>> {ion: round(amount, 4) for ion, amount in ions.items()}
    {'Li1+': 1.1667, 'Ti4+': 0.5833, 'Ni2+': 0.25}
    """
    valence = {"Li": 1.0} | {centre.metal: centre.pristine for centre in material.redox_centres}
    found: dict[str, float] = {}
    for metal, amount in scaled(material.composition, oxygen=2.0).items():
        if metal == "O":
            continue
        if metal not in valence:
            raise OutOfRange(
                f"{material.name} does not say the valence of {metal}. Expected it among its redox centres."
            )
        for ion, share in ions_of_valence(metal, valence[metal]).items():
            found[ion] = found.get(ion, 0.0) + share * amount
    return {ion: amount for ion, amount in found.items() if amount > 0.0}


def ions_of_valence(metal: str, valence: float) -> dict[str, float]:
    """Return the shares of the two ions of whole charge whose mean is a valence.

    Parameters
    ----------
    metal
        Symbol.
    valence
        Positive mean charge.

    Returns
    -------
    :
        Ion -> share [1]; one ion when the valence is whole.

    Examples
    --------
    >>> ions_of_valence("Ni", 3.25)
    {'Ni3+': 0.75, 'Ni4+': 0.25}
    """
    below = int(valence)
    above = valence - below
    shares = {f"{metal}{below}+": 1.0 - above, f"{metal}{below + 1}+": above}
    return {ion: share for ion, share in shares.items() if share > 0.0}


def cell_from_radii(ions: Mapping[str, float]) -> float:
    r"""Return the lattice parameter of a disordered rock salt of hard spheres.

    .. math:: a = a(x{=}0.4) + 2\,(\bar r - \bar r(x{=}0.4))

    Parameters
    ----------
    ions
        Cation -> amount per two oxygens [1/f.u.].

    Returns
    -------
    :
        [Å].

    Raises
    ------
    OutOfRange
        The radius of an ion is not on file.

    Source
    ------
    Radii: Shannon, Acta Cryst. A 32, 751 (1976), doi 10.1107/S0567739476001551. Hard spheres and the anchor,
    :data:`ANCHOR`, are assumptions.
    """
    reference = {"Li1+": 7 / 6, "Ti4+": 7 / 12, "Ni2+": 0.25}
    return ANCHOR + 2.0 * (_mean_radius(ions) - _mean_radius(reference))


def phases_of_family(x: float) -> tuple[tuple[Crystal, float], ...]:
    """Return the crystals of a member of the family x Li2TiO3 · (1-x) LiTi0.5Ni0.5O2.

    Up to x = 0.6 one disordered rock salt; at x = 1 layered Li2TiO3. The source shows nothing between: there
    both are returned in the shares of the lever rule, an assumption.

    Parameters
    ----------
    x
        0 to 1 [1].

    Returns
    -------
    :
        Crystal and its volume fraction [1], one or two.

    Raises
    ------
    OutOfRange
        x lies outside 0 to 1.

    Source
    ------
    Li 2022, Fig. 1a and L125-134.

    Examples
    --------
    >>> [crystal.space_group for crystal, _ in phases_of_family(1.0)]
    ['C 1 2/c 1']
    >>> len(phases_of_family(0.8))
    2
    """
    if not 0.0 <= x <= 1.0:
        raise OutOfRange(f"x must lie between 0 and 1, got {x!r}. It is the fraction of Li2TiO3.")
    salt = rock_salt_of_material(load_material(FAMILY, min(x, DISORDERED_UP_TO)))
    if x <= DISORDERED_UP_TO:
        return ((salt, 1.0),)
    layered = load("li2tio3")
    share = (x - DISORDERED_UP_TO) / (1.0 - DISORDERED_UP_TO)
    if share >= 1.0:
        return ((layered, 1.0),)
    oxygen_of_salt = 3.0 * DISORDERED_UP_TO + 2.0 * (1.0 - DISORDERED_UP_TO)
    volumes = (
        (1.0 - share) * oxygen_of_salt * salt.cell[0] ** 3 / 4.0,
        share * 3.0 * LAYERED_VOLUME_PER_OXYGEN,
    )
    return ((salt, volumes[0] / sum(volumes)), (layered, volumes[1] / sum(volumes)))


def _mean_radius(ions: Mapping[str, float]) -> float:
    unknown = [ion for ion in ions if ion not in RADII]
    if unknown:
        raise OutOfRange(
            f"the radius of {', '.join(unknown)} is not on file (known: {', '.join(RADII)}). Give the lattice"
            " parameter."
        )
    return sum(RADII[ion] * amount for ion, amount in ions.items()) / 2.0
