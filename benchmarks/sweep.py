"""1,000 parameter sets of two cycles: lmct's sweep against a PyBaMM loop on the same worker processes.

PyBaMM gets one model a process, built before the clock starts, with the varied parameters as inputs: in a
loop set by set, and in lists of sets, half-cycle by half-cycle. It runs fewer sets; its times are SCALED.
lmct's times hold what its sweep computes besides: capacities, mean voltages, the energy budget of each set.
Scaling is compared with that of a bare loop in the same round, for other people may use the processors too.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import statistics
import time
from concurrent.futures import ProcessPoolExecutor

from benchmarks.measure import ratios, spread, verdict
from lmct.electrode import Electrode, load
from lmct.protocol import galvanostatic
from lmct.protocol.cycle_numbers import cycle_numbers
from lmct.protocol.parameter_space import Range, sample
from lmct.protocol.parameter_sweep import parameter_sweep
from lmct.quantity.constants import HOUR

SETS = 1000
PEER_SETS = 50
PROCESSES = (1, 2)
ROUNDS = 5
TOLERANCE = 1e-6
TARGET = 20.0
LINEAR = 0.9
BARE_LOOP = 30_000_000
LONGEST = 1e6
AGREEMENT = 0.5


def parameter_sets():
    """Four parameters around the shipped set; the same sets in every process."""
    base = load()
    around = {
        "metal_potential": Range(low=base.metal_potential - 0.05, high=base.metal_potential + 0.05),
        "oxygen_potential": Range(low=base.oxygen_potential - 0.05, high=base.oxygen_potential + 0.05),
        "metal_metal": Range(low=0.95 * base.metal_metal, high=1.05 * base.metal_metal),
        "metal_rate": Range(low=0.5 * base.metal_rate, high=2.0 * base.metal_rate, logarithmic=True),
    }
    return sample(around, count=SETS, seed=1)


def numbers_and_clock(run):
    """Return what a sweep keeps, and the process with the CPU time it has used so far [s]."""
    return cycle_numbers(run) | {"process": os.getpid(), "cpu": time.process_time()}


def lmct_sweep(pool):
    """Wall and CPU time [s] of the sweep, and the discharge capacities."""
    wall, cpu = time.perf_counter(), time.process_time()
    sweep = parameter_sweep(galvanostatic(), parameter_sets(), numbers=numbers_and_clock, executor=pool)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if sweep.failed:
        raise RuntimeError(f"{len(sweep.failed)} sets failed: {sweep.failed[0].error}")
    clocks = {}
    for outcome in sweep.outcomes:
        clocks.setdefault(outcome.numbers["process"], []).append(outcome.numbers["cpu"])
    for times in clocks.values():  # the clock of the first set runs from its end; add an average set for it
        cpu += (max(times) - min(times)) * len(times) / (len(times) - 1)
    return wall, cpu, [outcome.numbers["discharge_capacity"] for outcome in sweep.outcomes]


@functools.cache
def peer_model():
    """PyBaMM's model and solver of this process."""
    from benchmarks import pybamm_peer as peer

    return peer.lean_model(load(), varied=tuple(parameter_sets()[0])), peer.solver(TOLERANCE)


def half_cycles():
    current = 20.0 / load().mah_per_gram / HOUR
    return [(current, 4.8, 1.0, LONGEST), (-current, 2.0, -1.0, LONGEST)] * 2


def starts_of(changes):
    from benchmarks import pybamm_peer as peer

    return [peer.inputs_of(Electrode(load().replace(**change)).pristine()) for change in changes]


def peer_loop(changes):
    """CPU time [s] and discharge capacities of some sets, one after the other."""
    from benchmarks import pybamm_peer as peer

    (model, solve), begin, last = peer_model(), time.process_time(), []
    for change, start in zip(changes, starts_of(changes), strict=True):
        last.append(peer.solve_in_turn(model, solve, half_cycles(), start, change)[-1])
    return time.process_time() - begin, [20.0 * solution.t[-1] / HOUR for solution in last]


def peer_lists(changes):
    """Do the same with all sets of a half-cycle in one call."""
    from benchmarks import pybamm_peer as peer

    (model, solve), begin = peer_model(), time.process_time()
    last = peer.solve_lists(model, solve, half_cycles(), starts_of(changes), changes)[-1]
    return time.process_time() - begin, [20.0 * solution.t[-1] / HOUR for solution in last]


