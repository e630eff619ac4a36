from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode import Electrode, load
from lmct.protocol import galvanostatic, parse_steps, run_protocol, simulate, simulation
from lmct.quantity.errors import NotConverged, OutOfRange, UnknownName


@pytest.fixture(scope="module")
def run():
    lines = (
        "Charge at 20 mA/g until 4.5 V",
        "Hold at 4.5 V until 2 mA/g",
        "Rest for 1 h",
        "Discharge at C/10 until 1.85 V",
    )
    return simulate(parse_steps(lines))


def test_every_step_is_summarised(run):
    assert [(step.kind, step.stopped_by) for step in run.steps] == [
        ("charge", "voltage"), ("hold", "current"), ("rest", "time"), ("discharge", "voltage"),
    ]  # fmt: skip
    charge = run.steps[0]
    assert charge.capacity_mah_g == pytest.approx(20.0 * charge.duration_second / 3600.0, rel=1e-12)
    assert run.steps[3].end_voltage == pytest.approx(1.85, abs=1e-6)
    assert run.steps[2].capacity_mah_g == 0.0


def test_the_table_agrees_with_the_summary(run):
    table = run.sample(interval=30.0, voltage_interval=0.002)
    assert np.all(np.diff(table["time"]) > 0)
    assert table["time"][-1] == pytest.approx(sum(step.duration_second for step in run.steps))
    for number, step in enumerate(run.steps, start=1):
        rows = table["step"] == number
        passed = table["specific_capacity"][rows]
        assert passed[-1] - passed[0] == pytest.approx(step.capacity_mah_g, abs=2e-3)
    in_step = np.diff(table["step"]) == 0
    assert np.abs(np.diff(table["voltage"]))[in_step].max() < 0.0025
    assert table["time"][in_step.nonzero()[0] + 1].size


def test_current_and_capacity_of_the_table_agree(run):
    table = run.sample(interval=20.0)
    hours = table["time"] / 3600.0
    integral = np.trapezoid(table["specific_current"], hours)
    assert integral == pytest.approx(table["specific_capacity"][-1], abs=0.05)


def test_the_energy_balance_of_a_run_closes(run):
    budget = run.budget
    assert abs(budget.imbalance) < 1e-6 * 1000.0  # about 1000 mWh/g pass through the cell
    assert budget.dissipated > 0


def test_lithium_is_extracted_on_charge_and_comes_back(run):
    assert run.segments[0].end.lithium_extracted > 0.6
    assert run.final["lithium_content"] == pytest.approx(run.parameters.lithium - run.end.lithium_extracted)
    assert run.final["lithium_content"] > 1.0


def test_settings_change_the_electrode_and_unknown_ones_are_refused():
    fast = simulate(galvanostatic(cycles=1), settings={"attempt_frequency": 1e16})
    slow = simulate(galvanostatic(cycles=1))
    assert fast.segments[0].end.metal_holes < 0.5 * slow.segments[0].end.metal_holes
    with pytest.raises(UnknownName, match="attempt_frequency"):
        simulate(galvanostatic(), settings={"attempt_frequencey": 1.0})


def test_a_hold_at_another_voltage_is_refused_with_what_to_do():
    with pytest.raises(OutOfRange, match=r"Charge or discharge until 4\.6 V first"):
        simulate(parse_steps("Charge at 20 mA/g until 4.5 V; Hold at 4.6 V for 1 h"))


def test_a_sweep_moves_the_voltage_at_its_rate_from_where_it_is():
    run = simulate(parse_steps("Sweep at 0.05 mV/s until 4.8 V; Sweep at 0.05 mV/s until 1.5 V"))
    assert [step.stopped_by for step in run.steps] == ["voltage", "voltage"]
    assert [step.end_voltage for step in run.steps] == pytest.approx([4.8, 1.5], abs=1e-8)
    table = run.sample(interval=60.0)
    up, down = (table["step"] == number for number in (1, 2))
    start = run.segments[0].start.voltage
    assert table["voltage"][up] == pytest.approx(start + 5e-5 * table["time"][up], abs=1e-8)
    assert np.all(np.diff(table["voltage"][down]) < 0)
    assert table["specific_current"][up].max() > 10.0 > -10.0 > table["specific_current"][down].min()


