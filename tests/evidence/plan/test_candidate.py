"""Candidates from a grid, and what they cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lmct.evidence.plan import Candidate, CandidateGrid, Cost, CostTable, candidate_of
from lmct.evidence.virtual import gas_total, lattice_at_rest, plateau_titration, rested_cell
from lmct.protocol.titration import Portion
from lmct.quantity.errors import OutOfRange, UnknownName

HEATED = Portion(hold_temperature=413.15, hold_time=36000.0)


def test_grid_holds_every_combination_once():
    grid = CandidateGrid()
    found = grid.candidates()
    on_powder = 3 * 4 * 4 * 2
    in_cell = 2 * 3 + 2 * 3 + 2 + 2 + 2
    assert len(found) == on_powder + in_cell
    assert len({one.name for one in found}) == len(found)
    more = replace(grid, cells=(1, 6), charge_capacities=(200.0,)).candidates()
    assert len(more) == 2 * (3 * 4 * 4 * 3 + in_cell)
    assert {one.cells for one in more} == {1, 6}


def test_grid_varies_what_it_says():
    grid = CandidateGrid(
        techniques=("titration",),
        temperatures=(333.15,),
        hold_times=(3600.0,),
        charge_voltages=(),
        charge_capacities=(200.0,),
        cells=(2,),
    )
    (one,) = grid.candidates()
    (measurement,) = one.measurements
    assert one.name == "titration, 200 mAh/g, 60 degC 1 h, 2 cells"
    assert measurement.protocol[0].stop_capacity == 200.0
    assert measurement.protocol[0].stop_voltage is None
    heat = next(step for step in measurement.protocol if step.kind == "heat")
    assert (heat.temperature, heat.duration) == (333.15, 3600.0)


def test_grid_refuses_what_it_does_not_know():
    with pytest.raises(UnknownName, match="titration"):
        CandidateGrid(techniques=("titraton",))
    with pytest.raises(OutOfRange, match="empty"):
        CandidateGrid(techniques=("gas",), charge_voltages=()).candidates()
    with pytest.raises(OutOfRange, match="measures nothing"):
        Candidate("nothing", (), Cost(1.0, 1.0))


def test_cost_is_the_sum_of_its_parts():
    table = CostTable(
        hands_per_measurement=1.0,
        hands_per_cell=0.5,
        hands_per_portion=2.0,
        channel_share=0.1,
        oven_share=0.2,
    )
    cost = table.of(plateau_titration(HEATED, cells=4))
    channel = 12.5 + 2.0 + 0.25 + 12.5
    assert cost.hands == pytest.approx(1.0 + 4 * 0.5 + 2.0)
    assert cost.equipment == pytest.approx(4 * 0.1 * channel + 0.2 * 10.0)
    assert cost.waiting == pytest.approx(channel + 10.0)
    assert cost.total == cost.hands + cost.equipment


def test_an_instrument_is_paid_for_each_look():
    table = CostTable(channel_share=0.0, instrument_hours={"diffraction": 0.5})
    assert table.of(lattice_at_rest([3600.0, 7200.0, 9000.0], cells=2)).equipment == pytest.approx(3.0)
    with pytest.raises(OutOfRange, match="gas evolution"):
        table.of(gas_total())
    with pytest.raises(OutOfRange, match="finite"):
        CostTable(oven_share=-1.0)


def test_several_measurements_are_one_candidate():
    one, two = rested_cell(86400.0, cells=1), gas_total(cells=2)
    both = candidate_of(one, two)
    apart = [candidate_of(one), candidate_of(two)]
    assert both.cost.total == pytest.approx(sum(part.cost.total for part in apart))
    assert both.cost.waiting == max(part.cost.waiting for part in apart)
    assert both.technique == "electrochemistry + gas evolution"
    assert both.cells == 3
    assert both.name == f"{apart[0].name} and {apart[1].name}"
