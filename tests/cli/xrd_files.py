"""Pattern files for tests of ``lmct xrd``: simulated with true Voigt lines, written, then spoilt."""

from __future__ import annotations

import functools
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from lmct.instrument.diffraction import write_xye
from lmct.instrument.diffraction.pattern import DiffractionPattern
from lmct.material.crystal.library import load
from lmct.technique.diffraction.diffractometer import laboratory_copper
from lmct.technique.diffraction.simulation.pattern import simulate_pattern
from lmct.technique.diffraction.simulation.sample import Alignment, Background, Phase

CELL = 4.1437
DISPLACEMENT = 0.08
BEGIN = datetime(2026, 3, 1, 12, 0)

COPPER_HEAD = "# Wavelength1 (A) = 1.54056\n# Wavelength2 (A) = 1.54439\n# Line ratio = 0.5\n"


@functools.cache
def pattern(
    cell: float = CELL, seed: int = 3, counts: float = 8000.0, size: float = 20.0, strain: float = 1e-3
):
    """A rock salt in reflection, copper doublet, 34-90 deg."""
    return simulate_pattern(
        [Phase(crystal=load("li-ti-ni-o").with_cell(cell), size=size, microstrain=strain)],
        diffractometer=laboratory_copper(),
        two_theta=np.arange(34.0, 90.0, 0.04),
        alignment=Alignment(displacement=DISPLACEMENT),
        background=Background(coefficients=(300.0, -80.0, 20.0)),
        peak_counts=counts,
        random=np.random.default_rng(seed),
    )


def flat(seed: int = 1) -> np.ndarray:
    """Counts of a background without any line, at the angles of :func:`pattern`."""
    angles = pattern().two_theta
    return np.random.default_rng(seed).poisson(300.0 - 80.0 * (angles - 62.0) / 28.0).astype(float)


def write_columns(path: Path, *columns: np.ndarray, head: str = COPPER_HEAD) -> Path:
    """Write columns of numbers as text."""
    rows = (" ".join(f"{number:.8g}" for number in row) for row in zip(*columns, strict=True))
    path.write_text(head + "\n".join(rows) + "\n")
    return path


def write_good(path: Path, **more) -> Path:
    """Write a good pattern."""
    write_xye(pattern(**more), path)
    return path


def write_ramp(folder: Path, cells, *, spoil=None, counts: float = 3000.0) -> Path:
    """Write one pattern for each cell, ten minutes apart; ``spoil`` changes some of them."""
    folder.mkdir(parents=True)
    for place, cell in enumerate(cells):
        one = pattern(cell=float(cell), seed=100 + place, counts=counts)
        facts = {name: getattr(one, name) for name in ("wavelengths", "line_ratio", "radius")}
        begin = BEGIN + place * timedelta(minutes=10)
        dated = DiffractionPattern(
            one.two_theta,
            one.intensity,
            uncertainty=one.uncertainty,
            start_time=begin,
            end_time=begin + timedelta(minutes=9),
            **facts,
        )
        target = folder / f"scan_{place}.xye"
        if spoil and place in spoil:
            spoil[place](target, dated)
        else:
            write_xye(dated, target)
    return folder
