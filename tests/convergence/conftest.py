"""The electrode's equations written a second time, in plain Python, and solved by CVODE step by step."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from sksundae.cvode import CVODE

from lmct.electrode import load
from lmct.electrode.rate_law import LAWS
from lmct.protocol import PROTOCOLS, parse_steps

BOLTZMANN, PLANCK, FARADAY = 8.617333262145179e-05, 4.135667696923859e-15, 96485.33212331001

EXAMPLES = {
    "marcus": [3.7e12, 6.07, 1.14, 0.7],
    "constant-barrier": [1e13, 1.2],
    "progress-barrier": [1e13, 1.06, 0.29, 0.5, 0.7],
    "landau-zener": [1e13, 5.0, 0.003, 0.4, 0.5, 0.7],
}
"""Parameters of every rate law, of the size that the paper's statements ask for."""

LOSSES = {"dark_rate": 3e-7, "gas_rate": 1e-7, "dark_potential": 2.9, "gas_potential": 2.8}

SWEEP_STEP = 1e-3
"""Longest step of CVODE in a sweep [V]."""

MOST_RESTARTS = 50
"""Starts of CVODE within one step of a protocol."""

HOLDS = (
    "Charge at 20 mA/g until 4.5 V",
    "Hold at 4.5 V until 2 mA/g",
    "Heat at 80 degC for 10 hours",
    "Discharge at 20 mA/g for 2 hours or until 2.0 V",
    "Discharge at 100 mA/g until 2.0 V",
    "Hold at 2.0 V for 10 hours",
)
"""A protocol with what the named ones lack: holds, ended by current and by time."""


@pytest.fixture(params=sorted(PROTOCOLS))
def protocol(request):
    return PROTOCOLS[request.param]()


@pytest.fixture
def protocol_named():
    return lambda name: PROTOCOLS[name]()


@pytest.fixture(params=sorted(LAWS))
def law_parameters(request):
    """The shipped electrode with every rate law in turn, and with loss of oxygen."""
    names = LAWS[request.param].PARAMETERS
    values = dict(zip(names, EXAMPLES[request.param], strict=True))
    return load().replace(lmct_law=request.param, **values, **LOSSES)


@pytest.fixture(params=["galvanostatic", "titration", "voltammetry", "holds"])
def short_protocol(request):
    return parse_steps(HOLDS) if request.param == "holds" else PROTOCOLS[request.param]()


def marcus_barrier(law, force, y, x):
    lam = law["reorganization_energy"]
    return (lam - force) ** 2 / (4 * lam) - law["lithium_slope"] * (y - law["lithium_reference"])


def forward_rate(name, law, force, y, x, kt):
    """k_f of a rate law, from docs/how-to and the sources that the laws cite [1/s]."""
    prefactor = law["attempt_frequency"]
    if name == "marcus":
        barrier = marcus_barrier(law, force, y, x)
    elif name == "constant-barrier":
        barrier = law["barrier"]
    elif name == "progress-barrier":
        barrier = law["first_barrier"] + law["barrier_rise"] * (1 - x)
        barrier -= law["lithium_slope"] * (y - law["lithium_reference"])
    elif name == "landau-zener":
        h = law["electronic_coupling"] * (1 - law["covalence_loss"] * (1 - x))
        lam = law["reorganization_energy"]
        crossing = -math.expm1(-(h**2) / (PLANCK * prefactor) * math.sqrt(math.pi**3 / (lam * kt)))
        prefactor *= 2 * crossing / (1 + crossing)
        barrier = marcus_barrier(law, force, y, x) - h + h**2 / lam
    else:
        raise NotImplementedError(f"write the rate law {name} here a second time")
    return prefactor * math.exp(-max(barrier, 0.0) / kt)


