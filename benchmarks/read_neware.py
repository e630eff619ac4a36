"""Reading a 700 000-row Neware file: lmct (hash, units, cross-checks) against fastnda alone, in one run.

Run: python benchmarks/read_neware.py [FILE] [--repeats 9]. Prints times and ratio; exit 1 above 1.2.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
from pathlib import Path

import fastnda

from lmct.instrument.cycler import read

FILE = "cycling/fastnda_neware/BTS85-36-6-5-110-20240424.ndax"
LIMIT = 1.2


def seconds_of(action):
    """Wall and processor time of one call [s]."""
    wall, cpu = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - wall, time.process_time() - cpu


def compared(path, repeats):
    """Best of the alternating repeats of each reader, after one call of each that is not counted."""
    actions = {"fastnda": lambda: fastnda.read(path), "lmct": lambda: read(path)}
    times = {name: [] for name in actions}
    for repeat in range(repeats + 1):
        for name, action in actions.items():
            spent = seconds_of(action)
            if repeat:
                times[name].append(spent)
    best = {name: [min(column) for column in zip(*spent, strict=True)] for name, spent in times.items()}
    return {
        "file": path.name,
        "rows": read(path).rows,
        "repeats": repeats,
        "fastnda_wall_second": round(best["fastnda"][0], 4),
        "lmct_wall_second": round(best["lmct"][0], 4),
        "ratio_wall": round(best["lmct"][0] / best["fastnda"][0], 3),
        "ratio_cpu": round(best["lmct"][1] / best["fastnda"][1], 3),
        "limit": LIMIT,
    }


def main(arguments=()):
    root = Path(os.environ.get("LMCT_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=root / FILE)
    parser.add_argument("--repeats", type=int, default=9)
    options = parser.parse_args(arguments)
    logging.getLogger("fastnda").setLevel(logging.ERROR)
    result = compared(options.file, options.repeats)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
