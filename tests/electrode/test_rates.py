from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmct.electrode import load, rates

PARAMETERS = load().replace(dark_rate=1e-6, gas_rate=2e-6, dark_potential=2.9, gas_potential=3.0)
REST = (PARAMETERS.as_array(), PARAMETERS.law_number(), PARAMETERS.law_array())


def derivative(state, drive):
    out = np.empty(6)
    rates.right_hand_side(state, *REST, drive, np.empty(5), out)
    return out


@settings(deadline=None, max_examples=50)
@given(
    st.floats(0.05, 0.35),
    st.floats(0.05, 0.45),
    st.floats(3.5, 4.6),
    st.floats(280, 420),
    st.sampled_from([0.0, 1.0]),
)
def test_the_jacobian_is_exact(n, p, voltage, temperature, control):
    state = np.array([n, p, 0.01, 0.002, voltage, temperature])
    drive = np.array([control, 1.7e-5, 5e-5, 330.0])
    exact = np.empty((6, 6))
    rates.jacobian(state, *REST, drive, np.empty((5, 6)), exact)
    for column in range(6):
        step = 1e-3 if column == 5 else 1e-5
        shift = np.zeros(6)
        shift[column] = step
        near = derivative(state + shift, drive) - derivative(state - shift, drive)
        far = derivative(state + 2 * shift, drive) - derivative(state - 2 * shift, drive)
        numerical = (8 * near - far) / (12 * step)
        scale = np.abs(numerical).max()
        np.testing.assert_allclose(exact[:, column], numerical, rtol=1e-5, atol=1e-7 * scale + 1e-13)


def test_charge_is_conserved_by_the_right_hand_side():
    drive = np.array([rates.CURRENT_CONTROL, 1.7e-5, 0.0, 298.15])
    change = derivative(np.array([0.2, 0.3, 0.01, 0.002, 4.1, 298.15]), drive)
    held = change[0] + change[1] + change[2] + 4 * change[3] + PARAMETERS.capacitance * change[4]
    assert held == pytest.approx(1.7e-5, rel=1e-12)


def test_a_set_voltage_moves_at_its_sweep_rate():
    drive = np.array([rates.VOLTAGE_CONTROL, 0.0, 5e-5, 298.15])
    assert derivative(np.array([0.2, 0.3, 0.0, 0.0, 4.1, 298.15]), drive)[4] == 5e-5
