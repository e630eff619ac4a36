"""The names under which PyBaMM knows the electrode's parameters, with units as PyBaMM writes them."""

from __future__ import annotations

import dataclasses

from lmct.electrode.parameters import ElectrodeParameters

UNITS = {
    "metal_holes_max": "", "oxygen_holes_max": "", "lithium_max": "", "transfer_coefficient": "",
    "metal_potential": "V", "oxygen_potential": "V", "metal_metal": "V", "metal_oxygen": "V",
    "oxygen_oxygen": "V", "lithium_width": "V", "dark_potential": "V", "gas_potential": "V",
    "metal_rate": "s-1", "oxygen_rate": "s-1", "dark_rate": "s-1", "gas_rate": "s-1",
    "metal_activation": "eV", "oxygen_activation": "eV", "loss_activation": "eV",
    "capacitance": "V-1", "thermal_time": "s", "molar_mass": "g.mol-1", "lithium": "",
    "attempt_frequency": "s-1", "reorganization_energy": "eV", "electronic_coupling": "eV",
    "barrier": "eV", "first_barrier": "eV", "barrier_rise": "eV", "lithium_slope": "eV",
    "lithium_reference": "", "covalence_loss": "",
}  # fmt: skip
"""Unit of each parameter; populations and rates are per formula unit."""


def electrode_fields() -> tuple[str, ...]:
    """Return the names of the electrode's numbers, those of the rate law left out.

    Returns
    -------
    :
        Field names.
    """
    return tuple(field.name for field in dataclasses.fields(ElectrodeParameters) if field.type == "float")


def pybamm_name(name: str, *, of_law: bool = False) -> str:
    """Return PyBaMM's name of a parameter.

    Parameters
    ----------
    name
        Our name.
    of_law
        It belongs to the rate law of LMCT.

    Returns
    -------
    :
        Words with the unit in brackets.

    Examples
    --------
    >>> pybamm_name("metal_potential"), pybamm_name("attempt_frequency", of_law=True)
    ('Metal potential [V]', 'LMCT attempt frequency [s-1]')
    """
    words = name.replace("_", " ")
    words = f"LMCT {words}" if of_law else words.capitalize()
    return f"{words} [{UNITS[name]}]" if UNITS[name] else words
