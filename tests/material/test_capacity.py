import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.material import capacity_from_electrons, electrons_from_capacity


def test_lithium_metal():
    # 96485.33212 C/mol / 3600 s/h / 6.94 g/mol
    assert capacity_from_electrons(electrons=1.0, molar_mass=6.94) == pytest.approx(3861.884, abs=1e-3)


@given(st.floats(-10, 10), st.floats(1, 1000))
def test_electrons_and_capacity_are_inverse(electrons, mass):
    capacity = capacity_from_electrons(electrons=electrons, molar_mass=mass)
    assert electrons_from_capacity(specific_capacity=capacity, molar_mass=mass) == pytest.approx(electrons)
