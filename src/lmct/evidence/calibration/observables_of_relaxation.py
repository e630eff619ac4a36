"""Numbers of heating, rest and open circuit that a target may name, one small function each."""

from __future__ import annotations

import numpy as np

from lmct.electrode.state import ElectrodeState
from lmct.evidence.calibration.laboratory import DAY, HIGH, METAL_END, PART, USUAL, Laboratory
from lmct.evidence.calibration.observable import observable
from lmct.protocol.step import ROOM_TEMPERATURE
from lmct.quantity.constants import HOUR

AT_80, AT_120, AT_140 = 353.15, 393.15, 413.15
"""Temperatures of heating [K]."""

HEATING_TIMES = (0.0, 90.0, 600.0, 3600.0, 4.0 * HOUR, DAY)
"""Times at 120 degC of the samples whose open-circuit voltage is extrapolated [s]."""

TITRATION_END = 1.85
"""Voltage at which the oxygen plateau of a titration ends [V]."""

TEMPERATURES = (ROOM_TEMPERATURE, 333.15, AT_80, 373.15, AT_120, AT_140)
TIMES_AT_140 = (0.0, 90.0, 900.0, 4.0 * HOUR, DAY)
"""Heatings of the two titrations of the paper: for a day at [K], at 140 degC for [s]."""

EARLY = 40.0
"""Capacity on the slope of the metal [mAh/g]."""


def plateaus(laboratory: Laboratory, state: ElectrodeState) -> tuple[float, float]:
    """Return the capacities above 2.5 V and from there to 1.85 V that a discharge from a state gives.

    Parameters
    ----------
    laboratory
        The electrode.
    state
        Where the discharge starts.

    Returns
    -------
    :
        Metal and oxygen capacity [mAh/g].
    """
    upper = laboratory.discharge(state, METAL_END)
    lower = laboratory.discharge(upper.end, TITRATION_END)
    scale = laboratory.parameters.mah_per_gram
    return -upper.charge * scale, -lower.charge * scale


@observable("mAh/g")
def oxygen_gain_after_60_days(laboratory: Laboratory) -> float:
    """Growth of the oxygen plateau in 60 dry days after a charge to 4.8 V, 25 degC."""
    charged = laboratory.charge(voltage=HIGH).end
    rested = laboratory.wait(charged, 60 * DAY)
    return plateaus(laboratory, rested)[1] - plateaus(laboratory, charged)[1]


@observable("1")
def smallest_oxygen_step(laboratory: Laboratory) -> float:
    """Smallest growth of the oxygen plateau from one heated sample to the next, over the metal capacity."""
    by_temperature = [_heated(laboratory, kelvin, DAY)[1] for kelvin in TEMPERATURES]
    by_time = [_heated(laboratory, AT_140, seconds)[1] for seconds in TIMES_AT_140]
    steps = [*np.diff(by_temperature), *np.diff(by_time)]
    return float(min(steps)) / laboratory.unrelaxed_metal_capacity()


@observable("1")
def conversion_at_140(laboratory: Laboratory) -> float:
    """Oxygen capacity gained over metal capacity lost in a day at 140 degC."""
    before, after = (_heated(laboratory, AT_140, seconds) for seconds in (0.0, DAY))
    return (after[1] - before[1]) / (before[0] - after[0])


@observable("V")
def quasi_equilibrium_at_40(laboratory: Laboratory) -> float:
    """Open-circuit voltage eight hours after 40 mAh/g of charge."""
    return laboratory.wait(laboratory.charge(capacity=EARLY).end, 8.0 * HOUR).voltage


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


def _heated(laboratory: Laboratory, kelvin: float, seconds: float) -> tuple[float, float]:
    cell = laboratory.relaxed_cell(kelvin, seconds)
    return laboratory.once(("plateaus", kelvin, seconds), lambda: plateaus(laboratory, cell))
