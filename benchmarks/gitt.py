"""GITT of 80 pulses (0.5 h at 20 mA/g, 8 h of rest) at 25 °C: lmct against PyBaMM, in CPU time.

26 pulses up, 22 down, 22 up, 10 down: none meets a voltage limit, so that PyBaMM may also be given the whole
protocol as one solve with a current that depends on time and a hard stop at each of its jumps. The other way
is a solve per step with an event, the state handed over as inputs. Both get one model, built once.
"""

from __future__ import annotations

import numpy as np

from benchmarks.measure import in_turn, ratios, spread, verdict
from lmct.electrode import Electrode, load
from lmct.protocol import charge, discharge, rest, run_protocol
from lmct.quantity.constants import HOUR

BLOCKS = (26, -22, 22, -10)
PULSES = [1 if block > 0 else -1 for block in BLOCKS for _ in range(abs(block))]
PULSE, REST = 0.5 * HOUR, 8.0 * HOUR
UPPER, LOWER = 4.8, 2.0
SPECIFIC_CURRENT = 20.0
ROUNDS = 9
TOLERANCE = 1e-6
TARGET = 5.0
AGREEMENT = 1e-3


def protocol():
    up = charge(specific_current=SPECIFIC_CURRENT, voltage=UPPER, duration=PULSE)
    down = discharge(specific_current=SPECIFIC_CURRENT, voltage=LOWER, duration=PULSE)
    return tuple(step for sign in PULSES for step in (up if sign > 0 else down, rest(REST)))


def ends_of_lmct(tolerance):
    """Return a function that gives the voltages at the ends of all steps."""
    electrode, steps = Electrode(load(), tolerance=tolerance), protocol()
    return lambda: np.array([segment.end.voltage for segment in run_protocol(electrode, steps).segments])


def current_per_unit(parameters):
    """Electrons per formula unit and second."""
    return SPECIFIC_CURRENT / parameters.mah_per_gram / HOUR


def ends_of_pybamm_steps(tolerance):
    from benchmarks import pybamm_peer as peer

    parameters = load()
    model, solve = peer.lean_model(parameters), peer.solver(tolerance)
    start, current = peer.inputs_of(Electrode(parameters).pristine()), current_per_unit(parameters)
    drives = [
        drive
        for sign in PULSES
        for limit in (UPPER if sign > 0 else LOWER,)
        for drive in ((sign * current, limit, sign, PULSE), (0.0, limit, sign, REST))
    ]

    def solved():
        return np.array([s.y[-1][-1] for s in peer.solve_in_turn(model, solve, drives, start)])

    return solved


def ends_of_pybamm_one_solve(tolerance):
    import pybamm

    from benchmarks import pybamm_peer as peer

    parameters = load()
    time = pybamm.t + 1e-3  # so that rounding at a stop cannot leave a pulse out
    number = pybamm.Floor(time / (PULSE + REST))
    sign, done = 1.0, 0
    for block in BLOCKS[:-1]:  # every block turns the sign
        done += abs(block)
        sign = sign * (1.0 - 2.0 * (number >= done))
    flows = time - number * (PULSE + REST) < PULSE
    current = current_per_unit(parameters) * sign * flows
    events = {"upper": lambda voltage: UPPER - voltage, "lower": lambda voltage: voltage - LOWER}
    model = peer.lean_model(parameters, current=current, events=events)
    solve, start = peer.solver(tolerance), peer.inputs_of(Electrode(parameters).pristine())
    stops = np.concatenate([[0.0], np.cumsum([PULSE, REST] * len(PULSES))])

    def solved():
        solution = solve.solve(model, stops, inputs=start)
        if solution.termination != "final time":
            raise RuntimeError(f"PyBaMM ended at {solution.termination}")
        return np.interp(stops[1:], solution.t, solution.y[-1])

    return solved


def main():
    exact = ends_of_lmct(1e-11)()
    met = [s.stopped_by for s in run_protocol(Electrode(load()), protocol()).steps].count("voltage")
    if met:
        raise RuntimeError(f"{met} pulses meet a voltage limit: shorten PULSES, or one solve cannot do it")
    rivals = {
        "lmct": ends_of_lmct(TOLERANCE),
        "PyBaMM, step by step": ends_of_pybamm_steps(TOLERANCE),
        "PyBaMM, one solve": ends_of_pybamm_one_solve(TOLERANCE),
    }
    spent = in_turn(rivals, ROUNDS)
    cpu = {name: [1e3 * times[0] for times in rows] for name, rows in spent.items()}
    print(f"{len(PULSES)} pulses, tolerance {TOLERANCE:g}, {ROUNDS} rounds: median (least-most)")
    print("solver                  CPU ms                     largest error at the end of a step")
    for name, action in rivals.items():
        error = np.abs(action() - exact).max()
        if not error < AGREEMENT:
            raise RuntimeError(f"{name} differs by {error} V")
        print(f"{name:22}  {spread(cpu[name], 1):25}  {1e6 * error:.3g} uV")
    for name in list(rivals)[1:]:
        print(verdict(f"{name} / lmct", ratios(cpu[name], cpu["lmct"]), TARGET))


if __name__ == "__main__":
    main()
