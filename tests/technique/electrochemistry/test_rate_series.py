"""Rate series of simulated cells against the capacities of the simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lmct.protocol import parse_steps, rate_series, simulate, voltammetry
from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.electrochemistry import analyse as technique
from lmct.technique.electrochemistry.rates import Rate, rates_of
from lmct.technique.electrochemistry.simulate import Channel, record_from_run

CURRENTS = (10.0, 40.0, 200.0)


def measured(run, name="cell"):
    record = record_from_run(run, active_mass=7e-3, channel=Channel(), random=np.random.default_rng(1))
    return technique.analyse_record(
        record, name=name, sample="sample", active_mass=None, condition={}, options={}
    )


def of(result, quantity):
    return [one for one in result.findings if one.quantity == quantity]


@pytest.fixture(scope="module")
def run():
    return simulate(rate_series(specific_currents=CURRENTS, cycles_each=2))


@pytest.fixture(scope="module")
def result(run):
    return technique.rate_series([measured(run)], {})


def test_capacities_are_those_of_the_simulation(run, result):
    truth = [-step.capacity_mah_g for step in run.steps if step.kind == "discharge"]
    found = of(result, "discharge_capacity_at_rate")
    assert [one.condition for one in found] == [f"{c:.4g} mA/g, 2 discharge(s)" for c in CURRENTS]
    for number, one in enumerate(found):
        assert one.value.value == pytest.approx(np.mean(truth[2 * number : 2 * number + 2]), abs=0.1)
        assert one.value.unit == "mAh/g"
        assert one.value.uncertainty == pytest.approx(0.02 * one.value.value, rel=0.2)


def test_retention_is_against_the_slowest_and_free_of_the_mass(run, result):
    truth = [-step.capacity_mah_g for step in run.steps if step.kind == "discharge"]
    found = of(result, "capacity_retention_at_rate")
    assert len(found) == 2
    assert found[-1].value.value == pytest.approx(np.mean(truth[4:]) / np.mean(truth[:2]), abs=1e-3)
    assert found[-1].value.uncertainty < 0.01


def test_single_discharges_have_no_known_scatter():
    run = simulate(rate_series(specific_currents=CURRENTS[:2]))
    (found,) = of(technique.rate_series([measured(run)], {}), "capacity_retention_at_rate")
    assert math.isnan(found.value.uncertainty)
    assert "not known" in found.note


def test_one_rate_or_no_constant_current_is_no_series():
    one_rate = measured(simulate(rate_series(specific_currents=(20.0,), cycles_each=2)), "same")
    swept = measured(simulate(voltammetry()), "swept")
    rested = measured(simulate(parse_steps("Rest for 1 h")), "rested")
    result = technique.rate_series([one_rate, swept, rested], {})
    assert result.findings == ()
    assert [text.split(" has ")[1][:1] for text in result.messages] == ["1", "0", "0"]


def test_the_figure_holds_its_numbers_and_draws(result):
    (sheet,) = result.figures
    assert sheet.columns["current (cell)"][0] == "mA/g"
    assert sheet.columns["current (cell)"][1] == pytest.approx(CURRENTS)
    assert len(sheet.draw().axes) == 1


@pytest.mark.parametrize(
    ("options", "error"), [({"smalest_share": 0.1}, UnknownName), ({"smallest_share": 2.0}, OutOfRange)]
)
def test_senseless_options_are_refused(options, error):
    with pytest.raises(error):
        technique.rate_series([], options)


def test_discharges_are_grouped_by_current_and_small_ones_are_left_out(run):
    rates = rates_of(measured(run), smallest_share=0.02)
    assert [rate.current for rate in rates] == pytest.approx(CURRENTS, rel=1e-2)
    assert [len(rate.capacities) for rate in rates] == [2, 2, 2]
    largest = max(rate.mean for rate in rates)
    kept = rates_of(measured(run), smallest_share=rates[1].mean / largest - 1e-3)
    assert [rate.current for rate in kept] == pytest.approx(CURRENTS[:2], rel=1e-2)


def test_scatter_of_repeats_is_that_of_their_mean():
    assert Rate(10.0, (200.0, 204.0)).scatter == pytest.approx(2.0)
    assert Rate(10.0, (200.0,)).scatter == 0.0
