from __future__ import annotations

import pytest

from lmct.protocol import (
    Portion,
    Step,
    galvanostatic,
    parse_steps,
    temperature_series,
    time_series,
    titration,
)
from lmct.protocol.heating import heating
from lmct.protocol.rest import rest
from lmct.quantity.errors import OutOfRange


def test_cycling_alternates_between_the_limits():
    steps = galvanostatic(specific_current=5.0, upper_voltage=4.5, lower_voltage=1.5, cycles=3)
    assert [step.kind for step in steps] == ["charge", "discharge"] * 3
    assert {step.stop_voltage for step in steps} == {4.5, 1.5}
    assert steps[1].signed_current == -5.0


@pytest.mark.parametrize("wrong", [{"upper_voltage": 1.0}, {"cycles": 0}, {"specific_current": -20.0}])
def test_impossible_cycling_is_refused(wrong):
    with pytest.raises(OutOfRange):
        galvanostatic(**wrong)


def test_the_words_of_every_step_mean_the_step():
    history = titration(Portion(hold_temperature=413.15, hold_time=90.0))
    for step in (*history, *galvanostatic(), rest(900.0), heating(393.15, 3600.0)):
        (parsed,) = parse_steps(str(step))
        assert parsed.kind == step.kind
        assert parsed.duration == step.duration
        assert parsed.specific_current == step.specific_current
        assert parsed.stop_voltage == step.stop_voltage
        assert parsed.temperature == pytest.approx(step.temperature)


def test_a_heated_portion_rests_fifteen_minutes_before_its_discharge():
    steps = titration(Portion(hold_temperature=413.15, hold_time=90.0))
    assert (steps[-2].kind, steps[-2].duration) == ("rest", 900.0)
    assert steps[-1].stop_voltage == 1.85
    assert steps[2].duration == 90.0


def test_a_charge_may_end_at_a_capacity():
    charge = titration(Portion(), charge_voltage=None, charge_capacity=200.0)[0]
    assert (charge.stop_capacity, charge.stop_voltage) == (200.0, None)


def test_portions_have_distinct_names_that_people_use():
    portions = (Portion(in_cycling=True), *temperature_series(), *time_series())
    names = [portion.name for portion in dict.fromkeys(portions)]
    assert len(set(names)) == len(names)
    assert {"in cycling", "dried, not heated", "25 degC 24 h", "140 degC 90 s", "140 degC 10 min"} <= set(
        names
    )


def test_steps_refuse_what_has_no_meaning():
    for wrong in (
        {"kind": "charge", "specific_current": 20.0},
        {"kind": "charge", "specific_current": 0.0, "duration": 1.0},
        {"kind": "rest"},
        {"kind": "rest", "duration": -1.0},
        {"kind": "rest", "duration": 10.0, "specific_current": 1.0},
        {"kind": "hold", "hold_voltage": 4.5},
        {"kind": "charge", "specific_current": 20.0, "stop_voltage": float("nan")},
    ):
        with pytest.raises(OutOfRange):
            Step(**wrong)
