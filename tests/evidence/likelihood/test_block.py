from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from lmct.evidence.likelihood import Observation, Outliers
from lmct.evidence.likelihood.block import blocks_of, errors_of
from lmct.protocol.rest import rest
from lmct.quantity.errors import OutOfRange


def observation(name, uncertainty, *, cell="", **loadings):
    count = len(uncertainty)
    return Observation(
        name=name,
        observable="voltage",
        protocol=(rest(60.0),),
        values=np.zeros(count),
        at=np.arange(count, dtype=float),
        uncertainty=np.array(uncertainty),
        unit="V",
        cell=cell,
        loadings={key: np.array(value) for key, value in loadings.items()},
    )


def members():
    first = observation("a", [0.1, 0.2], cell="x", mass=[1.0, -0.5], scale=[0.1, 0.1])
    return first, observation("b", [0.3], cell="x", mass=[2.0])


def covariance(factor=1.0):
    mass, scale = np.array([1.0, -0.5, 2.0]), np.array([0.1, 0.1, 0.0])
    own = np.diag((factor * np.array([0.1, 0.2, 0.3])) ** 2)
    return own + np.outer(mass, mass) + np.outer(scale, scale)


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3), st.sampled_from([1.0, 10.0]))
def test_density_and_whitening_are_those_of_the_whole_covariance(residual, factor):
    errors = errors_of(members(), factor)
    density = multivariate_normal(np.zeros(3), covariance(factor))
    assert errors.log_density(np.array(residual)) == pytest.approx(density.logpdf(residual), abs=1e-8)


def test_whitened_residuals_are_independent():
    errors = errors_of(members())
    root = np.column_stack([errors.whitened(row) for row in np.eye(3)])
    assert root @ covariance() @ root.T == pytest.approx(np.eye(3), abs=1e-10)


def test_cells_are_blocks_and_an_observation_without_one_stands_alone():
    found = blocks_of([*members(), observation("c", [1.0])], Outliers())
    assert [(one.name, one.members, one.points) for one in found] == [("x", (0, 1), 3), ("c", (2,), 1)]


def test_a_cell_is_a_mixture_of_good_and_bad():
    (block,) = blocks_of(members(), Outliers(share=0.1, factor=5.0))
    residual = np.array([0.4, -0.3, 1.0])
    good = 0.9 * multivariate_normal(np.zeros(3), covariance()).pdf(residual)
    bad = 0.1 * multivariate_normal(np.zeros(3), covariance(5.0)).pdf(residual)
    assert block.log_density(residual) == pytest.approx(math.log(good + bad))
    assert block.outlier_odds(residual) == pytest.approx(math.log(bad / good))


def test_without_outliers_no_cell_is_one():
    (block,) = blocks_of(members(), Outliers(share=0.0))
    residual = np.array([40.0, -0.3, 1.0])
    assert block.outlier_odds(residual) == -math.inf
    assert block.log_density(residual) == pytest.approx(block.good.log_density(residual))


def test_weighed_residuals_have_the_slope_of_the_density():
    (block,) = blocks_of(members(), Outliers(share=0.1, factor=5.0))
    residual, step = np.array([0.4, -0.3, 1.0]), 1e-6
    outlier = 1.0 / (1.0 + math.exp(-block.outlier_odds(residual)))
    for direction in np.eye(3):
        ahead, back = residual + step * direction, residual - step * direction
        slope = (block.log_density(ahead) - block.log_density(back)) / (2 * step)
        squares = [-0.5 * float(np.sum(block.weighed(one, outlier) ** 2)) for one in (ahead, back)]
        assert (squares[0] - squares[1]) / (2 * step) == pytest.approx(slope, rel=1e-5)


def test_five_thousand_values_with_a_shared_error_need_little_memory():
    count = 5000
    errors = errors_of([observation("a", np.full(count, 0.1), mass=np.ones(count))])
    assert errors.directions.nbytes + errors.deviation.nbytes < 100_000
    assert np.sum(errors.whitened(np.ones(count)) ** 2) == pytest.approx(count / (0.01 + count), rel=1e-6)


@pytest.mark.parametrize("wrong", [{"share": 1.0}, {"share": -0.1}, {"factor": 1.0}, {"factor": math.inf}])
def test_impossible_outliers_are_refused(wrong):
    with pytest.raises(OutOfRange, match="share of outliers"):
        Outliers(**wrong)
