"""The whole way from refined scans and a cell to findings, against the truth they were made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from lmct.quantity.errors import UnknownName
from lmct.quantity.finding import Finding
from lmct.technique.contract import AnalysisResult
from lmct.technique.diffraction.operando.analysis import analyse_operando
from tests.technique.diffraction.made_sequence import (
    BACK_CHANGE,
    BACK_SLOPE,
    CHANGE,
    DEPTH,
    METAL_SLOPE,
    MOLAR_MASS,
    OXYGEN_SLOPE,
    half_cycle_seconds,
    lattice_at,
    made_cell,
    made_measurements,
    made_operando,
    made_sequence,
    measured,
)

WITH_LITHIUM = {"molar_mass": MOLAR_MASS}


def found(result: AnalysisResult, quantity: str, condition: str) -> Finding:
    (one,) = [f for f in result.findings if f.quantity == quantity and f.condition == condition]
    return one


def near(finding: Finding, truth: float, sigmas: float = 3.0) -> None:
    assert abs(finding.value.value - truth) < sigmas * finding.value.uncertainty, finding


def loop_area() -> float:
    """Integral over a fine grid of the very curves that the scans were drawn from."""
    time = np.linspace(0.0, half_cycle_seconds(), 20001)
    up, down = lattice_at(time), lattice_at(2 * half_cycle_seconds() - time)
    return float(np.trapezoid(down - up, DEPTH * time / half_cycle_seconds()))


@pytest.fixture(scope="module")
def result() -> AnalysisResult:
    return analyse_operando(made_measurements(), WITH_LITHIUM)


def test_slopes_and_change_points_are_those_of_the_truth(result: AnalysisResult) -> None:
    for cycle in (1, 2):
        charge, discharge = (f"cycle {cycle}, {way}" for way in ("charge", "discharge"))
        near(found(result, "lattice_slope_metal", charge), METAL_SLOPE)
        near(found(result, "lattice_slope_oxygen", charge), OXYGEN_SLOPE)
        near(found(result, "lattice_change_point", charge), CHANGE)
        near(found(result, "lattice_slope_metal", discharge), BACK_SLOPE)
        near(found(result, "lattice_change_point", discharge), BACK_CHANGE)
    assert found(result, "lattice_slope_metal", "cycle 1, charge").value.unit == "Å f.u."


def test_loop_of_each_cycle_is_that_of_the_truth(result: AnalysisResult) -> None:
    for cycle in ("cycle 1", "cycle 2"):
        # The scans leave out a hundredth of the range at either end, where the gap is nearly closed.
        near(found(result, "structural_loop_area", cycle), loop_area())
        gap = found(result, "structural_gap_max", cycle)
        # Lines through stretches of the curves round off the corner at the change point.
        assert 0.019 < gap.value.value < 0.0215


def test_equal_cycles_do_not_differ(result: AnalysisResult) -> None:
    changes = [one for one in result.findings if one.quantity.endswith("_change")]
    assert len(changes) == 4
    assert sum("not significant" in one.note for one in changes) >= 3


def test_findings_name_both_files_and_the_sample(result: AnalysisResult) -> None:
    one = found(result, "structural_loop_area", "cycle 1")
    assert (one.sample, one.technique) == ("one", "diffraction")
    assert one.source_file == "operando.dat; cell.dat"
    near(found(result, "lattice_parameter", "first scan"), lattice_at(np.array([600.0]))[0])


def test_four_figures_are_drawn_of_the_paper(result: AnalysisResult) -> None:
    assert [one.name for one in result.figures] == ["waterfall", "contour", "lattice_time", "lattice_charge"]
    for sheet in result.figures:
        assert sheet.draw().axes
        assert sheet.columns


def test_scans_whose_directions_disagree_cannot_make_a_loop() -> None:
    """All of the discharge is spoiled by the direction of the chain: the loop must not be told from it."""
    flags = dict.fromkeys(range(40, 80), ("directions disagree",))
    spoiled = analyse_operando(made_measurements(made_operando(flags=flags)), WITH_LITHIUM)
    loops = [one.condition for one in spoiled.findings if one.quantity == "structural_loop_area"]
    assert loops == ["cycle 2"]
    assert any("40 of 160 scans left out: directions disagree" in text for text in spoiled.messages)


def test_without_hysteresis_no_loop_is_called_significant() -> None:
    time = np.linspace(600.0, 2 * half_cycle_seconds() - 600.0, 80)
    x = DEPTH * (1.0 - np.abs(time / half_cycle_seconds() - 1.0))
    closed = analyse_operando(made_measurements(made_sequence(time, 4.144 - 0.03 * x)), WITH_LITHIUM)
    loop = found(closed, "structural_loop_area", "cycle 1")
    near(loop, 0.0)
    assert any("no loop can be told" in text for text in closed.messages)
    assert any("change point is not determined" in text for text in closed.messages)
    near(found(closed, "lattice_slope", "cycle 1, charge"), -0.03)


def test_charge_stands_for_lithium_without_a_molar_mass() -> None:
    plain = analyse_operando(made_measurements(), {})
    slope = found(plain, "lattice_slope_metal", "cycle 1, charge")
    assert slope.value.unit == "Å g/mAh"
    near(slope, METAL_SLOPE * MOLAR_MASS / 26801.48)
    assert any("charge stands for lithium" in text for text in plain.messages)


def test_change_point_can_be_given_by_charge_or_voltage() -> None:
    by_charge = analyse_operando(made_measurements(), WITH_LITHIUM | {"change_point": 0.36})
    near(found(by_charge, "lattice_slope_oxygen", "cycle 1, charge"), OXYGEN_SLOPE)
    by_voltage = analyse_operando(made_measurements(), WITH_LITHIUM | {"change_voltage": 4.14})
    near(found(by_voltage, "lattice_slope_metal", "cycle 1, charge"), METAL_SLOPE)


def test_cells_that_cannot_be_joined_are_said_and_the_lattice_is_kept() -> None:
    sequence, cell = made_measurements()
    alone = analyse_operando([sequence], {})
    assert any("no cell of this sample" in text for text in alone.messages)
    assert found(alone, "lattice_parameter", "first scan")
    timeless = made_cell()
    del timeless.attrs["start_time"]
    silent = analyse_operando([sequence, measured("cell", "electrochemistry", timeless)], {})
    assert any("cycler_start" in text for text in silent.messages)
    twice = analyse_operando([sequence, cell, replace(cell, name="other")], {})
    assert any("2 cells were running" in text for text in twice.messages)
    chosen = analyse_operando([sequence, cell, replace(cell, name="other")], {"cell": "other"})
    assert found(chosen, "structural_loop_area", "cycle 1")


def test_start_and_offset_of_the_clocks_come_from_the_options() -> None:
    sequence, cell = made_measurements()
    shifted = cell.dataset.copy()
    begin = shifted.attrs.pop("start_time")
    options = WITH_LITHIUM | {"cycler_start": begin, "clock_offset": 0.0}
    given = analyse_operando([sequence, measured("cell", "electrochemistry", shifted)], options)
    near(found(given, "structural_loop_area", "cycle 1"), loop_area())


def test_wrong_options_are_refused() -> None:
    with pytest.raises(UnknownName, match="molar_mass"):
        analyse_operando(made_measurements(), {"molarmass": 1.0})
    with pytest.raises(UnknownName, match="measured cell"):
        analyse_operando(made_measurements(), {"cell": "cel"})
    assert analyse_operando([], {}).messages


def test_material_gives_the_molar_mass() -> None:
    by_name = analyse_operando(made_measurements(), {"material": "li-ti-ni-o"})
    assert found(by_name, "lattice_slope_metal", "cycle 1, charge").value.unit == "Å f.u."


def test_half_an_hour_of_clock_error_shifts_the_change_point() -> None:
    """The join is by clock: an error of half an hour is 10 mAh/g, here 0.031 lithium."""
    late = analyse_operando(made_measurements(), WITH_LITHIUM | {"clock_offset": 1800.0})
    shift = timedelta(minutes=30).total_seconds() / half_cycle_seconds() * DEPTH
    near(found(late, "lattice_change_point", "cycle 1, charge"), CHANGE + shift)
