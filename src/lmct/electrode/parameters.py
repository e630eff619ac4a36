"""The numbers of one electrode with unit and meaning, and their order in compiled code."""

from __future__ import annotations

import dataclasses
import functools
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.electrode import rate_law
from lmct.quantity.constants import FARADAY
from lmct.quantity.errors import DataError, OutOfRange, unknown_name

# Places in the array that compiled code reads: the order of the fields of ElectrodeParameters.
METAL_HOLES_MAX = 0
OXYGEN_HOLES_MAX = 1
METAL_POTENTIAL = 2
METAL_METAL = 3
METAL_OXYGEN = 4
OXYGEN_POTENTIAL = 5
OXYGEN_OXYGEN = 6
LITHIUM_WIDTH = 7
LITHIUM_MAX = 8
METAL_RATE = 9
METAL_ACTIVATION = 10
OXYGEN_RATE = 11
OXYGEN_ACTIVATION = 12
TRANSFER_COEFFICIENT = 13
CAPACITANCE = 14
DARK_RATE = 15
DARK_POTENTIAL = 16
GAS_RATE = 17
GAS_POTENTIAL = 18
LOSS_ACTIVATION = 19
THERMAL_TIME = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectrodeParameters:
    """Parameters of the electrode, per formula unit with two oxygens.

    Energies in eV, potentials in V against Li+/Li, rates at 298.15 K.

    Parameters
    ----------
    metal_holes_max, oxygen_holes_max
        Holes that the metal and oxygen can hold [1/f.u.].
    metal_potential, oxygen_potential
        Standard potential of either couple at zero holes [V].
    metal_metal, metal_oxygen, oxygen_oxygen
        Interaction of holes: change of a potential per hole [V f.u.].
    lithium_width
        Width w of the lithium-site term -w ln(1 - y/y_max), common to both couples [V].
    lithium_max
        Lithium that can be extracted, y_max [1/f.u.].
    metal_rate, oxygen_rate
        Exchange rate of either couple with the current collector [1/(f.u. s)].
    metal_activation, oxygen_activation
        Their activation energies [eV].
    transfer_coefficient
        Symmetry of the Butler-Volmer laws, 0 to 1 [1].
    capacitance
        Double layer [electrons/(f.u. V)].
    dark_rate, gas_rate
        Rates of the loss of oxygen holes to electrochemically dark oxygen and to O2 [1/(f.u. s)].
    dark_potential, gas_potential
        Potentials above which either loss runs [V].
    loss_activation
        Activation energy of both losses [eV].
    thermal_time
        Time constant with which the sample follows its surroundings [s].
    lmct_law
        Name of the rate law of LMCT, a key of :data:`lmct.electrode.rate_law.LAWS`.
    lmct_parameters
        The parameters of that law by name.
    molar_mass
        Mass of one formula unit [g/mol].
    lithium
        Lithium of the pristine material [1/f.u.].
    name, source
        What the set is called and where it comes from.

    Raises
    ------
    OutOfRange
        A number is not finite or lies outside the range in which the model makes sense.
    UnknownName
        The rate law or one of its parameters does not exist.
    """

    metal_holes_max: float
    oxygen_holes_max: float
    metal_potential: float
    metal_metal: float
    metal_oxygen: float
    oxygen_potential: float
    oxygen_oxygen: float
    lithium_width: float
    lithium_max: float
    metal_rate: float
    metal_activation: float
    oxygen_rate: float
    oxygen_activation: float
    transfer_coefficient: float
    capacitance: float
    dark_rate: float = 0.0
    dark_potential: float = 0.0
    gas_rate: float = 0.0
    gas_potential: float = 0.0
    loss_activation: float = 0.0
    thermal_time: float = 60.0
    lmct_law: str
    lmct_parameters: Mapping[str, float]
    molar_mass: float
    lithium: float
    name: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        for field in _ARRAY_FIELDS:
            _check_number(field, getattr(self, field))
        _check_number("molar_mass", self.molar_mass)
        _check_number("lithium", self.lithium)
        law = rate_law.law(self.lmct_law)
        for name in self.lmct_parameters:
            if name not in law.PARAMETERS:
                raise unknown_name(f"parameter of the rate law {self.lmct_law}", name, law.PARAMETERS)
        for name in law.PARAMETERS:
            if name not in self.lmct_parameters:
                raise OutOfRange(f"the rate law {self.lmct_law} needs the parameter {name}. Give it a value.")
            if not math.isfinite(self.lmct_parameters[name]):
                raise OutOfRange(f"{name} must be finite, got {self.lmct_parameters[name]!r}.")

    def as_array(self) -> Float[np.ndarray, "parameter"]:
        """Return the numbers in the order of the module constants."""
        return np.array([getattr(self, field) for field in _ARRAY_FIELDS])

    def law_array(self) -> Float[np.ndarray, "law_parameter"]:
        """Return the parameters of the rate law in the law's own order."""
        return np.array([self.lmct_parameters[name] for name in rate_law.law(self.lmct_law).PARAMETERS])

    def law_number(self) -> int:
        """Return the number under which compiled code knows the rate law."""
        return int(rate_law.law(self.lmct_law).NUMBER)

    def replace(self, **changes: float | str) -> ElectrodeParameters:
        """Return a copy with some parameters changed; those of the rate law by their own names.

        With another ``lmct_law`` the parameters that both laws have keep their values; the others must be
        given.

        Parameters
        ----------
        **changes
            New values by name.

        Returns
        -------
        :
            The changed copy.

        Raises
        ------
        UnknownName
            No parameter has that name.
        """
        own = {field.name for field in dataclasses.fields(self)} - {"lmct_parameters"}
        of_law = rate_law.law(str(changes.get("lmct_law", self.lmct_law))).PARAMETERS
        for name in changes:
            if name not in own and name not in of_law:
                raise unknown_name("electrode parameter", name, own | set(of_law))
        kept: dict[str, Any] = {name: value for name, value in changes.items() if name in own}
        before: dict[str, Any] = {name: self.lmct_parameters.get(name) for name in of_law}
        after = {name: changes.get(name, value) for name, value in before.items()}
        law = {name: value for name, value in after.items() if value is not None}
        return dataclasses.replace(self, lmct_parameters=law, **kept)

    @property
    def mah_per_gram(self) -> float:
        """Specific capacity of one electron per formula unit [mAh/g]."""
        return FARADAY / 3.6 / self.molar_mass


