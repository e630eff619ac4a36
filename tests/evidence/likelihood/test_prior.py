from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.evidence.likelihood import Normal, Uniform, Unknown, Unknowns
from lmct.quantity.errors import OutOfRange, UnknownName

PRIORS = [
    Uniform(-1.0, 3.0),
    Uniform(1e5, 1e9, logarithmic=True),
    Normal(3.5, 0.1),
    Normal(3.5, 0.1, low=3.45, high=3.7),
    Normal(1e7, 2.0, logarithmic=True, high=1e8),
]


@pytest.mark.parametrize("prior", PRIORS)
@given(position=st.floats(1e-6, 1.0 - 1e-6))
def test_value_and_position_are_inverse(prior, position):
    assert prior.position_of(prior.value_at(position)) == pytest.approx(position, abs=1e-9)


@pytest.mark.parametrize("prior", PRIORS)
def test_the_interval_holds_68_percent(prior):
    low, high = prior.interval
    assert prior.position_of(high) - prior.position_of(low) == pytest.approx(0.68, abs=1e-9)


def test_a_cut_normal_prior_has_the_quantiles_of_the_cut_distribution():
    from scipy.stats import truncnorm

    cut = truncnorm(-0.5, 2.0, loc=3.5, scale=0.1)
    prior = Normal(3.5, 0.1, low=3.45, high=3.7)
    for position in (0.01, 0.3, 0.5, 0.99):
        assert prior.value_at(position) == pytest.approx(cut.ppf(position), abs=1e-9)
    assert prior.residual(3.6) == pytest.approx(1.0)


def test_a_logarithmic_normal_is_normal_in_the_logarithm():
    prior = Normal(1e7, 2.0, logarithmic=True)
    assert math.log(prior.value_at(0.8413447460685429) / 1e7) == pytest.approx(2.0)
    assert prior.residual(1e7 * math.exp(-2.0)) == pytest.approx(-1.0)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Uniform(2.0, 1.0),
        lambda: Uniform(0.0, 1.0, logarithmic=True),
        lambda: Uniform(0.0, math.inf),
        lambda: Normal(1.0, 0.0),
        lambda: Normal(-1.0, 1.0, logarithmic=True),
        lambda: Normal(0.0, 1.0, low=2.0, high=1.0),
    ],
)
def test_impossible_priors_are_refused(wrong):
    with pytest.raises(OutOfRange):
        wrong()


def test_unknowns_map_the_unit_cube_and_back():
    unknowns = Unknowns((Unknown("a", PRIORS[0]), Unknown("b", PRIORS[1])))
    values = unknowns.values_at([0.25, 0.5])
    assert values == pytest.approx({"a": 0.0, "b": 1e7})
    assert unknowns.position_of(values) == pytest.approx([0.25, 0.5])
    assert unknowns.position_of({"a": 9.0, "b": 1.0}) == pytest.approx([1.0, 0.0])
    with pytest.raises(UnknownName, match="'b'"):
        unknowns.position_of({"a": 0.0})


def test_unknowns_need_distinct_names():
    with pytest.raises(OutOfRange, match="nothing to find out"):
        Unknowns(())
    with pytest.raises(OutOfRange, match="named twice"):
        Unknowns((Unknown("a", PRIORS[0]), Unknown("a", PRIORS[0])))
    assert np.size(Unknowns((Unknown("a", PRIORS[0]),)).position_of({"a": 0.0})) == 1
