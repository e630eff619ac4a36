from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from lmct.evidence.inference.climb import Search, climbed
from lmct.evidence.inference.hop import fits_badly, hopped, places_around


def terrace(onset):
    """A cliff at 0.5: nothing tells, before it, that the bend lies behind it."""
    return -0.05 * onset + 0.5 / (1.0 + math.exp(-(onset - 0.5) / 0.005))


@pytest.fixture
def stuck(onset):
    likelihood = onset(terrace, truth=0.9)
    maximum = climbed(Search(likelihood), np.array([0.3, -0.7, 0.0]), 0.0)
    assert maximum.values["onset"] < 0.5
    return likelihood, maximum


def test_a_jump_crosses_a_cliff(stuck):
    likelihood, maximum = stuck
    assert fits_badly(likelihood, maximum)
    found = hopped(likelihood, maximum)
    assert found.values["onset"] > 0.5
    assert found.log_posterior > maximum.log_posterior + 10.0
    assert not fits_badly(likelihood, found)
    assert found.evaluations > maximum.evaluations


def test_jumps_are_the_same_whoever_computes(stuck):
    likelihood, maximum = stuck
    with ThreadPoolExecutor(2) as executor:
        there = hopped(likelihood, maximum, executor=executor)
    assert there.values == hopped(likelihood, maximum).values


def test_a_maximum_that_fits_is_left_alone(onset):
    likelihood = onset(terrace, truth=0.9)
    maximum = climbed(Search(likelihood), np.array([0.3, -0.7, 0.9]), 0.0)
    assert hopped(likelihood, maximum) is maximum


def test_many_outliers_are_a_bad_fit(line):
    """Cells that a wrong maximum calls outliers leave nothing that could fit badly."""
    likelihood = line(cells=3, share=0.3)
    search = Search(likelihood)
    good = climbed(search, np.array([0.3, -0.7]), 0.0)
    assert not fits_badly(likelihood, good)
    wrong = replace(good, values={"origin": 2.0, "slope": -0.7})
    assert min(likelihood.outlier_probabilities(wrong.values).values()) > 0.5
    assert fits_badly(likelihood, wrong)


def test_places_stay_within_the_limit():
    places = places_around(np.array([2.9, 0.0]), np.eye(2), 1.0)
    assert np.array(places).tolist() == [[3.0, 0.0], [1.9, 0.0], [2.9, 1.0], [2.9, -1.0]]
