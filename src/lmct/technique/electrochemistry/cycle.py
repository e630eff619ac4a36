"""Capacity, energy, mean voltage, efficiencies and hysteresis of cycles, each with its uncertainty."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.technique.electrochemistry.accuracy import Accuracy
from lmct.technique.electrochemistry.half_cycle import HalfCycle


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its standard uncertainty, before it gets a name and a unit."""

    value: float
    uncertainty: float

    def scaled(self, factor: float) -> Estimate:
        """Return both numbers times a positive factor."""
        return Estimate(self.value * factor, self.uncertainty * factor)


def energy_from_curve(*, capacity: Float[np.ndarray, "point"], voltage: Float[np.ndarray, "point"]) -> float:
    """Return the integral of the voltage over the charge, by the trapezoidal rule.

    Parameters
    ----------
    capacity
        Charge [mAh].
    voltage
        Voltage [V].

    Returns
    -------
    :
        Energy [mWh].

    Examples
    --------
    >>> energy_from_curve(capacity=np.array([0.0, 10.0]), voltage=np.array([4.0, 2.0]))
    30.0
    """
    return float(np.trapezoid(voltage, capacity))


def capacity_estimate(half_cycle: HalfCycle, accuracy: Accuracy) -> Estimate:
    """Return the capacity [mAh]; uncertain by current gain, mass and the start of the step."""
    total = half_cycle.total_capacity
    return Estimate(total, math.hypot(total * accuracy.scale_relative, _sampling(half_cycle)))


def energy_estimate(half_cycle: HalfCycle, accuracy: Accuracy) -> Estimate:
    """Return the energy [mWh]; uncertain like the capacity and by the voltage."""
    energy = energy_from_curve(capacity=half_cycle.capacity, voltage=half_cycle.voltage)
    total = half_cycle.total_capacity
    opening = _sampling(half_cycle) * float(half_cycle.voltage[0])
    return Estimate(energy, math.hypot(energy * accuracy.scale_relative, total * accuracy.voltage, opening))


def mean_voltage_estimate(half_cycle: HalfCycle, accuracy: Accuracy) -> Estimate:
    """Return energy over capacity [V]; current gain and mass cancel."""
    total = half_cycle.total_capacity
    mean = energy_from_curve(capacity=half_cycle.capacity, voltage=half_cycle.voltage) / total
    opening = (float(half_cycle.voltage[0]) - mean) * _sampling(half_cycle) / total
    return Estimate(mean, math.hypot(accuracy.voltage, opening))


def coulombic_efficiency(charge: HalfCycle, discharge: HalfCycle, accuracy: Accuracy) -> Estimate:
    """Return discharge over preceding charge capacity [1]; gain and mass cancel, the linearity does not."""
    ratio = discharge.total_capacity / charge.total_capacity
    return Estimate(ratio, ratio * _relative_of_ratio(charge, discharge, accuracy))


def energy_efficiency(charge: HalfCycle, discharge: HalfCycle, accuracy: Accuracy) -> Estimate:
    """Return discharge over preceding charge energy [1]."""
    energies = [energy_estimate(one, accuracy).value for one in (charge, discharge)]
    ratio = energies[1] / energies[0]
    offset = accuracy.voltage * abs(
        discharge.total_capacity / energies[1] - charge.total_capacity / energies[0]
    )
    return Estimate(ratio, abs(ratio) * math.hypot(_relative_of_ratio(charge, discharge, accuracy), offset))


def mean_voltage_gap(charge: HalfCycle, discharge: HalfCycle, accuracy: Accuracy) -> Estimate:
    """Return mean charge voltage minus mean discharge voltage [V]; a common voltage error cancels."""
    means = [mean_voltage_estimate(one, accuracy) for one in (charge, discharge)]
    opening = [math.sqrt(max(0.0, one.uncertainty**2 - accuracy.voltage**2)) for one in means]
    linearity = accuracy.voltage_linearity * math.sqrt(2.0)
    return Estimate(means[0].value - means[1].value, math.hypot(*opening, linearity))


def loop_area(charge: HalfCycle, discharge: HalfCycle, accuracy: Accuracy) -> Estimate:
    """Return the area between charge and discharge curve [mWh], over the charge that both passed.

    Both curves are laid from the end of charge, where they meet. For a closed cycle this is the energy lost
    in it.

    Parameters
    ----------
    charge, discharge
        The two half-cycles of a cycle.
    accuracy
        Accuracies of instrument and mass.

    Returns
    -------
    :
        Area [mWh].
    """
    common = min(charge.total_capacity, discharge.total_capacity)
    from_top = (charge.total_capacity - charge.capacity)[::-1]
    upper = _energy_to(from_top, charge.voltage[::-1], common)
    lower = _energy_to(discharge.capacity, discharge.voltage, common)
    gap = abs(upper - lower) / common
    missing = math.hypot(_sampling(charge), _sampling(discharge)) * gap
    linearity = common * accuracy.voltage_linearity * math.sqrt(2.0)
    slope = upper * accuracy.current_linearity
    area = upper - lower
    return Estimate(area, math.hypot(area * accuracy.scale_relative, missing, linearity, slope))


@dataclass(frozen=True, slots=True)
class Pair:
    """A discharge and the charge that came before it."""

    charge: HalfCycle
    discharge: HalfCycle

    @property
    def label(self) -> str:
        """Words for the condition of a finding: the cycle of the discharge."""
        return f"cycle {self.discharge.cycle}"


def charge_discharge_pairs(half_cycles: tuple[HalfCycle, ...]) -> tuple[Pair, ...]:
    """Return every discharge that follows a charge, with that charge.

    Parameters
    ----------
    half_cycles
        Half-cycles in order of time.

    Returns
    -------
    :
        Pairs; a discharge that opens the file has none.
    """
    following = itertools.pairwise(half_cycles)
    return tuple(Pair(one, two) for one, two in following if (one.kind, two.kind) == ("charge", "discharge"))


def _energy_to(
    capacity: Float[np.ndarray, "point"], voltage: Float[np.ndarray, "point"], limit: float
) -> float:
    inside = capacity < limit
    edge = float(np.interp(limit, capacity, voltage))
    return energy_from_curve(
        capacity=np.append(capacity[inside], limit), voltage=np.append(voltage[inside], edge)
    )


def _sampling(half_cycle: HalfCycle) -> float:
    """Return what is not known of the opening interval [mAh]: evenly anywhere from nothing to all of it."""
    return half_cycle.opening_charge / math.sqrt(12.0)


def _relative_of_ratio(charge: HalfCycle, discharge: HalfCycle, accuracy: Accuracy) -> float:
    parts = [_sampling(one) / one.total_capacity for one in (charge, discharge)]
    return math.hypot(math.sqrt(2.0) * accuracy.current_linearity, *parts)
