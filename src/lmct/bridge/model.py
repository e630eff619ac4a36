"""The electrode as a PyBaMM model, and its parameters as PyBaMM takes them."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from lmct.bridge.equations import Rates, State, rates
from lmct.bridge.installed import installed_pybamm
from lmct.bridge.names import electrode_numbers, pybamm_name
from lmct.bridge.transfer_law import Expression
from lmct.electrode.parameters import ElectrodeParameters
from lmct.quantity.constants import FARADAY, HOUR

if TYPE_CHECKING:
    import pybamm

    from lmct.electrode.state import ElectrodeState

STATE_NAMES = {
    "metal_holes": "Metal holes",
    "oxygen_holes": "Oxygen holes",
    "dark_holes": "Dark holes",
    "oxygen_gas": "Oxygen gas",
    "potential": "Electrode potential [V]",
    "temperature": "Temperature [K]",
}
"""PyBaMM's names of the six numbers of the state."""

RATE_NAMES = {
    "metal": "Metal current [s-1]",
    "oxygen": "Oxygen current [s-1]",
    "transfer": "LMCT [s-1]",
    "dark": "Loss to dark oxygen [s-1]",
    "gas": "Loss to oxygen gas [s-1]",
}
"""PyBaMM's names of the rates, per formula unit."""

RESISTANCE = "Series resistance [Ohm]"
"""A variable of models with a series resistance, and of no others."""

MASS = "Active material mass [g]"
NOMINAL_CAPACITY = "Nominal cell capacity [A.h]"


def pybamm_model(parameters: ElectrodeParameters) -> pybamm.BaseModel:
    """Build the electrode as a PyBaMM model that runs with ``pybamm.Simulation`` and ``pybamm.Experiment``.

    The rate laws come from the parameters, and whether there is a series resistance, a staircase of O2 and
    something that LMCT and the oxygen couple share; every number is a ``pybamm.Parameter``, so it can be
    changed, swept or made an input as in any PyBaMM model. PyBaMM counts current positive on discharge. The
    model holds no lmct object, so PyBaMM's own JSON of it loads where lmct is not installed.

    Parameters
    ----------
    parameters
        Of the electrode; give :func:`parameter_values` of the same parameters to the simulation.

    Returns
    -------
    :
        The model.

    Raises
    ------
    LmctError
        PyBaMM is not installed.
    OutOfRange
        The electrode has shells or classes of metal sites.

    Source
    ------
    docs/explanation/electrode.md.
    """
    pybamm = installed_pybamm()
    state = State(**{key: pybamm.Variable(name) for key, name in STATE_NAMES.items()})
    numbers = _symbols(parameters)
    passing = rates(state, numbers, lmct_law=parameters.lmct_law, oxygen_law=parameters.oxygen_law)
    current = pybamm.FunctionParameter("Current function [A]", {"Time [s]": pybamm.t})
    discharged = pybamm.Variable("Discharge capacity [A.h]")
    ampere = pybamm.Parameter(MASS) * FARADAY / numbers["molar_mass"]

    model = pybamm.BaseModel("lmct electrode")
    model.rhs = balance(
        state,
        passing,
        numbers,
        charging=-current / ampere,
        surroundings=pybamm.Parameter("Ambient temperature [K]"),
    )
    model.rhs[discharged] = current / HOUR
    model.initial_conditions = {
        getattr(state, key): pybamm.Parameter(initial_name(key)) for key in STATE_NAMES
    }
    model.initial_conditions[discharged] = pybamm.Scalar(0)
    model.variables = _variables(state, passing, numbers, current, ampere)
    if parameters.series_resistance > 0:
        resistance = numbers["series_resistance"] / pybamm.Parameter(MASS)
        model.variables[RESISTANCE] = resistance
        model.variables |= _terminals(current, state.potential - resistance * current)
    model.variables["Discharge capacity [A.h]"] = discharged
    capacity = pybamm.Parameter(NOMINAL_CAPACITY)
    model.variables["C-rate"] = current / capacity
    # What PyBaMM's experiments ask of a model, and a bare one lacks.
    model.param = SimpleNamespace(Q=capacity, A_cc=pybamm.Scalar(1))
    model.summary_variables = []
    return model


def balance(
    state: State,
    passing: Rates,
    numbers: Mapping[str, Expression],
    *,
    charging: Expression,
    surroundings: Expression,
) -> dict[Expression, Expression]:
    """Return the time derivative of every number of the state.

    Parameters
    ----------
    state
        Of symbols.
    passing
        Rates in this state.
    numbers
        Parameters of the electrode by name.
    charging
        Current, positive on charge [electrons/(f.u. s)].
    surroundings
        Temperature of the surroundings [K].

    Returns
    -------
    :
        Symbol -> derivative.
    """
    return {
        state.metal_holes: passing.metal - passing.transfer,
        state.oxygen_holes: passing.oxygen + passing.transfer - passing.dark - passing.gas,
        state.dark_holes: passing.dark,
        state.oxygen_gas: passing.gas / 4,
        state.potential: (charging - passing.metal - passing.oxygen) / numbers["capacitance"],
        state.temperature: (surroundings - state.temperature) / numbers["thermal_time"],
    }


