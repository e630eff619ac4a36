"""``lmct ledger`` from the words to the page."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from lmct.cli import ledger
from tests.study.test_ledger_run import write

program = typer.Typer()
program.command(name=ledger.NAME)(ledger.run)


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path)


def test_tables_verdict_and_gaps(folder):
    result = CliRunner().invoke(program, [str(folder)])
    assert result.exit_code == 0, result.output
    assert "dried" in result.output
    assert "nothing" in result.output.lower() or "not measured" in result.output
    assert (folder / "results" / "ledger" / "ledger.html").is_file()


def test_json_is_one_document(folder):
    result = CliRunner().invoke(program, [str(folder), "--json"])
    document = json.loads(result.stdout)
    assert document["states"][0]["accounts"]["gas"]["measured"]
    assert document["report"].endswith("ledger.html")
