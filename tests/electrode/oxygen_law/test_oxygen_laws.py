from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from lmct.electrode import load, oxygen_law
from lmct.electrode.oxygen_law.marcus_hush_chidsey import symmetric_rate
from lmct.quantity.constants import BOLTZMANN
from lmct.quantity.errors import OutOfRange, UnknownName

BASE = load().replace(
    oxygen_rate=2.0, oxygen_activation=0.1, oxygen_reorganization_energy=3.0, oxygen_coupling=0.2,
    oxygen_transfer_coefficient=0.6,
)  # fmt: skip
PAR = BASE.as_array()
LAWS = sorted(oxygen_law.LAWS)


def current(name, filling, overpotential, temperature, par=PAR):
    return oxygen_law.current(oxygen_law.law(name).NUMBER, par, filling, overpotential, temperature)


@settings(deadline=None)
@given(st.sampled_from(LAWS), st.floats(0.01, 0.99), st.floats(-2.0, 2.0), st.floats(270.0, 420.0))
def test_derivatives_are_exact(name, filling, overpotential, temperature):
    _, *slopes = current(name, filling, overpotential, temperature)
    place = np.array([filling, overpotential, temperature])
    for k, step in enumerate((1e-4, 1e-4, 1e-2)):
        shift = np.zeros(3)
        shift[k] = step
        near = current(name, *(place + shift))[0] - current(name, *(place - shift))[0]
        far = current(name, *(place + 2 * shift))[0] - current(name, *(place - 2 * shift))[0]
        numerical = (8 * near - far) / (12 * step)
        gross = abs(current(name, 0.0, overpotential, temperature)[0])
        gross += abs(current(name, 1.0, overpotential, temperature)[0])
        assert slopes[k] == pytest.approx(numerical, rel=1e-4, abs=1e-6 * gross)


@given(st.sampled_from(LAWS), st.floats(-1.0, 1.0), st.floats(270.0, 420.0))
def test_forward_and_reverse_rate_obey_detailed_balance(name, overpotential, temperature):
    forward = current(name, 0.0, overpotential, temperature)[0]
    reverse = -current(name, 1.0, overpotential, temperature)[0]
    ratio = math.log(forward / reverse) * BOLTZMANN * temperature
    assert ratio == pytest.approx(overpotential, abs=1e-9)


def chidsey(lam, eta):
    """Rate constant of oxidation by the integral over the states of the metal, all in units of kT."""

    def integrand(level):
        return math.exp(-((lam - eta + level) ** 2) / (4.0 * lam)) / (1.0 + math.exp(-level))

    return quad(integrand, -400, 400, limit=2000, points=[0.0, eta - lam])[0] / math.sqrt(4.0 * math.pi * lam)


@pytest.mark.parametrize("reorganization", [0.5, 1.5, 5.0])
@pytest.mark.parametrize("overpotential", [-1.5, -0.1, 0.0, 0.3, 1.0, 2.5])
def test_the_rate_is_chidseys_integral(reorganization, overpotential):
    par = BASE.replace(
        oxygen_reorganization_energy=reorganization, oxygen_coupling=0.0, oxygen_activation=0.0
    ).as_array()
    thermal = BOLTZMANN * 298.15
    ours = current("marcus-hush-chidsey", 0.0, overpotential, 298.15, par)[0] / BASE.oxygen_rate
    expected = chidsey(reorganization / thermal, overpotential / thermal)
    assert ours == pytest.approx(expected, rel=1e-5)


def test_chidseys_law_levels_off_where_marcus_turns_over():
    plain = BASE.replace(oxygen_coupling=0.0).as_array()
    high = [current("marcus-hush-chidsey", 0.0, eta, 298.15, plain)[0] for eta in (2.0, 3.5, 4.5)]
    inverted = [current("marcus", 0.0, eta, 298.15, plain)[0] for eta in (2.0, 3.5, 4.5)]
    assert high[0] < high[1] <= high[2]
    assert inverted[2] < inverted[1]


def test_the_symmetric_rate_is_even_and_its_slopes_are_exact():
    rate, by_lam, by_eta = symmetric_rate(120.0, 30.0)
    assert symmetric_rate(120.0, -30.0)[0] == pytest.approx(rate, rel=1e-14)
    assert symmetric_rate(120.0, -30.0)[2] == pytest.approx(-by_eta, rel=1e-12)
    step = 1e-3
    up, down = symmetric_rate(120.0 + step, 30.0)[0], symmetric_rate(120.0 - step, 30.0)[0]
    assert by_lam == pytest.approx((up - down) / (2 * step), rel=1e-6)
    up, down = symmetric_rate(120.0, 30.0 + step)[0], symmetric_rate(120.0, 30.0 - step)[0]
    assert by_eta == pytest.approx((up - down) / (2 * step), rel=1e-6)


@pytest.mark.parametrize("name", ["marcus", "marcus-hush-chidsey"])
def test_covalence_makes_the_couple_faster_but_not_without_limit(name):
    rates = [
        current(name, 0.5, 0.1, 298.15, BASE.replace(oxygen_coupling=coupling).as_array())[0]
        for coupling in (0.0, 0.2, 0.5)
    ]
    assert rates[0] < rates[1] < rates[2]
    limit = BASE.oxygen_rate * 1.01
    assert current(name, 0.0, 0.1, 298.15, BASE.replace(oxygen_coupling=1.4).as_array())[0] <= limit


def test_what_the_oxygen_couple_lacks_it_shares_with_lmct():
    shared = load().replace(oxygen_law="marcus", reorganization_energy=5.0)
    assert shared.shared("reorganization_energy") == 5.0
    assert shared.replace(reorganization_energy=4.0).shared("reorganization_energy") == 4.0
    own = shared.replace(oxygen_reorganization_energy=4.5)
    assert own.shared("reorganization_energy") == 4.5
    assert shared.shared("electronic_coupling") == 0.0
    coupled = shared.replace(lmct_law="metal-potential", electronic_coupling=0.3)
    assert coupled.shared("electronic_coupling") == 0.3


def test_a_law_without_a_reorganization_energy_to_share_is_refused():
    with pytest.raises(OutOfRange, match="oxygen_reorganization_energy"):
        load().replace(lmct_law="constant-barrier", barrier=1.1, oxygen_law="marcus")
    with pytest.raises(UnknownName, match="marcus"):
        load().replace(oxygen_law="markus")
