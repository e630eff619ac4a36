"""A two-electrode cell against the same electrode with a reference electrode."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import brentq

from lmct.electrode import Electrode, load
from lmct.protocol import galvanostatic, parse_steps, run_protocol, voltammetry
from lmct.protocol.lithium_counter import LithiumCounter, counter_overpotential_from_current
from lmct.protocol.two_electrode import cell_table, run_in_cell
from lmct.quantity.constants import BOLTZMANN
from lmct.quantity.errors import OutOfRange

NONE = LithiumCounter(exchange_current=1e12)
REAL = LithiumCounter(exchange_current=20.0, resistance=2.0)
MILD = LithiumCounter(exchange_current=100.0, resistance=0.3)


@pytest.fixture(scope="module")
def electrode():
    return Electrode(load())


@pytest.fixture(scope="module")
def sweep(electrode):
    return voltammetry(sweep_rate=1e-4, upper_voltage=4.6, lower_voltage=2.0, cycles=1)


def currents(run):
    return np.array([step.signed_current for step in run.protocol])


@pytest.mark.parametrize("current", [-500.0, -3.0, 0.0, 1e-3, 20.0])
@pytest.mark.parametrize("temperature", [253.15, 328.15])
def test_the_overpotential_solves_butler_and_volmer(current, temperature):
    exchange, thermal = 17.0, BOLTZMANN * temperature

    def residual(eta):
        return exchange * (math.exp(0.5 * eta / thermal) - math.exp(-0.5 * eta / thermal)) - current

    expected = brentq(residual, -2.0, 2.0, xtol=1e-15)
    found = counter_overpotential_from_current(
        specific_current=current, exchange_current=exchange, temperature=temperature
    )
    assert found == pytest.approx(expected, abs=1e-12)


def test_resistance_adds_its_drop_and_warmth_takes_overpotential_away():
    assert NONE.overpotential(20.0) == pytest.approx(0.0, abs=1e-9)
    ohmic = LithiumCounter(exchange_current=1e12, resistance=0.35)
    assert ohmic.overpotential(-20.0) == pytest.approx(-20e-3 * 0.35, abs=1e-9)
    activated = LithiumCounter(exchange_current=20.0, activation_energy=0.6)
    assert activated.overpotential(20.0, 328.15) < 0.3 * activated.overpotential(20.0)
    assert activated.potential(20.0) < 0.0 < activated.potential(-20.0)


def test_limits_at_constant_current_are_those_of_the_cell(electrode):
    steps = galvanostatic(cycles=1)
    run = run_in_cell(electrode, steps, REAL)
    up, down = (segment.end.voltage for segment in run.segments)
    assert up == pytest.approx(4.8 - REAL.overpotential(20.0), abs=1e-8)
    assert down == pytest.approx(2.0 + REAL.overpotential(20.0), abs=1e-8)
    assert run.segments[0].charge < run_protocol(electrode, steps).segments[0].charge
    table = cell_table(run, REAL)
    last_of_charge = np.flatnonzero(table["step"] == 1)[-1]
    assert table["cell_voltage"][last_of_charge] == pytest.approx(4.8, abs=1e-8)


def test_at_rest_cell_and_electrode_have_one_voltage(electrode):
    table = cell_table(run_in_cell(electrode, parse_steps("Rest for 1 h"), REAL), REAL)
    assert table["cell_voltage"] == pytest.approx(table["voltage"], abs=1e-12)


def test_three_voltages_add_up(electrode):
    table = cell_table(run_in_cell(electrode, galvanostatic(cycles=1), REAL), REAL)
    drop = 1e-3 * table["specific_current"] * REAL.resistance
    assert table["cell_voltage"] == pytest.approx(
        table["voltage"] - table["counter_potential"] + drop, abs=1e-12
    )


def test_every_short_step_ends_at_its_cell_voltage(electrode, sweep):
    run = run_in_cell(electrode, sweep, REAL)
    cell = np.array([segment.end.voltage for segment in run.segments])
    cell += [REAL.overpotential(current) for current in currents(run)]
    up = round((4.6 - 2.8) / 5e-3)
    wanted = np.concatenate(
        [np.linspace(2.8, 4.6, up + 1)[1:], np.linspace(4.6, 2.0, len(cell) - up + 1)[1:]]
    )
    assert cell == pytest.approx(wanted, abs=1e-6)


def test_without_polarisation_the_sweep_is_that_of_the_reference_cell(electrode, sweep):
    """The current of a short step is its mean; first order in its length."""
    reference = run_protocol(electrode, sweep)
    charge = [segment.charge for segment in reference.segments]
    errors = []
    for length in (10e-3, 5e-3):
        run = run_in_cell(electrode, sweep, NONE, slice_voltage=length)
        up = round((4.6 - 2.8) / length)
        found = [sum(one.charge for one in run.segments[:up]), sum(one.charge for one in run.segments[up:])]
        errors.append(np.abs(np.array(found) - charge).max())
    assert errors[1] < 2e-3 * charge[0]
    assert errors[1] < 0.7 * errors[0]


def test_polarisation_moves_the_peak_up_and_lowers_it(electrode):
    up = voltammetry(sweep_rate=1e-4, cycles=1)[:1]
    reference, cell = (currents(run_in_cell(electrode, up, one)) for one in (NONE, MILD))
    assert np.argmax(cell) > np.argmax(reference)
    assert cell.max() < reference.max()
    assert (np.argmax(cell) - np.argmax(reference)) * 5e-3 == pytest.approx(
        MILD.overpotential(float(cell.max())), abs=0.03
    )


def test_sweeps_follow_steps_at_constant_current(electrode):
    steps = parse_steps("Charge at 20 mA/g until 4.0 V; Sweep at 0.1 mV/s until 4.1 V")
    run = run_in_cell(electrode, steps, REAL)
    last = run.segments[-1].end.voltage + REAL.overpotential(run.protocol[-1].signed_current)
    assert last == pytest.approx(4.1, abs=1e-6)
    assert len(run.segments) == 1 + 20


@pytest.mark.parametrize(
    "numbers",
    [
        {"exchange_current": 0.0},
        {"exchange_current": math.nan},
        {"exchange_current": 1.0, "resistance": -1.0},
        {"exchange_current": 1.0, "activation_energy": math.inf},
    ],
)
def test_senseless_counter_electrodes_are_refused(numbers):
    with pytest.raises(OutOfRange, match="counter electrode needs"):
        LithiumCounter(**numbers)


def test_holds_are_refused_with_the_reason(electrode):
    steps = parse_steps("Charge at 20 mA/g until 4.5 V; Hold at 4.5 V for 1 h")
    with pytest.raises(OutOfRange, match="hold is not simulated"):
        run_in_cell(electrode, steps, REAL)


def test_senseless_runs_are_refused(electrode):
    with pytest.raises(OutOfRange, match="no steps"):
        run_in_cell(electrode, (), REAL)
    with pytest.raises(OutOfRange, match="positive length"):
        run_in_cell(electrode, voltammetry(), REAL, slice_voltage=0.0)
    with pytest.raises(OutOfRange, match="short steps"):
        run_in_cell(electrode, voltammetry(), REAL, slice_voltage=1e-6)
    with pytest.raises(OutOfRange, match="where it should end"):
        run_in_cell(electrode, parse_steps("Sweep at 0.1 mV/s until 2.8 V"), REAL)