_ARRAY_FIELDS = tuple(field.name for field in dataclasses.fields(ElectrodeParameters))[:21]
_MAY_BE_NEGATIVE = {
    "metal_potential",
    "oxygen_potential",
    "metal_metal",
    "metal_oxygen",
    "oxygen_oxygen",
    "dark_potential",
    "gas_potential",
}
_MAY_BE_ZERO = {
    "dark_rate",
    "gas_rate",
    "loss_activation",
    "metal_activation",
    "oxygen_activation",
    "oxygen_rate",
    "lithium_width",
}


def _check_number(name: str, value: float) -> None:
    if not (isinstance(value, int | float) and math.isfinite(value)):
        raise OutOfRange(f"{name} must be a finite number, got {value!r}.")
    if name == "transfer_coefficient" and not 0 < value < 1:
        raise OutOfRange(f"transfer_coefficient must lie between 0 and 1, got {value!r}.")
    if name in _MAY_BE_NEGATIVE:
        return
    if value < 0 or (value == 0 and name not in _MAY_BE_ZERO):
        raise OutOfRange(
            f"{name} must be {'at least zero' if name in _MAY_BE_ZERO else 'positive'}, got {value!r}."
        )


def sets() -> tuple[str, ...]:
    """Return the names of the parameter sets that ship with the package."""
    folder = resources.files("lmct.electrode") / "parameter_set"
    return tuple(
        sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))
    )


@functools.cache
def load(name: str = "li-ti-ni-o") -> ElectrodeParameters:
    """Load a parameter set that ships with the package.

    Parameters
    ----------
    name
        One of :func:`sets`.

    Returns
    -------
    :
        The parameters.

    Raises
    ------
    UnknownName
        There is no such set.
    DataError
        The file of the set lacks a number.

    Examples
    --------
    >>> load("li-ti-ni-o").lmct_law
    'marcus'
    """
    if name not in sets():
        raise unknown_name("electrode parameter set", name, sets())
    text = (resources.files("lmct.electrode") / "parameter_set" / f"{name}.toml").read_text("utf-8")
    data = tomllib.loads(text)
    try:
        numbers = {key: entry["value"] for key, entry in data["parameter"].items()}
        law = {key: entry["value"] for key, entry in data["lmct"]["parameter"].items()}
        return ElectrodeParameters(
            **numbers,
            lmct_law=data["lmct"]["law"],
            lmct_parameters=law,
            molar_mass=data["molar_mass"],
            lithium=data["lithium"],
            name=name,
            source=data["source"],
        )
    except (KeyError, TypeError) as error:
        raise DataError(
            f"the parameter set {name} is incomplete: {error}. Compare it with another set."
        ) from error
