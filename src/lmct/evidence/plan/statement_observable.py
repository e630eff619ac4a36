"""What a text says about one sample: shares left or lost, and voltages half-way through a plateau."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from lmct.evidence.likelihood.observable import METAL_LIMIT, observable
from lmct.evidence.likelihood.observation import Observation
from lmct.protocol.history import VOLTAGE, History, capacity_at_voltage
from lmct.quantity.constants import HOUR


@observable("1", at="time")
def metal_holes_left(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """Share of the metal's holes at the start of a step that is left at times."""
    times = np.concatenate([[0.0], observation.at])
    holes = history.states(observation.step, times)[:, 0]
    return np.asarray(holes[1:] / max(holes[0], np.finfo(float).tiny))


@observable("1", at="time")
def metal_holes_lost_between(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """Share of the metal's holes at the start of a step that goes from one time to the next."""
    left = metal_holes_left(history, observation, values)
    return np.asarray(-np.diff(left, prepend=1.0))


@observable("V")
def metal_plateau_voltage(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """Voltage half-way through a discharge to 2.5 V."""
    return _voltage_at(history, observation.step, 0.5 * _capacity_of_metal(history, observation.step))


@observable("V")
def oxygen_plateau_voltage(
    history: History, observation: Observation, values: Mapping[str, float]
) -> Float[np.ndarray, "point"]:
    """Voltage half-way through the part of a discharge below 2.5 V."""
    step = history.protocol[observation.step]
    whole = step.specific_current * history.duration(observation.step) / HOUR
    return _voltage_at(
        history, observation.step, 0.5 * (_capacity_of_metal(history, observation.step) + whole)
    )


def _capacity_of_metal(history: History, step: int) -> float:
    return capacity_at_voltage(history, step, METAL_LIMIT)


def _voltage_at(history: History, step: int, capacity: float) -> Float[np.ndarray, "point"]:
    time = np.array([capacity / history.protocol[step].specific_current * HOUR])
    return history.states(step, time)[:, VOLTAGE]
