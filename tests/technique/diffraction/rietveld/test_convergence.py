"""Good patterns must be refined: a refusal of a good pattern costs a user as much as a wrong number."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.material.crystal.library import load
from lmct.quantity.assessment import Assessment
from lmct.technique.diffraction.diffractometer import laboratory_copper
from lmct.technique.diffraction.engine_choice import engine_for
from lmct.technique.diffraction.request import RefinementRequest
from lmct.technique.diffraction.simulation.pattern import simulate_pattern
from lmct.technique.diffraction.simulation.sample import Alignment, Background, Phase

CELL = 4.1437


def ordinary(seed):
    """A rock salt of 20 nm in reflection, 8000 counts at its highest point."""
    return simulate_pattern(
        [Phase(crystal=load("li-ti-ni-o").with_cell(CELL), size=20.0, microstrain=1e-3)],
        diffractometer=laboratory_copper(),
        two_theta=np.arange(34.0, 90.0, 0.04),
        alignment=Alignment(displacement=0.08),
        background=Background(coefficients=(300.0, -80.0, 20.0)),
        peak_counts=8000.0,
        random=np.random.default_rng(seed),
    )


@pytest.mark.slow
def test_ordinary_patterns_are_refined():
    refused, pulls = [], []
    for seed in range(30):
        pattern = ordinary(seed)
        result = engine_for(RefinementRequest(), pattern, in_sequence=False).refine(pattern)
        if result.assessment is not Assessment.GOOD:
            refused.append((seed, result.flags))
        elif "a" in result.values:
            pulls.append((result.values["a"].value - CELL) / result.values["a"].uncertainty)
    assert len(refused) <= 1, refused
    assert abs(np.mean(pulls)) < 3.0 / np.sqrt(len(pulls))
    assert 0.6 < np.sqrt(np.mean(np.square(pulls))) < 1.4
