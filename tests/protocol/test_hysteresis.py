"""Budgets of cycles against the run they are taken from, and what is said where a cycle does not close."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lmct.electrode import Electrode, load
from lmct.protocol import galvanostatic, parse_steps, run_protocol, simulate
from lmct.protocol.hysteresis import PROCESSES, hysteresis_budget, hysteresis_budgets
from lmct.protocol.hysteresis_cycle import closed_cycles
from lmct.protocol.hysteresis_share import lmct_share, without_lmct
from lmct.quantity.errors import OutOfRange


@pytest.fixture(scope="module")
def run():
    """Cycles that repeat themselves: without loss of oxygen the third is that of its two steps."""
    return run_protocol(Electrode(load("li-ti-ni-o-direct")), galvanostatic(cycles=3))


@pytest.fixture(scope="module")
def budget(run):
    return hysteresis_budget(run)


def test_the_last_full_cycle_is_taken(budget):
    assert (budget.cycle, budget.steps) == (3, (5, 6))


def test_every_cycle_has_two_ends_of_equal_charge(run):
    for one in hysteresis_budgets(run):
        held = [
            state.lithium_extracted + run.parameters.capacitance * state.voltage
            for state in (one.start, one.end)
        ]
        assert held[0] == pytest.approx(held[1], abs=1e-9)
        assert abs(one.profile.charge.sum()) < 1e-6


def test_the_budget_of_a_closed_cycle_is_that_of_its_steps(run, budget):
    scale = run.parameters.mah_per_gram
    own = (run.segments[4].budget() + run.segments[5].budget()).scaled(scale)
    for name in ("supplied", *PROCESSES):
        assert getattr(budget.total, name) == pytest.approx(getattr(own, name), rel=1e-4, abs=1e-3)
    assert budget.dissipated == pytest.approx(own.dissipated, rel=1e-5)


def test_the_loop_area_is_the_integral_of_voltage_over_charge(run, budget):
    table = run.sample(interval=20.0, voltage_interval=1e-3)
    rows = table["step"] > 4
    area = np.trapezoid(table["voltage"][rows], table["specific_capacity"][rows])
    assert budget.loop_area == pytest.approx(area, rel=1e-4)


def test_the_dissipated_voltages_integrate_to_the_loop_area(budget):
    charge = np.abs(budget.profile.charge)
    whole = sum(
        float(np.nansum(budget.profile.dissipated_voltage(name) * charge)) + budget.profile.at_rest(name)
        for name in PROCESSES
    )
    assert whole == pytest.approx(budget.loop_area, rel=1e-6)
    assert budget.profile.passed[-1] == pytest.approx(2.0 * budget.charge)


def test_the_number_of_pieces_does_not_matter(run, budget):
    coarse = hysteresis_budget(run, pieces=7)
    assert coarse.loop_area == pytest.approx(budget.loop_area, rel=1e-6)
    assert coarse.processes == pytest.approx(budget.processes, rel=1e-5, abs=1e-5)
    assert coarse.inversion_index == pytest.approx(budget.inversion_index, rel=1e-3)


def test_energy_dissipated_at_rest_is_counted_apart():
    one = hysteresis_budget(
        simulate(parse_steps("Charge at 20 mA/g until 4.5 V; Rest for 40 h; Discharge at 20 mA/g until 2 V"))
    )
    assert one.profile.at_rest("transfer") > 0.0
    assert one.profile.at_rest("transfer") < one.processes["transfer"]
    assert one.closure_error < 1e-6


def test_a_cycle_that_loses_oxygen_says_so_and_still_balances():
    parameters = load().replace(dark_rate=1e-7, gas_rate=1e-8)
    one = hysteresis_budget(run_protocol(Electrode(parameters), galvanostatic(cycles=1)))
    assert one.closure_error < 1e-6
    assert one.end.dark_holes > 1e-4
    assert abs(one.stored) > 1e-3 * one.dissipated
    assert any("dark oxygen and gas" in text for text in one.remarks)
    assert any("not the same state" in text for text in one.remarks)
    assert one.loop_area == pytest.approx(one.dissipated + one.stored, rel=1e-6)


def test_a_run_without_return_is_no_loop():
    one = hysteresis_budget(simulate(parse_steps("Charge at 20 mA/g until 4.5 V; Rest for 2 h")))
    assert one.cycle == 0
    assert math.isnan(one.loop_area)
    assert math.isnan(one.inversion_index)
    assert math.isnan(one.order_index)
    assert "never turns back" in one.remarks[0]
    assert one.closure_error < 1e-6


def test_a_rest_alone_is_no_cycle():
    run = simulate(parse_steps("Rest for 2 h"))
    assert closed_cycles(run) == ()
    assert hysteresis_budget(run).charge == 0.0


def test_a_half_cycle_in_several_steps_is_one():
    words = (
        "Charge at 20 mA/g until 4.2 V; Rest for 1 h; Charge at 10 mA/g until 4.6 V;"
        " Discharge at 20 mA/g until 3 V; Discharge at 5 mA/g until 2 V"
    )
    (one,) = hysteresis_budgets(simulate(parse_steps(words)))
    assert one.steps == (1, 5)
    assert one.profile.returning.sum() > 0


def test_the_longer_half_cycle_is_cut_whichever_it_is():
    start = simulate(parse_steps("Charge at 20 mA/g until 4.8 V"))
    electrode = Electrode(start.parameters)
    words = "Discharge at 20 mA/g until 3 V; Charge at 20 mA/g until {} mAh/g"
    for capacity in (60, 80):
        steps = parse_steps(words.format(capacity))
        one = hysteresis_budget(run_protocol(electrode, steps, start=start.end))
        assert one.charge == pytest.approx(float(capacity), rel=1e-6)


def test_sweeps_close_too():
    words = "Sweep at 0.1 mV/s until 4.6 V; Sweep at 0.1 mV/s until 2 V"
    one = hysteresis_budget(simulate(parse_steps(words)))
    assert abs(one.profile.charge.sum()) < 1e-3
    assert one.closure_error < 1e-6


@pytest.mark.parametrize("cycle", [0, 4, -1])
def test_a_cycle_that_does_not_exist_is_refused(run, cycle):
    with pytest.raises(OutOfRange, match="3 cycle"):
        hysteresis_budget(run, cycle=cycle)


def test_no_piece_is_refused(run):
    with pytest.raises(OutOfRange, match="at least one piece"):
        hysteresis_budget(run, pieces=0)


def test_both_shares_of_lmct(run):
    share = lmct_share(run)
    own = hysteresis_budget(run)
    other = hysteresis_budget(run_protocol(Electrode(without_lmct(run.parameters)), run.protocol))
    assert share.dissipation == pytest.approx(own.total.transfer / own.dissipated, rel=1e-6)
    assert share.counterfactual == pytest.approx(1.0 - other.loop_area / own.loop_area, rel=1e-6)
    assert share.charge_without == pytest.approx(other.charge, rel=1e-6)
    assert other.processes["transfer"] == pytest.approx(0.0, abs=1e-12)


def test_without_lmct_both_shares_are_zero(run):
    off = run_protocol(Electrode(without_lmct(run.parameters)), run.protocol)
    share = lmct_share(off)
    assert share.dissipation == pytest.approx(0.0, abs=1e-12)
    assert share.counterfactual == pytest.approx(0.0, abs=1e-9)


def test_a_protocol_that_cannot_run_without_lmct_has_no_counterfactual():
    """More charge than the couples take without LMCT: the same steps end in an error there."""
    frequency = 1e10 * load().lmct_parameters["attempt_frequency"]
    electrode = Electrode(load().replace(oxygen_rate=0.0, attempt_frequency=frequency))
    words = "Charge at 20 mA/g until 180 mAh/g; Discharge at 20 mA/g until 2 V"
    share = lmct_share(run_protocol(electrode, parse_steps(words)))
    assert math.isnan(share.counterfactual)
    assert share.remark.startswith("Without LMCT step 1")
    assert 0.0 < share.dissipation <= 1.0


def test_without_a_loop_there_is_nothing_to_compare():
    share = lmct_share(simulate(parse_steps("Charge at 20 mA/g until 4.5 V")))
    assert math.isnan(share.counterfactual)
    assert "no loop" in share.remark


def test_the_json_document_holds_every_number(budget):
    document = budget.to_json()
    assert document["loop_area"] == budget.loop_area
    assert set(document["processes"]) == set(document["at_rest"]) == set(PROCESSES)
    assert document["remarks"] == list(budget.remarks)


def test_faster_lmct_takes_the_inversion_away_step_by_step():
    """Lifetimes Ni > Fe > Ru: inversion large, less, absent (Li 2022, L353-359)."""
    base = load()
    frequency = base.lmct_parameters["attempt_frequency"]
    found = [
        hysteresis_budget(
            run_protocol(Electrode(base.replace(attempt_frequency=factor * frequency)), galvanostatic())
        ).inversion_index
        for factor in (1.0, 1e3, 1e6, 1e9)
    ]
    assert np.all(np.diff(found) < 0.0)
    assert np.all(np.abs(found) <= 1.0)
