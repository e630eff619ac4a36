"""Numbers of charge and discharge that a target may name, one small function each."""

from __future__ import annotations

import numpy as np

from lmct.electrode.segment import Segment
from lmct.electrode.state import Drive
from lmct.evidence.calibration.laboratory import HIGH, LONGEST, OXYGEN_END, PART, USUAL, Laboratory
from lmct.evidence.calibration.observable import observable


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


@observable("V")
def overshoot_on_charge(laboratory: Laboratory) -> float:
    """Largest fall of the voltage during the charge to 4.8 V."""
    charge = laboratory.charge(voltage=HIGH)
    voltage = charge.at(np.linspace(0.0, charge.duration, 200))[:, 4]
    return float(np.max(np.maximum.accumulate(voltage) - voltage))


@observable("1")
def loop_without_lmct(laboratory: Laboratory) -> float:
    """Dissipation of the second cycle, 4.8 to 2.0 V, with LMCT switched off, over that with it."""
    return _second_loop(laboratory.without_lmct()) / _second_loop(laboratory)


@observable("1")
def bursts_of_oxygen_gas(laboratory: Laboratory) -> float:
    """Maxima of the rate of O2 in the charge to 4.8 V."""
    charge = laboratory.charge(voltage=HIGH)
    released = charge.at(np.linspace(0.0, charge.duration, 400))[:, 3]
    rate = np.convolve(np.diff(released), np.ones(5) / 5, mode="same")
    high = rate > 0.1 * max(rate.max(), 1e-12)
    inner = high[1:-1] & (rate[1:-1] > rate[:-2]) & (rate[1:-1] >= rate[2:])
    return float(np.count_nonzero(inner))


def _voltage_half_way(segment: Segment) -> float:
    return float(segment.at(np.array([0.5 * segment.duration]))[0, 4])


def _second_loop(laboratory: Laboratory) -> float:
    """Return what the second full cycle dissipates [eV/f.u.]."""
    state, dissipated = laboratory.electrode.pristine(), 0.0
    for cycle in range(2):
        up = Drive(current=laboratory.current, duration=LONGEST, stop_voltage=HIGH)
        charge = laboratory.electrode.advance(state, up)
        discharge = laboratory.discharge(charge.end, OXYGEN_END)
        state = discharge.end
        if cycle == 1:
            dissipated = charge.budget().dissipated + discharge.budget().dissipated
    return dissipated
