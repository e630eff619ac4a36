"""What an electrode would show: every quantity that can be compared with data, one small function each."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.electrode.lattice import Lattice
from lmct.protocol.gas_record import micromoles_per_gram
from lmct.protocol.history import VOLTAGE, History, capacity_at_voltage
from lmct.quantity.constants import HOUR
from lmct.quantity.errors import unknown_name

if TYPE_CHECKING:
    from lmct.evidence.likelihood.observation import Observation

METAL_START, METAL_LIMIT, OXYGEN_END = 4.5, 2.5, 1.85
"""Voltages between which the plateaus of the metal and of oxygen lie [V] (Li 2022, Fig. 4 caption)."""

Measure = Callable[[History, "Observation", Mapping[str, float]], Float[np.ndarray, "point"]]
"""What a history shows at the places of an observation, given the values of all unknowns."""


@dataclass(frozen=True, slots=True)
class Observable:
    """A quantity that an electrode shows.

    Parameters
    ----------
    name
        Its name.
    unit
        Its unit, before offset and scale.
    at
        What the places of an observation mean: ``"time"`` since the start of the step [s], ``"capacity"``
        [mAh/g], ``"voltage"`` [V], or empty for a single number.
    measure
        Computes it.
    """

    name: str
    unit: str
    at: str
    measure: Measure

    @property
    def meaning(self) -> str:
        """What it is, in one sentence."""
        return (inspect.getdoc(self.measure) or "").split("\n")[0]


OBSERVABLES: dict[str, Observable] = {}
"""Every observable by name."""


def observable(unit: str, *, at: str = "") -> Callable[[Measure], Measure]:
    """Make a function an observable under its own name.

    Parameters
    ----------
    unit
        Unit of what it returns.
    at
        What the places of an observation mean.

    Returns
    -------
    :
        A decorator that returns the function unchanged.
    """

    def register(function: Measure) -> Measure:
        name = function.__name__
        OBSERVABLES[name] = Observable(name, unit, at, function)
        return function

    return register


def observable_named(name: str) -> Observable:
    """Return an observable.

    Raises
    ------
    UnknownName
        There is none of that name.
    """
    if name not in OBSERVABLES:
        raise unknown_name("observable", name, OBSERVABLES)
    return OBSERVABLES[name]


@observable("mAh/g")
def metal_plateau_capacity(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """Capacity of a discharge between 4.5 and 2.5 V."""
    return _plateau(history, observation.step, METAL_START, METAL_LIMIT)


@observable("mAh/g")
def oxygen_plateau_capacity(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """Capacity of a discharge between 2.5 and 1.85 V, or where it ends."""
    return _plateau(history, observation.step, METAL_LIMIT, OXYGEN_END)


@observable("mAh/g")
def step_capacity(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """Capacity of a charge or discharge at constant current."""
    step = history.protocol[observation.step]
    return np.array([step.specific_current * history.duration(observation.step) / HOUR])


@observable("V", at="time")
def voltage(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """Voltage at times since the start of a step."""
    return history.states(observation.step, observation.at)[:, VOLTAGE]


@observable("V")
def end_voltage(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """Voltage at the end of a step, for example the open-circuit voltage at the end of a rest."""
    end = np.array([history.duration(observation.step)])
    return history.states(observation.step, end)[:, VOLTAGE]


@observable("V", at="capacity")
def voltage_at_capacity(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """Voltage of a charge or discharge at constant current after given capacities."""
    current = history.protocol[observation.step].specific_current
    return history.states(observation.step, observation.at / current * HOUR)[:, VOLTAGE]


@observable("mAh/(g V)", at="voltage")
def differential_capacity(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """Magnitude of dQ/dV of a charge or discharge, mean between neighbouring places."""
    return differential_capacity_from_history(history, observation.step, observation.at)


@observable("mAh/g", at="voltage")
def capacity_at(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """Capacity passed when a charge or discharge reaches given voltages."""
    found = [capacity_at_voltage(history, observation.step, float(one)) for one in observation.at]
    return np.array(found)


@observable("1/f.u.", at="time")
def metal_holes(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """Holes on the metal, for edges that follow them by an offset and a scale."""
    return history.states(observation.step, observation.at)[:, 0]


@observable("1", at="time")
def oxidised_metal_fraction(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """Share of the metal that is oxidised: holes on it over the most it can hold."""
    most = history.parameters.metal_holes_max
    return history.states(observation.step, observation.at)[:, 0] / most


@observable("1/f.u.", at="time")
def oxygen_holes(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """Recoverable holes on oxygen, for signals of oxidised oxygen."""
    return history.states(observation.step, observation.at)[:, 1]


@observable("1/f.u.", at="time")
def oxidised_oxygen(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """Holes on oxygen that spectra of the whole sample see, recoverable or not."""
    states = history.states(observation.step, observation.at)
    return np.asarray(states[:, 1] + states[:, 2])


@observable("umol/g", at="time")
def oxygen_released(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """O2 released since the electrode was made."""
    molecules = history.states(observation.step, observation.at)[:, 3]
    return micromoles_per_gram(molecules=molecules, molar_mass=history.parameters.molar_mass)


@observable("angstrom", at="time")
def lattice_parameter(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """Change of the lattice parameter by holes; the parameter itself with an origin as offset."""
    slopes = {
        name: values[f"lattice_{name}"]
        for name in ("per_metal_hole", "per_oxygen_hole", "per_lithium")
        if f"lattice_{name}" in values
    }
    return Lattice(origin=0.0, **slopes).of_states(history.states(observation.step, observation.at))


def differential_capacity_from_history(
    history: History, step: int, voltages: Float[np.ndarray, "point"]
) -> Float[np.ndarray, "point"]:
    """Return the magnitude of dQ/dV at voltages, each a mean over half the way to its neighbours.

    Parameters
    ----------
    history
        The history.
    step
        Number of the step.
    voltages
        At least two, strictly rising or falling [V].

    Returns
    -------
    :
        [mAh/(g V)].
    """
    middles = 0.5 * (voltages[1:] + voltages[:-1])
    edges = np.concatenate([[2 * voltages[0] - middles[0]], middles, [2 * voltages[-1] - middles[-1]]])
    passed = np.array([capacity_at_voltage(history, step, float(edge)) for edge in edges])
    return np.abs(np.diff(passed) / np.diff(edges))


def _plateau(history: History, step: int, high: float, low: float) -> Float[np.ndarray, "point"]:
    passed = [capacity_at_voltage(history, step, limit) for limit in (high, low)]
    return np.array([passed[1] - passed[0]])
