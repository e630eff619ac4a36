"""Two cycles of the electrode, 20 mA/g between 4.8 and 2.0 V: lmct against PyBaMM and SUNDIALS CVODE.

The same equations, the same tolerance, CPU time of repeated solves in one run. PyBaMM gets its fast path: one
model built once, its IDAKLU solver with an event, the state handed over as inputs. CVODE gets lmct's own
compiled right-hand side and Jacobian. Printed are the median over repeats and its ratio to lmct.
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from lmct.electrode import Drive, Electrode, load
from lmct.electrode.rates import jacobian, right_hand_side

CURRENT = 20e-3 * 82.690 / 96485.33212
HALF_CYCLES = [(CURRENT, 4.8), (-CURRENT, 2.0)] * 2
REPEATS = 20
LONGEST = 1e6


def lmct_two_cycles(tolerance):
    electrode = Electrode(load(), tolerance=tolerance)

    def solve():
        state, times = electrode.pristine(), []
        for current, limit in HALF_CYCLES:
            segment = electrode.advance(state, Drive(current=current, duration=LONGEST, stop_voltage=limit))
            state = segment.end
            times.append(segment.duration)
        return times

    return solve


def half_cycle_starts():
    """Return the states at the start of each half-cycle.

    CVODE gets them, since it leaves an exhausted population below zero and cannot start from that.
    """
    electrode = Electrode(load())
    state, starts = electrode.pristine(), []
    for current, limit in HALF_CYCLES:
        starts.append(state.as_array())
        drive = Drive(current=current, duration=LONGEST, stop_voltage=limit)
        state = electrode.advance(state, drive).end
    return starts


def cvode_two_cycles(tolerance):
    from sksundae.cvode import CVODE

    parameters = load()
    rest = (parameters.as_array(), parameters.law_number(), parameters.law_array())
    flux, gradients = np.empty(5), np.empty((5, 6))
    starts = half_cycle_starts()
    scale = np.array([0.01, 0.01, 0.3, 0.3, 1.0, 300.0])

    def solver_for(current, limit):
        drive = np.array([0.0, current, 0.0, 298.15])
        sign = 1.0 if current > 0 else -1.0

        def rhs(t, y, yp):
            right_hand_side(y, *rest, drive, flux, yp)

        def jac(t, y, yp, out):
            jacobian(y, *rest, drive, gradients, out)

        def event(t, y, out):
            out[0] = sign * (y[4] - limit)

        event.terminal, event.direction = [True], [1]
        return CVODE(
            rhs,
            rtol=tolerance,
            atol=tolerance * scale,
            jacfn=jac,
            eventsfn=event,
            num_events=1,
            max_num_steps=100_000,
        )

    solvers = [solver_for(current, limit) for current, limit in HALF_CYCLES]

    def solve():
        times = []
        for solver, start in zip(solvers, starts, strict=True):
            solution = solver.solve(np.array([0.0, LONGEST]), start)
            if not solution.success:
                raise RuntimeError(solution.message)
            times.append(float(solution.t[-1]))
        return times

    return solve


def pybamm_two_cycles(tolerance):
    from benchmarks import pybamm_peer as peer

    model, solver = peer.lean_model(load()), peer.solver(tolerance)
    start = peer.inputs_of(Electrode(load()).pristine())
    drives = [(current, limit, 1.0 if current > 0 else -1.0, LONGEST) for current, limit in HALF_CYCLES]

    def solve():
        return [float(found.t[-1]) for found in peer.solve_in_turn(model, solver, drives, start)]

    return solve


def cpu_milliseconds(solve):
    """Median CPU time of a repeated solve, the first one left out."""
    spent = []
    for _ in range(REPEATS + 1):
        begin = time.process_time()
        solve()
        spent.append(1e3 * (time.process_time() - begin))
    return statistics.median(spent[1:])


def main():
    print("tolerance   solver   CPU ms   times lmct   capacities [mAh/g]")
    for tolerance in (1e-6, 1e-8):
        ours = None
        peers = {"lmct": lmct_two_cycles, "CVODE": cvode_two_cycles, "PyBaMM": pybamm_two_cycles}
        for name, make in peers.items():
            solve = make(tolerance)
            capacities = ", ".join(f"{20 * seconds / 3600:.3f}" for seconds in solve())
            spent = cpu_milliseconds(solve)
            ours = spent if ours is None else ours
            print(f"{tolerance:9.0e}   {name:7}{spent:9.2f}{spent / ours:11.1f}    {capacities}", flush=True)


if __name__ == "__main__":
    main()
