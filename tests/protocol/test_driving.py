"""Steps as what drives the electrode: sweeps, holds and limits."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode import load
from lmct.electrode.state import ElectrodeState
from lmct.protocol import parse_steps, simulate
from lmct.protocol.driving import LONGEST_STEP, SAFE_VOLTAGES, drive_of_step
from lmct.protocol.step import Step
from lmct.quantity.errors import OutOfRange


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


def test_a_sweep_may_end_at_a_time_and_is_refused_where_it_already_is():
    run = simulate(parse_steps("Sweep at 1 mV/s until 4 V or for 100 s"))
    assert run.steps[0].stopped_by == "time"
    assert run.steps[0].end_voltage == pytest.approx(run.segments[0].start.voltage + 0.1, abs=1e-9)
    with pytest.raises(OutOfRange, match=r"starts at 4\.0000 V, where it should end"):
        simulate(parse_steps("Sweep at 1 mV/s until 4 V; Sweep at 1 mV/s until 4 V"))


def test_a_voltage_limit_outside_the_model_is_refused():
    with pytest.raises(OutOfRange, match="between 0 and 6 V"):
        simulate(parse_steps("Charge at 20 mA/g until 9 V"))


def test_a_charge_is_driven_in_electrons_per_formula_unit_and_second():
    parameters = load()
    charge = Step(kind="charge", specific_current=20.0, stop_capacity=100.0)
    fresh = ElectrodeState(metal_holes=0.0, oxygen_holes=0.0, voltage=2.8)
    drive = drive_of_step(charge, fresh, parameters)
    electron = 96485.33212 / parameters.molar_mass / 3.6
    assert drive.current == pytest.approx(20.0 / electron / 3600.0, rel=1e-9)
    assert drive.stop_charge == pytest.approx(100.0 / electron, rel=1e-9)
    assert drive.stop_voltage == SAFE_VOLTAGES[1]
    assert drive.duration == LONGEST_STEP
