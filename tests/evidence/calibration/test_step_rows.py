"""Rows of steps: levels, holds, cycles, and a bounded effort for strange records."""

from __future__ import annotations

import time

import numpy as np
import pytest

from lmct.evidence.calibration.step_rows import (
    MOST_STEPS,
    constant_parts_of_stretch,
    first_cycles_of_stretches,
    is_hold,
    stretches_from_current,
)
from lmct.quantity.errors import OutOfRange


def rising(rows):
    return np.linspace(3.0, 4.0, rows)


def test_levels_of_current_are_steps_whatever_their_length():
    current = np.repeat([1.0, 2.0, 0.5], [300, 7, 100])
    assert constant_parts_of_stretch(current=current, voltage=rising(407)) == [
        (0, 300),
        (300, 307),
        (307, 407),
    ]


def test_noise_and_one_odd_row_are_no_step():
    random = np.random.default_rng(1)
    current = 1.0 + 0.01 * random.normal(size=500)
    current[250] = 3.0
    assert constant_parts_of_stretch(current=current, voltage=rising(500)) == [(0, 500)]


def test_a_decay_at_constant_voltage_is_one_hold():
    current = np.concatenate([np.ones(100), np.exp(-np.linspace(0.1, 3.0, 200))])
    voltage = np.concatenate([rising(100), np.full(200, 4.0)])
    parts = constant_parts_of_stretch(current=current, voltage=voltage)
    assert parts == [(0, 100), (100, 300)]
    assert is_hold(current=current[100:], voltage=voltage[100:])
    assert not is_hold(current=current[:100], voltage=voltage[:100])


def test_cycles_begin_when_the_first_direction_comes_back():
    current = np.repeat([0.0, 1.0, 0.0, 1.0, -1.0, 0.0, 1.0, -1.0], 3)
    active = current != 0
    stretches = stretches_from_current(current=current, active=active)
    assert len(stretches) == 8
    one = first_cycles_of_stretches(stretches=stretches, current=current, active=active, cycles=1)
    assert one == stretches[:6]
    two = first_cycles_of_stretches(stretches=stretches, current=current, active=active, cycles=2)
    assert two == stretches
    with pytest.raises(OutOfRange):
        first_cycles_of_stretches(stretches=stretches, current=current, active=active, cycles=0)


def test_a_long_record_without_levels_is_given_up_soon():
    current = 1.0 + np.random.default_rng(2).random(400_000)
    began = time.monotonic()
    parts = constant_parts_of_stretch(current=current, voltage=np.linspace(2.0, 4.0, len(current)))
    assert time.monotonic() - began < 5.0
    assert len(parts) == MOST_STEPS + 1


def test_a_long_constant_current_is_found_at_once():
    began = time.monotonic()
    parts = constant_parts_of_stretch(current=np.ones(1_000_000), voltage=rising(1_000_000))
    assert time.monotonic() - began < 5.0
    assert parts == [(0, 1_000_000)]
