"""Agreement with SUNDIALS CVODE on independently written equations."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode import Drive, Electrode, load
from lmct.protocol import run_protocol

CURRENT = 20e-3 * 82.690 / 96485.33212


def test_every_named_protocol_agrees(protocol, cvode_run, assert_agreement):
    electrode = Electrode(load())
    assert_agreement(run_protocol(electrode, protocol), cvode_run(load(), protocol, electrode.pristine()))


def test_every_rate_law_agrees_with_loss_of_oxygen(
    law_parameters, short_protocol, cvode_run, assert_agreement
):
    electrode = Electrode(law_parameters)
    run = run_protocol(electrode, short_protocol)
    assert run.end.dark_holes > 1e-3
    assert run.end.oxygen_gas > 1e-4
    assert_agreement(run, cvode_run(law_parameters, short_protocol, electrode.pristine()))


@pytest.fixture(scope="module")
def electrode():
    return Electrode(load())


def test_charge_agrees_in_voltage_and_holes(electrode, reference_electrode):
    start = electrode.pristine()
    ours = electrode.advance(start, Drive(current=CURRENT, duration=1e6, stop_voltage=4.8))
    times = np.linspace(0, 0.999 * ours.duration, 200)
    theirs = reference_electrode(load(), CURRENT, 298.15).solve(start.as_array(), times)
    assert theirs.success
    difference = np.abs(ours.at(times) - theirs.y)
    assert difference[:, 4].max() < 1e-5
    assert difference[:, :2].max() < 1e-5


def test_voltage_cut_off_falls_at_the_same_time(electrode, reference_electrode):
    start = electrode.pristine()
    ours = electrode.advance(start, Drive(current=CURRENT, duration=1e6, stop_voltage=4.8))
    theirs = reference_electrode(load(), CURRENT, 298.15).solve(
        start.as_array(), [0.0, 1e6], stop_voltage=4.8
    )
    assert theirs.t_events[-1] == pytest.approx(ours.duration, rel=1e-6)
    assert ours.end.voltage == pytest.approx(4.8, abs=1e-6)


def test_heating_agrees(electrode, reference_electrode):
    start = electrode.advance(
        electrode.pristine(), Drive(current=CURRENT, duration=1e6, stop_voltage=4.5)
    ).end
    ours = electrode.advance(start, Drive(current=0.0, duration=86400.0, surroundings=413.15))
    times = np.concatenate([[0.0], np.geomspace(1.0, 86400.0, 60)])
    theirs = reference_electrode(load(), 0.0, 413.15).solve(start.as_array(), times)
    difference = np.abs(ours.at(times) - theirs.y)
    assert difference[:, 4].max() < 1e-5
    assert difference[:, :2].max() < 1e-6


def test_discharge_agrees_through_the_exhaustion_of_the_metal(electrode, reference_electrode):
    start = electrode.advance(
        electrode.pristine(), Drive(current=CURRENT, duration=1e6, stop_voltage=4.5)
    ).end
    ours = electrode.advance(start, Drive(current=-CURRENT, duration=1e6, stop_voltage=1.85))
    times = np.linspace(0, 0.9995 * ours.duration, 400)
    theirs = reference_electrode(load(), -CURRENT, 298.15).solve(start.as_array(), times)
    assert np.abs(ours.at(times) - theirs.y)[:, 4].max() < 1e-5
