"""The figure of the hysteresis budget: its files, and its numbers."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from lmct.protocol import galvanostatic, parse_steps, simulate
from lmct.protocol.hysteresis import PROCESSES, hysteresis_budgets
from lmct.report.hysteresis_figure import hysteresis_sheet, words_of, write_hysteresis_figure


@pytest.fixture(scope="module")
def budgets():
    """Cycles of an electrode that loses nothing, so that they close."""
    lossless = {"dark_rate": 0.0, "gas_rate": 0.0}
    return hysteresis_budgets(simulate(galvanostatic(cycles=3), settings=lossless))


def test_vector_files_and_numbers_are_written(budgets, tmp_path):
    files = write_hysteresis_figure(budgets, tmp_path / "new")
    assert {file.suffix for file in files} == {".csv", ".svg", ".pdf", ".png"}
    first = {file.suffix: file.read_bytes() for file in files}
    assert first[".pdf"].startswith(b"%PDF")
    assert b"<svg" in first[".svg"]
    assert {
        file.suffix: file.read_bytes() for file in write_hysteresis_figure(budgets, tmp_path / "new")
    } == first


def test_the_table_beside_it_integrates_to_the_loop_area(budgets, tmp_path):
    table = next(one for one in write_hysteresis_figure(budgets, tmp_path) if one.suffix == ".csv")
    rows = list(csv.reader(table.read_text(encoding="utf-8").splitlines()))
    columns = {
        name: np.array([float(row[place]) for row in rows[2:] if row[place]])
        for place, name in enumerate(rows[0])
    }
    assert dict(zip(rows[0], rows[1], strict=True))["loop area"] == "mWh/g"
    charge = np.abs(columns["charge of the piece"])
    whole = sum(columns[f"dissipated voltage ({words_of(name)})"] @ charge for name in PROCESSES)
    assert whole == pytest.approx(columns["loop area"][-1], rel=1e-6)


def test_the_coloured_areas_are_the_dissipated_voltages(budgets):
    _, charge, discharge = hysteresis_sheet(budgets).draw().axes
    drawn = 0.0
    for axes in (charge, discharge):
        top = axes.patches[-1].get_data()
        drawn += float(np.sum(top.values * np.diff(top.edges)))
    assert drawn == pytest.approx(budgets[-1].dissipated, rel=5e-3)
    assert (charge.get_xlabel()[:6], discharge.get_xlabel()[:9]) == ("Charge", "Discharge")


def test_a_run_that_is_no_loop_is_drawn_too(tmp_path):
    whole = hysteresis_budgets(simulate(parse_steps("Charge at 20 mA/g until 4.5 V; Rest for 2 h")))
    assert len(hysteresis_sheet(whole).draw().axes) == 2
    assert write_hysteresis_figure(whole, tmp_path)


def test_a_rest_alone_is_drawn_without_a_profile():
    rest = hysteresis_budgets(simulate(parse_steps("Rest for 2 h")))
    assert hysteresis_sheet(rest).draw().axes


def test_every_process_has_words():
    assert words_of("no_such_process") == "no such process"
    assert all(words_of(name) for name in PROCESSES)
