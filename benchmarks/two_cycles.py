"""Two cycles of the electrode, 20 mA/g between 4.8 and 2.0 V: lmct against PyBaMM and SUNDIALS CVODE.

The same equations, the same tolerance, CPU time of repeated solves in one run. PyBaMM gets its fast path: one
model built once, its IDAKLU solver with an event, the state handed over as inputs. CVODE gets lmct's own
compiled right-hand side and Jacobian. Printed are the median over repeats and its ratio to lmct.
"""

from __future__ import annotations

import os
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


def pybamm_model(parameters):
    """Build the same equations as a PyBaMM model; current, limit and start are inputs."""
    import pybamm

    p, law = parameters, parameters.lmct_parameters
    kt = 8.617333262145179e-05 * 298.15
    n, h, v = pybamm.Variable("n"), pybamm.Variable("p"), pybamm.Variable("V")
    current, limit, sign = (pybamm.InputParameter(name) for name in ("I", "limit", "sign"))
    y = n + h
    phi = -p.lithium_width * pybamm.log(1 - y / p.lithium_max)
    u_m = p.metal_potential + p.metal_metal * n + p.metal_oxygen * h + phi
    u_o = p.oxygen_potential + p.metal_oxygen * n + p.oxygen_oxygen * h + phi
    x, z, a = n / p.metal_holes_max, h / p.oxygen_holes_max, p.transfer_coefficient

    def couple(k, u, f):
        e = (v - u) / kt
        return k * ((1 - f) * pybamm.exp((1 - a) * e) - f * pybamm.exp(-a * e))

    i_m, i_o = couple(p.metal_rate, u_m, x), couple(p.oxygen_rate, u_o, z)
    force, lam = u_m - u_o, law["reorganization_energy"]
    barrier = (lam - force) ** 2 / (4 * lam) - law["lithium_slope"] * (y - law["lithium_reference"])
    k_f = law["attempt_frequency"] * pybamm.exp(-barrier / kt)
    r = p.metal_holes_max * k_f * (x * (1 - z) - z * (1 - x) * pybamm.exp(-force / kt))
    model = pybamm.BaseModel()
    model.rhs = {n: i_m - r, h: i_o + r, v: (current - i_m - i_o) / p.capacitance}
    starts = zip((n, h, v), ("n0", "p0", "V0"), strict=True)
    model.initial_conditions = {variable: pybamm.InputParameter(name) for variable, name in starts}
    model.events = [pybamm.Event("limit", sign * (limit - v))]
    model.variables = {"n": n, "p": h, "V": v}
    pybamm.Discretisation().process_model(model)
    return model


def pybamm_two_cycles(tolerance):
    os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")
    import pybamm

    parameters = load()
    model = pybamm_model(parameters)
    scale = np.array([0.01, 0.01, 1.0])
    solver = pybamm.IDAKLUSolver(rtol=tolerance, atol=tolerance * scale)
    start = Electrode(parameters).pristine()

    def solve():
        n, p, v, times = start.metal_holes, start.oxygen_holes, start.voltage, []
        for current, limit in HALF_CYCLES:
            inputs = {
                "I": current, "limit": limit, "sign": 1.0 if current > 0 else -1.0, "n0": n, "p0": p, "V0": v,
            }  # fmt: skip
            solution = solver.solve(model, [0.0, LONGEST], inputs=inputs)
            n, p, v = (float(row[-1]) for row in solution.y)
            times.append(float(solution.t[-1]))
        return times

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
