"""Studies with [calibration]: what is read, what is refused, what is written."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import lmct
from lmct.electrode import Electrode, load
from lmct.electrode.parameter_file import read
from lmct.evidence.calibration.observables import OBSERVABLES
from lmct.instrument.cycler import write_mpt
from lmct.protocol import parse_steps, run_protocol
from lmct.quantity.errors import LmctError
from lmct.report.calibration_page import write_calibration_report
from lmct.study.calibration_run import calibrate_study, problem_of_study
from lmct.study.study_file import read_study
from lmct.technique.electrochemistry.simulate import record_from_run

REPOSITORY = Path(lmct.__file__).parents[2]

TARGETS = """
[study]
name = "Targets <only>"

[calibration]
[calibration.free]
metal_potential = {low = 3.3, high = 3.9}
oxygen_rate = {low = 1e-18, high = 1e-12, scale = "log"}
[calibration.targets.voltage_at_200]
value = 4.40
tolerance = 0.02
unit = "V"
line = "L234"
[calibration.targets.oxygen_plateau_voltage]
value = 2.20
tolerance = 0.02
line = "L111"
"""

CURVE = """
[study]
name = "Curve"
material = "li-ti-ni-o"
[[sample]]
name = "cell"
[[measurement]]
sample = "cell"
files = ["*.mpt"]
active_mass = "7 mg"
[calibration]
start = "li-ti-ni-o-direct"
first_cycles = 1
model_error = "5 mV"
[calibration.free]
metal_potential = {low = 3.5, high = 3.8}
"""


def study(folder, text=TARGETS):
    folder.mkdir(exist_ok=True)
    (folder / "study.toml").write_text(text, "utf-8")
    return folder


@pytest.fixture
def curve(tmp_path):
    parameters = load("li-ti-ni-o-direct").replace(metal_potential=3.72)
    run = run_protocol(Electrode(parameters), parse_steps("Charge at 20 mA/g until 4.5 V"))
    write_mpt(record_from_run(run, active_mass=7e-3), tmp_path / "cell.mpt")
    return study(tmp_path, CURVE)


def test_targets_alone_give_a_set_a_result_and_a_page(tmp_path):
    folder = study(tmp_path)
    result = calibrate_study(folder, seconds=60.0, generations=3, seed=1)
    written = folder / "results" / "calibration"
    assert read(written / "parameters.toml").metal_potential == pytest.approx(
        result.calibration.best.parameters.metal_potential
    )
    document = json.loads((written / "result.json").read_text("utf-8"))
    assert {row["name"] for row in document["solutions"][0]["targets"]} == {
        "voltage_at_200",
        "oxygen_plateau_voltage",
    }
    page = write_calibration_report(result).read_text("utf-8")
    assert "Targets &lt;only&gt;" in page
    assert "voltage_at_200" in page
    assert (written / "figures" / "calibration__residuals.svg").is_file()
    assert (written / "figures" / "calibration__correlations.csv").is_file()


def test_a_curve_is_fitted_and_drawn(curve):
    result = calibrate_study(curve, seconds=60.0, generations=3, seed=1)
    (one,) = result.calibration.best.free
    low, high = one.interval()
    assert one.value == pytest.approx(3.72, abs=2e-3)
    assert low < one.value < high
    page = write_calibration_report(result).read_text("utf-8")
    assert "charge at 20 mA/g to 4.5" in page
    assert (curve / "results/calibration/figures/calibration__curve_cell_mpt.png").is_file()


def test_a_run_goes_on_from_its_last_generation(tmp_path):
    whole, parts = study(tmp_path / "whole"), study(tmp_path / "parts")
    expected = calibrate_study(whole, seconds=60.0, generations=4, seed=5)
    calibrate_study(parts, seconds=60.0, generations=2, seed=5)
    found = calibrate_study(parts, seconds=60.0, generations=4, resume=True)
    assert found.calibration.generations == 4
    assert found.calibration.best.parameters == expected.calibration.best.parameters


def test_an_earlier_result_can_be_the_start(tmp_path):
    folder = study(tmp_path)
    first = calibrate_study(folder, seconds=60.0, generations=2)
    (folder / "mine.toml").write_text(first.sets[0].read_text("utf-8"), "utf-8")
    text = TARGETS.replace("[calibration]", '[calibration]\nstart = "mine.toml"', 1)
    again = calibrate_study(study(folder, text), seconds=60.0, generations=0)
    assert again.calibration.start_cost == pytest.approx(first.calibration.best.cost, rel=1e-6, abs=1e-9)


def test_a_file_that_fails_costs_only_itself(curve):
    (curve / "broken.mpt").write_text("nothing")
    result = calibrate_study(curve, seconds=60.0, generations=1)
    assert [failure.file for failure in result.failures] == ["broken.mpt"]
    (curve / "cell.mpt").unlink()
    with pytest.raises(LmctError, match=r"none of the files.*broken\.mpt"):
        calibrate_study(curve, seconds=60.0, generations=1)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("metal_potential", "metal_potental", "metal_potential"),
        ("low = 3.3", "low = 4.3", "metal_potential"),
        ("low = 3.3", "low = nan", "metal_potential"),
        ("low = 3.3, ", "", "'low' and 'high'"),
        ('scale = "log"', 'scale = "lag"', "'log'"),
        ("low = 1e-18", "low = 0.0", "logarithmic"),
        ("voltage_at_200", "voltage_at_20", "voltage_at_200"),
        ("tolerance = 0.02\nunit", "unit", "tolerance"),
        ("tolerance = 0.02\nunit", "tolerance = nan\nunit", "tolerance"),
        ('unit = "V"', 'unit = "mV"', "mV"),
        ("[calibration]\n", '[calibration]\nlmct_law = "marcos"\n', "marcus"),
        ("[calibration]\n", '[calibration]\nlmct_law = "landau-zener"\n', "needs the parameter"),
        ("[calibration]\n", '[calibration]\nstart = "li-ti-mi-o"\n', "li-ti-ni-o"),
        ("[calibration]\n", '[calibration]\nstart = "none.toml"\n', r"none\.toml"),
        ("[calibration]\n", "[calibration]\nsets = 0\n", "sets"),
        ("[calibration]\n", "[calibration]\nsets = 1.5\n", "sets"),
        ("[calibration]\n", '[calibration]\nnoise = "0 mV"\n', "noise"),
        ("[calibration]\n", '[calibration]\nmodel_error = "5 mAh"\n', "model_error"),
        ("[calibration]\n", "[calibration]\nweight = -1\n", "weight"),
        ("[calibration]\n", "[calibration]\ncost_difference = nan\n", "cost_difference"),
        ("[calibration]\n", "[calibration]\nfixed = {capacitance = nan}\n", "capacitance"),
        ("[calibration]\n", "[calibration]\nfixed = {capacitence = 1.0}\n", "capacitance"),
        ("[calibration]\n", '[calibration]\nsamples = ["a"]\n', "sample"),
        ("[calibration]\n", '[calibration]\noxygen_law = "marcos"\n', "marcus"),
        ("[calibration]\n", "[calibration]\nfixed = {gas_amounts = 0.01}\n", "gas_amounts"),
        ("metal_potential =", "gas_amounts =", "cannot be free"),
        ("metal_potential =", "lmct_law =", "cannot be free"),
        ("[calibration]\n", "[calibration]\nfre = 1\n", "free"),
        ("[calibration]\n[calibration.free]", "[calibration]\n[calibration.fixed]", "free"),
    ],
)
def test_mistakes_are_refused_with_the_place_and_the_word(tmp_path, old, new, words):
    assert old in TARGETS
    with pytest.raises(LmctError, match=words):
        problem_of_study(read_study(study(tmp_path, TARGETS.replace(old, new, 1))))


def test_targets_may_stand_in_a_file_in_the_study_or_beside_it_only(tmp_path):
    head, far = TARGETS.split("[calibration.targets")[0], tmp_path.parent / "far.toml"
    far.write_text("[a]")
    (tmp_path / "t.toml").write_text('[voltage_at_200]\nvalue = 4.4\ntolerance = 0.1\nline = "a"\n')
    for name, words in (
        ("none.toml", "no such file"),
        ("../../far.toml", "neither in"),
        ("bad.toml", "TOML"),
    ):
        text = head.replace("[calibration]", f'[calibration]\ntargets = "{name}"', 1)
        folder = study(tmp_path / "s", text)
        (folder / "bad.toml").write_text("=")
        with pytest.raises(LmctError, match=words):
            read_study(folder)
    beside = study(tmp_path / "s", head.replace("[calibration]", '[calibration]\ntargets = "../t.toml"', 1))
    assert len(read_study(beside).calibration.targets) == 1
    (tmp_path / "t.toml").rename(tmp_path / "s" / "t.toml")
    read = read_study(
        study(tmp_path / "s", head.replace("[calibration]", '[calibration]\ntargets = "t.toml"', 1))
    )
    assert [one.name for one in read.calibration.targets] == ["voltage_at_200"]


def test_a_study_without_calibration_and_a_lost_search_are_refused(tmp_path):
    text = '[study]\nname = "a"\n[[sample]]\nname = "a"\n[[measurement]]\nsample = "a"\nfiles = "*"\n'
    with pytest.raises(LmctError, match=r"no \[calibration\]"):
        calibrate_study(study(tmp_path / "a", text), seconds=1.0)
    with pytest.raises(LmctError, match="no saved search"):
        calibrate_study(study(tmp_path / "b"), seconds=1.0, resume=True)
    for content in ("{", "[]", "{}"):
        (tmp_path / "b/results/calibration/search.json").write_text(content)
        with pytest.raises(LmctError, match="damaged"):
            calibrate_study(tmp_path / "b", seconds=1.0, resume=True)


@pytest.mark.parametrize("folder", ["one-lambda", "butler-volmer"])
def test_the_repository_calibrates_with_the_same_study_file(folder):
    read = read_study(REPOSITORY / "calibration" / folder)
    problem, failures = problem_of_study(read)
    assert not failures
    assert not problem.curves
    for target in problem.targets:
        assert target.observable in OBSERVABLES
        assert target.source.startswith(("L", "assumption")), target.name
    start = problem.space.position_of(problem.space.start)
    assert problem.residuals_at(start).shape == (len(problem.targets),)


def test_the_examples_of_the_how_to_are_valid(tmp_path):
    text = (REPOSITORY / "docs/how-to/calibrate-an-electrode.md").read_text("utf-8")
    curves, targets, file = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    folder = study(tmp_path / "curves", curves)
    (folder / "raw").mkdir()
    run = run_protocol(Electrode(load("li-ti-ni-o")), parse_steps("Charge at 20 mA/g until 4.5 V"))
    write_mpt(record_from_run(run, active_mass=7e-3), folder / "raw" / "cell_1.mpt")
    problem, failures = problem_of_study(read_study(folder))
    assert not failures
    assert len(problem.curves) == 1
    folder = study(tmp_path / "targets", targets)
    (folder / "targets.toml").write_text(file, "utf-8")
    assert len(problem_of_study(read_study(folder))[0].targets) == 2
