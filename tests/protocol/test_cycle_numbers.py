from __future__ import annotations

import math

import numpy as np
import pytest

from lmct.electrode import Electrode, load
from lmct.protocol import galvanostatic, parse_steps, run_protocol, simulate
from lmct.protocol.cycle_numbers import NUMBERS, cycle_numbers, half_cycles
from lmct.protocol.hysteresis import PROCESSES, hysteresis_budget


@pytest.fixture(scope="module")
def run():
    return simulate(galvanostatic(cycles=2), settings={"dark_rate": 0.0, "gas_rate": 0.0})


@pytest.fixture(scope="module")
def numbers(run):
    return cycle_numbers(run)


def test_every_number_has_a_unit_and_a_meaning(numbers):
    assert list(numbers) == list(NUMBERS)
    assert all(unit and meaning for unit, meaning in NUMBERS.values())


def test_capacities_voltages_and_efficiencies_are_those_of_the_steps(run, numbers):
    first_charge, first_discharge, charge, discharge = run.steps
    assert numbers["charge_capacity"] == pytest.approx(charge.capacity_mah_g)
    assert numbers["discharge_capacity"] == pytest.approx(-discharge.capacity_mah_g)
    # At constant current the mean over the charge is the mean over time.
    assert numbers["mean_charge_voltage"] == pytest.approx(charge.mean_voltage, abs=1e-5)
    assert numbers["mean_discharge_voltage"] == pytest.approx(discharge.mean_voltage, abs=1e-5)
    assert numbers["voltage_gap"] == pytest.approx(charge.mean_voltage - discharge.mean_voltage, abs=2e-5)
    first = -first_discharge.capacity_mah_g / first_charge.capacity_mah_g
    assert numbers["first_cycle_efficiency"] == pytest.approx(first)
    assert numbers["coulombic_efficiency"] == pytest.approx(-discharge.capacity_mah_g / charge.capacity_mah_g)
    work = [step.capacity_mah_g * step.mean_voltage for step in (charge, discharge)]
    assert numbers["energy_efficiency"] == pytest.approx(-work[1] / work[0], abs=1e-5)


def test_the_shares_of_the_dissipation_are_those_of_the_hysteresis_budget(run, numbers):
    budget = hysteresis_budget(run)
    shares = [numbers[f"{name}_share"] for name in PROCESSES]
    assert sum(shares) == pytest.approx(1.0)
    assert numbers["dissipated"] == pytest.approx(budget.dissipated, rel=1e-4)
    assert numbers["transfer_share"] == pytest.approx(budget.lmct_share, abs=1e-4)
    assert numbers["inversion_index"] == pytest.approx(budget.inversion_index, abs=2e-3)


def test_the_loop_area_of_a_closed_cycle_is_dissipated(numbers):
    loop = numbers["charge_capacity"] * numbers["mean_charge_voltage"] * (1 - numbers["energy_efficiency"])
    assert numbers["dissipated"] == pytest.approx(loop, rel=1e-4)


def test_pulses_rests_and_heating_belong_to_their_half_cycle():
    words = (
        "Rest for 1 h; Charge at 20 mA/g for 3 h; Rest for 1 h; Charge at 20 mA/g until 4.5 V;"
        "Hold at 4.5 V for 1 h; Heat at 60 degC for 1 h;"
        "Discharge at 20 mA/g until 3 V; Rest for 1 h; Discharge at 20 mA/g until 2 V"
    )
    run = simulate(parse_steps(words))
    halves = half_cycles(run)
    assert [(half.first, half.stop) for half in halves] == [(1, 6), (6, 9)]
    total = sum(step.capacity_mah_g for step in run.steps[:6])
    assert halves[0].charge * run.parameters.mah_per_gram == pytest.approx(total)
    numbers = cycle_numbers(run)
    assert numbers["charge_capacity"] == pytest.approx(total)
    assert not any(math.isnan(value) for value in numbers.values())


def test_the_mean_voltage_of_a_sweep_is_taken_over_the_charge():
    run = simulate(parse_steps("Sweep at 0.1 mV/s until 4.8 V; Sweep at 0.1 mV/s until 2 V"), x=0.4)
    table = run.sample(interval=10.0)
    up = table["step"] == 1
    mean = np.trapezoid(table["voltage"][up], table["specific_capacity"][up]) / np.ptp(
        table["specific_capacity"][up]
    )
    assert cycle_numbers(run)["mean_charge_voltage"] == pytest.approx(mean, abs=1e-4)


def test_a_charge_alone_has_a_capacity_and_no_efficiency():
    numbers = cycle_numbers(simulate(parse_steps("Charge at 20 mA/g until 4.5 V")))
    assert numbers["charge_capacity"] > 100.0
    assert 3.0 < numbers["mean_charge_voltage"] < 4.5
    for name in ("discharge_capacity", "coulombic_efficiency", "voltage_gap", "transfer_share"):
        assert math.isnan(numbers[name])


def test_a_cycle_begins_with_a_charge():
    electrode = Electrode(load())
    charged = run_protocol(electrode, parse_steps("Charge at 20 mA/g until 4.5 V")).end
    run = run_protocol(electrode, (galvanostatic(cycles=1)[1], *galvanostatic(cycles=1)), start=charged)
    numbers = cycle_numbers(run)
    assert numbers["charge_capacity"] == pytest.approx(run.steps[1].capacity_mah_g)
    assert numbers["first_cycle_efficiency"] == numbers["coulombic_efficiency"]


def test_a_rest_has_no_numbers():
    numbers = cycle_numbers(simulate(parse_steps("Rest for 1 h")))
    assert all(math.isnan(value) for value in numbers.values())
