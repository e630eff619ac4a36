"""The commands of ``lmct gas`` from a simulated record to numbers."""

import json

import pytest
from typer.testing import CliRunner

from lmct.cli.gas import app
from lmct.quantity.errors import LmctError, OutOfRange

STEPS = "Rest for 4 h; Charge at 40 mA/g until 4.8 V; Rest for 8 h"


def run(*words):
    result = CliRunner().invoke(app, [str(word) for word in words], standalone_mode=False)
    if isinstance(result.exception, LmctError):
        raise result.exception
    assert result.exception is None, result.exception
    return result


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    path = tmp_path_factory.mktemp("gas") / "run.csv"
    run("simulate", STEPS, "-o", path, "--interval", 120)
    return path, path.with_name("run_cell.mpt")


def test_quantify_with_the_cell(files, tmp_path):
    record, cell = files
    words = ("--sensitivity", "O2=2e-8,2e-10", "--mass", "0.02", "--material", "li-ti-ni-o")
    more = ("--option", "bin=20", "--option", "channels=[32]")
    result = run("quantify", record, "--cell", cell, *words, *more, "--json", "-o", tmp_path)
    document = json.loads(result.stdout)
    table = {(one["quantity"], one["condition"]): one for one in document["findings"]}
    amount = table["oxygen_released", "whole run"]
    assert abs(amount["value"] - 146.0) < 4.0 * amount["uncertainty"]
    assert ("oxygen_onset_voltage", "charge 1") in table
    assert list(tmp_path.glob("gas_rate*.svg"))


def test_quantify_without_anything_says_so(files):
    result = run("quantify", files[0])
    assert "nothing was quantified" in result.output


def test_wrong_words(files):
    with pytest.raises(OutOfRange, match="O2=2e-8"):
        run("quantify", files[0], "--sensitivity", "O2=high")
    with pytest.raises(OutOfRange, match="three numbers"):
        run("simulate", STEPS, "-o", files[0].with_name("b.csv"), "--electrolyte", "4")
