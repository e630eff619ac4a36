"""Electrode parameters of a material: its calibrated set, carried over its family by composition alone."""

from __future__ import annotations

from lmct import material as materials
from lmct.electrode.parameter_file import load, sets
from lmct.electrode.parameters import ElectrodeParameters
from lmct.material import Material, molar_mass
from lmct.material.formula import scaled
from lmct.quantity.errors import OutOfRange, unknown_name


def sets_of_material(name: str) -> tuple[str, ...]:
    """Return the shipped parameter sets of a material, the one that is used by default first.

    Parameters
    ----------
    name
        A material of the library.

    Returns
    -------
    :
        Names of sets: that of the material itself, and those that add a word to it for a rival hypothesis.

    Examples
    --------
    >>> sets_of_material("li-ti-ni-o")[0]
    'li-ti-ni-o'
    """
    others = [one for one in materials.names() if one.startswith(f"{name}-")]
    return tuple(
        one
        for one in sets()
        if one == name
        or (one.startswith(f"{name}-") and not any(one == o or one.startswith(f"{o}-") for o in others))
    )


def parameters_of_material(
    name: str = "li-ti-ni-o", x: float | None = None, *, parameter_set: str | None = None
) -> ElectrodeParameters:
    """Return the electrode parameters of a material.

    For a member of a family other than the calibrated one only composition changes, by the rules of
    :func:`scaled_by_composition`. They are assumptions; the paper's text tests the trends (L110-111,
    L139-140), not the numbers.

    Parameters
    ----------
    name
        A material of the library that has a parameter set.
    x
        Member of the family; None for its default.
    parameter_set
        One of :func:`sets_of_material`; None for the default one.

    Returns
    -------
    :
        The parameters.

    Raises
    ------
    UnknownName
        There is no such material, or no such parameter set for it.
    OutOfRange
        The member contains no metal that can be oxidised, so there is nothing to simulate.

    Examples
    --------
    >>> rich, poor = parameters_of_material("li-ti-ni-o", 0.2), parameters_of_material("li-ti-ni-o", 0.5)
    >>> rich.metal_holes_max > poor.metal_holes_max
    True
    """
    chosen = materials.load(name, x)
    of_it = sets_of_material(name)
    if not of_it:
        raise unknown_name("electrode parameter set", name, sets())
    if parameter_set is not None and parameter_set not in of_it:
        raise unknown_name(f"parameter set of {name}", parameter_set, of_it)
    base, reference = load(parameter_set or of_it[0]), materials.load(name)
    if chosen == reference:
        return base
    return scaled_by_composition(base, reference=reference, member=chosen)


def scaled_by_composition(
    base: ElectrodeParameters, *, reference: Material, member: Material
) -> ElectrodeParameters:
    """Return the parameters of one composition made from those of another; every site keeps its own.

    What counts sites follows their number: holes of the metal by what its ions can give, holes of oxygen by
    the Li-O-Li axes, O2 by the metals that are not oxidised (Ti), lithium that can be extracted by the
    lithium there is. Rates per formula unit follow the sites concerned. The potential of the metal depends on
    the valence of its ions, so its interaction per hole falls as their number rises; the other interactions
    are between neighbours and stay per hole. Potentials, barriers, activation energies and the double layer
    per gram stay.

    Parameters
    ----------
    base
        Parameters of the reference.
    reference, member
        Materials with their redox centres.

    Returns
    -------
    :
        Parameters of the member, per formula unit with two oxygens.

    Raises
    ------
    OutOfRange
        The member contains no metal that can be oxidised, or no lithium.

    Source
    ------
    Li-O-Li axes as the place of labile oxygen states: reviewed by Clément, Lun and Ceder, Energy Environ.
    Sci. 13, 345 (2020), doi 10.1039/C9EE02803J. The proportionalities themselves are assumptions.

    Examples
    --------
    >>> from lmct.material import load as material
    >>> of = {"reference": material("li-ti-ni-o"), "member": material("li-ti-ni-o", x=0.0)}
    >>> changed = scaled_by_composition(load("li-ti-ni-o"), **of)
    >>> round(changed.metal_holes_max / load("li-ti-ni-o").metal_holes_max, 6)
    2.0
    """
    metal = metal_holes(member) / metal_holes(reference)
    oxygen = lithium_axes(member) / lithium_axes(reference)
    inert = _spectators(member) / _spectators(reference)
    lithium, mass = _amount(member, "Li"), molar_mass(scaled(member.composition, oxygen=2.0))
    if metal <= 0.0:
        raise OutOfRange(f"{member.formula} contains no metal that can be oxidised. Choose a smaller x.")
    if oxygen <= 0.0:
        raise OutOfRange(
            f"{member.formula} has no lithium on both sides of an oxygen. Expected more lithium."
        )
    return base.replace(
        metal_holes_max=base.metal_holes_max * metal,
        metal_metal=base.metal_metal / metal,
        metal_rate=base.metal_rate * metal,
        oxygen_holes_max=base.oxygen_holes_max * oxygen,
        oxygen_rate=base.oxygen_rate * oxygen,
        dark_rate=base.dark_rate * oxygen,
        gas_rate=base.gas_rate * inert,
        gas_amounts=tuple(amount * inert for amount in base.gas_amounts) if inert > 0.0 else (),
        gas_steps=base.gas_steps if inert > 0.0 else (),
        lithium_max=base.lithium_max * lithium / _amount(reference, "Li"),
        capacitance=base.capacitance * mass / molar_mass(scaled(reference.composition, oxygen=2.0)),
        molar_mass=mass,
        lithium=lithium,
        source=f"{base.source} Scaled by composition from {reference.formula} to {member.formula}.",
    )


def metal_holes(material: Material) -> float:
    """Return the holes that all metals together take up from the valence as made to the highest known.

    Parameters
    ----------
    material
        With its redox centres.

    Returns
    -------
    :
        Holes per two oxygens [1/f.u.].

    Examples
    --------
    >>> metal_holes(materials.load("li-ti-ni-o"))
    0.5
    """
    centres = material.redox_centres
    holes = sum(_amount(material, one.metal) * (one.highest - one.pristine) for one in centres)
    return float(round(holes, 12))


def lithium_axes(material: Material) -> float:
    r"""Return the Li-O-Li axes, on which oxygen states take no part in a bond to a metal.

    An oxygen of a rock-salt oxide has three axes; with the share f of lithium among the cations an axis bears
    lithium at both ends with the probability f^2. Cations are counted as if they lay at random in layered
    oxides too: an assumption, after the finding that LMCT goes on regardless of their order (L343-346).

    Parameters
    ----------
    material
        With lithium and metals on one lattice.

    Returns
    -------
    :
        Axes per two oxygens [1/f.u.].

    Examples
    --------
    >>> round(lithium_axes(materials.load("li-ti-ni-o", x=0.0)), 3)
    1.5
    """
    cations = sum(amount for symbol, amount in material.composition.items() if symbol != "O")
    return 6.0 * (material.lithium / cations) ** 2


def _spectators(material: Material) -> float:
    """Return the content of metals that are not oxidised, per two oxygens [1/f.u.]."""
    inert = (one.metal for one in material.redox_centres if one.highest == one.pristine)
    return sum(_amount(material, metal) for metal in inert)


def _amount(material: Material, symbol: str) -> float:
    """Return the content of an element per two oxygens [1/f.u.]."""
    return scaled(material.composition, oxygen=2.0).get(symbol, 0.0)
