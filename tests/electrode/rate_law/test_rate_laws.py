"""The contract of rate laws, checked for every law there is."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode import load, rate_law
from lmct.quantity.errors import UnknownName

LAWS = sorted(rate_law.LAWS)


@pytest.fixture(params=LAWS)
def law(request):
    return rate_law.law(request.param)


def parameters_of(law):
    sets = load()
    if sets.lmct_law == law.NAME:
        return sets.law_array()
    pytest.skip(f"no shipped parameter set uses {law.NAME}")


def test_numbers_are_unique():
    numbers = [module.NUMBER for module in rate_law.LAWS.values()]
    assert len(set(numbers)) == len(numbers)


def test_compiled_dispatch_reaches_the_law(law):
    parameters = parameters_of(law)
    direct = law.log_rate(0.4, 0.6, 0.5, 330.0, parameters)
    assert rate_law.log_rate(law.NUMBER, 0.4, 0.6, 0.5, 330.0, parameters) == direct


def test_derivatives_are_exact(law):
    parameters, at = parameters_of(law), np.array([0.4, 0.6, 0.5, 330.0])
    _, *derivatives = law.log_rate(*at, parameters)
    for column, exact in enumerate(derivatives):
        step = 1e-4 * at[column]
        up, down = at.copy(), at.copy()
        up[column] += step
        down[column] -= step
        numerical = (law.log_rate(*up, parameters)[0] - law.log_rate(*down, parameters)[0]) / (2 * step)
        assert exact == pytest.approx(numerical, rel=1e-5, abs=1e-9)


def test_marcus_gives_the_attempt_frequency_at_zero_barrier():
    marcus = rate_law.law("marcus")
    logarithm, *derivatives = marcus.log_rate(1.5, 0.7, 0.5, 300.0, np.array([1e12, 1.5, 0.0, 0.7]))
    assert logarithm == pytest.approx(np.log(1e12))
    assert derivatives == [0.0, 0.0, 0.0, 0.0]


def test_marcus_barrier_is_a_quarter_of_the_reorganization_energy_without_driving_force():
    marcus = rate_law.law("marcus")
    cold, *_ = marcus.log_rate(0.0, 0.7, 0.5, 300.0, np.array([1e12, 2.0, 0.0, 0.7]))
    assert np.log(1e12) - cold == pytest.approx(0.5 / (8.617333262145179e-05 * 300.0))


def test_an_unknown_law_gets_a_suggestion():
    with pytest.raises(UnknownName, match="marcus"):
        rate_law.law("Marcus")
