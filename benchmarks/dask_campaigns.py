"""A thousand small campaigns on two Dask workers: efficiency, and the same numbers when a worker is killed.

A campaign is a titration, an open-circuit relaxation and a rest of cells whose rates, masses and readings
have random errors. One process does all of them, then two plain processes half each without talking to
anybody, then two workers, then two workers of which one is killed half-way. What two processors can do at
best is what the two plain processes do: processors that share caches and memory do less than twice the work
of one. Four ratios are printed: of wall times to both of these ideals; the share of their time that the
workers spend in campaigns; and CPU time of one process over that of the workers and the client.
"""

from __future__ import annotations

import math
import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from lmct.electrode import Electrode, load
from lmct.execution import finished_tasks, open_executor, run_tasks
from lmct.protocol import Portion, open_circuit_relaxation, run_protocol, titration

CAMPAIGNS = 1000
SEED = 20221
TARGET = 0.85
RATE_ERROR, MASS_ERROR, VOLTAGE_ERROR = 0.05, 0.02, 1e-3
PORTIONS = (
    Portion(in_cycling=True),
    *(Portion(hold_temperature=kelvin, hold_time=86400.0) for kelvin in (333.15, 373.15, 413.15)),
)
EXPERIMENTS = (
    *(titration(portion) for portion in PORTIONS),
    open_circuit_relaxation(rest_time=14 * 86400.0, discharge_voltage=2.0),
    open_circuit_relaxation(charge_voltage=4.5, rest_time=86400.0),
)


def campaign(barrier, random):
    """Return capacities and last voltages of every experiment at some reorganisation energy [eV].

    The numbers come first; process, wall time and CPU time [s] are what the ratios are made of.
    """
    wall, cpu = time.perf_counter(), time.process_time()
    found = []
    base = load()
    for steps in EXPERIMENTS:
        metal, oxygen = np.exp(RATE_ERROR * random.standard_normal(2))
        cell = base.replace(
            metal_rate=base.metal_rate * metal,
            oxygen_rate=base.oxygen_rate * oxygen,
            reorganization_energy=barrier,
        )
        mass = 1.0 + MASS_ERROR * random.standard_normal()
        for one in run_protocol(Electrode(cell), steps).steps:
            reading = one.end_voltage + VOLTAGE_ERROR * random.standard_normal()
            found += [one.capacity_mah_g * mass, reading]
    return tuple(found), os.getpid(), time.perf_counter() - wall, time.process_time() - cpu


def numbers(results):
    """Return the numbers of all campaigns without who did them."""
    return {key: found for key, (found, _, _, _) in results.items()}


def timed(action):
    """Return what an action gives, its wall time, and its CPU time in this process [s]."""
    wall, cpu = time.perf_counter(), time.process_time()
    return action(), time.perf_counter() - wall, time.process_time() - cpu


def half(tasks):
    """Do some campaigns in this process, as one of two."""
    return run_tasks(campaign, tasks, executor=None, seed=SEED)


def side_by_side(tasks, pool):
    """Return the results of all tasks, half from each of two processes that never wait for each other."""
    keys = list(tasks)
    halves = [{key: tasks[key] for key in keys[first::2]} for first in (0, 1)]
    return {key: one for found in pool.map(half, halves) for key, one in found.items()}


def with_a_death(tasks, executor):
    """Return the results of all tasks; half-way a worker gets SIGKILL."""
    found = {}
    for key, result in finished_tasks(campaign, tasks, executor=executor, seed=SEED):
        found[key] = result
        if len(found) == len(tasks) // 2:
            os.kill(result[1], signal.SIGKILL)
    return found


def main(count=CAMPAIGNS):
    barriers = np.linspace(3.9, 4.1, count)
    tasks = {f"campaign {k}": float(barrier) for k, barrier in enumerate(barriers)}
    run_tasks(campaign, {"warm": 4.0}, executor=None, seed=SEED)
    alone, wall_alone, cpu_alone = timed(lambda: run_tasks(campaign, tasks, executor=None, seed=SEED))
    print(
        f"one process: {count} campaigns, {wall_alone:.1f} s wall, {1e3 * cpu_alone / count:.1f} ms CPU each"
    )
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        side_by_side({f"warm {k}": 4.0 for k in range(40)}, pool)
        _, wall_plain, _ = timed(lambda: side_by_side(tasks, pool))
    print(f"two plain processes: {wall_plain:.1f} s wall")
    with open_executor("dask:local:2") as executor:
        run_tasks(campaign, {f"warm {k}": 4.0 for k in range(40)}, executor=executor, seed=SEED)
        two, wall, cpu_client = timed(lambda: run_tasks(campaign, tasks, executor=executor, seed=SEED))
        killed, wall_killed, _ = timed(lambda: with_a_death(tasks, executor))
    inside = math.fsum(result[2] for result in two.values())
    cpu = math.fsum(result[3] for result in two.values()) + cpu_client
    efficiency = {
        "wall time of two plain processes / that of two workers": wall_plain / wall,
        "wall time of one process / (2 x that of two workers)": wall_alone / (2 * wall),
        "share of their time that workers are in campaigns": inside / (2 * wall),
        "CPU of one process / CPU of workers and client": cpu_alone / cpu,
    }
    print(f"two workers: {wall:.1f} s wall, client and scheduler {cpu_client:.1f} s CPU")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    for name, value in efficiency.items():
        print(f"{name}: {value:.2f}, target {TARGET}: {'met' if value >= TARGET else 'MISSED'}")
    print(f"same numbers: {'yes' if numbers(two) == numbers(alone) else 'NO'}")
    hands = len({result[1] for result in killed.values()})
    same = "yes" if numbers(killed) == numbers(alone) else "NO"
    print(f"one worker killed half-way: {wall_killed:.1f} s wall, {hands} processes, same numbers: {same}")


if __name__ == "__main__":
    main()
