from __future__ import annotations

import math

import numpy as np
import pytest

from lmct.quantity.assessment import Assessment
from lmct.quantity.constants import BOLTZMANN
from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.relaxation.fit import RelaxationData, fit_relaxation
from lmct.relaxation.heating import heating_intervals
from lmct.relaxation.laws import LAWS, laws_for
from lmct.relaxation.profile_likelihood import profile_interval, profile_region
from lmct.relaxation.rate_law import (
    fraction_barrier,
    fraction_stretched,
    linear_barrier,
    marcus_barrier,
)
from lmct.relaxation.remaining_time import log_time_left, time_left

CONDITIONS = [
    (0.0, 298.15),
    (86400.0, 313.15),
    (86400.0, 333.15),
    (86400.0, 353.15),
    (86400.0, 373.15),
    (90.0, 413.15),
    (600.0, 413.15),
    (3600.0, 413.15),
    (14400.0, 413.15),
    (600.0, 393.15),
    (14400.0, 393.15),
]
REFERENCE = 393.15
TRUE_STRETCHED = {"log_time": math.log(3000.0), "exponent": 0.4, "activation_energy": 1.1}
TRUE_MARCUS = {"log_rate": math.log(2e-3), "first": 1.05, "rise": 0.25}


def heatings(lag=0.0, conditions=CONDITIONS):
    return tuple(heating_intervals(hold_time=t, hold_temperature=T, thermal_lag=lag) for t, T in conditions)


def data_for(fractions, heating, random, relative=0.01):
    clean = 120.0 * fractions
    return RelaxationData(
        heating, clean * (1.0 + relative * random.standard_normal(len(clean))), relative * clean
    )


@pytest.mark.parametrize("lag", [0.0, 60.0])
@pytest.mark.parametrize("barrier", [marcus_barrier, linear_barrier])
def test_rate_law_against_an_ordinary_solver(lag, barrier):
    from scipy.integrate import solve_ivp

    conditions = CONDITIONS[1:]
    ours = fraction_barrier(
        heatings(lag, conditions), **TRUE_MARCUS, reference_temperature=REFERENCE, barrier=barrier
    )
    first, rise = TRUE_MARCUS["first"], TRUE_MARCUS["rise"]
    for (duration, oven), fraction in zip(conditions, ours, strict=True):

        def slope(time, progress, oven=oven):
            warm = oven + ((298.15 - oven) * math.exp(-time / lag) if lag else 0.0)
            height = barrier(fraction=np.exp(-progress), first=first, rise=rise) - first
            rate = TRUE_MARCUS["log_rate"] - first / BOLTZMANN * (1.0 / warm - 1.0 / REFERENCE)
            return np.exp(rate - height / (BOLTZMANN * warm))

        solved = solve_ivp(slope, (0.0, duration), [0.0], method="LSODA", rtol=1e-9, atol=1e-12)
        assert fraction == pytest.approx(math.exp(-solved.y[0, -1]), abs=2e-3)


def test_constant_barrier_is_first_order():
    hot = heating_intervals(hold_time=500.0, hold_temperature=400.0)
    (fraction,) = fraction_barrier(
        [hot], log_rate=math.log(2e-3), first=1.0, rise=0.0, reference_temperature=400.0
    )
    assert fraction == pytest.approx(math.exp(-1.0), rel=2e-3)


def test_lag_delays_and_vanishes_with_time():
    short, long = heatings(60.0, [(90.0, 413.15), (86400.0, 413.15)])
    sudden = heatings(0.0, [(90.0, 413.15), (86400.0, 413.15)])
    law = {**TRUE_STRETCHED, "reference_temperature": REFERENCE}
    late, at_once = fraction_stretched([short, long], **law), fraction_stretched(sudden, **law)
    assert late[0] > at_once[0] + 0.05
    assert late[1] == pytest.approx(at_once[1], abs=1e-3)
    assert short.duration.sum() == pytest.approx(90.0)


def test_marcus_barrier_is_the_square_law():
    """lambda 5, driving force 0.5 f: (5 - 0.5 f)^2 / 20."""
    first = 4.5**2 / 20.0
    fraction = np.linspace(0.0, 1.0, 5)
    assert marcus_barrier(fraction=fraction, first=first, rise=1.25 - first) == pytest.approx(
        (5.0 - 0.5 * fraction) ** 2 / 20.0
    )


def fit_all(kind, draws, seed=0):
    random = np.random.default_rng(seed)
    heating = heatings()
    (law,) = laws_for(heating, 1e13, [kind])
    if kind == LAWS[0]:
        true = fraction_stretched(heating, **TRUE_STRETCHED, reference_temperature=REFERENCE)
    else:
        true = fraction_barrier(heating, **TRUE_MARCUS, reference_temperature=REFERENCE)
    for _ in range(draws):
        data = data_for(true, heating, random)
        yield fit_relaxation(law, data), data