def parameter_values(
    parameters: ElectrodeParameters,
    *,
    start: ElectrodeState | None = None,
    mass: float = 1.0,
    nominal_capacity: float = 200.0,
) -> pybamm.ParameterValues:
    """Return everything that :func:`pybamm_model` needs to know, as PyBaMM takes it.

    Parameters
    ----------
    parameters
        Of the electrode.
    start
        State at the start; the pristine electrode by default.
    mass
        Mass of active material, to which PyBaMM's currents refer [g].
    nominal_capacity
        Capacity of one C [mAh/g]; the paper's C/10 is 20 mA/g.

    Returns
    -------
    :
        The values; ``to_json`` writes them to a file.

    Raises
    ------
    LmctError
        PyBaMM is not installed.
    """
    return installed_pybamm().ParameterValues(
        plain_values(parameters, start=start, mass=mass, nominal_capacity=nominal_capacity)
    )


def plain_values(
    parameters: ElectrodeParameters,
    *,
    start: ElectrodeState | None = None,
    mass: float = 1.0,
    nominal_capacity: float = 200.0,
) -> dict[str, float]:
    """Return the numbers of :func:`parameter_values` as a dictionary; it needs no PyBaMM.

    Parameters
    ----------
    parameters, start, mass, nominal_capacity
        As there.

    Returns
    -------
    :
        PyBaMM's name -> number.
    """
    from lmct.electrode.model import Electrode

    begin = Electrode(parameters).pristine() if start is None else start
    values = {pybamm_name(name): value for name, value in electrode_numbers(parameters).items()}
    for name, value in parameters.lmct_parameters.items():
        values[pybamm_name(name, of_law=True)] = float(value)
    for key in STATE_NAMES:
        values[initial_name(key)] = start_value(begin, key)
    values[MASS] = mass
    values[NOMINAL_CAPACITY] = 1e-3 * nominal_capacity * mass
    values["Ambient temperature [K]"] = begin.temperature
    values["Current function [A]"] = 0.0
    return values


def initial_name(key: str) -> str:
    """Return the name of the parameter that gives a number of the state at the start.

    Parameters
    ----------
    key
        A key of :data:`STATE_NAMES`.

    Returns
    -------
    :
        PyBaMM's name.

    Examples
    --------
    >>> initial_name("temperature")
    'Initial temperature [K]'
    """
    words = STATE_NAMES[key]
    return f"Initial {words[0].lower()}{words[1:]}"


def start_value(state: ElectrodeState, key: str) -> float:
    """Return a number of a state under the bridge's name of it.

    Parameters
    ----------
    state
        Of an electrode without shells and site classes.
    key
        A key of :data:`STATE_NAMES`.

    Returns
    -------
    :
        The number.
    """
    if key == "potential":
        return state.inner[-1] if state.inner else state.voltage
    return float(getattr(state, key))


def _symbols(parameters: ElectrodeParameters) -> dict[str, Any]:
    parameter = installed_pybamm().Parameter
    numbers = {name: parameter(pybamm_name(name)) for name in electrode_numbers(parameters)}
    of_law = {name: parameter(pybamm_name(name, of_law=True)) for name in parameters.lmct_parameters}
    return numbers | of_law


def _variables(
    state: State, passing: Rates, numbers: Mapping[str, Expression], current: Expression, ampere: Expression
) -> dict[str, Expression]:
    pybamm = installed_pybamm()
    variables = {name: getattr(state, key) for key, name in STATE_NAMES.items()}
    variables |= {name: getattr(passing, key) for key, name in RATE_NAMES.items()}
    return (
        variables
        | _terminals(current, state.potential)
        | {
            "Time [s]": pybamm.t,
            "Time [h]": pybamm.t / HOUR,
            "Current [A]": current,
            "Current variable [A]": current,
            "Lithium content": numbers["lithium"] - state.lithium,
            "Current that holds the voltage [A]": -(passing.metal + passing.oxygen) * ampere,
            "Double-layer capacitance [F]": numbers["capacitance"] * ampere,
        }
    )


def _terminals(current: Expression, voltage: Expression) -> dict[str, Expression]:
    return {"Voltage [V]": voltage, "Battery voltage [V]": voltage, "Power [W]": current * voltage}
