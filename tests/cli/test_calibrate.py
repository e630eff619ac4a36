"""``lmct calibrate`` from the words to the files, and its set in ``lmct simulate``."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from lmct.cli import calibrate, simulate

STUDY = """
[study]
name = "Small"
[calibration.free]
metal_potential = {low = 3.3, high = 3.9}
metal_activation = {low = 0.2, high = 0.6}
[calibration.targets.voltage_at_200]
value = 4.41
tolerance = 0.02
line = "L234"
"""

program = typer.Typer()
for command in (calibrate, simulate):
    program.command(name=command.NAME)(command.run)


def call(*words):
    return CliRunner().invoke(program, list(map(str, words)))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "study.toml").write_text(STUDY, "utf-8")
    return tmp_path


def test_tables_name_parameters_targets_and_what_is_open(folder):
    result = call("calibrate", folder, "--seconds", 20, "--generations", 2, "--jobs", 1)
    assert result.exit_code == 0, result.output
    for words in ("metal_potential", "voltage_at_200", "not decided: metal_activation", "report: ", "set: "):
        assert words in result.stdout


def test_json_holds_everything_and_the_set_simulates(folder):
    result = call("calibrate", folder, "--seconds", 20, "--generations", 2, "--jobs", 1, "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["solutions"][0]["parameters"][0]["name"] == "metal_potential"
    assert (folder / "results/calibration/calibration.html").is_file()
    path = document["sets"][0]
    run = call("simulate", "Charge at 20 mA/g until 200 mAh/g", "--parameters", path, "--json")
    assert run.exit_code == 0, run.output
    voltage = json.loads(run.stdout)["final"]["voltage"]
    found = document["solutions"][0]["targets"][0]["found"]
    assert voltage == pytest.approx(found, abs=1e-3)
    other = call(
        "simulate", "Charge at 20 mA/g until 200 mAh/g", "--parameters", path,
        "--set", "lithium_width=0.3", "--json",
    )  # fmt: skip
    assert abs(json.loads(other.stdout)["final"]["voltage"] - voltage) > 0.01


def test_a_whole_set_and_a_material_exclude_each_other(folder):
    for words in (("--x", "0.3"), ("--material", "li-ti-ni-o")):
        result = call("simulate", "galvanostatic", "--parameters", folder / "mine.toml", *words)
        assert "whole electrode" in str(result.exception)
    result = call("simulate", "galvanostatic", "--parameters", folder / "mine.toml")
    assert "does not exist" in str(result.exception)


def test_a_resumed_run_goes_on(folder):
    call("calibrate", folder, "--seconds", 20, "--generations", 1, "--jobs", 1)
    words = ("--seconds", 20, "--generations", 3, "--jobs", 1, "--resume", "--json")
    result = call("calibrate", folder, *words)
    assert json.loads(result.stdout)["generations"] == 3


@pytest.mark.parametrize("words", [("--jobs", "0"), ("--seed", "-1"), ("--seconds", "soon")])
def test_bad_options_are_bad_usage(folder, words):
    assert call("calibrate", folder, *words).exit_code == 2
