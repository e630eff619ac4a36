"""The ledger of a study folder: powders from histories, files, errors."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing

import pytest

from lmct.execution.lock import Busy, locked
from lmct.quantity import Finding, Value
from lmct.quantity.errors import DataError
from lmct.report.ledger_page import write_ledger_report
from lmct.study.ledger_run import context_of_study, ledger_of_study
from lmct.study.store import SCHEMA
from lmct.study.study_file import read_study

STUDY = """
[study]
name = "Small"
material = "li-ti-ni-o"
x = 0.4
[[sample]]
name = "heated"
history = ["Charge at 20 mA/g until 4.5 V", "Heat at 140 degC for 90 seconds"]
[[sample]]
name = "in cycling"
in_cycling = true
history = ["Charge at 20 mA/g until 4.5 V"]
[[sample]]
name = "dried"
history = ["Charge at 20 mA/g until 4.5 V", "Rest for 2 h"]
[[sample]]
name = "other"
history = ["Charge at 20 mA/g until 4.8 V"]
[[sample]]
name = "fresh"
[[measurement]]
sample = "dried"
files = ["none.mpt"]
"""

FOUND = (
    Finding("metal_plateau_capacity", Value(120.0, 1.0, "mAh/g"), "dried", "electrochemistry", "unheated"),
    Finding("oxygen_released", Value(145.0, 5.0, "umol/g"), "dried", "gas_evolution"),
)


def write(folder, text=STUDY, findings=FOUND):
    (folder / "study.toml").write_text(text, "utf-8")
    (folder / "results").mkdir()
    with closing(sqlite3.connect(folder / "results" / "findings.sqlite")) as database:
        database.executescript(SCHEMA)
        for one in findings:
            row = one.to_json()
            marks = ", ".join("?" * len(row))
            database.execute(f"INSERT INTO findings ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
        database.commit()
    return folder


def test_samples_with_the_same_charge_are_one_powder(tmp_path):
    context = context_of_study(read_study(write(tmp_path)))
    assert [one.samples for one in context.powders] == [("dried", "in cycling", "heated"), ("other",)]
    assert context.in_cycling == {"in cycling"}
    assert context.voltages == {"in cycling": 4.5}
    assert context.powder_of("fresh") is None


def test_files_hold_the_account(tmp_path):
    result = ledger_of_study(write(tmp_path))
    document = json.loads((result.folder / "ledger.json").read_text("utf-8"))
    assert document["states"][0]["sample"] == "dried"
    rows = list(csv.reader((result.folder / "ledger.csv").read_text("utf-8").splitlines()))
    assert rows[0][:2] == ["state", "metal"]
    assert float(rows[2][1]) == pytest.approx(result.ledger.entries[0].accounts["metal"].value)


def test_a_study_without_a_material_is_refused(tmp_path):
    text = STUDY.replace('material = "li-ti-ni-o"\n', "").replace("x = 0.4\n", "")
    with pytest.raises(DataError, match="names no material"):
        ledger_of_study(write(tmp_path, text))


def test_a_study_that_was_not_run_is_refused(tmp_path):
    (tmp_path / "study.toml").write_text(STUDY, "utf-8")
    with pytest.raises(DataError, match="Run the study first"):
        ledger_of_study(tmp_path)


def test_one_run_at_a_time(tmp_path):
    result = ledger_of_study(write(tmp_path))
    with locked(result.folder / ".lock", what=result.folder):
        with pytest.raises(Busy, match="one run at a time"):
            ledger_of_study(tmp_path)
        with pytest.raises(Busy, match="one run at a time"):
            write_ledger_report(result)


def test_samples_about_which_nothing_was_found_are_named(tmp_path):
    write(tmp_path)
    messages = ledger_of_study(tmp_path).ledger.messages
    assert messages[0].startswith("no finding about heated, in cycling, other, fresh:")
    everything = [Finding("oxygen_released", Value(145.0, 5.0, "umol/g"), name, "gas_evolution")
                  for name in ("heated", "in cycling", "dried", "other", "fresh")]  # fmt: skip
    whole = tmp_path / "whole"
    whole.mkdir()
    write(whole, findings=everything)
    assert not any(text.startswith("no finding") for text in ledger_of_study(whole).ledger.messages)