class ReferenceElectrode:
    """Butler-Volmer couples, LMCT, losses, double layer, thermal lag; no code shared with the package.

    CVODE gets ln(x/(1-x)) and ln(z/(1-z)) instead of n and p: it would leave an exhausted population below
    zero and could not start from that.
    """

    def __init__(self, parameters, current, surroundings, *, sweep=0.0):
        self.p, self.law = parameters, parameters.lmct_parameters
        self.current, self.surroundings, self.sweep = current, surroundings, sweep

    def rates(self, s):
        """i_M, i_O, r, r_d, r_g of a transformed state."""
        p = self.p
        metal, oxygen, d, gas, voltage, temperature = s
        kt = BOLTZMANN * temperature
        x, z = 1 / (1 + math.exp(-metal)), 1 / (1 + math.exp(-oxygen))
        full, free = 1 / (1 + math.exp(metal)), 1 / (1 + math.exp(oxygen))
        n, h = p.metal_holes_max * x, p.oxygen_holes_max * z
        y = n + h + d + 4 * gas
        phi = -p.lithium_width * math.log(1 - y / p.lithium_max)
        u_m = p.metal_potential + p.metal_metal * n + p.metal_oxygen * h + phi
        u_o = p.oxygen_potential + p.metal_oxygen * n + p.oxygen_oxygen * h + phi
        hot = (1 / 298.15 - 1 / temperature) / BOLTZMANN
        a = p.transfer_coefficient

        def couple(k, energy, u, empty, filled):
            e = (voltage - u) / kt
            return k * math.exp(energy * hot) * (empty * math.exp((1 - a) * e) - filled * math.exp(-a * e))

        def lost(k, limit):
            affinity = u_o - phi + kt * oxygen - limit
            rate = k * math.exp(p.loss_activation * hot)
            return rate * z * -math.expm1(-affinity / kt) if affinity > 0 else 0.0

        force = u_m - u_o
        k_f = forward_rate(p.lmct_law, self.law, force, y, x, kt)
        return (
            couple(p.metal_rate, p.metal_activation, u_m, full, x),
            couple(p.oxygen_rate, p.oxygen_activation, u_o, free, z),
            p.metal_holes_max * k_f * (x * free - z * full * math.exp(-force / kt)),
            lost(p.dark_rate, p.dark_potential),
            lost(p.gas_rate, p.gas_potential),
        )

    def rhs(self, t, s, ds):
        p = self.p
        i_m, i_o, r, r_d, r_g = self.rates(s)
        metal_room = p.metal_holes_max / (2 + math.exp(s[0]) + math.exp(-s[0]))  # n_max x (1 - x)
        oxygen_room = p.oxygen_holes_max / (2 + math.exp(s[1]) + math.exp(-s[1]))
        ds[0] = (i_m - r) / metal_room
        ds[1] = (i_o + r - r_d - r_g) / oxygen_room
        ds[2] = r_d
        ds[3] = r_g / 4
        ds[4] = self.sweep if self.current is None else (self.current - i_m - i_o) / p.capacitance
        ds[5] = (self.surroundings - s[5]) / p.thermal_time

    def transformed(self, state):
        """A state array with populations as logits."""
        x, z = state[0] / self.p.metal_holes_max, state[1] / self.p.oxygen_holes_max
        return np.array([math.log(x / (1 - x)), math.log(z / (1 - z)), *state[2:]])

    def populations(self, solution):
        """State arrays of a solution of CVODE."""
        most = np.array([self.p.metal_holes_max, self.p.oxygen_holes_max])
        return np.column_stack([most / (1 + np.exp(-solution.y[:, :2])), solution.y[:, 2:]])

    def solver(self, stop_voltage, stop_current, rtol):
        moving = self.sweep if self.current is None else self.current
        direction = 1 if moving > 0 else -1

        def event(t, s, out):
            drawn = sum(self.rates(s)[:2]) + self.p.capacitance * self.sweep
            out[0] = -1.0 if stop_voltage is None else direction * (s[4] - stop_voltage)
            out[1] = -1.0 if stop_current is None else stop_current - abs(drawn)

        event.terminal, event.direction = [True, True], [1, 1]
        atol = np.array([1e-9, 1e-9, 1e-13, 1e-13, 1e-11, 1e-9])
        options = {"eventsfn": event, "num_events": 2, "max_num_steps": 200_000}
        if self.sweep != 0.0:  # CVODE's Jacobian may be 20 steps old; the fastest rate grows with voltage
            options["max_step"] = SWEEP_STEP / abs(self.sweep)
        return CVODE(lambda t, s, ds: self.rhs(t, s, ds), rtol=rtol, atol=atol, **options)

    def solve(self, state, times, *, stop_voltage=None, rtol=1e-10):
        """CVODE's solution at times, or at its own steps when there are two."""
        solver = self.solver(stop_voltage, None, rtol)
        solution = solver.solve(np.asarray(times, dtype=float), self.transformed(state))
        solution.y = self.populations(solution)
        return solution

    def history(self, state, duration, *, stop_voltage=None, stop_current=None):
        """CVODE's own steps up to a limit: times, states, what ended it.

        Where a couple is exhausted CVODE may give up after failed steps, since it then falls back on slopes
        that stiffness has made meaningless. It is started anew from the last step that it accepted.
        """
        solver, times, states = self.solver(stop_voltage, stop_current, 1e-9), [0.0], [state]
        for _ in range(MOST_RESTARTS):
            now = times[-1]
            solution = solver.solve(np.array([now, duration]), self.transformed(states[-1]))
            kept = solution.t > now
            if not solution.success:  # its last row is the failed attempt
                kept[-1] = False
            times.extend(solution.t[kept])
            states.extend(self.populations(solution)[kept])
            if solution.success:
                met = solution.i_events
                ended = "time" if met is None else "voltage" if met[-1][0] else "current"
                return np.array(times), np.array(states), ended
        raise AssertionError(f"CVODE failed at {times[-1]} s: {solution.message}")


