from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.instrument.cycler.curve import record_from_curve
from lmct.quantity.errors import DamagedFile, OutOfRange, UnknownName

CAPACITY = np.linspace(0.5, 240.0, 50)
VOLTAGE = np.linspace(4.5, 2.0, 50)


def make(capacity=CAPACITY, voltage=VOLTAGE, current=20.0, direction="discharge"):
    return record_from_curve(
        specific_capacity=capacity,
        voltage=voltage,
        specific_current=current,
        direction=direction,
        source_file="f",
    )


@given(st.floats(1.0, 1e3), st.floats(10.0, 400.0), st.sampled_from(["charge", "discharge"]))
def test_law_capacity_of_the_record_is_that_of_the_curve(current, total, direction):
    found = make(capacity=np.linspace(0, total, 50), current=current, direction=direction)
    assert max(found.capacity()) == pytest.approx(total, rel=1e-9)
    assert min(found.capacity()) == 0
    assert found.time[-1] == pytest.approx(total / current * 3600)


def test_falling_axis_is_read_from_its_start():
    found = make(capacity=CAPACITY[::-1])
    assert found.time[0] == 0
    assert np.array_equal(found.voltage, VOLTAGE)
    assert found.time[-1] == pytest.approx(239.5 / 20 * 3600)


def test_noise_of_digitising_is_sorted_and_told():
    noisy = CAPACITY.copy()
    noisy[10], noisy[11] = noisy[11], noisy[10] + 4.5
    found = make(capacity=noisy)
    assert np.all(np.diff(found.time) >= 0)
    assert any("steps back" in sentence for sentence in found.warnings)


def test_a_loop_is_refused():
    with pytest.raises(DamagedFile, match="turns back"):
        make(capacity=np.r_[CAPACITY, CAPACITY[::-1][:30]], voltage=np.r_[VOLTAGE, VOLTAGE[:30]])


def test_points_without_a_number_are_left_out():
    gap = CAPACITY.copy()
    gap[5] = np.nan
    found = make(capacity=gap)
    assert found.rows == 49
    assert any("1 points without" in sentence for sentence in found.warnings)


def test_bad_arguments():
    with pytest.raises(OutOfRange, match="positive magnitude"):
        make(current=-20.0)
    with pytest.raises(UnknownName, match="direction"):
        make(direction="down")
    with pytest.raises(DamagedFile, match="has 1 points"):
        make(capacity=CAPACITY[:1], voltage=VOLTAGE[:1])
