from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from lmct.technique.diffraction.diffractometer import beamline_11bm, laboratory_copper
from lmct.technique.diffraction.simulation.family import MEMBERS, family_patterns


@pytest.fixture(scope="module")
def patterns():
    angles = np.arange(14.0, 100.0, 0.02)
    return family_patterns(diffractometer=laboratory_copper(), two_theta=angles, size=40.0)


def rise(pattern, first, last):
    """Highest point of a region over the straight line between its ends, as share of the highest line."""
    inside = (pattern.two_theta > first) & (pattern.two_theta < last)
    angles, counts = pattern.two_theta[inside], pattern.intensity[inside]
    straight = np.interp(angles, [angles[0], angles[-1]], [counts[0], counts[-1]])
    return (counts - straight).max() / pattern.intensity.max()


@pytest.mark.published
def test_only_layered_lithium_titanate_shows_003_and_the_honeycomb(patterns):
    """Li 2022, L125-134: no 003 up to x = 0.6; layered Li2TiO3 with 003 and superstructure lines."""
    assert tuple(patterns) == MEMBERS
    for x, pattern in patterns.items():
        layer, honeycomb = rise(pattern, 17.0, 19.6), rise(pattern, 19.6, 23.0)
        if x == 1.0:
            assert layer > 0.5
            assert honeycomb > 0.1
        else:
            assert layer < 0.002
            assert honeycomb < 0.002


@pytest.mark.published
def test_every_member_shows_the_strong_lines_of_rock_salt(patterns):
    for pattern in patterns.values():
        assert rise(pattern, 42.5, 45.0) > 0.5
        assert rise(pattern, 61.5, 66.0) > 0.2


def test_titanium_for_nickel_weakens_the_line_of_odd_indices(patterns):
    """111 is cations minus oxygen: it vanishes as the mean cation comes near oxygen."""
    heights = [rise(patterns[x], 36.0, 39.0) for x in (0.0, 0.2, 0.4, 0.5, 0.6)]
    assert all(before > after for before, after in pairwise(heights))


def test_synchrotron_family_and_noise():
    angles = np.arange(3.0, 20.0, 0.005)
    random = np.random.default_rng(1)
    made = family_patterns([0.4, 1.0], diffractometer=beamline_11bm(), two_theta=angles, random=random)
    assert np.all(made[0.4].intensity == np.round(made[0.4].intensity))
    layer = 2 * np.degrees(np.arcsin(0.458 / 2 / 4.80))
    assert rise(made[1.0], layer - 0.2, layer + 0.2) > 0.3
    assert rise(made[0.4], layer - 0.2, layer + 0.2) < 0.01
