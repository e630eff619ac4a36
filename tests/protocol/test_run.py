"""What a run tells of its steps, its end and its history."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.protocol import parse_steps, simulate
from lmct.quantity.errors import OutOfRange


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


def test_sampling_intervals_must_be_positive(run):
    with pytest.raises(OutOfRange, match="intervals"):
        run.sample(interval=0.0)
