"""Agreement with SUNDIALS CVODE on independently written equations."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode import Drive, Electrode
from lmct.protocol import PROTOCOLS, parse_steps, run_protocol

CURRENT = 20e-3 * 82.690 / 96485.33212


def test_every_named_protocol_agrees(shipped, protocol, cvode_run, assert_agreement):
    electrode = Electrode(shipped)
    # Re-activation: CVODE fails where a couple is exhausted, is restarted and loses a third of a second.
    volts = 5e-4 if protocol == PROTOCOLS["reactivation"]() else 1e-4
    theirs = cvode_run(shipped, protocol, electrode.pristine())
    assert_agreement(run_protocol(electrode, protocol), theirs, volts=volts)


def test_every_rate_law_agrees_with_loss_of_oxygen(
    law_parameters, short_protocol, cvode_run, assert_agreement
):
    electrode = Electrode(law_parameters)
    run = run_protocol(electrode, short_protocol)
    assert run.end.dark_holes > 1e-3
    assert run.end.oxygen_gas > 1e-4
    assert_agreement(run, cvode_run(law_parameters, short_protocol, electrode.pristine()))


def test_every_oxygen_law_agrees_while_oxygen_leaves_in_steps(
    oxygen_parameters, cycle, cvode_run, assert_agreement
):
    electrode = Electrode(oxygen_parameters)
    run = run_protocol(electrode, cycle)
    assert run.end.oxygen_gas > 2.5e-4  # the second environment has begun
    assert_agreement(run, cvode_run(oxygen_parameters, cycle, electrode.pristine()))


def test_a_series_resistance_agrees(resistive, resistive_protocol, cvode_run, assert_agreement):
    electrode = Electrode(resistive)
    run = run_protocol(electrode, resistive_protocol)
    assert_agreement(run, cvode_run(resistive, resistive_protocol, electrode.pristine()))


@pytest.fixture(scope="module")
def electrode(plain):
    return Electrode(plain)


def test_charge_agrees_in_voltage_and_holes(electrode, reference_electrode):
    start = electrode.pristine()
    ours = electrode.advance(start, Drive(current=CURRENT, duration=1e6, stop_voltage=4.8))
    times = np.linspace(0, 0.999 * ours.duration, 200)
    theirs = reference_electrode(electrode.parameters, CURRENT, 298.15).solve(start, times)
    difference = np.abs(ours.at(times) - theirs.states)
    assert difference[:, 4].max() < 1e-5
    assert difference[:, :2].max() < 1e-5


def test_voltage_cut_off_falls_at_the_same_time(electrode, reference_electrode):
    start = electrode.pristine()
    ours = electrode.advance(start, Drive(current=CURRENT, duration=1e6, stop_voltage=4.8))
    theirs = reference_electrode(electrode.parameters, CURRENT, 298.15).solve(
        start, [0.0, 1e6], stop_voltage=4.8
    )
    assert theirs.stopped_by == "voltage"
    assert theirs.duration == pytest.approx(ours.duration, rel=1e-6)
    assert ours.end.voltage == pytest.approx(4.8, abs=1e-6)


def test_heating_agrees(electrode, reference_electrode):
    start = electrode.advance(
        electrode.pristine(), Drive(current=CURRENT, duration=1e6, stop_voltage=4.5)
    ).end
    ours = electrode.advance(start, Drive(current=0.0, duration=86400.0, surroundings=413.15))
    times = np.concatenate([[0.0], np.geomspace(1.0, 86400.0, 60)])
    theirs = reference_electrode(electrode.parameters, 0.0, 413.15).solve(start, times)
    difference = np.abs(ours.at(times) - theirs.states)
    assert difference[:, 4].max() < 1e-5
    assert difference[:, :2].max() < 1e-6


def test_discharge_agrees_through_the_exhaustion_of_the_metal(electrode, reference_electrode):
    start = electrode.advance(
        electrode.pristine(), Drive(current=CURRENT, duration=1e6, stop_voltage=4.5)
    ).end
    ours = electrode.advance(start, Drive(current=-CURRENT, duration=1e6, stop_voltage=1.85))
    times = np.linspace(0, 0.9995 * ours.duration, 400)
    theirs = reference_electrode(electrode.parameters, -CURRENT, 298.15).solve(start, times)
    assert np.abs(ours.at(times) - theirs.states)[:, 4].max() < 1e-5


PULSES = "; ".join(["Charge at 40 mA/g for 1 hour", "Rest for 3 hours"] * 3)
PARTICLES = {
    "cycle": (3e4, "Charge at 20 mA/g until 4.6 V; Discharge at 20 mA/g until 2.0 V"),
    "slow cycle": (1e5, "Charge at 20 mA/g until 4.6 V; Discharge at 20 mA/g until 2.0 V"),
    "pulses": (1e5, PULSES),
    "hold": (3e4, "Charge at 20 mA/g until 4.4 V; Hold at 4.4 V for 2 hours; Heat at 60 degC for 2 hours"),
}


@pytest.mark.parametrize("name", PARTICLES)
def test_a_particle_agrees(name, plain, cvode_run, assert_agreement):
    transport_time, text = PARTICLES[name]
    parameters = plain.replace(transport_time=transport_time, transport_activation=0.4)
    electrode, steps = Electrode(parameters, shells=8), parse_steps(text)
    run = run_protocol(electrode, steps)
    solved = cvode_run(parameters, steps, electrode.pristine(), shells=8)
    assert_agreement(run, solved)
    charged = solved[0].shells[-1, :, :2].sum(axis=1)
    assert charged[0] - charged[-1] > 0.01  # there is a gradient to agree on


def test_classes_of_sites_agree_in_charge_and_heat(plain, cvode_run, assert_agreement):
    parameters = plain.replace(barrier_width=0.08)
    electrode = Electrode(parameters, classes=5)
    steps = parse_steps(
        "Charge at 20 mA/g until 4.5 V; Heat at 80 degC for 10 hours; Discharge at 20 mA/g until 2 V"
    )
    run = run_protocol(electrode, steps)
    assert_agreement(run, cvode_run(parameters, steps, electrode.pristine(), classes=5))


def test_shells_classes_and_resistance_agree_together(plain, cvode_run, assert_agreement):
    parameters = plain.replace(transport_time=3e4, barrier_width=0.08, series_resistance=5.0)
    electrode = Electrode(parameters, shells=3, classes=3)
    steps = parse_steps(
        "Charge at 20 mA/g until 4.5 V; Hold at 4.5 V for 1 hour; Discharge at 40 mA/g for 2 hours"
    )
    run = run_protocol(electrode, steps)
    assert_agreement(run, cvode_run(parameters, steps, electrode.pristine(), shells=3, classes=3))
