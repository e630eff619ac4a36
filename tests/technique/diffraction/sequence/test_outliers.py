from __future__ import annotations

import numpy as np
import pytest

from lmct.technique.diffraction.flags import LEFT_HUMP, SPIKE
from lmct.technique.diffraction.refined import RefinedScan
from lmct.technique.diffraction.sequence.outliers import (
    far_worse,
    jumps_there_and_back,
    without_chance_humps,
)


def test_turn_of_a_steep_curve_is_no_outlier():
    value = 4.111 + 0.033 * np.abs(np.linspace(-1.0, 1.0, 41))
    assert not jumps_there_and_back(value=value, uncertainty=np.full(41, 1e-6)).any()


def test_step_is_no_outlier():
    value = np.repeat([4.11, 4.14], 10)
    assert not jumps_there_and_back(value=value, uncertainty=np.full(20, 1e-4)).any()


def test_noise_is_rarely_taken_for_outliers():
    random = np.random.default_rng(2)
    value = 4.13 + 1e-4 * random.normal(size=2000)
    assert jumps_there_and_back(value=value, uncertainty=np.full(2000, 1e-4)).sum() <= 1


def test_two_outliers_and_one_at_the_end_are_found():
    random = np.random.default_rng(3)
    value = 4.13 + 1e-4 * random.normal(size=30)
    value[[8, 20, 29]] += [0.002, -0.002, 0.002]
    found = np.flatnonzero(jumps_there_and_back(value=value, uncertainty=np.full(30, 1e-4)))
    assert found.tolist() == [8, 20, 29]


def test_a_relaxation_that_begins_fast_has_no_outlier():
    value = 4.1114 + 0.014 * (np.arange(20) / 20) ** 0.3
    assert not jumps_there_and_back(value=value, uncertainty=np.full(20, 3e-4)).any()
    assert not jumps_there_and_back(value=value[::-1], uncertainty=np.full(20, 3e-4)).any()


def test_slow_change_of_the_goodness_is_no_outlier():
    assert not far_worse(goodness=np.linspace(1.0, 1.6, 50)).any()


def scans_with_humps(count, places):
    facts = {"file": "a.xye", "scan": 0, "values": {}, "counting_uncertainty": {}}
    facts |= {"goodness_of_fit": 1.0, "weighted_residual": 0.05}
    flags = {place: (SPIKE, LEFT_HUMP) if place % 2 else (LEFT_HUMP,) for place in places}
    return [
        RefinedScan(index=k, flags=flags.get(k, ()), message="said" if k in flags else "", **facts)
        for k in range(count)
    ]


@pytest.mark.parametrize(
    ("count", "places", "kept"),
    [(1, [0], True), (5, [2], False), (5, [2, 3], True), (40, [0, 1, 2], False), (40, [0, 1, 2, 3], True)],
)
def test_few_humps_of_a_sequence_are_chance(count, places, kept):
    scans = scans_with_humps(count, places)
    after = without_chance_humps(scans)
    assert [LEFT_HUMP in scan.flags for scan in after] == [kept and k in places for k in range(count)]
    for k in places:
        spiked = k % 2 == 1
        assert (SPIKE in after[k].flags) == spiked
        assert after[k].message == ("said" if kept or spiked else "")
