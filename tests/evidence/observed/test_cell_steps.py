import numpy as np
import pytest
import xarray as xr

from lmct.evidence.observed.cell_steps import half_cycle_times, protocol_of_cell, steps_of_half_cycles
from lmct.protocol.plain_words import parse_steps


def cell(rows, unit="mAh/g"):
    """Rows: direction, capacity [mAh/g], start [s], duration [s], end voltage [V]."""
    names = ("direction", "total_capacity", "start_time", "duration", "end_voltage")
    table = np.array(rows, dtype=float).reshape(-1, 5)
    data = {name: (("half_cycle_number",), table[:, k]) for k, name in enumerate(names)}
    return xr.Dataset(data, attrs={"capacity_unit": unit})


CYCLE = cell([(1, 200.0, 0.0, 36000.0, 4.8004), (-1, 150.0, 36600.0, 27000.0, 1.998)])


def test_half_cycles_become_steps_with_their_mean_current_and_end():
    charge, pause, discharge = steps_of_half_cycles(CYCLE)
    assert (charge.kind, charge.specific_current, charge.stop_voltage) == ("charge", 20.0, 4.8)
    assert (pause.kind, pause.duration) == ("rest", 600.0)
    assert (discharge.kind, discharge.specific_current, discharge.stop_voltage) == ("discharge", 20.0, 2.0)


def test_cells_of_one_condition_share_their_protocol():
    other = cell([(1, 201.3, 0.0, 36234.0, 4.8001), (-1, 149.0, 36834.0, 26820.0, 2.001)])
    assert steps_of_half_cycles(other) == steps_of_half_cycles(CYCLE)


def test_a_short_pause_is_no_rest():
    near = cell([(1, 200.0, 0.0, 36000.0, 4.8), (-1, 150.0, 36010.0, 27000.0, 2.0)])
    assert [step.kind for step in steps_of_half_cycles(near)] == ["charge", "discharge"]


def test_a_file_without_a_mass_gives_no_steps():
    assert steps_of_half_cycles(cell([(1, 2.0, 0.0, 100.0, 4.0)], unit="mAh")) == ()
    assert steps_of_half_cycles(xr.Dataset()) == ()


def test_a_history_goes_before_the_last_discharge_of_the_file():
    history = tuple(parse_steps(["Charge at 20 mA/g until 4.5 V", "Rest for 2 h", "Rest for 15 min"]))
    steps = protocol_of_cell(history, cell([(-1, 150.0, 900.0, 27000.0, 1.85)]))
    assert [step.kind for step in steps] == ["charge", "rest", "rest", "discharge"]
    assert all(step.text == "" for step in steps)


def test_without_a_discharge_there_is_nothing_to_compare():
    history = tuple(parse_steps(["Charge at 20 mA/g until 4.5 V"]))
    assert protocol_of_cell(history, cell([(1, 10.0, 0.0, 1800.0, 4.5)])) == ()


def test_times_are_those_of_the_steps():
    begin, end = half_cycle_times(CYCLE)
    assert begin.tolist() == [0.0, 36600.0]
    assert end.tolist() == [36000.0, 63600.0]


@pytest.mark.parametrize("empty", [(0, 0.0, 0.0, 0.0, 4.0), (1, 0.0, 0.0, 10.0, 4.0)])
def test_half_cycles_without_charge_are_left_out(empty):
    assert steps_of_half_cycles(cell([empty])) == ()
    assert len(half_cycle_times(cell([empty]))[0]) == 0
