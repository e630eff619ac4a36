from __future__ import annotations

import types

import pytest

from lmct.protocol import (
    PROTOCOLS,
    Portion,
    Step,
    galvanostatic,
    gas_evolution,
    gitt,
    heating,
    named_protocol,
    open_circuit_relaxation,
    parse_steps,
    rate_series,
    reactivation,
    rest,
    retriggering,
    second_cycle_relaxation,
    simulate,
    state_of_charge_series,
    sweep,
    temperature_series,
    time_series,
    titration,
    voltammetry,
    window_opening,
)
from lmct.quantity.errors import OutOfRange, UnknownName


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


@pytest.mark.parametrize("name", list(PROTOCOLS))
def test_the_words_of_every_named_protocol_mean_its_steps(name):
    for step in dict.fromkeys(named_protocol(name)):
        (parsed,) = parse_steps(str(step))
        for attribute in ("kind", "specific_current", "stop_voltage", "stop_capacity", "duration"):
            assert getattr(parsed, attribute) == getattr(step, attribute)
        assert parsed.temperature == pytest.approx(step.temperature)
        assert (parsed.sweep_rate or 0.0) == pytest.approx(step.sweep_rate or 0.0)


@pytest.mark.parametrize("name", list(PROTOCOLS))
def test_every_named_protocol_runs_to_its_end(name):
    run = simulate(named_protocol(name))
    limited = [step for step in run.protocol if step.stop_voltage is not None and step.duration is None]
    reached = [
        step for step, done in zip(run.protocol, run.steps, strict=True) if done.stopped_by == "voltage"
    ]
    assert set(limited) <= set(reached)
    assert abs(run.budget.imbalance) < 1e-6 * sum(
        abs(step.capacity_mah_g) * abs(step.mean_voltage) for step in run.steps
    )


def test_a_protocol_with_a_wrong_name_gets_a_hint():
    with pytest.raises(UnknownName, match="Did you mean 'voltammetry'"):
        named_protocol("voltametry")


def test_functions_are_not_hidden_by_the_modules_that_bear_their_names():
    import lmct.protocol as package

    for name in package.__all__:
        assert not isinstance(getattr(package, name), types.ModuleType)


def test_pulses_pass_the_capacity_asked_for_and_each_is_followed_by_a_rest():
    steps = gitt(charge_capacity=25.0, discharge_capacity=None, rest_time=720000.0, temperature=328.15)
    assert [step.kind for step in steps] == ["charge", "rest"] * 3
    assert {step.duration for step in steps} == {1800.0, 720000.0}
    assert {step.temperature for step in steps} == {328.15}
    run = simulate(steps)
    assert sum(step.capacity_mah_g for step in run.steps) == pytest.approx(30.0)


def test_a_pulse_ends_at_the_limit_of_the_voltage():
    run = simulate(gitt())
    pulses = [step for step in run.steps if step.kind == "charge"]
    assert pulses[0].stopped_by == "time"
    assert pulses[-1].stopped_by == "voltage"
    assert max(step.end_voltage for step in run.steps) <= 4.8 + 1e-9


def test_a_window_opens_on_either_side_after_a_full_first_cycle():
    up = window_opening("charge", limits=(4.2, 4.5))
    assert [step.stop_voltage for step in up] == [4.8, 2.0, 4.2, 2.0, 4.5, 2.0]
    down = window_opening("discharge", limits=(3.0, 2.2))
    assert [step.stop_voltage for step in down] == [4.8, 2.0, 4.8, 3.0, 4.8, 2.2, 4.8]
    assert [step.kind for step in down[2:]] == ["charge", "discharge"] * 2 + ["charge"]


def test_a_rate_series_may_charge_at_one_rate():
    steps = rate_series(specific_currents=(5.0, 200.0), charge_current=10.0, cycles_each=2)
    assert [step.signed_current for step in steps] == [10.0, -5.0] * 2 + [10.0, -200.0] * 2


def test_less_is_discharged_at_a_higher_rate():
    run = simulate(rate_series(specific_currents=(5.0, 20.0, 100.0), charge_current=5.0))
    capacities = [-step.capacity_mah_g for step in run.steps if step.kind == "discharge"]
    assert capacities == sorted(capacities, reverse=True)
    assert capacities[0] > 1.02 * capacities[-1]


def test_rests_and_sweeps_say_their_temperature():
    steps = (*open_circuit_relaxation(rest_temperature=328.15), sweep(1e-3, 4.0, temperature=328.15))
    assert str(steps[1]) == "Rest at 55 degC for 1209600 seconds"
    assert str(steps[2]) == "Sweep at 1 mV/s and 55 degC until 4 V"


def test_the_states_of_charge_differ_in_the_charge_alone():
    series = state_of_charge_series()
    assert {(steps[0].stop_voltage, steps[0].stop_capacity) for steps in series.values()} == {
        (None, 200.0), (4.5, None), (4.8, None),
    }  # fmt: skip
    assert len({steps[1:] for steps in series.values()}) == 1


def test_what_follows_a_relaxation():
    whole = galvanostatic(upper_voltage=4.5, lower_voltage=1.85, cycles=1)
    assert reactivation()[-2:] == second_cycle_relaxation()[:2] == whole
    first, _, further, _ = retriggering(first_capacity=180.0)
    assert (first.stop_capacity, further.stop_voltage) == (180.0, 4.8)


@pytest.mark.parametrize(
    ("function", "wrong"),
    [
        (window_opening, {"side": "left"}),
        (window_opening, {"limits": ()}),
        (window_opening, {"limits": (1.9,)}),
        (window_opening, {"side": "discharge", "limits": (4.9,)}),
        (gitt, {"charge_capacity": None, "discharge_capacity": None}),
        (gitt, {"charge_capacity": -10.0}),
        (gitt, {"charge_capacity": float("nan")}),
        (gitt, {"charge_capacity": 1e9}),
        (gitt, {"pulse_time": 0.0}),
        (gitt, {"specific_current": 0.0}),
        (gitt, {"rest_time": -1.0}),
        (gitt, {"upper_voltage": 1.0}),
        (voltammetry, {"sweep_rate": 0.0}),
        (voltammetry, {"sweep_rate": float("nan")}),
        (voltammetry, {"cycles": 0}),
        (voltammetry, {"lower_voltage": 5.0}),
        (rate_series, {"specific_currents": ()}),
        (rate_series, {"specific_currents": (20.0, -1.0)}),
        (rate_series, {"cycles_each": 0}),
        (open_circuit_relaxation, {"charge_voltage": None}),
        (retriggering, {"first_capacity": 0.0}),
    ],
)
def test_impossible_settings_are_refused(function, wrong):
    with pytest.raises(OutOfRange):
        function(**wrong)


def test_gas_evolution_rests_before_and_after_its_cycles():
    steps = named_protocol("gas-evolution")
    assert [step.kind for step in steps] == ["rest", "charge", "discharge", "charge", "discharge", "rest"]
    assert [steps[0].duration, steps[-1].duration] == [4 * 3600.0, 12 * 3600.0]
    assert {step.stop_voltage for step in steps[1:-1]} == {4.8, 1.5}
    assert {step.specific_current for step in steps[1:-1]} == {20.0}
    with pytest.raises(OutOfRange):
        gas_evolution(rest_before=0.0)
    with pytest.raises(OutOfRange):
        gas_evolution(cycles=0)
