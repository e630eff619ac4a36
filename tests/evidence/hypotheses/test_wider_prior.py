"""Wider priors: twice the width, the same middle, nothing that was positive becomes negative."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.evidence.hypotheses import WiderPriors
from lmct.evidence.hypotheses.wider_prior import wider
from lmct.evidence.likelihood import Normal, Uniform
from lmct.evidence.mechanism import mechanism_named


@given(low=st.floats(-5.0, 5.0), width=st.floats(0.01, 10.0))
def test_a_uniform_prior_has_half_its_density(low: float, width: float) -> None:
    before = Uniform(low, low + width)
    after = wider(before, 2.0)
    assert isinstance(after, Uniform)
    assert after.high - after.low == pytest.approx(2.0 * width)
    assert after.low <= before.low
    assert after.high >= before.high - 1e-9
    assert low < 0.0 or after.low >= 0.0


def test_logarithms_and_normals() -> None:
    after = wider(Uniform(1e-2, 1e4, logarithmic=True), 2.0)
    assert isinstance(after, Uniform)
    assert math.log10(after.high / after.low) == pytest.approx(12.0)
    assert math.sqrt(after.high * after.low) == pytest.approx(10.0)
    normal = wider(Normal(60.0, 0.7, logarithmic=True), 2.0)
    assert isinstance(normal, Normal)
    assert (normal.middle, normal.deviation) == (60.0, 1.4)


def test_the_mechanism_stays_the_same() -> None:
    mechanism = mechanism_named()
    wide = WiderPriors(mechanism)
    assert (wide.name, wide.title) == (mechanism.name, mechanism.title)
    assert [one.name for one in wide.unknowns] == [one.name for one in mechanism.unknowns]
