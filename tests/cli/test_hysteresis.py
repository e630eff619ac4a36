import json

import pytest
import typer
from typer.testing import CliRunner

from lmct.cli import hysteresis
from lmct.quantity.errors import OutOfRange, UnknownName


@pytest.fixture
def call():
    program = typer.Typer()
    program.command(name=hysteresis.NAME)(hysteresis.run)

    def run(*words):
        result = CliRunner().invoke(program, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def test_the_document_holds_cycles_shares_and_files(call, tmp_path):
    result = call("galvanostatic", "--json", "--output", tmp_path / "figures")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [one["cycle"] for one in document["cycles"]] == [1, 2]
    last = document["cycles"][-1]
    parts = sum(last["processes"].values()) + last["stored"]
    assert parts == pytest.approx(last["loop_area"], rel=1e-6)
    assert document["lmct_share"]["dissipation"] == pytest.approx(last["lmct_share"], rel=1e-4)
    assert {"counterfactual", "loop_area_without"} <= set(document["lmct_share"])
    assert sorted(name.rsplit(".", 1)[1] for name in document["files"]) == ["csv", "pdf", "png", "svg"]
    assert len(list((tmp_path / "figures").iterdir())) == 4


def test_the_table_names_every_process(call):
    result = call("Charge at 20 mA/g until 4.5 V; Discharge at 20 mA/g until 2 V", "--x", "0.2")
    assert result.exit_code == 0
    for words in ("LMCT", "slow oxygen couple", "loop area", "inversion index", "counterfactual"):
        assert (words in result.stdout) == (words != "counterfactual")
    assert "1 - loop without LMCT / loop with it" in result.stdout


def test_one_cycle_alone_and_a_changed_parameter(call):
    plain = json.loads(call("galvanostatic", "--cycle", "1", "--json").stdout)
    changed = json.loads(call("galvanostatic", "--cycle", "1", "--json", "--set", "capacitance=0.03").stdout)
    assert [one["cycle"] for one in plain["cycles"]] == [1]
    assert changed["cycles"][0]["loop_area"] != plain["cycles"][0]["loop_area"]


def test_a_protocol_without_a_loop_says_so(call):
    result = call("Charge at 20 mA/g until 4.5 V", "--json")
    document = json.loads(result.stdout)
    assert document["cycles"][0]["loop_area"] is None
    assert "never turns back" in document["cycles"][0]["remarks"][0]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["galvanostatic", "--cycle", "3"], OutOfRange),
        (["galvanostatic", "--set", "oxygen_rat=1"], UnknownName),
        (["galvanostatic", "--set", "oxygen_rate=fast"], OutOfRange),
    ],
)
def test_bad_input_is_refused(call, words, error):
    with pytest.raises(error):
        call(*words)


def test_the_electrode_of_a_budget_is_divided_as_the_user_asked(call):
    steps = "Charge at 20 mA/g until 4.4 V; Discharge at 20 mA/g until 2 V"
    words = (steps, "--set", "transport_time=3e4", "--shells", "3", "--json")
    budget = json.loads(call(*words).stdout)["cycles"][0]
    assert budget["processes"]["transport"] > 0.0
    assert sum(budget["processes"].values()) + budget["stored"] == pytest.approx(
        budget["loop_area"], rel=1e-6
    )
