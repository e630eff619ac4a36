"""The names under which PyBaMM knows the electrode's parameters, with units as PyBaMM writes them."""

from __future__ import annotations

import dataclasses
import math

from lmct.electrode.parameters import ElectrodeParameters
from lmct.quantity.errors import OutOfRange

UNITS = {
    "metal_holes_max": "", "oxygen_holes_max": "", "lithium_max": "", "transfer_coefficient": "",
    "oxygen_transfer_coefficient": "", "oxygen_reorganization_energy": "eV", "oxygen_coupling": "eV",
    "metal_potential": "V", "oxygen_potential": "V", "metal_metal": "V", "metal_oxygen": "V",
    "oxygen_oxygen": "V", "lithium_width": "V", "dark_potential": "V", "gas_potential": "V",
    "metal_rate": "s-1", "oxygen_rate": "s-1", "dark_rate": "s-1", "gas_rate": "s-1",
    "metal_activation": "eV", "oxygen_activation": "eV", "loss_activation": "eV",
    "gas_amount": "", "gas_step": "V", "series_resistance": "Ohm.g",
    "capacitance": "V-1", "thermal_time": "s", "molar_mass": "g.mol-1", "lithium": "",
    "attempt_frequency": "s-1", "reorganization_energy": "eV", "electronic_coupling": "eV",
    "barrier": "eV", "first_barrier": "eV", "barrier_rise": "eV", "lithium_slope": "eV",
    "lithium_reference": "", "covalence_loss": "",
}  # fmt: skip
"""Unit of each parameter; populations and rates are per formula unit."""

DIVIDING = ("transport_time", "barrier_width")
"""Parameters that divide the electrode into shells or classes of metal sites."""

LEFT_OUT = (*DIVIDING, "transport_activation")


def electrode_numbers(parameters: ElectrodeParameters) -> dict[str, float]:
    """Return the numbers of the electrode that the bridge's equations need, those of LMCT's law left out.

    A property of oxygen that LMCT shares with it has no entry; the environments of O2 are counted from one.

    Parameters
    ----------
    parameters
        Of the electrode.

    Returns
    -------
    :
        Name -> number.

    Raises
    ------
    OutOfRange
        The electrode has shells or classes of metal sites.
    """
    for name in DIVIDING:
        if getattr(parameters, name) > 0:
            raise OutOfRange(
                f"the electrode has {name} = {getattr(parameters, name):g}, but lmct.bridge has one shell and"
                f" one class of metal sites. Replace {name} by zero, or use lmct.electrode.Electrode."
            )
    fields = {
        field.name: getattr(parameters, field.name)
        for field in dataclasses.fields(ElectrodeParameters)
        if field.type == "float" and field.name not in LEFT_OUT
    }
    numbers = {name: float(value) for name, value in fields.items() if not math.isnan(value)}
    numbers |= {f"gas_amount_{k}": float(amount) for k, amount in enumerate(parameters.gas_amounts, start=1)}
    return numbers | {f"gas_step_{k}": float(step) for k, step in enumerate(parameters.gas_steps, start=1)}


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
    >>> pybamm_name("gas_step_2")
    'Gas step 2 [V]'
    """
    words = name.replace("_", " ")
    words = f"LMCT {words}" if of_law else words.capitalize()
    unit = UNITS[name.rstrip("0123456789").rstrip("_")]
    return f"{words} [{unit}]" if unit else words
