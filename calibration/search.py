"""Derive an electrode parameter set from targets.toml: search, residuals, correlations, flat directions.

    python -m calibration.search --seconds 600 --seed 1 --out calibration/result.json

Global search by differential evolution (Storn & Price 1997), then least squares. The result holds the
parameters, the residual of every target and, from the Jacobian at the end, correlations and the directions
that the targets leave flat.
"""

from __future__ import annotations

import argparse
import json
import time
import tomllib
from pathlib import Path

import numpy as np
from scipy.optimize import differential_evolution, least_squares

from calibration.observables import observables
from lmct.electrode import load
from lmct.quantity.errors import LmctError

TARGETS = tomllib.loads((Path(__file__).parent / "targets.toml").read_text("utf-8"))
FAILED = 100.0
"""Residual of a set that cannot be simulated [tolerances]."""

BOUNDS = {
    "metal_holes_max": (0.36, 0.50),
    "oxygen_holes_max": (0.5, 1.3),
    "metal_potential": (3.3, 3.9),
    "metal_metal": (0.3, 1.4),
    "metal_oxygen": (-0.6, 0.6),
    "oxygen_potential": (2.9, 3.9),
    "oxygen_oxygen": (-0.5, 0.6),
    "lithium_width": (0.05, 0.35),
    "lithium_max": (0.76, 1.1),
    "metal_rate": (3e-7, 3e-5),
    "oxygen_rate": (1e-20, 1e-12),
    "attempt_frequency": (1e10, 1e14),
    "reorganization_energy": (2.0, 8.0),
    "lithium_slope": (0.0, 2.5),
    "metal_activation": (0.2, 0.6),
    "oxygen_activation": (0.4, 1.3),
    "transfer_coefficient": (0.35, 0.72),
}
LOGARITHMIC = {"metal_rate", "oxygen_rate", "attempt_frequency"}


def to_parameters(position):
    """Turn a position in the unit cube into parameters."""
    values = {}
    for share, (name, (low, high)) in zip(position, BOUNDS.items(), strict=True):
        if name in LOGARITHMIC:
            low, high = np.log(low), np.log(high)
        value = low + float(np.clip(share, 0.0, 1.0)) * (high - low)
        values[name] = float(np.exp(value)) if name in LOGARITHMIC else float(value)
    return load("li-ti-ni-o").replace(**values)


def to_position(parameters):
    """Turn parameters into a position in the unit cube."""
    position = []
    for name, (low, high) in BOUNDS.items():
        value = parameters.lmct_parameters.get(name, getattr(parameters, name, None))
        if name in LOGARITHMIC:
            value, low, high = np.log(value), np.log(low), np.log(high)
        position.append((value - low) / (high - low))
    return np.clip(position, 0.0, 1.0)


def residuals(parameters):
    """Return the residual of every target in tolerances."""
    try:
        found = observables(parameters)
    except (LmctError, np.linalg.LinAlgError):
        return np.full(len(TARGETS), FAILED)
    return np.array([residual(found[name], target) for name, target in TARGETS.items()])


def residual(value, target):
    """Return how far a number misses its target, in tolerances; zero inside limits."""
    if "value" in target:
        miss = value - target["value"]
    else:
        low, high = target.get("above", -np.inf), target.get("below", np.inf)
        miss = min(0.0, value - low) + max(0.0, value - high)
    scaled = miss / target["tolerance"]
    return float(np.clip(scaled, -FAILED, FAILED)) if np.isfinite(scaled) else FAILED


def cost(position):
    """Sum of squares, softened so that one hopeless target does not decide."""
    squares = residuals(to_parameters(position)) ** 2
    return float(np.sum(100.0 * np.log1p(squares / 100.0)))


def search(seconds, seed, start):
    """Search globally for so long, then polish."""
    end = time.time() + seconds
    best = differential_evolution(
        cost,
        [(0.0, 1.0)] * len(BOUNDS),
        x0=start,
        rng=np.random.default_rng(seed),
        popsize=4,
        maxiter=10**6,
        mutation=(0.4, 0.9),
        recombination=0.8,
        tol=1e-10,
        polish=False,
        callback=lambda intermediate_result: time.time() > end,
    )
    polished = least_squares(
        lambda position: residuals(to_parameters(position)),
        np.clip(best.x, 1e-6, 1 - 1e-6),
        bounds=(0.0, 1.0),
        diff_step=1e-3,
        max_nfev=40,
        loss="cauchy",
        f_scale=10.0,
    )
    if cost(polished.x) > best.fun:
        polished.x = best.x
    return polished


def report(solution):
    """Return parameters, residuals and what the targets leave open."""
    parameters = to_parameters(solution.x)
    found = observables(parameters)
    _, singular, right = np.linalg.svd(solution.jac, full_matrices=False)
    covariance = (right.T / np.maximum(singular, 1e-3) ** 2) @ right
    deviation = np.sqrt(np.diag(covariance))
    names = list(BOUNDS)
    correlation = covariance / np.outer(deviation, deviation)
    strong = [
        {"pair": [names[i], names[j]], "correlation": round(float(correlation[i, j]), 3)}
        for i in range(len(names))
        for j in range(i)
        if abs(correlation[i, j]) > 0.9
    ]
    flat = [
        {name: round(float(share), 2) for name, share in zip(names, row, strict=True) if abs(share) > 0.2}
        for row, size in zip(right, singular, strict=True)
        if size < 1.0
    ]
    return {
        "parameters": {
            name: parameters.lmct_parameters.get(name, getattr(parameters, name, None)) for name in BOUNDS
        },
        "at_a_bound": [n for n, s in zip(names, solution.x, strict=True) if not 0.005 < s < 0.995],
        "cost": float(np.sum(residuals(parameters) ** 2)),
        "targets": {
            name: {"found": found[name], "residual": residual(found[name], target), "line": target["line"]}
            for name, target in TARGETS.items()
        },
        "strong_correlations": strong,
        "flat_directions": flat,
    }


def main():
    """Run the search from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="result of an earlier search to go on from")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "result.json")
    options = parser.parse_args()
    start = to_position(load("li-ti-ni-o"))
    if options.start:
        start = to_position(load("li-ti-ni-o").replace(**json.loads(options.start.read_text())["parameters"]))
    result = report(search(options.seconds, options.seed, start))
    options.out.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(f"cost {result['cost']:.1f}, at a bound: {', '.join(result['at_a_bound']) or 'none'}")
    for name, row in result["targets"].items():
        print(f"{name:36} {row['found']:10.4f} {row['residual']:+7.2f}")


if __name__ == "__main__":
    main()