@dataclass
class Solved:
    """A step as CVODE solved it."""

    parameters: object
    times: np.ndarray
    states: np.ndarray
    stopped_by: str

    @property
    def duration(self):
        return float(self.times[-1])

    @property
    def capacity(self):
        weights = np.array([1, 1, 1, 4, self.parameters.capacitance, 0])
        return float((self.states[-1] - self.states[0]) @ weights) * self.parameters.mah_per_gram


def solved_step(parameters, state, step):
    """Solve one step from a state array."""
    per_gram = parameters.molar_mass / FARADAY / 1000  # mA/g -> electrons/(f.u. s)
    current, sweep, stop_voltage, stop_current = step.signed_current * per_gram, 0.0, step.stop_voltage, None
    longest, ended = step.duration or 3e8, "time"
    if step.kind == "hold":
        current, stop_current = None, step.stop_specific_current and step.stop_specific_current * per_gram
    if step.kind == "sweep":
        current, sweep = None, math.copysign(step.sweep_rate, step.stop_voltage - state[4])
    if step.stop_capacity is not None and step.stop_capacity * 3600 / step.specific_current < longest:
        longest, ended = step.stop_capacity * 3600 / step.specific_current, "capacity"
    electrode = ReferenceElectrode(parameters, current, step.temperature, sweep=sweep)
    moving = sweep if current is None else current
    if stop_voltage is not None and math.copysign(1, moving) * (state[4] - stop_voltage) >= 0:
        return Solved(parameters, np.zeros(1), state[None, :], "voltage")
    times, states, met = electrode.history(
        state, longest, stop_voltage=stop_voltage, stop_current=stop_current
    )
    return Solved(parameters, times, states, ended if met == "time" else met)


@pytest.fixture
def reference_electrode():
    return ReferenceElectrode


@pytest.fixture
def cvode_run():
    """Run steps through CVODE, the state handed on; return what each did."""

    def run(parameters, steps, start):
        state, solved = start.as_array(), []
        for step in steps:
            solved.append(solved_step(parameters, state, step))
            state = solved[-1].states[-1]
        return solved

    return run


@pytest.fixture
def assert_agreement():
    """Every step of two solutions: the same end, 0.1 mV, 0.005 mAh/g along all of it.

    A tenth of what is asked for, without leaving out the neighbourhood of limits.
    """

    def check(run, others):
        parameters = run.parameters
        weights = np.array([1, 1, 1, 4, parameters.capacitance, 0]) * parameters.mah_per_gram
        assert len(run.segments) == len(others)
        for number, (ours, theirs) in enumerate(zip(run.segments, others, strict=True), start=1):
            where = f"step {number}: {run.protocol[number - 1]}"
            assert ours.stopped_by == theirs.stopped_by, where
            assert ours.charge * parameters.mah_per_gram == pytest.approx(theirs.capacity, abs=5e-3), where
            shared = theirs.times <= ours.duration
            mine, yours = ours.at(theirs.times[shared]), theirs.states[shared]
            assert np.abs(mine - yours)[:, 4].max() < 1e-4, where
            assert np.abs(mine - yours)[:, 5].max() < 1e-3, where
            passed = (mine - mine[0] - yours + yours[0]) @ weights
            assert np.abs(passed).max() < 5e-3, where

    return check
