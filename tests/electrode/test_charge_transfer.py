from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.electrode.charge_transfer import arrhenius, couple_current, loss_rate, transfer_rate

KT = 8.617333262145179e-05 * 298.15


def slope(function, at, index, step=1e-6):
    """Central difference of the first result by one argument."""
    up, down = list(at), list(at)
    up[index] += step
    down[index] -= step
    return (function(*up)[0] - function(*down)[0]) / (2 * step)


def test_butler_volmer_at_half_filling_is_the_hyperbolic_sine():
    current, *_ = couple_current(2e-6, 0.0, 0.5, 0.5, 0.1, 298.15)
    assert current == pytest.approx(2e-6 * np.sinh(0.05 / KT), rel=1e-12)


@given(st.floats(0.01, 0.99))
def test_no_current_flows_at_the_nernst_potential(filling):
    overpotential = KT * np.log(filling / (1 - filling))
    current, *_ = couple_current(1e-6, 0.3, 0.4, filling, overpotential, 298.15)
    gross = 1e-6 * (1 - filling) * np.exp(0.6 * overpotential / KT)
    assert abs(current) < 1e-12 * gross


def test_the_derivatives_of_the_couple_are_exact():
    at = [2e-6, 0.3, 0.4, 0.3, 0.08, 330.0]
    _, by_filling, by_overpotential, by_temperature = couple_current(*at)
    assert by_filling == pytest.approx(slope(couple_current, at, 3), rel=1e-6)
    assert by_overpotential == pytest.approx(slope(couple_current, at, 4), rel=1e-6)
    assert by_temperature == pytest.approx(slope(couple_current, at, 5, 1e-3), rel=1e-6)


def test_transfer_stops_where_both_chemical_potentials_agree():
    force, metal = 0.12, 0.3
    odds = metal / (1 - metal) * np.exp(force / KT)
    oxygen = odds / (1 + odds)
    rate, *_ = transfer_rate(1e-3, metal, oxygen, force, 298.15, 0.4)
    assert abs(rate) < 1e-12 * 0.4e-3


def test_transfer_runs_from_the_higher_to_the_lower_chemical_potential():
    assert transfer_rate(1e-3, 0.5, 0.1, 0.4, 298.15, 0.4)[0] > 0
    assert transfer_rate(1e-3, 0.5, 0.5, -0.1, 298.15, 0.4)[0] < 0


def test_the_derivatives_of_the_transfer_are_exact():
    at = [1e-3, 0.6, 0.3, 0.05, 330.0, 0.4]
    _, by_metal, by_oxygen, by_force, by_temperature = transfer_rate(*at)
    assert by_metal == pytest.approx(slope(transfer_rate, at, 1), rel=1e-6)
    assert by_oxygen == pytest.approx(slope(transfer_rate, at, 2), rel=1e-6)
    assert by_force == pytest.approx(slope(transfer_rate, at, 3), rel=1e-6)
    assert by_temperature == pytest.approx(slope(transfer_rate, at, 4, 1e-3), rel=1e-5)


@given(st.floats(-1, 1), st.floats(0, 1))
def test_loss_never_runs_uphill(affinity, filling):
    rate, *_ = loss_rate(1e-6, filling, affinity, 298.15)
    assert rate * affinity >= 0
    assert 0 <= rate <= 1e-6


def test_the_derivatives_of_the_loss_are_exact():
    at = [1e-6, 0.3, 0.02, 330.0]
    _, by_filling, by_affinity, by_temperature = loss_rate(*at)
    assert by_filling == pytest.approx(slope(loss_rate, at, 1), rel=1e-6)
    assert by_affinity == pytest.approx(slope(loss_rate, at, 2), rel=1e-6)
    assert by_temperature == pytest.approx(slope(loss_rate, at, 3, 1e-3), rel=1e-6)


def test_arrhenius_doubles_every_ten_degrees_near_half_an_electronvolt():
    assert arrhenius(1.0, 0.53, 308.15) == pytest.approx(1.96, abs=0.02)
    assert arrhenius(3.0, 0.0, 400.0) == 3.0
