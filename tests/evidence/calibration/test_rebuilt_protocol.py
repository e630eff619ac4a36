"""Protocols rebuilt from records that were made from known steps."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from lmct.electrode import Electrode, load
from lmct.evidence.calibration.measured_curve import voltages_from_simulation
from lmct.evidence.calibration.rebuilt_protocol import curve_from_record
from lmct.evidence.calibration.step_rows import MOST_STEPS
from lmct.instrument.cycler import CyclerRecord
from lmct.protocol import parse_steps, run_protocol
from lmct.quantity.errors import DataError, OutOfRange
from lmct.technique.electrochemistry.simulate import record_from_run

WORDS = (
    "Charge at 20 mA/g until 4.6 V; Rest for 2 hours; Discharge at 40 mA/g until 2.5 V;"
    " Discharge at 10 mA/g until 2.0 V; Rest for 1 hour; Charge at 20 mA/g until 4.5 V"
)


def record_of(words, parameters=None, noise=0.0):
    run = run_protocol(Electrode(parameters or load("li-ti-ni-o-direct")), parse_steps(words))
    record = record_from_run(run, active_mass=7e-3)
    columns = dict(record.columns)
    random = np.random.default_rng(3)
    columns["voltage_volt"] = columns["voltage_volt"] + random.normal(0.0, 1.0, record.rows) * noise
    return run, dataclasses.replace(record, columns=columns, source_file="cell.mpt")


def test_steps_currents_and_charges_are_found_again():
    run, record = record_of(WORDS)
    curve = curve_from_record(record)
    assert [step.kind for step in curve.steps] == [step.kind for step in run.protocol]
    for found, step in zip(curve.steps, run.steps, strict=True):
        charge = found.specific_current * found.duration / 3600
        assert charge == pytest.approx(step.capacity_mah_g, abs=0.1)
        assert found.duration == pytest.approx(step.duration_second, abs=1.0)
        assert found.end_voltage == pytest.approx(step.end_voltage, abs=5e-3)
    assert curve.start_voltage is None
    assert "charge at 20 mA/g to 4.6" in curve.steps[0].words


def test_the_same_electrode_gives_the_same_voltages():
    _, record = record_of(WORDS)
    curve = curve_from_record(record)
    simulated = voltages_from_simulation(Electrode(load("li-ti-ni-o-direct")), curve)
    for step, voltage in zip(curve.steps, simulated, strict=True):
        # Between two rows of the record the measured voltage is interpolated: 60 s or 5 mV apart.
        assert np.sqrt(np.mean((voltage - step.voltage) ** 2)) < 2e-3


def test_noise_is_estimated_from_the_rows():
    _, record = record_of(WORDS, noise=2e-3)
    assert curve_from_record(record).noise == pytest.approx(2e-3, rel=0.15)
    assert curve_from_record(record, noise=5e-3).noise == 5e-3


def test_only_the_first_cycles_are_used():
    _, record = record_of(WORDS)
    assert len(curve_from_record(record, first_cycles=1).steps) == 5
    assert len(curve_from_record(record, first_cycles=2).steps) == 6
    with pytest.raises(OutOfRange, match="first_cycles"):
        curve_from_record(record, first_cycles=0)


def test_a_hold_moves_charge_but_is_not_compared():
    run, record = record_of(
        "Charge at 50 mA/g until 4.5 V; Hold at 4.5 V until 5 mA/g; Discharge at 20 mA/g until 2.0 V"
    )
    curve = curve_from_record(record)
    assert [step.kind for step in curve.steps] == ["charge", *["hold"] * 4, "discharge"]
    held = [step for step in curve.steps if step.kind == "hold"]
    charge = sum(step.specific_current * step.duration for step in held) / 3600
    assert charge == pytest.approx(run.steps[1].capacity_mah_g, rel=0.03)
    assert not any(len(step.time) for step in held)
    currents = [step.specific_current for step in held]
    assert currents == sorted(currents, reverse=True)


def test_a_record_that_begins_charged_starts_at_its_first_voltage():
    _, record = record_of("Charge at 20 mA/g until 4.3 V; Rest for 5 hours; Discharge at 20 mA/g until 2.5 V")
    rows = np.flatnonzero(np.diff(np.sign(record.current)))[0] + 5
    cut = CyclerRecord(
        {name: column[rows:] for name, column in record.columns.items()}, "cut.mpt", active_mass=7e-3
    )
    curve = curve_from_record(cut)
    assert curve.start_voltage == pytest.approx(cut.voltage[0])
    assert curve.steps[0].kind == "discharge"  # the rest before it says nothing: its state is assumed
    simulated = voltages_from_simulation(Electrode(load("li-ti-ni-o-direct")), curve)
    assert np.all(np.isfinite(np.concatenate(simulated)))


def test_temperature_comes_from_the_file_or_the_caller():
    _, record = record_of("Charge at 20 mA/g until 4.5 V")
    assert curve_from_record(record, temperature=328.15).steps[0].temperature == 328.15
    warm = dict(record.columns) | {"ambient_temperature_celsius": np.full(record.rows, 55.0)}
    assert curve_from_record(dataclasses.replace(record, columns=warm)).steps[0].temperature == 328.15
    odd = dict(record.columns) | {"ambient_temperature_celsius": np.full(record.rows, np.nan)}
    assert curve_from_record(dataclasses.replace(record, columns=odd)).steps[0].temperature == 298.15


def test_what_cannot_be_passed_costs_more_the_more_is_missing():
    _, record = record_of("Charge at 20 mA/g until 4.8 V")
    curve = curve_from_record(record)
    rms = []
    for most in (0.9, 0.7, 0.5):
        electrode = Electrode(load("li-ti-ni-o-direct").replace(lithium_max=most))
        (voltage,) = voltages_from_simulation(electrode, curve)
        rms.append(float(np.sqrt(np.mean((voltage - curve.steps[0].voltage) ** 2))))
    assert rms == sorted(rms)
    assert rms[-1] > 0.5


def record(time, current, voltage=None, mass=7e-3):
    columns = {
        "test_time_second": np.asarray(time, dtype=float),
        "voltage_volt": np.full(len(time), 3.0) if voltage is None else np.asarray(voltage),
        "current_ampere": np.asarray(current, dtype=float),
    }
    return CyclerRecord(columns, "odd.csv", active_mass=mass)


def test_records_without_a_usable_step_are_refused():
    with pytest.raises(OutOfRange, match="no usable step"):
        curve_from_record(record(np.arange(100.0), np.zeros(100)))
    with pytest.raises(OutOfRange, match="no usable step"):
        curve_from_record(record([0.0, 10.0, 20.0], [1e-3, 1e-3, 1e-3]))
    with pytest.raises(DataError, match="active_mass"):
        curve_from_record(record(np.arange(100.0), np.full(100, 1e-3), mass=None))


def test_too_many_steps_are_refused():
    current = np.repeat(np.tile([1e-3, 0.0], MOST_STEPS), 6)
    with pytest.raises(OutOfRange, match="first_cycles"):
        curve_from_record(record(60.0 * np.arange(len(current)), current))
