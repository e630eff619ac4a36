"""What the targets ask of an electrode, computed from simulations: about 10 ms a set."""

from __future__ import annotations

import math

import numpy as np

from lmct.electrode import Drive, Electrode

CURRENT = 20.0
"""Specific current of every charge and discharge [mA/g]."""

ROOM, LONGEST = 298.15, 1e6
DAY = 86400.0


class Laboratory:
    """One electrode and the experiments of the paper on it."""

    def __init__(self, parameters, *, tolerance=1e-5, most_steps=3000):
        self.parameters = parameters
        self.electrode = Electrode(parameters, tolerance=tolerance, most_steps=most_steps)
        self.current = CURRENT / parameters.mah_per_gram / 3600.0

    def charge(self, voltage=None, capacity=None):
        """Charge the pristine electrode to a voltage or for a capacity [mAh/g]."""
        charge = None if capacity is None else capacity / self.parameters.mah_per_gram
        drive = Drive(current=self.current, duration=LONGEST, stop_voltage=voltage, stop_charge=charge)
        return self.electrode.advance(self.electrode.pristine(), drive)

    def discharge(self, state, voltage):
        """Discharge to a voltage."""
        return self.electrode.advance(
            state, Drive(current=-self.current, duration=LONGEST, stop_voltage=voltage)
        )

    def wait(self, state, seconds, temperature=ROOM):
        """Leave at open circuit."""
        return self.electrode.advance(state, Drive(duration=seconds, surroundings=temperature)).end

    def relaxed_cell(self, state, temperature, seconds):
        """Recover and dry for two hours, heat, rest 15 minutes in a fresh cell."""
        dry = self.wait(state, 7200.0)
        hot = self.wait(dry, seconds, temperature) if seconds > 0 else dry
        return self.wait(hot, 900.0)

    def metal_capacity(self, state):
        """Capacity above 2.5 V [mAh/g]."""
        return -self.discharge(state, 2.5).charge * self.parameters.mah_per_gram


def middle(segment):
    """Voltage half-way through a segment."""
    return float(segment.at(np.array([0.5 * segment.duration]))[0, 4])


def observables(parameters):
    """Return every number that a target may name."""
    laboratory = Laboratory(parameters)
    high, usual = laboratory.charge(voltage=4.8), laboratory.charge(voltage=4.5)
    found = cycling(laboratory, high, usual)
    found |= relaxation(laboratory, high, usual)
    off = Laboratory(parameters.replace(attempt_frequency=1e-30))
    found["oxygen_holes_without_lmct"] = off.charge(voltage=4.8).end.oxygen_holes
    return found


def cycling(laboratory, high, usual):
    """Numbers of charge and discharge."""
    per_electron = laboratory.parameters.mah_per_gram
    holes = high.states[:, 0]
    upper = laboratory.discharge(high.end, 2.5)
    lower = laboratory.discharge(upper.end, 2.0)
    return {
        "voltage_at_200": laboratory.charge(capacity=200.0).end.voltage,
        "charge_to_4_5": usual.charge * per_electron,
        "charge_to_4_8": high.charge * per_electron,
        "metal_plateau_voltage": middle(upper),
        "oxygen_plateau_voltage": middle(lower),
        "first_cycle_efficiency": -(upper.charge + lower.charge) / high.charge,
        "metal_plateau_capacity": laboratory.metal_capacity(usual.end),
        "metal_holes_at_4_5": usual.end.metal_holes,
        "metal_reduced_in_the_oxygen_part": float(holes.max() - holes[-1]),
    }


def share_left(laboratory, state, seconds, temperature=ROOM):
    """Share of the metal holes that is left after a time at open circuit; NaN when there were none."""
    if state.metal_holes <= 0:
        return math.nan
    return laboratory.wait(state, seconds, temperature).metal_holes / state.metal_holes


def relaxation(laboratory, high, usual):
    """Numbers of heating, resting and open circuit."""
    whole = laboratory.metal_capacity(usual.end)

    def left(temperature, seconds):
        return laboratory.metal_capacity(laboratory.relaxed_cell(usual.end, temperature, seconds)) / whole

    at_140 = [left(413.15, seconds) for seconds in (0.0, 90.0, 4 * 3600.0, DAY)]
    first, last = at_140[0] - at_140[1], at_140[2] - at_140[3]
    cells = [laboratory.relaxed_cell(usual.end, 393.15, s) for s in (0.0, 90.0, 600.0, 3600.0, 14400.0, DAY)]
    fraction = np.array([laboratory.metal_capacity(cell) / whole for cell in cells])
    voltage = np.array([cell.voltage for cell in cells])
    slope, intercept = np.polyfit(fraction, voltage, 1)
    part = laboratory.charge(capacity=200.0)
    slow, fast = (share_left(laboratory, segment.end, 4 * 3600.0, 353.15) for segment in (part, high))
    return {
        "left_after_a_day_at_25": left(ROOM, DAY),
        "left_after_a_day_at_140": at_140[3],
        "left_after_drying": at_140[0],
        "difference_of_the_two_steps": first - last,
        "smaller_of_the_two_steps": min(first, last),
        "equilibrium_intercept": float(intercept),
        "equilibrium_residual": float(np.sqrt(np.mean((voltage - intercept - slope * fraction) ** 2))),
        "relaxed_voltage": laboratory.electrode.relaxed(usual.end.lithium_extracted).voltage,
        "left_after_14_days_from_4_8": share_left(laboratory, high.end, 14 * DAY),
        "left_after_60_days_from_4_8": share_left(laboratory, high.end, 60 * DAY),
        "faster_from_4_8": slow - fast,
    }
