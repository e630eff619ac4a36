"""CPU time against error: two cycles at several tolerances, lmct and PyBaMM (lean model).

A tolerance does not mean the same in two solvers. So both are also compared at equal accuracy: each at its
cheapest setting with capacities within 0.01 mAh/g and voltages within 1 mV of a solution at 1e-11. Voltages
are compared between 2 and 98 % of every half-cycle.
"""

from __future__ import annotations

import statistics

import numpy as np

from benchmarks.measure import in_turn, spread
from benchmarks.sweep import half_cycles
from lmct.electrode import Electrode, load
from lmct.protocol import galvanostatic, run_protocol

TOLERANCES = (1e-3, 1e-4, 1e-5, 1e-6)
SCALES = {"PyBaMM": (0.01, 0.01, 0.3, 0.3, 1.0), "PyBaMM, absolute = relative": (1.0,) * 5}
ROUNDS = 7
CAPACITY, VOLTAGE = 0.01, 1e-3
PLACES = np.linspace(0.02, 0.98, 97)


class Lmct:
    """Two cycles by lmct."""

    def __init__(self, tolerance):
        self.electrode = Electrode(load(), tolerance=tolerance)

    def solve(self):
        """Solve all half-cycles: what is timed."""
        self.segments = run_protocol(self.electrode, galvanostatic()).segments

    def durations(self):
        """Return the lengths of the half-cycles [s]."""
        return np.array([segment.duration for segment in self.segments])

    def voltages(self, durations):
        """Return voltages inside half-cycles of these lengths [V]."""
        pairs = zip(self.segments, durations, strict=True)
        return np.array([segment.at(PLACES * duration)[:, 4] for segment, duration in pairs])


class Pybamm:
    """Two cycles by PyBaMM."""

    def __init__(self, tolerance, scale):
        from benchmarks import pybamm_peer as peer

        self.solve_in_turn = peer.solve_in_turn
        self.model, self.solver = peer.lean_model(load()), peer.solver(tolerance, scale)
        self.drives, self.start = half_cycles(), peer.inputs_of(Electrode(load()).pristine())

    def solve(self):
        """Solve all half-cycles: what is timed."""
        self.solutions = self.solve_in_turn(self.model, self.solver, self.drives, self.start)

    def durations(self):
        """Return the lengths of the half-cycles [s]."""
        return np.array([solution.t[-1] for solution in self.solutions])

    def voltages(self, durations):
        """Return voltages inside half-cycles of these lengths [V]."""
        pairs = zip(self.solutions, durations, strict=True)
        return np.array([solution["voltage"](PLACES * duration) for solution, duration in pairs])


def main():
    exact = Lmct(1e-11)
    exact.solve()
    durations = exact.durations()
    rivals = {("lmct", tolerance): Lmct(tolerance) for tolerance in TOLERANCES}
    rivals |= {
        (name, tolerance): Pybamm(tolerance, scale)
        for name, scale in SCALES.items()
        for tolerance in TOLERANCES
    }
    spent = in_turn({key: rival.solve for key, rival in rivals.items()}, ROUNDS)
    good = {}
    print("solver                       tolerance  CPU ms                error mAh/g  error mV")
    for (name, tolerance), rival in rivals.items():
        cpu = [1e3 * times[0] for times in spent[name, tolerance]]
        capacity = np.abs(rival.durations() - durations).max() * 20.0 / 3600.0
        shorter = np.minimum(durations, rival.durations())
        voltage = np.abs(rival.voltages(shorter) - exact.voltages(shorter)).max()
        print(f"{name:27}  {tolerance:9.0e}  {spread(cpu):20}  {capacity:11.1e}  {1e3 * voltage:8.1e}")
        if capacity < CAPACITY and voltage < VOLTAGE:
            good.setdefault(name.split(",")[0], []).append(statistics.median(cpu))
    times = min(good["PyBaMM"]) / min(good["lmct"])
    print(f"cheapest within {CAPACITY} mAh/g and {1e3 * VOLTAGE:g} mV: PyBaMM / lmct = {times:.1f}")


if __name__ == "__main__":
    main()
