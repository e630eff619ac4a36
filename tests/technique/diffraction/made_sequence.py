"""An operando sequence with its cell, from formulas alone: the truth that the analyses must find."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
import xarray as xr

from lmct.quantity.value import Value
from lmct.technique.contract import Measurement
from lmct.technique.diffraction.refined import RefinedScan, RefinedSequence
from lmct.technique.diffraction.sequence.dataset import dataset_of_sequence

BEGIN = datetime(2025, 7, 2, 8)
MASS, MOLAR_MASS, CURRENT = 0.010, 82.69, 2.0e-4
"""10 mg at 20 mA/g."""

METAL_SLOPE, OXYGEN_SLOPE, CHANGE = -0.075, -0.008, 0.36
"""On charge: Å f.u. below and above this lithium content."""

BACK_SLOPE, BACK_CHANGE, DEPTH = -0.062, 0.40, 0.80
"""On discharge the lattice grows from its lowest value until this content, then stays."""

SPREAD, SCAN = 1.6e-4, 600.0
WAVELENGTH = 1.54056


def half_cycle_seconds() -> float:
    """Time in which 20 mA/g moves DEPTH lithium per formula unit."""
    return DEPTH * 96485.33 / MOLAR_MASS / (CURRENT / MASS)


def lithium_at(time: np.ndarray) -> np.ndarray:
    phase = np.mod(time / half_cycle_seconds(), 2.0)
    return DEPTH * np.where(phase <= 1.0, phase, 2.0 - phase)


def lattice_at(time: np.ndarray) -> np.ndarray:
    """Two equal cycles: every discharge ends where the next charge begins, the gap closes in a last bend."""
    x, charging = lithium_at(time), np.mod(time / half_cycle_seconds(), 2.0) <= 1.0
    up = 4.144 + METAL_SLOPE * np.minimum(x, CHANGE) + OXYGEN_SLOPE * np.maximum(x - CHANGE, 0.0)
    lowest = 4.144 + METAL_SLOPE * CHANGE + OXYGEN_SLOPE * (DEPTH - CHANGE)
    down = lowest + BACK_SLOPE * (np.maximum(x, BACK_CHANGE) - DEPTH)
    down = down + (4.144 - lowest - BACK_SLOPE * (BACK_CHANGE - DEPTH)) * np.maximum(1 - x / BACK_CHANGE, 0.0)
    return np.where(charging, up, down)


def intensity_of(lattice: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """111, 200 and 220 lines of a rock salt on a falling background, in intervals of 0.1 deg."""
    angle = np.arange(30.0, 70.0, 0.1)
    rows = np.tile(200.0 * np.exp(-angle / 30.0), (len(lattice), 1))
    for root, height in ((np.sqrt(3.0), 250.0), (2.0, 1000.0), (np.sqrt(8.0), 500.0)):
        centre = 2.0 * np.degrees(np.arcsin(WAVELENGTH * root / (2.0 * lattice)))
        rows += height / (1.0 + ((angle[None, :] - centre[:, None]) / 0.18) ** 2)
    return angle, rows


def made_sequence(
    time: np.ndarray,
    lattice: np.ndarray,
    *,
    seed: int = 1,
    flags: Mapping[int, tuple[str, ...]] | None = None,
    temperature: np.ndarray | None = None,
) -> RefinedSequence:
    draw = np.random.default_rng(seed)
    noisy = lattice + draw.normal(0.0, SPREAD, len(lattice))
    scans = tuple(
        RefinedScan(
            index=k,
            file=f"scan_{k:04d}.xye",
            scan=0,
            values={"a": Value(float(noisy[k]), SPREAD, "Å")},
            counting_uncertainty={"a": SPREAD},
            goodness_of_fit=1.0,
            weighted_residual=0.06,
            start_time=BEGIN + timedelta(seconds=float(time[k]) - SCAN / 2),
            end_time=BEGIN + timedelta(seconds=float(time[k]) + SCAN / 2),
            temperature=None if temperature is None else float(temperature[k]),
            flags=(flags or {}).get(k, ()),
        )
        for k in range(len(time))
    )
    angle, intensity = intensity_of(lattice)
    return RefinedSequence(scans, angle, intensity, WAVELENGTH, "made")


def made_operando(*, scans: int = 160, seed: int = 1, **more: object) -> RefinedSequence:
    time = np.linspace(SCAN, 4 * half_cycle_seconds() - SCAN, scans)
    return made_sequence(time, lattice_at(time), seed=seed, **more)  # type: ignore[arg-type]


def made_cell(*, cycles: int = 2, rest: float = 0.0) -> xr.Dataset:
    """What the analysis of the cycler file keeps, with rows every 30 s."""
    whole = 2 * cycles * half_cycle_seconds()
    time = np.arange(0.0, whole + rest, 30.0)
    charging = np.mod(time / half_cycle_seconds(), 2.0) <= 1.0
    current = np.where(time > whole, 0.0, np.where(charging, CURRENT, -CURRENT))
    x = lithium_at(np.minimum(time, whole))
    voltage = np.where(charging, 3.6 + 1.2 * x / DEPTH, 2.0 + 2.2 * (x / DEPTH) ** 2)
    rows = {
        "time": ("row", time, {"units": "s"}),
        "voltage": ("row", voltage, {"units": "V"}),
        "current": ("row", current, {"units": "A"}),
    }
    attributes = {
        "start_time": BEGIN.isoformat(),
        "active_mass_gram": MASS,
        "mass_relative_uncertainty": 0.01,
    }
    return xr.Dataset(rows, attrs=attributes)


def measured(name: str, technique: str, dataset: xr.Dataset, sample: str = "one") -> Measurement:
    return Measurement(name, sample, technique, {}, dataset, (), f"{name}.dat", f"hash of {name}")


def made_measurements(sequence: RefinedSequence | None = None) -> tuple[Measurement, Measurement]:
    return (
        measured("operando", "diffraction", dataset_of_sequence(sequence or made_operando())),
        measured("cell", "electrochemistry", made_cell()),
    )