def peer_sweep(work, pool, processes):
    """Wall and CPU time [s] SCALED to all sets, and the capacities of those that were run."""
    chosen = parameter_sets()[:PEER_SETS]
    wall = time.perf_counter()
    found = list(pool.map(work, [chosen[place::processes] for place in range(processes)]))
    scale = SETS / PEER_SETS
    wall = scale * (time.perf_counter() - wall)
    capacities = [0.0] * PEER_SETS
    for place, (_, some) in enumerate(found):
        capacities[place::processes] = some
    return wall, scale * sum(cpu for cpu, _ in found), capacities


def count_to(number):
    """Add up squares: work that needs neither memory nor another process."""
    total = 0
    for place in range(number):
        total += place * place
    return total


def bare_loop(pool, processes):
    """Return the wall time [s] of a fixed number of additions, shared by the processes."""
    wall = time.perf_counter()
    parts = 4 * processes
    list(pool.map(count_to, [BARE_LOOP // parts] * parts))
    return time.perf_counter() - wall


def workers(processes):
    """Worker processes in which everything has run once."""
    pool = ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))
    for _ in range(3):
        list(pool.map(warm, [0.5] * processes))
    return pool


def warm(seconds):
    """Run everything once, and stay busy so long that another process takes the next call."""
    begin = time.perf_counter()
    few = parameter_sets()[:2]
    parameter_sweep(galvanostatic(), few)
    peer_loop(few)
    peer_lists(few)
    while time.perf_counter() - begin < seconds:
        time.sleep(0.01)


def measured():
    """Return the times of all rivals, (rival, processes) -> list of (wall, CPU), and their largest errors."""
    exact = parameter_sweep(galvanostatic(), parameter_sets()[:PEER_SETS], tolerance=1e-10)
    exact = [outcome.numbers["discharge_capacity"] for outcome in exact.outcomes]
    pools = {processes: workers(processes) for processes in PROCESSES}
    spent, errors = {}, {}
    for _ in range(ROUNDS):
        for processes, pool in pools.items():
            spent.setdefault(("bare loop", processes), []).append((bare_loop(pool, processes), 0.0))
            found = {"lmct": lmct_sweep(pool)}
            for name, work in (("PyBaMM loop", peer_loop), ("PyBaMM lists", peer_lists)):
                found[name] = peer_sweep(work, pool, processes)
            for name, (*times, capacities) in found.items():
                spent.setdefault((name, processes), []).append(times)
                errors[name] = max(abs(a - b) for a, b in zip(capacities, exact, strict=False))
                if not errors[name] < AGREEMENT:
                    raise RuntimeError(f"{name} is wrong by {errors[name]} mAh/g")
    for pool in pools.values():
        pool.shutdown()
    return spent, errors


def main():
    spent, errors = measured()
    print(
        f"{SETS} sets; PyBaMM ran {PEER_SETS}, its times are scaled; tolerance {TOLERANCE:g}; {ROUNDS} rounds"
    )
    words = ", ".join(f"{name} {error:.1e}" for name, error in errors.items())
    print(f"largest error of a discharge capacity [mAh/g]: {words}; times: median (least-most)")
    print("rival          processes  wall s                   CPU s                    CPU ms per set")
    for (name, processes), times in spent.items():
        if name == "bare loop":
            continue
        wall, cpu = zip(*times, strict=True)
        each = 1e3 * statistics.median(cpu) / SETS
        print(f"{name:14} {processes:9}  {spread(wall):23}  {spread(cpu):23}  {each:.2f}")
    for processes in PROCESSES:
        for peer in ("PyBaMM loop", "PyBaMM lists"):
            for name, place in (("CPU", 1), ("wall", 0)):
                ours, theirs = ([times[place] for times in spent[who, processes]] for who in ("lmct", peer))
                print(
                    verdict(f"{peer} / lmct, {name}, {processes} process(es)", ratios(theirs, ours), TARGET)
                )
    ours, bare = (
        ratios(*([times[0] for times in spent[name, processes]] for processes in PROCESSES))
        for name in ("lmct", "bare loop")
    )
    print(f"wall with 1 process / with 2: lmct {spread(ours)}, bare loop {spread(bare)};", end=" ")
    print(f"load average {os.getloadavg()[0]:.1f}")
    print(verdict("lmct's scaling over that of the bare loop", ratios(ours, bare), LINEAR))


if __name__ == "__main__":
    main()
