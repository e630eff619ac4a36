import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.evidence import pool, pool_by_sample, select
from lmct.quantity import Finding, Value
from lmct.quantity.errors import DataError, OutOfRange, UnitMismatch


def finding(value, uncertainty, quantity="loop_area", unit="V", freedom=math.inf, **texts):
    return Finding(quantity, Value(value, uncertainty, unit, freedom), **texts)


def test_select_needs_every_pattern_to_match():
    rows = [finding(1, 1, sample=s, technique=t) for s in ("heated 90 s", "dried") for t in ("a", "b")]
    assert select(rows, sample="heated*", technique="b") == (rows[1],)
    assert select(rows, sample=None) == tuple(rows)
    assert select(rows, sample="Heated*") == ()


def test_select_refuses_an_unknown_field():
    with pytest.raises(DataError, match="colour"):
        select([finding(1, 1)], colour="red")


def test_pool_by_hand():
    pooled = pool([finding(1.0, 0.1), finding(2.0, 0.2)])
    assert pooled.value.value == pytest.approx(1.2)
    assert pooled.value.uncertainty == pytest.approx(math.sqrt(1 / 125))
    assert pooled.chi_squared == pytest.approx(0.2**2 / 0.01 + 0.8**2 / 0.04)
    assert pooled.degrees_of_freedom == 1
    assert pooled.birge_ratio == pytest.approx(math.sqrt(20))
    assert pooled.probability == pytest.approx(math.erfc(math.sqrt(20 / 2)))


def test_pool_of_one_is_itself():
    pooled = pool([finding(1.5, 0.3, freedom=4)])
    assert (pooled.value.value, pooled.value.uncertainty) == pytest.approx((1.5, 0.3))
    assert pooled.value.degrees_of_freedom == pytest.approx(4)
    assert math.isnan(pooled.probability)
    assert pooled.birge_ratio == 1.0


def test_degrees_of_freedom_add_for_equal_weights():
    assert pool([finding(1, 0.1, freedom=4)] * 3).value.degrees_of_freedom == pytest.approx(12)


@pytest.mark.parametrize(
    ("rows", "error", "words"),
    [
        ([], DataError, "nothing to pool"),
        ([finding(1, 1), finding(1, 1, quantity="gap")], DataError, "gap, loop_area"),
        ([finding(1, 1), finding(1, 1, unit="mV")], UnitMismatch, "V, mV"),
        ([finding(1, 0)], OutOfRange, "uncertainty"),
        ([finding(math.nan, 1)], OutOfRange, "usable"),
    ],
)
def test_pool_refuses(rows, error, words):
    with pytest.raises(error, match=words):
        pool(rows)


def test_pool_by_sample_keeps_groups_apart():
    rows = [finding(v, 0.1, sample="a", source_file=f"{v}", source_sha256="x") for v in (1.0, 1.1)]
    rows += [finding(5.0, 0.1, sample="b"), finding(math.nan, 0.1, sample="b"), finding(5.0, 0.1, unit="mV")]
    first, second, third = pool_by_sample(rows)
    assert (first.value.value, first.sample, first.source_file) == (pytest.approx(1.05), "a", "1.0; 1.1")
    assert first.source_sha256 == "x; x"
    assert "2 cells" in first.note
    assert (second.value.value, second.sample) == (5.0, "b")
    assert third.value.unit == "mV"


def test_pool_by_sample_widens_when_cells_disagree():
    (mean,) = pool_by_sample([finding(0.0, 0.1), finding(1.0, 0.1)])
    assert mean.value.uncertainty == pytest.approx(0.5)
    assert mean.value.degrees_of_freedom == 1
    (mean,) = pool_by_sample([finding(0.0, 1.0), finding(0.1, 1.0)])
    assert mean.value.uncertainty == pytest.approx(math.sqrt(0.5))
    assert math.isinf(mean.value.degrees_of_freedom)


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(0.01, 10)), min_size=1, max_size=8))
def test_pooling_lies_between_and_is_sharper(pairs):
    pooled = pool([finding(*pair) for pair in pairs])
    values, uncertainties = np.array(pairs).T
    assert values.min() - 1e-9 <= pooled.value.value <= values.max() + 1e-9
    assert pooled.value.uncertainty <= uncertainties.min() * (1 + 1e-12)


def test_chi_squared_has_its_expected_mean():
    noise = np.random.default_rng(1).normal(size=(2000, 5))
    scatter = [pool([finding(float(x), 1.0) for x in row]).chi_squared for row in noise]
    assert np.mean(scatter) == pytest.approx(4, abs=4 * math.sqrt(8 / 2000))
