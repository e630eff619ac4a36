"""The peer at its best: the same equations in PyBaMM, few states, built once, solved by IDAKLU.

The equations are those of ``lmct.bridge``. The temperature is constant in these benchmarks, so PyBaMM gets it
as a number and integrates n, p, d, o2 and V only, while lmct integrates its whole state.
"""

from __future__ import annotations

import os

import numpy as np

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

import pybamm

from lmct.bridge.equations import State, rates
from lmct.bridge.names import electrode_numbers
from lmct.protocol.step import ROOM_TEMPERATURE

FIELDS = ("metal_holes", "oxygen_holes", "dark_holes", "oxygen_gas", "voltage")
START = tuple(f"start {field}" for field in FIELDS)
SCALE = np.array([0.01, 0.01, 0.3, 0.3, 1.0])
"""Absolute over relative tolerance of the states, as in two_cycles."""


def lean_model(parameters, *, varied=(), current=None, events=None):
    """Build the electrode with n, p, d, o2 and V; parameters in ``varied`` are inputs, the others constants.

    Without ``current`` [electrons/(f.u. s)] current, voltage limit and direction are inputs as well.
    """
    if parameters.series_resistance:
        raise ValueError("the lean model has no series resistance")
    numbers = electrode_numbers(parameters) | parameters.lmct_parameters
    numbers |= {name: pybamm.InputParameter(name) for name in varied}
    symbols = [pybamm.Variable(field) for field in FIELDS]
    n, p, d, gas, v = symbols
    state = State(
        metal_holes=n,
        oxygen_holes=p,
        dark_holes=d,
        oxygen_gas=gas,
        potential=v,
        temperature=ROOM_TEMPERATURE,
    )
    rate = rates(state, numbers, lmct_law=parameters.lmct_law, oxygen_law=parameters.oxygen_law)
    if current is None:
        current, limit, sign = (pybamm.InputParameter(name) for name in ("current", "limit", "sign"))
        events = {"limit": lambda voltage: sign * (limit - voltage)}
    model = pybamm.BaseModel()
    model.rhs = {
        n: rate.metal - rate.transfer,
        p: rate.oxygen + rate.transfer - rate.dark - rate.gas,
        d: rate.dark + 0 * n,
        gas: rate.gas / 4 + 0 * n,
        v: (current - rate.metal - rate.oxygen) / numbers["capacitance"],
    }
    model.initial_conditions = {
        symbol: pybamm.InputParameter(name) for symbol, name in zip(symbols, START, strict=True)
    }
    model.events = [pybamm.Event(name, event(v)) for name, event in events.items()]
    model.variables = dict(zip(FIELDS, symbols, strict=True))
    pybamm.Discretisation().process_model(model)
    return model


def solver(tolerance, scale=SCALE):
    return pybamm.IDAKLUSolver(rtol=tolerance, atol=tolerance * np.asarray(scale))


def inputs_of(state):
    """Return the inputs that give the state at the start."""
    return {name: getattr(state, field) for name, field in zip(START, FIELDS, strict=True)}


def end_of(solution):
    """Return the inputs that start where a solution ends."""
    return dict(zip(START, (float(row[-1]) for row in solution.y), strict=True))


def solve_in_turn(model, solve, drives, start, changes=None):
    """Solve one drive (current, limit, sign, duration) after the other; return the solutions."""
    found = []
    for current, limit, sign, duration in drives:
        inputs = {"current": current, "limit": limit, "sign": sign, **start, **(changes or {})}
        found.append(solve.solve(model, [0.0, duration], inputs=inputs))
        start = end_of(found[-1])
    return found


def solve_lists(model, solve, drives, starts, changes):
    """Solve every drive for a list of parameter sets in one call; return solutions by drive, then by set."""
    found = []
    for current, limit, sign, duration in drives:
        drive = {"current": current, "limit": limit, "sign": sign}
        inputs = [drive | start | change for start, change in zip(starts, changes, strict=True)]
        found.append(solve.solve(model, [0.0, duration], inputs=inputs))
        starts = [end_of(solution) for solution in found[-1]]
    return found
