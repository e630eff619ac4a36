"""Every number that a target may name, one small function each, computed from simulated experiments."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from lmct.electrode.parameters import ElectrodeParameters
from lmct.electrode.segment import Segment
from lmct.evidence.calibration.laboratory import DAY, HIGH, PART, USUAL, Laboratory
from lmct.protocol.step import ROOM_TEMPERATURE
from lmct.quantity.constants import HOUR
from lmct.quantity.errors import LmctError, unknown_name

AT_80, AT_120, AT_140 = 353.15, 393.15, 413.15
"""Temperatures of heating [K]."""

HEATING_TIMES = (0.0, 90.0, 600.0, 3600.0, 4.0 * HOUR, DAY)
"""Times at 120 degC of the samples whose open-circuit voltage is extrapolated [s]."""


@dataclass(frozen=True, slots=True)
class Observable:
    """A number that can be computed from an electrode.

    Parameters
    ----------
    name
        Its name in target files.
    unit
        Its unit.
    measure
        Computes it.
    """

    name: str
    unit: str
    measure: Callable[[Laboratory], float]

    @property
    def meaning(self) -> str:
        """What it is, in one sentence."""
        return (inspect.getdoc(self.measure) or "").split("\n")[0]


OBSERVABLES: dict[str, Observable] = {}
"""Every observable by name."""


def observable(unit: str) -> Callable[[Callable[[Laboratory], float]], Callable[[Laboratory], float]]:
    """Make a function of a laboratory an observable under the function's name.

    Parameters
    ----------
    unit
        Unit of what it returns.

    Returns
    -------
    :
        A decorator that returns the function unchanged.
    """

    def register(function: Callable[[Laboratory], float]) -> Callable[[Laboratory], float]:
        OBSERVABLES[function.__name__] = Observable(function.__name__, unit, function)
        return function

    return register


def measure(parameters: ElectrodeParameters, names: Iterable[str] | None = None) -> dict[str, float]:
    """Compute observables; only what they need is simulated.

    Parameters
    ----------
    parameters
        The electrode.
    names
        Which observables; all by default.

    Returns
    -------
    :
        Number by name; NaN where a simulation failed.

    Raises
    ------
    UnknownName
        There is no such observable.
    """
    laboratory, found = Laboratory(parameters), {}
    for name in OBSERVABLES if names is None else names:
        if name not in OBSERVABLES:
            raise unknown_name("observable", name, OBSERVABLES)
        try:
            found[name] = float(OBSERVABLES[name].measure(laboratory))
        except (LmctError, np.linalg.LinAlgError, ZeroDivisionError):
            found[name] = float("nan")
    return found


@observable("V")
def voltage_at_200(laboratory: Laboratory) -> float:
    """Voltage when the first charge has passed 200 mAh/g."""
    return laboratory.charge(capacity=PART).end.voltage


@observable("mAh/g")
def charge_to_4_5(laboratory: Laboratory) -> float:
    """Capacity of the first charge to 4.5 V."""
    return laboratory.charge(voltage=USUAL).charge * laboratory.parameters.mah_per_gram


@observable("mAh/g")
def charge_to_4_8(laboratory: Laboratory) -> float:
    """Capacity of the first charge to 4.8 V."""
    return laboratory.charge(voltage=HIGH).charge * laboratory.parameters.mah_per_gram


@observable("V")
def metal_plateau_voltage(laboratory: Laboratory) -> float:
    """Voltage half-way through the discharge from 4.8 to 2.5 V."""
    return _voltage_half_way(laboratory.first_discharge()[0])


@observable("V")
def oxygen_plateau_voltage(laboratory: Laboratory) -> float:
    """Voltage half-way through the discharge from 2.5 to 2.0 V."""
    return _voltage_half_way(laboratory.first_discharge()[1])


@observable("1")
def first_cycle_efficiency(laboratory: Laboratory) -> float:
    """Capacity of the discharge to 2.0 V over that of the charge to 4.8 V."""
    upper, lower = laboratory.first_discharge()
    return -(upper.charge + lower.charge) / laboratory.charge(voltage=HIGH).charge


@observable("mAh/g")
def metal_plateau_capacity(laboratory: Laboratory) -> float:
    """Capacity above 2.5 V after a charge to 4.5 V."""
    return laboratory.unrelaxed_metal_capacity()


@observable("1/f.u.")
def metal_holes_at_4_5(laboratory: Laboratory) -> float:
    """Holes on the metal at the end of the charge to 4.5 V."""
    return laboratory.charge(voltage=USUAL).end.metal_holes


@observable("1/f.u.")
def metal_reduced_in_the_oxygen_part(laboratory: Laboratory) -> float:
    """Holes that the metal loses before 4.8 V after their maximum."""
    holes = laboratory.charge(voltage=HIGH).states[:, 0]
    return float(holes.max() - holes[-1])


@observable("molecules/f.u.")
def oxygen_gas_at_4_8(laboratory: Laboratory) -> float:
    """O2 that has left by the end of the charge to 4.8 V; times 100 the percentage of all O atoms."""
    return laboratory.charge(voltage=HIGH).end.oxygen_gas


@observable("1/f.u.")
def oxygen_holes_without_lmct(laboratory: Laboratory) -> float:
    """Holes on oxygen at 4.8 V when LMCT is switched off."""
    return laboratory.without_lmct().charge(voltage=HIGH).end.oxygen_holes


@observable("1")
def left_after_a_day_at_25(laboratory: Laboratory) -> float:
    """Metal capacity after a day at 25 degC over that without relaxation."""
    return laboratory.share_of_capacity_left(ROOM_TEMPERATURE, DAY)


@observable("1")
def left_after_a_day_at_140(laboratory: Laboratory) -> float:
    """Metal capacity after a day at 140 degC over that without relaxation."""
    return laboratory.share_of_capacity_left(AT_140, DAY)


@observable("1")
def left_after_drying(laboratory: Laboratory) -> float:
    """Metal capacity after two hours of drying over that without relaxation."""
    return laboratory.share_of_capacity_left(AT_140, 0.0)


@observable("1")
def difference_of_the_two_steps(laboratory: Laboratory) -> float:
    """Share of the metal capacity lost in 0-90 s at 140 degC minus that lost in 4-24 h."""
    first, last = _steps_at_140(laboratory)
    return first - last


@observable("1")
def smaller_of_the_two_steps(laboratory: Laboratory) -> float:
    """Smaller of the shares of metal capacity lost in 0-90 s and in 4-24 h at 140 degC."""
    return min(_steps_at_140(laboratory))


@observable("V")
def equilibrium_intercept(laboratory: Laboratory) -> float:
    """Open-circuit voltage extrapolated to no metal capacity, samples heated at 120 degC."""
    return _equilibrium_line(laboratory)[0]


@observable("V")
def equilibrium_residual(laboratory: Laboratory) -> float:
    """Root mean square distance of those voltages from their straight line."""
    return _equilibrium_line(laboratory)[1]


@observable("V")
def relaxed_voltage(laboratory: Laboratory) -> float:
    """Voltage of the fully relaxed electrode at the lithium content of the charge to 4.5 V."""
    lithium = laboratory.charge(voltage=USUAL).end.lithium_extracted
    return laboratory.electrode.relaxed(lithium).voltage


@observable("1")
def left_after_14_days_from_4_8(laboratory: Laboratory) -> float:
    """Share of the metal holes left 14 days after a charge to 4.8 V, 25 degC."""
    return laboratory.share_of_holes_left(laboratory.charge(voltage=HIGH).end, 14 * DAY)


@observable("1")
def left_after_60_days_from_4_8(laboratory: Laboratory) -> float:
    """Share of the metal holes left 60 days after a charge to 4.8 V, 25 degC."""
    return laboratory.share_of_holes_left(laboratory.charge(voltage=HIGH).end, 60 * DAY)


@observable("1")
def faster_from_4_8(laboratory: Laboratory) -> float:
    """Share of metal holes left after 4 h at 80 degC from 200 mAh/g, minus that from 4.8 V."""
    part, high = laboratory.charge(capacity=PART).end, laboratory.charge(voltage=HIGH).end
    slow, fast = (laboratory.share_of_holes_left(state, 4 * HOUR, AT_80) for state in (part, high))
    return slow - fast


def _voltage_half_way(segment: Segment) -> float:
    return float(segment.at(np.array([0.5 * segment.duration]))[0, 4])


def _steps_at_140(laboratory: Laboratory) -> tuple[float, float]:
    """Return the shares of metal capacity lost in the first 90 s and in the last 20 h at 140 degC."""
    left = [laboratory.share_of_capacity_left(AT_140, time) for time in (0.0, 90.0, 4 * HOUR, DAY)]
    return left[0] - left[1], left[2] - left[3]


def _equilibrium_line(laboratory: Laboratory) -> tuple[float, float]:
    """Return intercept and root mean square residual of voltage against the capacity left [V]."""

    def line() -> tuple[float, float]:
        left = np.array([laboratory.share_of_capacity_left(AT_120, time) for time in HEATING_TIMES])
        voltage = np.array([laboratory.relaxed_cell(AT_120, time).voltage for time in HEATING_TIMES])
        slope, intercept = np.polyfit(left, voltage, 1)
        residual = voltage - intercept - slope * left
        return float(intercept), float(np.sqrt(np.mean(residual**2)))

    return laboratory.once(("equilibrium line",), line)
