from __future__ import annotations

import numpy as np
import pytest

from lmct.technique.electrochemistry.kernels import (
    active_rows_from_current,
    interval_charge_from_current,
    voltage_noise_from_rows,
)


def test_small_but_steady_currents_are_active():
    current = np.concatenate([np.full(50, 1.0), np.zeros(20), np.full(50, 0.03)])
    assert active_rows_from_current(current=current).sum() == 100


def test_noise_raises_the_threshold():
    random = np.random.default_rng(0)
    current = np.concatenate([np.full(100, 1.0), 2e-3 * random.standard_normal(500)])
    assert active_rows_from_current(current=current)[100:].sum() == 0


def test_charge_of_a_ramp_is_its_integral():
    time = np.linspace(0.0, 100.0, 51)
    current = 1.0 + time / 100.0
    charge = interval_charge_from_current(time=time, current=current, active=np.ones(51, dtype=bool))
    assert charge.sum() == pytest.approx(150.0)


def test_reversal_gives_each_interval_to_the_row_that_closes_it():
    charge = interval_charge_from_current(
        time=np.array([0.0, 1.0, 2.0, 3.0, 4.0]),
        current=np.array([2.0, 2.0, -3.0, -3.0, -3.0]),
        active=np.ones(5, dtype=bool),
    )
    assert charge.tolist() == [0.0, 2.0, -3.0, -3.0, -3.0]


def test_a_step_to_another_current_closes_with_its_own():
    """1 A until 20 s, 5 A from then on; rows at the end of each step."""
    time = np.array([0.0, 10.0, 20.0, 40.0, 60.0])
    current = np.array([1.0, 1.0, 1.0, 5.0, 5.0])
    charge = interval_charge_from_current(time=time, current=current, active=np.ones(5, dtype=bool))
    assert charge.sum() == pytest.approx(20.0 + 200.0)


def test_a_decay_in_a_voltage_hold_is_integrated_smoothly():
    time = np.arange(0.0, 300.0, 10.0)
    current = np.exp(-time / 60.0)
    charge = interval_charge_from_current(time=time, current=current, active=np.ones(30, dtype=bool))
    assert charge.sum() == pytest.approx(60.0 * (1.0 - np.exp(-290.0 / 60.0)), rel=3e-3)


@pytest.mark.parametrize("noise", [1e-4, 1e-3])
def test_noise_is_measured_on_a_curved_trace_with_uneven_rows(noise):
    random = np.random.default_rng(3)
    capacity = np.cumsum(random.uniform(0.5, 1.5, 4000))
    voltage = 4.0 - 0.3 * np.tanh(capacity / 1000.0 - 2.0) + noise * random.standard_normal(4000)
    assert voltage_noise_from_rows(capacity=capacity, voltage=voltage) == pytest.approx(noise, rel=0.06)


def test_noise_of_a_few_rows_is_not_guessed():
    assert voltage_noise_from_rows(capacity=np.arange(4.0), voltage=np.array([1.0, 2.0, 1.0, 2.0])) == 0.0
