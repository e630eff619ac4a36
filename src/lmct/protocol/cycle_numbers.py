"""A run in a few numbers: capacities, mean voltages, efficiencies and dissipation of its last cycle."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lmct.electrode.budget import Budget
from lmct.protocol.hysteresis import PROCESSES
from lmct.protocol.hysteresis_cycle import SMALLEST_HALF_CYCLE
from lmct.protocol.hysteresis_inversion import inversion_index_from_path
from lmct.protocol.run import Run

_PROCESSES: Mapping[str, str] = {
    "metal": "exchange of the metal couple with the current collector",
    "oxygen": "slow exchange of the oxygen couple with the current collector",
    "transfer": "LMCT",
    "dark": "loss of oxygen holes to dark oxygen",
    "gas": "loss of oxygen holes to O2",
}

NUMBERS: Mapping[str, tuple[str, str]] = {
    "charge_capacity": ("mAh/g", "passed in the charge of the last cycle"),
    "discharge_capacity": ("mAh/g", "passed in the discharge of the last cycle"),
    "first_cycle_efficiency": ("1", "discharge over charge capacity of the first cycle"),
    "coulombic_efficiency": ("1", "discharge over charge capacity of the last cycle"),
    "energy_efficiency": ("1", "work given back over work put in, last cycle"),
    "mean_charge_voltage": ("V", "mean over the charge passed in the charge of the last cycle"),
    "mean_discharge_voltage": ("V", "mean over the charge passed in the discharge of the last cycle"),
    "voltage_gap": ("V", "difference of the two mean voltages"),
    "inversion_index": ("1", "redox inversion of the last cycle: 1 full, 0 none"),
    "dissipated": ("mWh/g", "energy dissipated in the last cycle, its rests included"),
} | {
    f"{name}_share": ("1", f"share of the dissipated energy: {_PROCESSES.get(name, name)}")
    for name in PROCESSES
}
"""Name -> (unit, meaning) of what :func:`cycle_numbers` returns."""


@dataclass(frozen=True, slots=True)
class HalfCycle:
    """Steps that pass charge in one direction, with the rests that follow them.

    Parameters
    ----------
    first, stop
        Numbers of its first step and of the step after its last, from 0.
    charge
        Charge passed, positive on charge [electrons/f.u.].
    """

    first: int
    stop: int
    charge: float


def half_cycles(run: Run) -> tuple[HalfCycle, ...]:
    """Divide a run into half-cycles.

    Parameters
    ----------
    run
        The run. Steps before the first that passes charge are left out.

    Returns
    -------
    :
        The half-cycles; each passes charge in the direction opposite to that of the one before it.

    Examples
    --------
    >>> from lmct.protocol import parse_steps, simulate
    >>> words = "Charge at 20 mA/g until 4.5 V; Rest for 1 h; Discharge at 20 mA/g until 2 V"
    >>> run = simulate(parse_steps(words))
    >>> [(half.first, half.stop) for half in half_cycles(run)]
    [(0, 2), (2, 3)]
    """
    found: list[HalfCycle] = []
    charges = [segment.charge for segment in run.segments]
    smallest = SMALLEST_HALF_CYCLE * max(abs(charge) for charge in charges)
    for place, charge in enumerate(charges):
        if found and (abs(charge) < smallest or charge * found[-1].charge >= 0.0):
            found[-1] = HalfCycle(found[-1].first, place + 1, found[-1].charge + charge)
        elif charge and abs(charge) >= smallest:
            found.append(HalfCycle(place, place + 1, charge))
    return tuple(found)


def cycle_numbers(run: Run) -> dict[str, float]:
    """Return a run in a few numbers, those of its last complete cycle (:data:`NUMBERS`).

    A cycle is a charge and the discharge after it. A run without one gives the capacity and the mean voltage
    of its last half-cycle; what is not defined is NaN.

    Parameters
    ----------
    run
        The run.

    Returns
    -------
    :
        Value by name, in the order of :data:`NUMBERS`.

    Examples
    --------
    >>> from lmct.protocol import galvanostatic, simulate
    >>> numbers = cycle_numbers(simulate(galvanostatic(cycles=1)))
    >>> numbers["mean_charge_voltage"] > numbers["mean_discharge_voltage"]
    True
    """
    halves = half_cycles(run)
    cycles = [pair for pair in pairwise(halves) if pair[0].charge > 0.0]
    numbers = dict.fromkeys(NUMBERS, math.nan)
    last = cycles[-1] if cycles else halves[-1:]
    budgets = [_budget(run, half) for half in last]
    for half, budget in zip(last, budgets, strict=True):
        side = "charge" if half.charge > 0.0 else "discharge"
        numbers[f"{side}_capacity"] = abs(half.charge) * run.parameters.mah_per_gram
        numbers[f"mean_{side}_voltage"] = budget.supplied / half.charge
    if cycles:
        numbers["first_cycle_efficiency"] = -cycles[0][1].charge / cycles[0][0].charge
        numbers["coulombic_efficiency"] = -last[1].charge / last[0].charge
        numbers["energy_efficiency"] = -budgets[1].supplied / budgets[0].supplied
        numbers["voltage_gap"] = numbers["mean_charge_voltage"] - numbers["mean_discharge_voltage"]
        numbers["inversion_index"] = _inversion(run, last[0].first, last[1].stop)
        numbers |= _dissipation(budgets[0] + budgets[1], run.parameters.mah_per_gram)
    return numbers


def _budget(run: Run, half: HalfCycle) -> Budget:
    """Return the energy balance of a half-cycle [eV/f.u.]."""
    return sum((segment.budget() for segment in run.segments[half.first : half.stop]), Budget())


def _inversion(run: Run, first: int, stop: int) -> float:
    """Return the inversion index of a cycle, from the states at the accepted steps."""
    states = np.concatenate([segment.states for segment in run.segments[first:stop]])
    return inversion_index_from_path(
        metal_holes=states[:, 0], oxygen_holes=states[:, 1], metal_capacity=run.parameters.metal_holes_max
    )


def _dissipation(cycle: Budget, scale: float) -> dict[str, float]:
    """Return what a cycle dissipates, and the share of each process."""
    whole = cycle.dissipated
    shares = {f"{name}_share": getattr(cycle, name) / whole if whole else math.nan for name in PROCESSES}
    return {"dissipated": whole * scale, **shares}
