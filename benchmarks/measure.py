"""How times are taken: the rivals in turn, many rounds, each turn long enough that caches are warm."""

from __future__ import annotations

import statistics
import time

TIMED = 0.1
"""CPU time that a rival gets in every round, at least [s]."""


def in_turn(rivals, rounds):
    """Return CPU and wall time of one call of each rival in every round [s]: name -> list of (cpu, wall).

    The rivals alternate, so that other work on the machine hits all of them alike. In its turn each is called
    once without being timed, and then again and again for a while.
    """
    spent = {name: [] for name in rivals}
    for action in rivals.values():
        action()
    for _ in range(rounds):
        for name, action in rivals.items():
            action()
            calls, wall, cpu = 0, time.perf_counter(), time.process_time()
            while calls == 0 or time.process_time() - cpu < TIMED:
                action()
                calls += 1
            used = time.process_time() - cpu, time.perf_counter() - wall
            spent[name].append(tuple(seconds / calls for seconds in used))
    return spent


def spread(values, digits=2):
    """Return the median, and in brackets the least and the most."""
    middle = statistics.median(values)
    return f"{middle:.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def ratios(peer, ours):
    """Return the peer's over our value, round by round."""
    return [theirs / own for theirs, own in zip(peer, ours, strict=True)]


def verdict(name, values, target):
    """Return one line: the median ratio against its target."""
    middle = statistics.median(values)
    return f"{name}: {spread(values, 1)} times, target {target}: {'met' if middle >= target else 'MISSED'}"
