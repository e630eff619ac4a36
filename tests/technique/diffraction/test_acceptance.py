"""An operando ramp through files: simulated by other hands, written, read, refined by what a user runs."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from lmct.instrument import diffraction
from lmct.instrument.diffraction import write_xye
from lmct.material.crystal.library import load
from lmct.technique.diffraction.analyse import measure_sequence
from lmct.technique.diffraction.diffractometer import laboratory_copper
from lmct.technique.diffraction.request import request_from_options
from lmct.technique.diffraction.sequence.dataset import sequence_of_dataset
from lmct.technique.diffraction.simulation.pattern import simulate_pattern
from lmct.technique.diffraction.simulation.sample import Alignment, Background, Hump, Phase

pytestmark = pytest.mark.slow

COUNT, POINTS = 200, 3501
ANGLES = np.linspace(30.0, 100.0, POINTS)
BEGIN = datetime(2026, 3, 1, 8)

PHASE = np.linspace(-1.0, 1.0, COUNT)
CELLS = 4.111 + 0.033 * np.abs(PHASE)
DISPLACEMENTS = 0.10 + 0.025 * PHASE
STRAINS = 2e-3 - 1.5e-3 * np.abs(PHASE)
"""Ramp down and up, while the sample sinks and lines broaden in the middle [Å, mm, 1]."""


def write_ramp(folder, *, peak_counts, seed):
    """Write the ramp: true Voigt lines that broaden in the middle, background with a hump, Poisson counts."""
    folder.mkdir()
    salt = load("li-ti-ni-o")
    hump = Hump(centre=40.0, width=14.0, height=0.04 * peak_counts)
    for place, (cell, displacement) in enumerate(zip(CELLS, DISPLACEMENTS, strict=True)):
        pattern = simulate_pattern(
            [
                Phase(
                    crystal=salt.with_cell(float(cell)),
                    size=40.0,
                    microstrain=2e-3 - 1.5e-3 * abs(PHASE[place]),
                )
            ],
            diffractometer=laboratory_copper(),
            two_theta=ANGLES,
            alignment=Alignment(displacement=float(displacement)),
            background=Background(
                coefficients=tuple(peak_counts * np.array([0.08, -0.03, 0.01])), humps=(hump,)
            ),
            peak_counts=peak_counts,
            random=np.random.default_rng([seed, place]),
        )
        begin = BEGIN + place * timedelta(minutes=10)
        write_xye(replace(pattern, start_time=begin), folder / f"scan_{place:03d}.xye")
    return folder


def refined(folder, **options):
    """Return what a user gets of a folder, the CPU time of a pattern [s], and the pulls of the cell."""
    sequence = diffraction.read(folder)
    begin = time.process_time()
    measurement = measure_sequence(sequence, request_from_options(options))
    spent = (time.process_time() - begin) / COUNT
    found = sequence_of_dataset(measurement.dataset)
    value, uncertainty = found.column("a")
    return found, value - CELLS, uncertainty, spent


def test_blind_ramp_has_no_bias_and_honest_uncertainties(tmp_path):
    # 15 000 counts at the highest point: the standard error of the bias is below 1e-5 Å.
    folder = write_ramp(tmp_path / "scans", peak_counts=15_000.0, seed=1)
    found, error, uncertainty, _ = refined(folder, humps=[[40.0, 6.0]])
    pulls = error / uncertainty
    assert uncertainty.mean() / np.sqrt(COUNT) < 1e-5
    assert abs(error.mean()) < 3e-5
    assert 0.9 < np.sqrt(np.mean(pulls**2)) < 1.1
    for probability, factor in ((0.68, 0.9945), (0.95, 1.96)):
        tolerance = 3.0 * np.sqrt(probability * (1.0 - probability) / COUNT)
        assert np.mean(np.abs(pulls) < factor) == pytest.approx(probability, abs=tolerance)
    half = COUNT // 2
    assert abs(error[:half].mean() - error[half:].mean()) < 3.0 * error.std() * 2.0 / np.sqrt(COUNT)
    assert not [scan for scan in found.scans if scan.flags]


def test_blind_ramp_with_the_counts_of_a_laboratory_and_default_options(tmp_path):
    folder = write_ramp(tmp_path / "scans", peak_counts=4_000.0, seed=2)
    _, error, uncertainty, seconds = refined(folder)
    pulls = error / uncertainty
    assert seconds < 0.25  # of CPU, an order above what the benchmark measures on a quiet machine
    assert abs(error.mean()) < 3e-5 + 2.0 * error.std() / np.sqrt(COUNT)
    assert 0.9 < np.sqrt(np.mean(pulls**2)) < 1.1
