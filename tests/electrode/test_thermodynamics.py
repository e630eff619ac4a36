from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.electrode import load, thermodynamics
from lmct.electrode.structure import model_from_parameters

BASE = load().replace(gas_amounts=(0.004, 0.006), gas_steps=(0.2,), gas_potential=3.1)
MODEL = model_from_parameters(BASE)
PAR = MODEL.par


@given(
    st.floats(0.01, 0.35), st.floats(0.01, 0.4), st.floats(0, 0.05), st.floats(0, 0.009), st.floats(250, 450)
)
def test_chemical_potentials_are_the_derivatives_of_the_gibbs_energy(n, p, d, gas, temperature):
    shell = np.array([n, p, d, gas, 4.0])
    y = thermodynamics.lithium_extracted(shell, 1)
    step = 1e-6
    phi = thermodynamics.lithium_term(y, PAR)
    levels = [
        *thermodynamics.chemical_potentials(n, p, y, temperature, PAR),
        BASE.dark_potential + phi,
        4 * (thermodynamics.gas_potential(gas, MODEL)[0] + phi),
    ]
    for column, level in enumerate(levels):
        shift = np.zeros(5)
        shift[column] = step
        up = thermodynamics.gibbs_energy(shell + shift, temperature, MODEL)
        down = thermodynamics.gibbs_energy(shell - shift, temperature, MODEL)
        assert level == pytest.approx((up - down) / (2 * step), abs=1e-4 if column == 3 else 1e-6)


def test_every_class_of_sites_has_its_own_entropy():
    divided = model_from_parameters(BASE.replace(barrier_width=0.1), classes=3)
    alike = np.array([*(0.2 * divided.sites[0]), 0.3, 0.0, 0.0, 4.0])
    whole = thermodynamics.entropy(np.array([0.2, 0.3, 0.0, 0.0, 4.0]), MODEL)
    assert thermodynamics.entropy(alike, divided) == pytest.approx(whole, rel=1e-12)
    uneven = alike.copy()
    uneven[:3] += [0.02, -0.02, 0.0]
    assert thermodynamics.entropy(uneven, divided) < whole


def test_entropy_is_minus_the_derivative_of_the_gibbs_energy_by_temperature():
    shell = np.array([0.2, 0.3, 0.0, 0.0, 4.0])
    warm, cold = (thermodynamics.gibbs_energy(shell, temperature, MODEL) for temperature in (301.0, 299.0))
    assert thermodynamics.entropy(shell, MODEL) == pytest.approx(-(warm - cold) / 2, rel=1e-9)


def test_lithium_extracted_counts_four_holes_per_oxygen_molecule():
    assert thermodynamics.lithium_extracted(np.array([0.1, 0.2, 0.03, 0.01, 4.0]), 1) == pytest.approx(0.37)
    assert thermodynamics.metal_holes(np.array([0.1, 0.2, 0.03, 0.01, 4.0, 4.0]), 2) == pytest.approx(0.3)


def test_the_gas_comes_from_one_environment_after_the_other():
    staircase = [thermodynamics.gas_potential(gas, MODEL)[0] for gas in (0.001, 0.007, 0.02)]
    exhausted = staircase[2] - staircase[1]
    assert staircase[0] == pytest.approx(3.1, abs=1e-4)
    assert staircase[1] == pytest.approx(3.3, abs=1e-4)
    assert exhausted == pytest.approx(5.0, abs=1e-4)
    assert thermodynamics.gas_energy(0.0, MODEL) == 0.0


def test_without_environments_all_gas_leaves_at_one_potential():
    model = model_from_parameters(load().replace(gas_amounts=(), gas_steps=()))
    assert thermodynamics.gas_potential(0.5, model) == (load().gas_potential, 0.0)


def test_the_lithium_term_cancels_in_the_driving_force():
    metal, oxygen = thermodynamics.standard_potentials(0.2, 0.3, 0.5, PAR)
    wider = load().replace(lithium_width=0.5).as_array()
    metal_wider, oxygen_wider = thermodynamics.standard_potentials(0.2, 0.3, 0.5, wider)
    assert metal - oxygen == pytest.approx(metal_wider - oxygen_wider, abs=1e-14)
    assert metal_wider > metal


def test_mixing_and_logit_have_their_limits():
    assert thermodynamics.mixing(0.0) == thermodynamics.mixing(1.0) == 0.0
    assert thermodynamics.mixing(0.5) == pytest.approx(-np.log(2))
    assert thermodynamics.logit(0.5) == 0.0
    assert np.isfinite(thermodynamics.logit(0.0))
    assert np.isfinite(thermodynamics.logit(1.0))
