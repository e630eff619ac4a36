import json
import math
import re

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lmct.quantity import Value
from lmct.quantity.errors import OutOfRange
from lmct.quantity.value import shorthand

number = st.floats(min_value=-1e250, max_value=1e250)
spread = st.floats(min_value=1e-250, max_value=1e250)


def read(text):
    """Read shorthand back: value, uncertainty and the size of one unit of the last digit."""
    match = re.fullmatch(r"(-?\d+(?:\.(\d+))?)\((\d+)(\.\d+)?\)(?:e([+-]\d+))?", text)
    assert match, text
    value, decimals, digits, fraction, exponent = match.groups()
    unit = 10.0 ** -len(decimals or "")
    size = float(digits + (fraction or "")) * (1.0 if fraction or not decimals else unit)
    scale = 10.0 ** int(exponent or 0)
    return float(value) * scale, size * scale, unit * scale


@pytest.mark.parametrize(
    ("value", "uncertainty", "text"),
    [
        (3.7421, 0.021, "3.74(2)"),
        (3.74, 0.02, "3.74(2)"),
        (162.06, 1.3, "162.1(1.3)"),
        (1.234, 0.0131, "1.234(13)"),
        (12346.0, 180.0, "12350(180)"),
        (0.5, 0.0996, "0.50(10)"),
        (0.5, 0.00951, "0.500(10)"),
        (1.2e-13, 4e-15, "1.20(4)e-13"),
        (-3.7421, 0.021, "-3.74(2)"),
        (0.0, 0.3, "0.0(3)"),
        (5.0, 0.0, "5"),
        (0.1, 5e-324, "0.1"),
        (-4.0, 25.0, "0(20)"),
        (np.float64(3.7421), np.float64(0.021), "3.74(2)"),
        (4.0, 25.0, "0(20)"),
        (math.nan, 0.1, "nan"),
        (math.inf, 0.1, "inf"),
        (3.5, math.nan, "3.5(?)"),
    ],
)
def test_shorthand(value, uncertainty, text):
    assert shorthand(value, uncertainty) == text


@given(number, spread)
@example(9.995, 0.01)
@example(999999.9, 0.5)
@example(0.00099999999, 1e-9)
def test_shorthand_reads_back_within_its_own_rounding(value, uncertainty):
    assume(uncertainty > 1e-14 * abs(value))
    read_value, read_uncertainty, unit = read(shorthand(value, uncertainty))
    assert abs(read_uncertainty - uncertainty) <= 0.26 * uncertainty
    assert abs(read_value - value) <= max(0.5 * uncertainty, 0.5 * unit) * 1.0001 + 1e-12 * abs(value)


@pytest.mark.parametrize("value", [5e-324, 1e-310, -1e-310, 1.7e308])
def test_the_smallest_and_largest_numbers_are_written(value):
    assert shorthand(value, abs(value) / 10)


def test_the_unit_follows():
    assert str(Value(3.7421, 0.021, "V")) == "3.74(2) V"
    assert str(Value(0.25, 0.01)) == "0.250(10)"


any_number = st.floats(allow_nan=True, allow_infinity=False)


@given(any_number, st.floats(min_value=0, allow_infinity=False), st.text(max_size=8), st.floats(0.5, 1e6))
def test_json_gives_the_same_value_again(value, uncertainty, unit, freedom):
    before = Value(value, uncertainty, unit, freedom)
    after = Value.from_json(json.loads(json.dumps(before.to_json(), allow_nan=False)))
    assert (after.uncertainty, after.unit, after.degrees_of_freedom) == (uncertainty, unit, freedom)
    assert after.value == value or (math.isnan(after.value) and math.isnan(value))


def test_json_turns_what_is_no_number_into_none():
    written = Value(math.nan, math.inf, "V").to_json()
    assert written == {"value": None, "uncertainty": None, "unit": "V", "degrees_of_freedom": None}
    again = Value.from_json(written)
    assert math.isnan(again.value)
    assert math.isinf(again.degrees_of_freedom)


@pytest.mark.parametrize(
    ("freedom", "factor"),
    # Student's t for 95 %, tables of the GUM (JCGM 100:2008, table G.2)
    [(1.0, 12.71), (2.0, 4.30), (10.0, 2.23), (math.inf, 1.960)],
)
def test_interval_uses_students_t(freedom, factor):
    low, high = Value(1.0, 2.0, degrees_of_freedom=freedom).interval(0.95)
    assert (high - 1.0) / 2.0 == pytest.approx(factor, abs=5e-3)
    assert 1.0 - low == pytest.approx(high - 1.0)


@pytest.mark.parametrize("options", [{"uncertainty": -1.0}, {"uncertainty": 1.0, "degrees_of_freedom": 0.0}])
def test_impossible_values_are_refused(options):
    with pytest.raises(OutOfRange):
        Value(1.0, **options)
