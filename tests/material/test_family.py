import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.material import composition_from_end_members, parse_formula
from lmct.quantity.errors import OutOfRange

ZERO = parse_formula("LiTi0.5Ni0.5O2")
ONE = parse_formula("Li2TiO3")


def test_main_member_is_li14_ti7_ni3_o24():
    mixed = composition_from_end_members(at_zero=ZERO, at_one=ONE, x=0.4, oxygen=24)
    assert mixed == pytest.approx({"Li": 14, "Ti": 7, "Ni": 3, "O": 24})


@given(st.floats(0, 1))
def test_family_is_neutral_and_keeps_as_many_cations_as_anions(x):
    mixed = composition_from_end_members(at_zero=ZERO, at_one=ONE, x=x)
    assert mixed["Li"] + 4 * mixed["Ti"] + 2 * mixed["Ni"] == pytest.approx(2 * mixed["O"])
    assert mixed["Li"] + mixed["Ti"] + mixed["Ni"] == pytest.approx(mixed["O"])


@pytest.mark.parametrize("x", [-0.1, 1.1, math.nan, math.inf])
def test_x_outside_the_family_is_refused(x):
    with pytest.raises(OutOfRange, match="between 0 and 1"):
        composition_from_end_members(at_zero=ZERO, at_one=ONE, x=x)
