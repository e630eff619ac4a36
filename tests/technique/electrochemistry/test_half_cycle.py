from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmct.technique.electrochemistry.half_cycle import find_half_cycles, half_cycle_of_rows


def found_in(record, **options):
    return find_half_cycles(time=record.time, voltage=record.voltage, current=record.current, **options)


def flat(_share):
    return 3.7


def test_rests_separate_nothing_and_belong_to_no_half_cycle(record):
    one = record((1.0, flat, 0.0), (2.0, flat, 1e-3), (1.0, flat, 0.0), (2.0, flat, -1e-3), (0.5, flat, 0.0))
    found = found_in(one)
    assert [half.label for half in found] == ["cycle 1, charge", "cycle 1, discharge"]
    assert [half.total_capacity for half in found] == pytest.approx([2.0, 2.0])
    index = half_cycle_of_rows(half_cycles=found, rows=one.rows)
    assert index.tolist() == [-1] * 60 + [0] * 120 + [-1] * 60 + [1] * 120 + [-1] * 30


@pytest.mark.parametrize("share", [1e-5, 1e-3, 4e-3])
def test_noise_around_zero_makes_no_half_cycle(record, share):
    one = record(
        (5.0, flat, 0.0),
        (2.0, flat, 1e-3),
        (5.0, flat, 0.0),
        (2.0, flat, -1e-3),
        (5.0, flat, 0.0),
        current_noise=share * 1e-3,
    )
    found = found_in(one)
    assert [half.kind for half in found] == ["charge", "discharge"]
    assert [half.total_capacity for half in found] == pytest.approx([2.0, 2.0], rel=1e-3)


def test_pure_noise_has_no_half_cycle():
    random = np.random.default_rng(1)
    current = 1e-6 * random.standard_normal(2000)
    assert find_half_cycles(time=np.arange(2000.0), voltage=np.ones(2000), current=current) == ()


def test_no_current_at_all():
    assert find_half_cycles(time=np.arange(5.0), voltage=np.ones(5), current=np.zeros(5)) == ()


def test_a_voltage_hold_continues_the_charge():
    time = np.arange(400) * 60.0
    current = np.concatenate([np.full(200, 1e-3), 1e-3 * np.exp(-np.arange(100) / 25.0), np.full(100, -1e-3)])
    found = find_half_cycles(time=time, voltage=np.ones(400), current=current)
    assert [half.kind for half in found] == ["charge", "discharge"]
    assert found[0].stop == 300


def test_impedance_rows_inside_a_charge_do_not_end_it():
    time = np.concatenate(
        [np.arange(100) * 60.0, 6000.0 + np.arange(50) * 0.1, 6010.0 + np.arange(100) * 60.0]
    )
    alternating = 1e-4 * np.where(np.arange(50) % 2 == 0, 1.0, -1.0)
    current = np.concatenate([np.full(100, 1e-3), alternating, np.full(100, 1e-3)])
    found = find_half_cycles(time=time, voltage=np.ones(250), current=current)
    assert [half.kind for half in found] == ["charge"]


def test_a_gap_before_a_step_is_not_taken_for_charge():
    time = np.concatenate([np.arange(10) * 60.0, 36000.0 + np.arange(60) * 60.0])
    current = np.concatenate([np.zeros(10), np.full(60, -1e-3)])
    (found,) = find_half_cycles(time=time, voltage=np.ones(70), current=current)
    assert found.total_capacity == pytest.approx(1.0, rel=0.03)


def test_steps_of_two_rows_are_half_cycles_when_they_carry_charge():
    time = np.array([0.0, 3600.0, 7200.0, 10800.0, 14400.0, 18000.0])
    current = np.array([0.0, 1e-3, 1e-3, -1e-3, -1e-3, 0.0])
    found = find_half_cycles(time=time, voltage=np.ones(6), current=current)
    assert [half.total_capacity for half in found] == pytest.approx([2.0, 2.0])


def test_a_short_counter_pulse_does_not_split_a_discharge(record):
    one = record((4.0, flat, -1e-3), (0.001, flat, 1e-3), (4.0, flat, -1e-3))
    assert [half.kind for half in found_in(one)] == ["discharge"]


def test_a_cell_that_begins_with_a_discharge_counts_cycles_from_it(record):
    one = record((1.0, flat, -1e-3), (1.0, flat, 1e-3), (1.0, flat, -1e-3), (1.0, flat, 1e-3))
    assert [half.label for half in found_in(one)] == [
        "cycle 1, discharge",
        "cycle 1, charge",
        "cycle 2, discharge",
        "cycle 2, charge",
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0.2, 5.0), st.floats(0.05, 3.0), st.integers(0, 20)), min_size=1, max_size=8
    ),
    st.booleans(),
)
def test_alternating_steps_are_all_found_with_their_charge(steps, charge_first):
    """The charge of every step is recovered whatever currents, lengths and rests."""
    time, current, expected = [0.0], [0.0], []
    sign = 1.0 if charge_first else -1.0
    for hours, milliampere, rests in steps:
        rows = time[-1] + np.arange(1, 31) / 30.0 * hours * 3600.0
        time += rows.tolist()
        current += [sign * milliampere * 1e-3] * 30
        time += (time[-1] + np.arange(1, rests + 1) * 60.0).tolist()
        current += [0.0] * rests
        expected.append(hours * milliampere)
        sign = -sign
    found = find_half_cycles(
        time=np.array(time), voltage=np.ones(len(time)), current=np.array(current), minimum_swing=1e-6
    )
    smallest = min(step[1] for step in steps) / max(step[1] for step in steps)
    if smallest > 0.021:
        assert [half.total_capacity for half in found] == pytest.approx(expected, rel=1e-9)
