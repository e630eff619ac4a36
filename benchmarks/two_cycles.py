"""Two cycles of the electrode, 20 mA/g between 4.8 and 2.0 V: lmct against PyBaMM and SUNDIALS CVODE.

The same equations, the same tolerance, CPU time of repeated solves in one run, the rivals in turn. PyBaMM
gets its fast path: one model built once, its IDAKLU solver with an event, the state handed over as inputs.
CVODE gets lmct's own compiled right-hand side and Jacobian. Printed is the median over rounds and its ratio
to lmct.
"""

from __future__ import annotations

import functools

import numpy as np

from benchmarks.measure import in_turn, ratios, spread
from lmct.electrode import Drive, Electrode, load
from lmct.electrode.jacobian import jacobian
from lmct.electrode.rates import flux_count, right_hand_side

CURRENT = 20e-3 * 82.690 / 96485.33212
MAH_PER_SECOND = 20 / 3600
HALF_CYCLES = [(CURRENT, 4.8), (-CURRENT, 2.0)] * 2
ROUNDS = 7
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


@functools.cache
def half_cycle_starts():
    """Return the states at the start of each half-cycle.

    CVODE gets them, since it leaves an exhausted population below zero and cannot start from that.
    """
    electrode = Electrode(load())
    state, starts = electrode.pristine(), []
    for current, limit in HALF_CYCLES:
        starts.append(state.as_inner(electrode.model))
        drive = Drive(current=current, duration=LONGEST, stop_voltage=limit)
        state = electrode.advance(state, drive).end
    return starts


def cvode_two_cycles(tolerance):
    from sksundae.cvode import CVODE

    model, cooling = Electrode(load()).model, -1.0 / load().thermal_time
    flux = np.empty(flux_count(model))
    work = np.empty((len(flux), 6)), np.empty((1, 5, 6)), np.empty((1, 2))
    scale = np.array([0.01, 0.01, 0.3, 0.3, 1.0, 300.0, 1.0])

    def solver_for(current, limit):
        drive = np.array([0.0, current, 0.0, 298.15])
        sign = 1.0 if current > 0 else -1.0

        def rhs(t, y, yp):
            right_hand_side(y, model, drive, flux, yp)

        def jac(t, y, yp, out):  # n, p, d, o2, V, T and the voltage at the terminals, which follows V
            jacobian(y, model, drive, *work)
            out[:5, :6] = work[1][0]
            out[5, 5] = cooling
            out[6] = out[4]

        def event(t, y, out):
            out[0] = sign * (y[6] - limit)

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
        for solver, start in zip(solvers, half_cycle_starts(), strict=True):
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


def main():
    exact = np.array(lmct_two_cycles(1e-11)())
    print(
        "tolerance   solver   CPU ms                times lmct           largest error of a capacity [mAh/g]"
    )
    for tolerance in (1e-6, 1e-8):
        makers = {"lmct": lmct_two_cycles, "CVODE": cvode_two_cycles, "PyBaMM": pybamm_two_cycles}
        rivals = {name: make(tolerance) for name, make in makers.items()}
        spent = in_turn(rivals, ROUNDS)
        cpu = {name: [1e3 * used for used, _ in times] for name, times in spent.items()}
        for name, solve in rivals.items():
            error = MAH_PER_SECOND * np.abs(np.array(solve()) - exact).max()
            times = spread(ratios(cpu[name], cpu["lmct"]), 1)
            print(f"{tolerance:9.0e}   {name:7}  {spread(cpu[name]):20}  {times:20} {error:.1e}", flush=True)


if __name__ == "__main__":
    main()
