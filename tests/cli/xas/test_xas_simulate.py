"""``lmct xas simulate``: what is put in comes back by ``lmct xas lcf``, and bad words are refused."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from lmct.cli.xas import app
from lmct.instrument import absorption
from lmct.quantity.errors import DataError, OutOfRange, UnknownName

ROOT = Path(os.environ.get("LMCT_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words], standalone_mode=False)


def simulated(output, *words):
    result = run("simulate", "-o", output, *words, "--json")
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def fitted(document, files):
    words = [
        word for name, (file,) in document["references"].items() for word in ("--reference", f"{name}={file}")
    ]
    result = run("lcf", *files, *words, "--json")
    assert result.exception is None, result.exception
    return [one["fractions"] for one in json.loads(result.stdout)["fits"]]


def check(document, files):
    for found, true in zip(fitted(document, files), document["truth"], strict=True):
        for name, one in found.items():
            spread = (one["uncertainty"] ** 2 + one["systematic"] ** 2) ** 0.5
            assert abs(one["value"] - true["fractions"][name]) < 3.0 * spread
            assert spread < 0.05


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("xas") / "run"
    shares = ("--fractions", "ni_2=0.6,ni_4=0.4", "--fractions", "ni_2=0.2,ni_4=0.8")
    return simulated(folder, *shares, "--drift", "0.5")


def test_fractions_of_models_come_back_in_spite_of_drift(models):
    check(models, models["files"])
    assert [one["energy_error"] for one in models["truth"]] == [0.0, 0.5]
    kept = json.loads(Path(models["truth_file"]).read_text())
    assert kept["samples"] == models["truth"]


def test_measured_references_are_mixed_and_come_back(models, tmp_path):
    words = [
        word for name, (file,) in models["references"].items() for word in ("--reference", f"{name}={file}")
    ]
    document = simulated(tmp_path / "mixed.prj", *words, "--fractions", "ni_2=0.35,ni_4=0.65")
    (found,) = fitted(models, document["files"])
    spread = (found["ni_2"]["uncertainty"] ** 2 + found["ni_2"]["systematic"] ** 2) ** 0.5
    assert abs(found["ni_2"]["value"] - 0.35) < 3.0 * spread
    check(document, document["files"])


def test_holes_become_species_and_files_of_a_run_are_read(tmp_path):
    pytest.importorskip("h5py")
    document = simulated(tmp_path / "a", "--metal-holes", "0,0.25,0.4", "--nickel", "0.25")
    assert [one["fractions"]["ni_4"] for one in document["truth"]] == pytest.approx([0.0, 0.5, 0.8])
    check(document, document["files"])
    of_run = simulated(tmp_path / "b.nxs", "--run", "Charge at 20 mA/g until 4.2 V", "--samples", "3")
    holes = [one["metal_holes"] for one in of_run["truth"]]
    assert holes == sorted(holes)
    assert holes[-1] > 0.05
    assert of_run["files"] == [str(tmp_path / "b.nxs")]


def test_soft_edges_and_self_absorption(tmp_path):
    pytest.importorskip("xraydb", reason="needs the extra absorption")
    words = ("--edge", "Ni L3", "--fractions", "ni_2=0.5,ni_3=0.5", "--photons", "inf")
    files = [
        simulated(tmp_path / name, *words, *more)["files"][0]
        for name, more in (("thin", ()), ("thick", ("--self-absorption", "NiO")))
    ]
    thin, thick = (absorption.read_scan(file) for file in files)
    assert (thin.mode, thick.mode) == ("transmission", "fluorescence")
    heights = []
    for one in (thin, thick):
        level = one.absorption() - one.absorption()[0]
        heights.append(level.max() / level[-50:].mean())
    assert heights[1] < 0.8 * heights[0]


def test_lines_of_files_take_the_place_of_models(tmp_path):
    energy = np.arange(840.0, 890.0, 0.05)
    table = tmp_path / "lines.txt"
    np.savetxt(table, np.column_stack([energy, np.exp(-0.5 * ((energy - 857.0) / 0.4) ** 2)]))
    words = ("--edge", "Ni L3", "--fractions", "ni_2=1", "--photons", "inf")
    tops = []
    for name, more in (("model", ()), ("table", ("--lines", f"ni_2={table}"))):
        one = absorption.read_scan(simulated(tmp_path / name, *words, *more)["files"][0])
        tops.append(one.energy[np.argmax(one.absorption())])
    assert tops == pytest.approx([853.2, 857.0], abs=0.15)
    refused = run("simulate", "-o", tmp_path / "x", *words, "--lines", "lines.txt")
    assert "--lines lines.txt: expected a name and its file" in str(refused.exception)


def test_oxygen_needs_references_by_holes(tmp_path, models):
    pure = simulated(tmp_path / "o", "--edge", "O K", "--metal-holes", "0,0.25", "--oxygen-holes", "0,0.4")
    assert pure["references"] == {}
    first, last = pure["files"]
    before = ("--pre-edge=-25,-14",)
    words = ("--edge", "O K", "--reference", f"0:0={first}", "--reference", f"0.25:0.4={last}", *before)
    mixed = simulated(tmp_path / "m", *words, "--metal-holes", "0.125", "--oxygen-holes", "0.2")
    assert mixed["truth"][0]["oxygen_holes"] == 0.2
    refused = run("simulate", "-o", tmp_path / "n", *words, "--metal-holes", "0.2", "--oxygen-holes", "0")
    assert isinstance(refused.exception, OutOfRange)
    named = ("--edge", "O K", "--reference", f"oxide={first}", *before, "--metal-holes", "0.1")
    assert "names no holes" in str(run("simulate", "-o", tmp_path / "n", *named).exception)


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (("--fractions", "ni_2=0.6,ni_4=0.3"), OutOfRange, "add up to 0.9"),
        (("--fractions", "ni_2=1.2,ni_4=-0.2"), OutOfRange, "shares of 0 or more"),
        (("--fractions", "ni_2=0.6,ni_5=0.4"), UnknownName, "Did you mean 'ni_4'"),
        (("--fractions", "ni_2"), OutOfRange, "expected species and their shares"),
        (("--fractions", "mn_3=1", "--edge", "Mn K"), UnknownName, "no edge with a model shape"),
        (("--fractions", "ni_2=1", "--range", "8000,8500"), OutOfRange, "Expected a range inside"),
        ((), DataError, "are not told"),
        (("--fractions", "ni_2=1", "--metal-holes", "0.1"), DataError, "are told twice"),
        (("--metal-holes", "0,0.1", "--oxygen-holes", "0,0.1,0.2"), OutOfRange, "Expected as many"),
        (("--metal-holes", "0.6", "--nickel", "0.25"), OutOfRange, "Expected 0 to 2"),
        (("--metal-holes", "0,nan"), OutOfRange, "expected numbers from 0 up"),
        (("--fractions", "a=1", "--reference", "a=b", "--reference", "a=c"), OutOfRange, "reference twice"),
        (("--run", "gitt", "--metal-holes", "0.1"), DataError, "Leave out the other"),
    ],
)
def test_bad_words_are_refused(tmp_path, words, error, said):
    result = run("simulate", "-o", tmp_path / "out", *words)
    assert isinstance(result.exception, error)
    assert said in str(result.exception)
    assert not (tmp_path / "out").exists()


@pytest.mark.files
def test_real_references_of_another_element_come_back(tmp_path):
    if not (ROOT / "absorption").is_dir():
        pytest.skip("no real data here: set LMCT_DATA, or put them in ../shared/data")
    folder = ROOT / "absorption/xasdatalibrary/Mn"
    named = {"mn_3": folder / "Mn2O3_rt_01.xdi", "mn_4": folder / "MnO2_rt_01.xdi"}
    words = [word for name, file in named.items() for word in ("--reference", f"{name}={file}")]
    document = simulated(tmp_path / "mn", *words, "--edge", "Mn K", "--fractions", "mn_3=0.3,mn_4=0.7")
    check(document, document["files"])
    (found,) = fitted({"references": {name: [file] for name, file in named.items()}}, document["files"])
    spread = (found["mn_3"]["uncertainty"] ** 2 + found["mn_3"]["systematic"] ** 2) ** 0.5
    assert abs(found["mn_3"]["value"] - 0.3) < 3.0 * spread


def test_an_output_with_the_ending_of_another_file_is_refused(tmp_path):
    result = run("simulate", "-o", tmp_path / "run.xdi", "--fractions", "ni_2=1")
    assert "Expected a folder or a file .prj or a file .nxs" in str(result.exception)


def test_references_must_cover_the_range_and_outputs_be_new(models, tmp_path):
    (file,) = models["references"]["ni_2"]
    words = ("--fractions", "a=1", "--reference", f"a={file}", "--range", "8000,8500")
    result = run("simulate", "-o", tmp_path / "x", *words)
    assert "the reference a runs from 8130.0 to 8948.0 eV" in str(result.exception)
    (tmp_path / "x_truth.json").write_text("{}")
    assert "exists" in str(run("simulate", "-o", tmp_path / "x", "--fractions", "ni_2=1").exception)
