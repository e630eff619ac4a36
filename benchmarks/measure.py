"""How times are taken: one call of each rival in turn, many rounds, the first of which does not count."""

from __future__ import annotations

import statistics
import time


def in_turn(rivals, rounds):
    """Return CPU and wall time of each rival in every round [s]: name -> list of (cpu, wall).

    Other work on the machine then hits all of them alike.
    """
    spent = {name: [] for name in rivals}
    for number in range(rounds + 1):
        for name, action in rivals.items():
            wall, cpu = time.perf_counter(), time.process_time()
            action()
            times = time.process_time() - cpu, time.perf_counter() - wall
            if number:
                spent[name].append(times)
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
