from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.electrode import load, thermodynamics

PAR = load().as_array()


@given(
    st.floats(0.01, 0.39), st.floats(0.01, 0.4), st.floats(0, 0.05), st.floats(0, 0.01), st.floats(250, 450)
)
def test_chemical_potentials_are_the_derivatives_of_the_gibbs_energy(n, p, d, gas, temperature):
    state = np.array([n, p, d, gas, 4.0, temperature])
    step = 1e-6
    for column, mu in enumerate(thermodynamics.chemical_potentials(state, PAR)):
        shift = np.zeros(6)
        shift[column] = step
        up, down = (
            thermodynamics.gibbs_energy(state + shift, PAR),
            thermodynamics.gibbs_energy(state - shift, PAR),
        )
        assert mu == pytest.approx((up - down) / (2 * step), abs=1e-6)


def test_entropy_is_minus_the_derivative_of_the_gibbs_energy_by_temperature():
    state = np.array([0.2, 0.3, 0.0, 0.0, 4.0, 300.0])
    warm, cold = state.copy(), state.copy()
    warm[5], cold[5] = 301.0, 299.0
    slope = (thermodynamics.gibbs_energy(warm, PAR) - thermodynamics.gibbs_energy(cold, PAR)) / 2
    assert thermodynamics.entropy(state, PAR) == pytest.approx(-slope, rel=1e-9)


def test_lithium_extracted_counts_four_holes_per_oxygen_molecule():
    assert thermodynamics.lithium_extracted(np.array([0.1, 0.2, 0.03, 0.01, 4.0, 300.0])) == pytest.approx(
        0.37
    )


def test_the_lithium_term_cancels_in_the_driving_force():
    state = np.array([0.2, 0.3, 0.0, 0.0, 4.0, 300.0])
    metal, oxygen = thermodynamics.standard_potentials(state, PAR)
    wider = load().replace(lithium_width=0.5).as_array()
    metal_wider, oxygen_wider = thermodynamics.standard_potentials(state, wider)
    assert metal - oxygen == pytest.approx(metal_wider - oxygen_wider, abs=1e-14)
    assert metal_wider > metal


def test_mixing_and_logit_have_their_limits():
    assert thermodynamics.mixing(0.0) == thermodynamics.mixing(1.0) == 0.0
    assert thermodynamics.mixing(0.5) == pytest.approx(-np.log(2))
    assert thermodynamics.logit(0.5) == 0.0
    assert np.isfinite(thermodynamics.logit(0.0))
    assert np.isfinite(thermodynamics.logit(1.0))
