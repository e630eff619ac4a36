"""Electrode parameters of a material: a calibrated set, carried over its family by composition."""

from __future__ import annotations

from lmct import material as materials
from lmct.electrode.parameter_file import load, sets
from lmct.electrode.parameters import ElectrodeParameters
from lmct.quantity.errors import OutOfRange, unknown_name


def parameters_of_material(name: str = "li-ti-ni-o", x: float | None = None) -> ElectrodeParameters:
    """Return the electrode parameters of a material.

    For a member of a family other than the calibrated one only composition changes: the holes that the metal
    can hold scale with its content, the potential of the metal keeps its dependence on the share of them (it
    is the valence of one ion that raises it, not the number of ions), and the molar mass is that of the
    member. That step is an assumption; the paper's text has no numbers to test it beyond the trend of
    L110-111.

    Parameters
    ----------
    name
        A material of the library that has a calibrated parameter set.
    x
        Member of the family; None for its default.

    Returns
    -------
    :
        The parameters.

    Raises
    ------
    UnknownName
        There is no such material, or no parameter set for it.
    OutOfRange
        The member contains no metal that can be oxidised, so there is nothing to simulate.

    Examples
    --------
    >>> round(parameters_of_material("li-ti-ni-o", 0.2).metal_holes_max, 3)
    0.582
    """
    chosen = materials.load(name, x)
    if name not in sets():
        raise unknown_name("electrode parameter set", name, sets())
    base, reference = load(name), materials.load(name)
    content, reference_content = _active_metal(chosen), _active_metal(reference)
    if content <= 0:
        raise OutOfRange(f"{chosen.formula} contains no metal that can be oxidised. Choose a smaller x.")
    richer = content / reference_content
    source = (
        base.source
        if chosen == reference
        else f"{base.source} Scaled by composition from {reference.formula}."
    )
    return base.replace(
        metal_holes_max=base.metal_holes_max * richer,
        metal_metal=base.metal_metal / richer,
        capacitance=base.capacitance * chosen.molar_mass / reference.molar_mass,
        molar_mass=chosen.molar_mass,
        lithium=chosen.lithium,
        source=source,
    )


def _active_metal(material: materials.Material) -> float:
    """Return the content of metals that can be oxidised [1/f.u.]."""
    active = (centre.metal for centre in material.redox_centres if centre.highest > centre.pristine)
    return sum(material.composition.get(metal, 0.0) for metal in active)
