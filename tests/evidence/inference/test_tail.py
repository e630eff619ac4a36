from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import genpareto

from lmct.evidence.inference.mixture import mixture_at, mixture_learnt_from
from lmct.evidence.inference.tail import tail_shape_from_weights


@pytest.mark.parametrize("shape", [0.2, 0.5, 0.9])
def test_the_shape_of_a_pareto_tail_is_found(shape):
    found = [
        tail_shape_from_weights(weights=genpareto(shape).rvs(4000, random_state=seed)) for seed in range(20)
    ]
    assert np.mean(found) == pytest.approx(shape, abs=0.1)


def test_few_or_equal_weights():
    assert tail_shape_from_weights(weights=np.ones(5)) == math.inf
    assert tail_shape_from_weights(weights=np.ones(500)) == -math.inf


def test_the_density_of_a_mixture_is_normalised_and_matches_its_samples():
    middles = [np.array([0.0, 0.0]), np.array([4.0, -2.0])]
    mixture = mixture_at(middles, [np.eye(2), np.array([[1.0, 0.8], [0.8, 2.0]])])
    grid = np.linspace(-40.0, 40.0, 801)
    at = np.column_stack([one.ravel() for one in np.meshgrid(grid, grid)])
    assert np.sum(np.exp(mixture.log_density(at))) * 0.01 == pytest.approx(1.0, abs=2e-3)
    drawn = mixture.drawn(20000, np.random.default_rng(0))
    assert np.mean(drawn, axis=0) == pytest.approx([2.0, -1.0], abs=0.05)


def test_a_mixture_learns_two_hills():
    random = np.random.default_rng(0)
    at = np.vstack([random.standard_normal((500, 2)), random.standard_normal((500, 2)) * 0.3 + 6.0])
    mixture = mixture_learnt_from(at, np.full(1000, 1e-3), components=2, random=random)
    order = np.argsort(mixture.middles[:, 0])
    assert mixture.middles[order] == pytest.approx(np.array([[0.0, 0.0], [6.0, 6.0]]), abs=0.15)
    assert mixture.shares == pytest.approx([0.5, 0.5], abs=0.05)
