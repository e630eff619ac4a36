"""Units of electrode parameters, as the parameter sets that ship with the package state them."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

OF_OTHER_LAWS = {
    "barrier": "eV",
    "first_barrier": "eV",
    "barrier_rise": "eV",
    "electronic_coupling": "eV",
    "covalence_loss": "1",
    "oxygen_transfer_coefficient": "1",
    "oxygen_reorganization_energy": "eV",
    "oxygen_coupling": "eV",
    "transport_time": "s",
    "transport_activation": "eV",
    "barrier_width": "eV",
    "series_resistance": "ohm g",
    "gas_amounts": "molecules/f.u.",
    "gas_steps": "V",
    "molar_mass": "g/mol",
    "lithium": "1/f.u.",
}
"""Units of parameters that stand in no shipped set."""


def unit_of(name: str) -> str:
    """Return the unit of a parameter.

    Parameters
    ----------
    name
        Its name.

    Returns
    -------
    :
        The unit; empty when no file states it.

    Examples
    --------
    >>> unit_of("metal_potential"), unit_of("attempt_frequency")
    ('V', '1/s')
    """
    return _stated().get(name, OF_OTHER_LAWS.get(name, ""))


@functools.cache
def _stated() -> dict[str, str]:
    found: dict[str, str] = {}
    folder = resources.files("lmct.electrode") / "parameter_set"
    for entry in folder.iterdir():
        if entry.name.endswith(".toml"):
            found |= _units(tomllib.loads(entry.read_text("utf-8")))
    return found


def _units(content: Mapping[str, Any]) -> dict[str, str]:
    """Return the units in a table and the tables below it."""
    found: dict[str, str] = {}
    for name, entry in content.items():
        if isinstance(entry, Mapping):
            found |= {name: str(entry["unit"])} if "unit" in entry else _units(entry)
    return found
