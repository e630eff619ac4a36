"""The page of a ledger: self-contained, escaped, with everything that contradicts."""

from __future__ import annotations

from lmct.quantity import Finding, Value
from lmct.report.ledger_page import write_ledger_report
from lmct.study.ledger_run import ledger_of_study
from tests.study.test_ledger_run import FOUND, write


def test_page_names_states_and_contradictions_and_needs_no_network(tmp_path):
    against = Finding(
        "oxygen_released", Value(900.0, 5.0, "umol/g"), "dried", "gas_evolution", "<b>again", "other"
    )
    page = write_ledger_report(ledger_of_study(write(tmp_path, findings=(*FOUND, against))))
    text = page.read_text("utf-8")
    assert "Contradictions" in text
    assert "dried" in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "<b>again" not in text
    assert list((page.parent / "figures").glob("*.svg"))


def test_page_of_an_empty_account(tmp_path):
    page = write_ledger_report(ledger_of_study(write(tmp_path, findings=())))
    assert "there is no account" in page.read_text("utf-8")
