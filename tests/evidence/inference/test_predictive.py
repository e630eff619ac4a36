from __future__ import annotations

import numpy as np
import pytest

from lmct.evidence.inference import posterior_of, predictive_of


def test_bands_of_a_line_are_those_of_linear_algebra(line, exact):
    likelihood = line()
    mean, covariance, _ = exact(likelihood)
    found = predictive_of(likelihood, posterior_of(likelihood, seed=1), most=1000)
    one = found.observations[0]
    design = np.column_stack([np.ones(12), one.observation.at / 3600.0])
    deviation = np.sqrt(np.einsum("ij,jk,ik->i", design, covariance, design))
    assert np.max(np.abs(one.bands[2] - design @ mean) / deviation) < 0.2
    assert 0.5 * (one.bands[3] - one.bands[1]) == pytest.approx(deviation, rel=0.15)


def test_p_values_of_true_data_are_spread_and_small_ones_rare(line):
    values = []
    for seed in range(12):
        likelihood = line(seed=seed)
        cells = predictive_of(likelihood, posterior_of(likelihood, seed=1, effort="quick"), most=40).cells
        values += [cell.p_value for cell in cells]
    assert 0.3 < np.mean(values) < 0.75
    assert min(values) > 1e-3
    assert max(values) > 0.8


def test_an_outlier_cell_is_named_in_words(line):
    likelihood = line(cells=3, wrong=0.4, share=0.02)
    found = predictive_of(likelihood, posterior_of(likelihood, seed=1, effort="quick"), most=40)
    assert [cell.outlier > 0.99 for cell in found.cells] == [False, False, True]
    assert len(found.words) == 1
    assert found.words[0].startswith("cell 2 is an outlier with a probability of 1")


def test_an_observation_that_is_not_explained_is_named(line):
    likelihood = line(cells=3, wrong=0.4, share=0.0)
    found = predictive_of(likelihood, posterior_of(likelihood, seed=1, effort="quick"), most=40)
    assert any(one.startswith("cell 2 is not explained: chi-square") for one in found.words)
    assert found.observations[2].p_value < 1e-6
