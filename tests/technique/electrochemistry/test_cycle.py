from __future__ import annotations

import numpy as np
import pytest

from lmct.technique.electrochemistry import cycle
from lmct.technique.electrochemistry.accuracy import Accuracy
from lmct.technique.electrochemistry.half_cycle import find_half_cycles

PERFECT = Accuracy(
    current_relative=0.0, current_linearity=0.0, voltage=0.0, voltage_linearity=0.0, mass_relative=0.0
)


def pair_of(record, *steps, **options):
    one = record((0.5, lambda s: 3.0, 0.0), *steps, **options)
    found = find_half_cycles(time=one.time, voltage=one.voltage, current=one.current)
    (pair,) = cycle.charge_discharge_pairs(found)
    return pair


@pytest.fixture
def pair(record):
    """Charge 10 mAh from 3 to 4 V, rest, discharge 8 mAh from 3.5 to 2.5 V."""
    return pair_of(
        record,
        (10.0, lambda s: 3.0 + s, 1e-3),
        (1.0, lambda s: 3.9, 0.0),
        (8.0, lambda s: 3.5 - s, -1e-3),
    )


def test_capacity_energy_and_mean_voltage(pair):
    assert cycle.capacity_estimate(pair.charge, PERFECT).value == pytest.approx(10.0)
    assert cycle.energy_estimate(pair.charge, PERFECT).value == pytest.approx(35.0, rel=2e-5)
    assert cycle.mean_voltage_estimate(pair.discharge, PERFECT).value == pytest.approx(3.0, abs=1e-4)


def test_efficiencies(pair):
    assert cycle.coulombic_efficiency(pair.charge, pair.discharge, PERFECT).value == pytest.approx(0.8)
    assert cycle.energy_efficiency(pair.charge, pair.discharge, PERFECT).value == pytest.approx(
        24.0 / 35.0, rel=1e-4
    )


def test_gap_is_the_difference_of_the_mean_voltages(pair):
    assert cycle.mean_voltage_gap(pair.charge, pair.discharge, PERFECT).value == pytest.approx(0.5, abs=1e-4)


def test_loop_area_is_taken_over_the_common_charge(pair):
    """From the end of charge: V_c = 4 - q/10, V_d = 3.5 - q/8, area over 8 mAh = 4 + 0.8."""
    assert cycle.loop_area(pair.charge, pair.discharge, PERFECT).value == pytest.approx(4.8, rel=1e-3)


def test_loop_area_of_a_closed_cycle_is_the_energy_lost(record):
    pair = pair_of(record, (10.0, lambda s: 3.0 + s, 1e-3), (10.0, lambda s: 3.5 - s, -1e-3))
    lost = (
        cycle.energy_estimate(pair.charge, PERFECT).value
        - cycle.energy_estimate(pair.discharge, PERFECT).value
    )
    assert cycle.loop_area(pair.charge, pair.discharge, PERFECT).value == pytest.approx(lost, rel=1e-6)


def test_mass_and_gain_cancel_where_they_must(pair):
    scale = Accuracy(
        current_relative=0.01, current_linearity=0.0, voltage=0.0, voltage_linearity=0.0, mass_relative=0.02
    )
    capacity = cycle.capacity_estimate(pair.charge, scale)
    assert capacity.uncertainty / capacity.value == pytest.approx(np.hypot(0.01, 0.02), rel=0.01)
    sampling = cycle.mean_voltage_estimate(pair.charge, PERFECT).uncertainty
    assert cycle.mean_voltage_estimate(pair.charge, scale).uncertainty == pytest.approx(sampling)
    bare = cycle.coulombic_efficiency(pair.charge, pair.discharge, PERFECT).uncertainty
    assert cycle.coulombic_efficiency(pair.charge, pair.discharge, scale).uncertainty == pytest.approx(bare)


def test_a_common_voltage_error_cancels_in_the_gap_but_not_in_the_means(pair):
    offset = Accuracy(
        current_relative=0.0, current_linearity=0.0, voltage=0.01, voltage_linearity=0.0, mass_relative=0.0
    )
    assert cycle.mean_voltage_estimate(pair.charge, offset).uncertainty >= 0.01
    assert cycle.mean_voltage_gap(pair.charge, pair.discharge, offset).uncertainty < 2e-3


def test_a_discharge_that_opens_the_file_has_no_partner(record):
    one = record((1.0, lambda s: 3.0, -1e-3), (1.0, lambda s: 3.0, 1e-3), (1.0, lambda s: 3.0, -1e-3))
    found = find_half_cycles(time=one.time, voltage=one.voltage, current=one.current)
    (pair,) = cycle.charge_discharge_pairs(found)
    assert pair.label == "cycle 2"
