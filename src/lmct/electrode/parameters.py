"""The numbers of one electrode with unit and meaning, and their order in compiled code."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.electrode import oxygen_law, rate_law
from lmct.electrode import parameter_index as index
from lmct.quantity.constants import FARADAY
from lmct.quantity.errors import OutOfRange, unknown_name


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
        Symmetry of the Butler-Volmer law of the metal couple, 0 to 1 [1].
    capacitance
        Double layer [electrons/(f.u. V)].
    dark_rate, gas_rate
        Rates of the loss of oxygen holes to electrochemically dark oxygen and to O2 [1/(f.u. s)].
    dark_potential, gas_potential
        Potentials above which either loss runs [V]; that of the gas belongs to the first environment.
    loss_activation
        Activation energy of both losses [eV].
    thermal_time
        Time constant with which the sample follows its surroundings [s].
    oxygen_transfer_coefficient
        Symmetry of the Butler-Volmer law of the oxygen couple, 0 to 1 [1].
    oxygen_reorganization_energy, oxygen_coupling
        Of the Marcus laws of the oxygen couple [eV]; NaN (the default) when LMCT and the oxygen couple share
        the ``reorganization_energy`` or ``electronic_coupling`` of the rate law of LMCT.
    transport_time
        R^2/D of lithium in the particle where the potential changes by 1 V per lithium; zero for no limit by
        transport [s].
    transport_activation
        Activation energy of lithium transport [eV].
    barrier_width
        Standard deviation of the barrier of LMCT over the sites of the metal [eV].
    series_resistance
        Resistance between the electrode and the voltmeter times active mass [ohm g].
    gas_amounts
        O2 that the oxygen environments can release, in the order of release [molecules/f.u.]; empty for one
        environment without a limit.
    gas_steps
        Potential of every later environment above the one before it [V].
    oxygen_law
        Name of the law of the oxygen couple, a key of :data:`lmct.electrode.oxygen_law.LAWS`.
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
    oxygen_transfer_coefficient: float = 0.5
    oxygen_reorganization_energy: float = math.nan
    oxygen_coupling: float = math.nan
    transport_time: float = 0.0
    transport_activation: float = 0.0
    barrier_width: float = 0.0
    series_resistance: float = 0.0
    gas_amounts: tuple[float, ...] = ()
    gas_steps: tuple[float, ...] = ()
    oxygen_law: str = "butler-volmer"
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
        self._check_gas()
        law = rate_law.law(self.lmct_law)
        for name in self.lmct_parameters:
            if name not in law.PARAMETERS:
                raise unknown_name(f"parameter of the rate law {self.lmct_law}", name, law.PARAMETERS)
        for name in law.PARAMETERS:
            if name not in self.lmct_parameters:
                raise OutOfRange(f"the rate law {self.lmct_law} needs the parameter {name}. Give it a value.")
            value = self.lmct_parameters[name]
            if not math.isfinite(value) or (name in _POSITIVE_IN_LAWS and value <= 0):
                wanted = "positive and finite" if name in _POSITIVE_IN_LAWS else "finite"
                raise OutOfRange(f"{name} must be {wanted}, got {value!r}.")
        if oxygen_law.law(self.oxygen_law).SHARED and math.isnan(self.shared("reorganization_energy")):
            raise OutOfRange(
                f"the oxygen law {self.oxygen_law} needs oxygen_reorganization_energy, since the rate law"
                f" {self.lmct_law} has none to share. Give it a value."
            )

    def _check_gas(self) -> None:
        amounts, steps = self.gas_amounts, self.gas_steps
        numbers = (*amounts, *steps)
        if any(not (isinstance(number, int | float) and 0 < number < math.inf) for number in numbers):
            raise OutOfRange(
                f"gas_amounts and gas_steps must be positive numbers, got {amounts} and {steps}."
            )
        if len(steps) != max(len(amounts) - 1, 0):
            raise OutOfRange(
                f"gas_steps needs one number between each two of the {len(amounts)} environments of"
                f" gas_amounts, got {len(steps)}."
            )

    def shared(self, name: str) -> float:
        """Return a property of the oxygen couple: its own value or the one it shares with LMCT.

        Parameters
        ----------
        name
            ``"reorganization_energy"`` or ``"electronic_coupling"``.

        Returns
        -------
        :
            The value [eV]; NaN (zero for the coupling) when neither law has one.
        """
        if name == "electronic_coupling":
            own, missing = self.oxygen_coupling, 0.0
        else:
            own, missing = self.oxygen_reorganization_energy, math.nan
        return self.lmct_parameters.get(name, missing) if math.isnan(own) else own

    def as_array(self) -> Float[np.ndarray, "parameter"]:
        """Return the numbers in the order of the module constants, shared ones filled in."""
        array = np.array([getattr(self, field) for field in _ARRAY_FIELDS])
        array[index.OXYGEN_REORGANIZATION] = self.shared("reorganization_energy")
        array[index.OXYGEN_COUPLING] = self.shared("electronic_coupling")
        return array

    def law_array(self) -> Float[np.ndarray, "law_parameter"]:
        """Return the parameters of the rate law in the law's own order."""
        return np.array([self.lmct_parameters[name] for name in rate_law.law(self.lmct_law).PARAMETERS])

    def law_number(self) -> int:
        """Return the number under which compiled code knows the rate law."""
        return int(rate_law.law(self.lmct_law).NUMBER)

    def oxygen_law_number(self) -> int:
        """Return the number under which compiled code knows the law of the oxygen couple."""
        return int(oxygen_law.law(self.oxygen_law).NUMBER)

    def replace(self, **changes: float | str | tuple[float, ...]) -> ElectrodeParameters:
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


_ARRAY_FIELDS = tuple(field.name for field in dataclasses.fields(ElectrodeParameters))[:28]
_POSITIVE_IN_LAWS = {"attempt_frequency", "reorganization_energy"}
_MAY_BE_SHARED = {"oxygen_reorganization_energy", "oxygen_coupling"}
_COEFFICIENTS = {"transfer_coefficient", "oxygen_transfer_coefficient"}
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
    "oxygen_coupling",
    "transport_time",
    "transport_activation",
    "barrier_width",
    "series_resistance",
}


def _check_number(name: str, value: float) -> None:
    if name in _MAY_BE_SHARED and isinstance(value, float) and math.isnan(value):
        return
    if not (isinstance(value, int | float) and math.isfinite(value)):
        raise OutOfRange(f"{name} must be a finite number, got {value!r}.")
    if name in _COEFFICIENTS and not 0 < value < 1:
        raise OutOfRange(f"{name} must lie between 0 and 1, got {value!r}.")
    if name in _MAY_BE_NEGATIVE:
        return
    if value < 0 or (value == 0 and name not in _MAY_BE_ZERO):
        raise OutOfRange(
            f"{name} must be {'at least zero' if name in _MAY_BE_ZERO else 'positive'}, got {value!r}."
        )