@pytest.mark.parametrize(
    ("kind", "truth"),
    [
        (LAWS[0], {"stretching_exponent": 0.4, "activation_energy": 1.1}),
        (LAWS[1], {"first_barrier": 1.05, "barrier_rise": 0.25}),
    ],
)
def test_parameters_cover(kind, truth):
    inside = dict.fromkeys(truth, 0)
    for fit, _ in fit_all(kind, 60):
        for name, true in truth.items():
            value, width = fit.value(name)
            inside[name] += abs(value - true) < width
    for count in inside.values():
        assert 0.52 < count / 60 < 0.84


def test_profile_agrees_with_the_covariance_when_the_fit_is_good():
    fit, data = next(fit_all(LAWS[0], 1))
    value, width = fit.value("stretching_exponent")
    low, high = profile_interval(fit, data, "stretching_exponent")
    assert fit.assessment is Assessment.GOOD
    assert (value - low, high - value) == pytest.approx((width, width), rel=0.15)


def test_region_has_its_minimum_at_the_fit_and_rises_around():
    fit, data = next(fit_all(LAWS[0], 1))
    first, second, rise = profile_region(fit, data, ("log_time", "stretching_exponent"), points=7)
    assert rise[3, 3] == pytest.approx(0.0, abs=1e-3)
    assert rise.min() > -1e-3
    assert rise[0, 6] > 2.0
    assert first[3] == pytest.approx(fit.values[0])
    assert second[3] == pytest.approx(fit.values[1])


def test_half_life_and_time_constant_of_a_known_law():
    for fit, _ in fit_all(LAWS[0], 1):
        temperature = 413.15
        log_tau = TRUE_STRETCHED["log_time"] + 1.1 / BOLTZMANN * (1.0 / temperature - 1.0 / REFERENCE)
        exact = log_time_left(
            fit.law,
            np.array(list(TRUE_STRETCHED.values()))[[0, 1, 2]],
            temperature=temperature,
            share=math.exp(-1.0),
        )
        median = float(np.median([T for t, T in CONDITIONS if t > 0.0]))
        shift = 1.1 / BOLTZMANN * (1.0 / median - 1.0 / REFERENCE)
        assert exact == pytest.approx(log_tau - shift, abs=1e-6)
        half = time_left(fit, temperature=temperature, share=0.5, degrees_of_freedom=math.inf)
        true_half = math.exp(log_tau) * math.log(2.0) ** 2.5
        assert abs(math.log(half.value.value / true_half)) < 3.0 * half.value.uncertainty / half.value.value
        assert half.low < half.value.value < half.high


def test_half_lives_cover():
    inside = 0
    log_tau = TRUE_STRETCHED["log_time"] + 1.1 / BOLTZMANN * (1.0 / 373.15 - 1.0 / REFERENCE)
    truth = math.exp(log_tau) * math.log(2.0) ** 2.5
    for fit, _ in fit_all(LAWS[0], 60, seed=4):
        half = time_left(fit, temperature=373.15, share=0.5, degrees_of_freedom=math.inf)
        inside += half.low < truth < half.high
    assert 0.52 < inside / 60 < 0.84


def test_the_wrong_law_is_a_poor_fit():
    random = np.random.default_rng(9)
    heating = heatings()
    (law,) = laws_for(heating, 1e13, [LAWS[0]])
    true = fraction_barrier(heating, **TRUE_MARCUS, reference_temperature=REFERENCE)
    fit = fit_relaxation(law, data_for(true, heating, random, relative=0.003))
    assert fit.probability < 0.01
    assert fit.assessment is not Assessment.GOOD
    assert fit.scale > 1.0


def test_more_parameters_than_conditions_give_no_fit():
    heating = heatings(conditions=CONDITIONS[:4])
    (law,) = laws_for(heating, 1e13, [LAWS[0]])
    assert (
        fit_relaxation(law, RelaxationData(heating, np.array([4.0, 3.0, 2.0, 1.0]), np.full(4, 0.1))) is None
    )


def test_data_that_say_nothing_are_called_degenerate():
    """No decay at all: the time constant runs away."""
    heating = heatings()
    (law,) = laws_for(heating, 1e13, [LAWS[0]])
    fit = fit_relaxation(
        law, RelaxationData(heating, np.full(len(heating), 100.0), np.full(len(heating), 1.0))
    )
    assert fit.assessment in (Assessment.DEGENERATE, Assessment.NOT_CONVERGED)


def test_one_temperature_has_no_activation_energy():
    heating = heatings(conditions=[(0.0, 298.15), *((t, 413.15) for t in (90.0, 600.0, 3600.0, 86400.0))])
    stretched, marcus = laws_for(heating, 1e13, LAWS[:2])
    assert "activation_energy" not in stretched.parameters
    assert "first_barrier" not in marcus.parameters


def test_unknown_laws_are_refused():
    with pytest.raises(UnknownName, match="'Marcus law'"):
        laws_for(heatings(), 1e13, ["Marcus lawn"])
    with pytest.raises(OutOfRange):
        laws_for(heatings(), 1e13, "Marcus law")
