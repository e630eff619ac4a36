"""Observables against the same numbers taken from protocols, and their laziness."""

from __future__ import annotations

import math

import pytest

from lmct.electrode import Electrode, load
from lmct.evidence.calibration import laboratory as laboratory_module
from lmct.evidence.calibration.laboratory import Laboratory
from lmct.evidence.calibration.observables import OBSERVABLES, measure
from lmct.protocol import parse_steps, run_protocol
from lmct.quantity.errors import NotConverged, UnknownName


@pytest.fixture(scope="module")
def found():
    return measure(load("li-ti-ni-o-direct"))


def last_step(words):
    return run_protocol(Electrode(load("li-ti-ni-o-direct")), parse_steps(words)).steps[-1]


def test_charges_and_plateaus_are_those_of_the_same_protocol(found):
    assert found["voltage_at_200"] == pytest.approx(
        last_step("Charge at 20 mA/g until 200 mAh/g").end_voltage, abs=1e-3
    )
    for limit, name in ((4.5, "charge_to_4_5"), (4.8, "charge_to_4_8")):
        step = last_step(f"Charge at 20 mA/g until {limit} V")
        assert found[name] == pytest.approx(step.capacity_mah_g, abs=0.1)
    metal = last_step("Charge at 20 mA/g until 4.5 V; Discharge at 20 mA/g until 2.5 V")
    assert found["metal_plateau_capacity"] == pytest.approx(-metal.capacity_mah_g, abs=0.1)
    whole = last_step("Charge at 20 mA/g until 4.8 V; Discharge at 20 mA/g until 2.0 V")
    charge = found["charge_to_4_8"]
    assert found["first_cycle_efficiency"] == pytest.approx(-whole.capacity_mah_g / charge, abs=1e-3)


def test_heating_is_that_of_the_titration(found):
    relaxed = last_step(
        "Charge at 20 mA/g until 4.5 V; Rest for 2 hours; Heat at 140 degC for 24 hours;"
        " Rest for 15 minutes; Discharge at 20 mA/g until 2.5 V"
    )
    left = -relaxed.capacity_mah_g / found["metal_plateau_capacity"]
    assert found["left_after_a_day_at_140"] == pytest.approx(left, abs=2e-3)


def test_lmct_off_leaves_the_direct_oxidation_only(found):
    high = run_protocol(
        Electrode(load("li-ti-ni-o-direct")), parse_steps("Charge at 20 mA/g until 4.8 V")
    ).end
    assert 0.0 <= found["oxygen_holes_without_lmct"] < high.oxygen_holes


def test_every_observable_says_what_it_is():
    for name, one in OBSERVABLES.items():
        assert one.name == name
        assert one.unit
        assert one.meaning.endswith(".")


def test_only_what_is_asked_for_is_simulated(monkeypatch):
    count = []
    advance = Electrode.advance
    monkeypatch.setattr(Electrode, "advance", lambda *words: count.append(1) or advance(*words))
    measure(load("li-ti-ni-o-direct"), ["charge_to_4_5"])
    assert len(count) == 1
    measure(load("li-ti-ni-o-direct"), ["charge_to_4_5", "metal_holes_at_4_5"])
    assert len(count) == 2


def test_a_failed_simulation_is_nan_and_is_not_tried_twice(monkeypatch):
    count = []

    def fails(*words):
        count.append(1)
        raise NotConverged("no lithium is left")

    monkeypatch.setattr(laboratory_module.Electrode, "advance", fails)
    found = measure(load("li-ti-ni-o-direct"), ["charge_to_4_5", "metal_holes_at_4_5", "relaxed_voltage"])
    assert all(math.isnan(number) for number in found.values())
    assert len(count) == 1


def test_unknown_observables_get_a_suggestion():
    with pytest.raises(UnknownName, match="charge_to_4_5"):
        measure(load("li-ti-ni-o-direct"), ["charge_to_4_6"])


def test_a_laboratory_without_lmct_keeps_everything_else():
    laboratory = Laboratory(load("li-ti-ni-o-direct"))
    off = laboratory.without_lmct()
    assert off is laboratory.without_lmct()
    assert off.parameters.metal_rate == laboratory.parameters.metal_rate
    assert off.parameters.lmct_parameters["attempt_frequency"] < 1e-20
