import math

import numpy as np
import pytest

from lmct.electrode import Electrode, load
from lmct.protocol import gas_evolution, parse_steps, run_protocol, simulate
from lmct.protocol.gas_record import (
    ElectrolyteOxidation,
    gas_record,
    lattice_oxygen_share,
    micromoles_per_gram,
)
from lmct.quantity.errors import OutOfRange

TWO_STEPS = {
    "gas_rate": 0.05,
    "gas_potential": load().oxygen_potential - 0.15,
    "gas_amounts": (0.005, 0.007),
    "gas_steps": (0.1,),
    "loss_activation": 0.8,
}


@pytest.fixture(scope="module")
def run():
    return simulate(gas_evolution(), settings=TWO_STEPS)


@pytest.fixture(scope="module")
def record(run):
    return gas_record(run)


def test_hand_numbers_of_the_paper():
    """1.2 % of two O atoms per 82.690 g: 0.012 O2 per formula unit, 145.1 umol/g."""
    molecules = np.array([0.0, 0.006, 0.012])
    np.testing.assert_allclose(lattice_oxygen_share(molecules=molecules), [0.0, 0.6, 1.2])
    expected = 1e6 * 0.012 / 82.690
    found = micromoles_per_gram(molecules=molecules, molar_mass=82.690)
    np.testing.assert_allclose(found, [0.0, expected / 2, expected])
    assert found[-1] == pytest.approx(145.1, abs=0.05)
    # Four electrons for each O2, in mAh/g.
    assert found[-1] * 1e-6 * 4 * 96485.332 / 3.6 == pytest.approx(15.56, abs=0.01)


def test_the_amount_is_that_of_the_state_and_the_integral_of_the_rate(run, record):
    assert record.oxygen_amount[-1] == pytest.approx(1e6 * run.end.oxygen_gas / run.parameters.molar_mass)
    assert record.lattice_oxygen_share[-1] == pytest.approx(100.0 * run.end.oxygen_gas)
    passed = np.sum(record.oxygen_rate[1:] * np.diff(record.time)) / 3600.0
    assert passed == pytest.approx(record.oxygen_amount[-1], rel=1e-9)
    assert record.time[-1] == pytest.approx(sum(step.duration_second for step in run.steps))
    assert np.all(np.diff(record.time) > 0.0)
    assert np.all(record.oxygen_rate >= 0.0)


def test_the_rate_is_the_slope_of_the_amount_at_any_interval(run, record):
    coarse = gas_record(run, interval=600.0)
    assert coarse.oxygen_amount[-1] == pytest.approx(record.oxygen_amount[-1], rel=1e-9)
    place = int(np.argmax(coarse.oxygen_rate))
    window = (record.time > coarse.time[place - 1]) & (record.time <= coarse.time[place])
    assert np.mean(record.oxygen_rate[window]) == pytest.approx(coarse.oxygen_rate[place], rel=0.02)


def test_oxygen_leaves_in_steps_of_the_first_charge(record):
    first = record.step == 2
    assert record.oxygen_amount[record.step == 1][-1] == pytest.approx(0.0, abs=1e-6)
    rate, amount = record.oxygen_rate[first], record.oxygen_amount[first]
    assert amount[-1] > 0.95 * record.oxygen_amount[-1]
    all_of_first = 1e6 * 0.005 / 82.690
    before, after = amount < 0.8 * all_of_first, amount > 1.3 * all_of_first
    between = ~before & ~after
    assert rate[between].min() < 0.2 * min(rate[before].max(), rate[after].max())


def test_an_electrode_that_loses_nothing_gives_no_gas():
    quiet = run_protocol(Electrode(load().replace(gas_rate=0.0)), gas_evolution(cycles=1))
    record = gas_record(quiet)
    assert record.oxygen_amount.max() < 1e-9
    assert record.oxygen_rate.max() < 1e-9


def test_carbon_dioxide_is_left_out_unless_it_is_assumed(run, record):
    assert "carbon_dioxide_rate" not in record.columns()
    assert record.columns()["oxygen_rate"][0] == "umol/(g h)"
    assumed = gas_record(
        run, electrolyte=ElectrolyteOxidation(onset=4.5, rate_at_onset=2.0, tafel_slope=0.15)
    )
    assert assumed.columns().keys() - record.columns().keys() == {
        "carbon_dioxide_rate",
        "carbon_dioxide_amount",
    }
    np.testing.assert_array_equal(assumed.oxygen_rate, record.oxygen_rate)
    near = np.argmin(np.abs(assumed.voltage - 4.5))
    assert assumed.carbon_dioxide_rate[near] == pytest.approx(2.0, rel=0.05)
    hours = np.diff(assumed.time) / 3600.0
    exact = 2.0 * 10 ** ((assumed.voltage - 4.5) / 0.15)
    assert assumed.carbon_dioxide_amount[-1] == pytest.approx(
        np.sum(0.5 * (exact[1:] + exact[:-1]) * hours), rel=1e-12
    )


def test_a_step_without_a_length_adds_no_row():
    words = "Charge at 20 mA/g until 4.2 V; Charge at 10 mA/g until 4.2 V; Rest for 1 h"
    record = gas_record(simulate(parse_steps(words)))
    assert np.all(np.diff(record.time) > 0.0)
    assert np.all(np.isfinite(record.oxygen_rate))


@pytest.mark.parametrize("name", ["onset", "rate_at_onset", "tafel_slope"])
@pytest.mark.parametrize("wrong", [0.0, -1.0, math.nan, math.inf])
def test_impossible_assumptions_are_refused(name, wrong):
    numbers = {"onset": 4.5, "rate_at_onset": 1.0, "tafel_slope": 0.1} | {name: wrong}
    with pytest.raises(OutOfRange, match=name):
        ElectrolyteOxidation(**numbers)


def test_a_rate_without_limit_is_refused(run):
    with pytest.raises(OutOfRange, match="no limit"):
        gas_record(run, electrolyte=ElectrolyteOxidation(onset=4.0, rate_at_onset=1.0, tafel_slope=1e-4))
