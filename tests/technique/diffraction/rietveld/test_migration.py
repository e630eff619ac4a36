from __future__ import annotations

import numpy as np
import pytest

from lmct.technique.diffraction.background import Hump
from lmct.technique.diffraction.rietveld.migration import (
    COMMON_SYSTEMATIC,
    NEUTRAL,
    cation_migration,
    systematic_from_variants,
)
from lmct.technique.diffraction.rietveld.settings import RietveldSettings
from tests.technique.diffraction.rietveld_truth import BEAMLINE, LAB, laboratory, rock_salt, synchrotron

SETTINGS = RietveldSettings(humps=(Hump(28.0, 4.0),))
START = rock_salt(a=4.15, on_8c=0)


def test_migration_of_a_laboratory_pattern_is_found_within_its_total_error():
    found = cation_migration(laboratory(5, on_8c=0.01), phases=[START], diffractometer=LAB, settings=SETTINGS)
    assert found.significant
    assert found.occupancy.value == pytest.approx(0.01, abs=2 * found.occupancy.uncertainty)
    assert found.occupancy.uncertainty < 0.003
    assert found.systematic > COMMON_SYSTEMATIC
    assert found.share.value == pytest.approx(2 * found.occupancy.value / 0.29)
    assert len(found.variants) == 5
    assert "above zero" in found.message


@pytest.mark.slow
def test_nothing_that_migrated_is_not_significant():
    found = cation_migration(laboratory(6, on_8c=0), phases=[START], diffractometer=LAB, settings=SETTINGS)
    assert not found.significant
    assert abs(found.occupancy.value) < 2 * found.occupancy.uncertainty
    assert found.upper_limit > max(found.occupancy.value, 0.0)
    assert "not significant" in found.message


@pytest.mark.slow
@pytest.mark.parametrize("on_8c", [0.0, 0.004, 0.01, 0.02])
@pytest.mark.parametrize("place", ["laboratory", "beamline"])
def test_total_error_covers(on_8c, place):
    pulls = []
    for seed in range(3):
        if place == "laboratory":
            pattern, instrument, settings = laboratory(seed, on_8c=on_8c), LAB, SETTINGS
        else:
            pattern, instrument, settings = synchrotron(seed, on_8c=on_8c), BEAMLINE, RietveldSettings()
        found = cation_migration(pattern, phases=[START], diffractometer=instrument, settings=settings)
        pulls.append((found.occupancy.value - on_8c) / found.occupancy.uncertainty)
        assert found.significant == (found.occupancy.value > 2 * found.occupancy.uncertainty)
        assert on_8c < found.upper_limit
    assert np.max(np.abs(pulls)) < 2.0


def test_variants_combine_in_quadrature_by_kind():
    same = systematic_from_variants(0.01, {"background of 6 terms": 0.01})
    assert same == pytest.approx(COMMON_SYSTEMATIC)
    backgrounds = {"background of 6 terms": 0.011, "background of 14 terms": 0.0085}
    assert systematic_from_variants(0.01, backgrounds) == pytest.approx(np.hypot(0.0015, COMMON_SYSTEMATIC))
    neutral = systematic_from_variants(0.01, {NEUTRAL: 0.013})
    assert neutral == pytest.approx(np.hypot(0.003 / np.sqrt(3), COMMON_SYSTEMATIC))
