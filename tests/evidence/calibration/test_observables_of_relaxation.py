"""What becomes of the oxygen, and the loop without LMCT, against protocols and limits."""

from __future__ import annotations

import pytest

from lmct.electrode import Electrode, load
from lmct.evidence.calibration.laboratory import Laboratory
from lmct.evidence.calibration.observables import measure
from lmct.evidence.calibration.observables_of_relaxation import plateaus
from lmct.protocol import parse_steps, run_protocol

SHIPPED = load()
NOTHING_LOST = SHIPPED.replace(dark_rate=0.0, gas_rate=0.0)


def steps(words, parameters=SHIPPED):
    return run_protocol(Electrode(parameters), parse_steps(words)).steps


def test_plateaus_are_those_of_the_protocol():
    laboratory = Laboratory(SHIPPED)
    metal, oxygen = plateaus(laboratory, laboratory.charge(voltage=4.5).end)
    run = steps(
        "Charge at 20 mA/g until 4.5 V; Discharge at 20 mA/g until 2.5 V; Discharge at 20 mA/g until 1.85 V"
    )
    assert metal == pytest.approx(-run[1].capacity_mah_g, abs=0.05)
    assert oxygen == pytest.approx(-run[2].capacity_mah_g, abs=0.05)


def test_the_gain_of_two_months_is_that_of_a_long_rest():
    words = (
        "Charge at 20 mA/g until 4.8 V; {}Discharge at 20 mA/g until 2.5 V; Discharge at 20 mA/g until 1.85 V"
    )
    at_once, later = (steps(words.format(rest))[-1] for rest in ("", "Rest for 60 days; "))
    found = measure(SHIPPED, ["oxygen_gain_after_60_days"])["oxygen_gain_after_60_days"]
    assert found == pytest.approx(at_once.capacity_mah_g - later.capacity_mah_g, abs=0.2)


def test_what_is_not_lost_is_converted():
    found = measure(NOTHING_LOST, ["conversion_at_140", "bursts_of_oxygen_gas"])
    assert found["conversion_at_140"] == pytest.approx(1.0, abs=0.02)
    assert found["bursts_of_oxygen_gas"] == 0.0
    lossy = measure(SHIPPED.replace(dark_rate=1e-7, dark_potential=2.0), ["conversion_at_140"])
    assert lossy["conversion_at_140"] < 0.9


def test_the_loop_without_lmct_is_small_only_when_charge_needs_lmct():
    assert measure(SHIPPED, ["loop_without_lmct"])["loop_without_lmct"] < 0.1
    assert measure(load("li-ti-ni-o-direct"), ["loop_without_lmct"])["loop_without_lmct"] > 0.8


def test_a_voltage_that_only_rises_has_no_overshoot_and_a_rest_falls():
    found = measure(SHIPPED, ["overshoot_on_charge", "quasi_equilibrium_at_40", "smallest_oxygen_step"])
    assert found["overshoot_on_charge"] == pytest.approx(0.0, abs=1e-3)
    charge = steps("Charge at 20 mA/g until 40 mAh/g; Rest for 8 hours")
    assert found["quasi_equilibrium_at_40"] == pytest.approx(charge[1].end_voltage, abs=1e-3)
    assert charge[1].end_voltage < charge[0].end_voltage
