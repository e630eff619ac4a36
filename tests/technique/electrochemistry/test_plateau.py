from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.quantity.errors import OutOfRange
from lmct.technique.electrochemistry.accuracy import Accuracy
from lmct.technique.electrochemistry.half_cycle import find_half_cycles
from lmct.technique.electrochemistry.plateau import capacity_above_voltage, plateau_from_half_cycle


def discharge_of(record, curve, **options):
    one = record((0.3, lambda s: curve(0.0), 0.0), (12.5, curve, -2e-2), **options)
    (found,) = find_half_cycles(time=one.time, voltage=one.voltage, current=one.current)
    return found


@pytest.mark.parametrize("noise", [0.0, 1e-4, 1e-3])
@pytest.mark.parametrize("interval", [30.0, 120.0])
def test_plateaus_of_known_capacity(record, plateaus, noise, interval):
    """100 and 150 mAh above and below 2.5 V, whatever noise and sampling."""
    found = discharge_of(record, plateaus(), noise=noise, interval=interval)
    metal = plateau_from_half_cycle(found, limits=(4.5, 2.5), accuracy=Accuracy())
    oxygen = plateau_from_half_cycle(found, limits=(2.5, 1.85), accuracy=Accuracy())
    step = 20.0 * interval / 3600.0
    assert metal.capacity == pytest.approx(100.0, abs=step)
    assert metal.capacity + oxygen.capacity == pytest.approx(250.0, abs=0.3)
    assert metal.complete
    assert oxygen.complete


def test_a_discharge_that_stops_early_is_a_lower_bound(record):
    found = discharge_of(record, lambda s: 4.2 - 1.0 * s)
    plateau = plateau_from_half_cycle(found, limits=(4.5, 2.5), accuracy=Accuracy())
    assert not plateau.complete
    assert plateau.end_voltage == pytest.approx(3.2)
    assert plateau.capacity == pytest.approx(250.0)


def test_limits_may_come_in_any_order(record, plateaus):
    found = discharge_of(record, plateaus())
    both = [
        plateau_from_half_cycle(found, limits=limits, accuracy=Accuracy()).capacity
        for limits in ((4.0, 3.6), (3.6, 4.0))
    ]
    assert both[0] == both[1]
    assert both[0] == pytest.approx(0.4 / 0.7 * 100.0, abs=0.01)


@pytest.mark.parametrize("limits", [(2.5, 2.5), (float("nan"), 2.0)])
def test_impossible_limits_are_refused(record, plateaus, limits):
    with pytest.raises(OutOfRange, match=r"\[4.5, 2.5\]"):
        plateau_from_half_cycle(discharge_of(record, plateaus()), limits=limits, accuracy=Accuracy())


def test_uncertainty_is_that_of_the_crossing(record):
    """Straight fall of 2 V over 250 mAh: 125 mAh/V, so 10 mV are 1.25 mAh at each inner limit."""
    found = discharge_of(record, lambda s: 4.0 - 2.0 * s)
    plateau = plateau_from_half_cycle(found, limits=(3.5, 2.5), accuracy=Accuracy(voltage=0.01))
    assert plateau.uncertainty == pytest.approx(np.hypot(1.25, 1.25), rel=0.05)


def test_uncertainty_covers_the_scatter_of_noisy_crossings(record):
    values, stated = [], []
    for seed in range(60):
        found = discharge_of(record, lambda s: 4.0 - 2.0 * s, noise=3e-3, seed=seed, interval=300.0)
        plateau = plateau_from_half_cycle(found, limits=(4.5, 3.0), accuracy=Accuracy(voltage=0.0))
        values.append(plateau.capacity)
        stated.append(plateau.uncertainty)
    sampling = 20.0 / 12.0 / np.sqrt(12.0)
    from_noise = np.sqrt(np.mean(stated) ** 2 - sampling**2)
    assert 0.5 < from_noise / np.std(values) < 2.5


@given(
    st.lists(st.floats(1.5, 4.8), min_size=2, max_size=40),
    st.lists(st.floats(1.5, 4.8), min_size=2, max_size=5),
)
def test_parts_add_up_to_the_whole_for_any_curve(voltages, limits):
    capacity = np.arange(float(len(voltages)))
    curve = np.array(voltages)
    levels = sorted(limits)
    above = [capacity_above_voltage(capacity=capacity, voltage=curve, limit=level) for level in levels]
    assert all(high >= low - 1e-9 for high, low in itertools.pairwise(above))
    whole = capacity_above_voltage(capacity=capacity, voltage=curve, limit=1.0)
    assert whole == pytest.approx(capacity[-1])
    assert -1e-9 <= above[-1] <= above[0] <= whole + 1e-9