def test_the_current_of_a_sweep_integrates_to_its_charge():
    run = simulate(parse_steps("Sweep at 0.05 mV/s until 4.8 V; Sweep at 0.05 mV/s until 1.5 V"))
    table = run.sample(interval=20.0)
    for number, step in enumerate(run.steps, start=1):
        rows = table["step"] == number
        integral = np.trapezoid(table["specific_current"][rows], table["time"][rows] / 3600.0)
        assert integral == pytest.approx(step.capacity_mah_g, abs=0.02)


def test_the_energy_balance_of_sweeps_closes_with_the_tolerance():
    """About 2000 mWh/g pass through the cell."""
    steps = parse_steps("Sweep at 0.05 mV/s until 4.8 V; Sweep at 0.05 mV/s until 1.5 V")
    assert abs(simulate(steps).budget.imbalance) < 1e-6 * 2000.0
    assert abs(simulate(steps, tolerance=1e-8).budget.imbalance) < 1e-4


def test_a_sweep_may_end_at_a_time_and_is_refused_where_it_already_is():
    run = simulate(parse_steps("Sweep at 1 mV/s until 4 V or for 100 s"))
    assert run.steps[0].stopped_by == "time"
    assert run.steps[0].end_voltage == pytest.approx(run.segments[0].start.voltage + 0.1, abs=1e-9)
    with pytest.raises(OutOfRange, match=r"starts at 4\.0000 V, where it should end"):
        simulate(parse_steps("Sweep at 1 mV/s until 4 V; Sweep at 1 mV/s until 4 V"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Charge at 20 mA/g until 400 mAh/g", r"^step 1: Charge .* reached 6.0 V after \d\d\d.* Add a"),
        ("Charge at 20 mA/g until 4.5 V; Discharge at 20 mA/g for 30 h", r"^step 2: Discharge .* reached 0"),
    ],
)
def test_a_limit_out_of_reach_names_the_step(words, message):
    with pytest.raises(NotConverged, match=message):
        simulate(parse_steps(words))


def test_a_voltage_limit_outside_the_model_is_refused():
    with pytest.raises(OutOfRange, match="between 0 and 6 V"):
        simulate(parse_steps("Charge at 20 mA/g until 9 V"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Charge at 20 mA/g until 2 V", r"^step 1: Charge .* starts at 2\.8.* already passed.* limit above"),
        (
            "Charge at 20 mA/g until 4.5 V; Charge at 5 mA/g until 4.4 V",
            r"^step 2: .* starts at 4\.5000 V.* already passed",
        ),
        ("Charge at 20 mA/g until 4 V; Discharge at 20 mA/g until 4.2 V", r"^step 2: .* a limit below"),
    ],
)
def test_a_limit_that_is_already_passed_is_refused(words, message):
    with pytest.raises(OutOfRange, match=message):
        simulate(parse_steps(words))


def test_a_step_that_starts_at_its_limit_ends_at_once():
    words = "Charge at 20 mA/g until 4.5 V; Charge at 5 mA/g until 4.5 V; Discharge at 20 mA/g until 2 V"
    again, last = simulate(parse_steps(words)).steps[1:]
    assert (again.stopped_by, again.duration_second) == ("voltage", 0.0)
    assert last.capacity_mah_g < -100.0


def test_an_empty_protocol_is_refused():
    with pytest.raises(OutOfRange, match="no steps"):
        run_protocol(Electrode(load()), [])


def test_sampling_intervals_must_be_positive(run):
    with pytest.raises(OutOfRange, match="intervals"):
        run.sample(interval=0.0)


def test_a_run_can_be_continued():
    electrode = Electrode(load())
    steps = galvanostatic(cycles=2)
    whole = run_protocol(electrode, steps)
    first = run_protocol(electrode, steps[:2])
    second = run_protocol(electrode, steps[2:], start=first.end)
    assert second.end.as_array() == pytest.approx(whole.end.as_array(), abs=1e-12)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Charge at 20 mA/g until 4 V; Rest for 1e300 h", r"^step 2: .* at most a thousand years"),
        ("Heat at 5000 K for 1 h", r"^step 1: .* between 100 and 2000 K, got 5000 K"),
        ("Charge at 20 mA/g and 1 K until 4 V", r"between 100 and 2000 K"),
    ],
)
def test_absurd_surroundings_are_refused(words, message):
    with pytest.raises(OutOfRange, match=message):
        simulate(parse_steps(words))


def test_a_history_that_fills_the_memory_is_given_up(monkeypatch):
    monkeypatch.setattr(simulation, "LARGEST_HISTORY", 100_000)
    with pytest.raises(OutOfRange, match=r"^step \d+: the history takes more"):
        simulate(galvanostatic(cycles=50))
