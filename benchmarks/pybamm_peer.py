"""The peer at its best: the same equations in PyBaMM, few states, built once, solved by IDAKLU.

The equations are those of ``lmct.bridge``. Dark oxygen, gas and temperature stay constant in these
benchmarks, so PyBaMM integrates n, p and V only, while lmct integrates its whole state.
"""

from __future__ import annotations

import os

import numpy as np

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

import pybamm

from lmct.bridge.equations import State, rates
from lmct.bridge.names import electrode_fields
from lmct.protocol.step import ROOM_TEMPERATURE

START = ("start n", "start p", "start V")
SCALE = np.array([0.01, 0.01, 1.0])
"""Absolute over relative tolerance of n, p and V, as in two_cycles."""


def lean_model(parameters, *, varied=(), current=None, events=None):
    """Build the electrode in n, p and V; parameters in ``varied`` are inputs, all others are constants.

    Without ``current`` [electrons/(f.u. s)] current, voltage limit and direction are inputs as well.
    """
    if parameters.dark_rate or parameters.gas_rate:
        raise ValueError("the lean model keeps dark oxygen and gas constant, but this set loses oxygen")
    numbers = {name: getattr(parameters, name) for name in electrode_fields()} | parameters.lmct_parameters
    numbers |= {name: pybamm.InputParameter(name) for name in varied}
    n, p, v = (pybamm.Variable(name) for name in "npV")
    state = State(
        metal_holes=n, oxygen_holes=p, dark_holes=0.0, oxygen_gas=0.0, voltage=v, temperature=ROOM_TEMPERATURE
    )
    rate = rates(state, numbers, lmct_law=parameters.lmct_law)
    if current is None:
        current, limit, sign = (pybamm.InputParameter(name) for name in ("current", "limit", "sign"))
        events = {"limit": lambda voltage: sign * (limit - voltage)}
    model = pybamm.BaseModel()
    model.rhs = {
        n: rate.metal - rate.transfer,
        p: rate.oxygen + rate.transfer,
        v: (current - rate.metal - rate.oxygen) / numbers["capacitance"],
    }
    symbols = zip((n, p, v), START, strict=True)
    model.initial_conditions = {symbol: pybamm.InputParameter(name) for symbol, name in symbols}
    model.events = [pybamm.Event(name, event(v)) for name, event in events.items()]
    model.variables = {"n": n, "p": p, "V": v}
    pybamm.Discretisation().process_model(model)
    return model


def solver(tolerance, scale=SCALE):
    return pybamm.IDAKLUSolver(rtol=tolerance, atol=tolerance * np.asarray(scale))


def inputs_of(state):
    """Return the inputs that give the state at the start."""
    return dict(zip(START, (state.metal_holes, state.oxygen_holes, state.voltage), strict=True))


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
