"""``lmct xps simulate``: what is put in comes back by ``lmct xps fit``, and bad words are refused."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from lmct.cli.xps import app
from lmct.instrument.photoemission import read
from lmct.quantity.errors import DataError, OutOfRange, UnknownName


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words], standalone_mode=False)


def simulated(output, *words):
    result = run("simulate", "-o", output, *words, "--json")
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def found(quantity, files, *words):
    result = run("fit", *files, *words, "--json")
    assert result.exception is None, result.exception
    return [one for one in json.loads(result.stdout)["findings"] if one["quantity"] == quantity]


def check(shares, document, name):
    assert len(shares) == len(document["truth"])
    for one, true in zip(shares, document["truth"], strict=True):
        assert abs(one["value"] - true["fractions"][name]) < 3.0 * one["uncertainty"]
        assert one["uncertainty"] < 0.06


def references(document):
    pure = document["references"]
    return ("--reduced", pure["ni_2"][0], "--oxidised", pure["ni_34"][0])


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    shares = (
        "ni_2=0.6,ni_34=0.4,oxide=0.85,oxidized_oxygen=0.15",
        "ni_2=0.8,ni_34=0.2,oxide=0.7,oxidized_oxygen=0.3",
    )
    words = [word for one in shares for word in ("--fractions", one)]
    return simulated(tmp_path_factory.mktemp("xps") / "heated", *words)


def test_fractions_of_models_come_back(models):
    check(found("nickel_2_fraction", models["files"], *references(models)), models, "ni_2")
    check(found("oxidised_oxygen_fraction", models["files"]), models, "oxidized_oxygen")


def test_measured_references_and_holes_come_back(models, tmp_path):
    pure = models["references"]
    words = ("--reference", f"ni_2={pure['ni_2'][0]}", "--reference", f"ni_34={pure['ni_34'][0]}")
    holes = ("--metal-holes", "0.1,0.3", "--oxygen-holes", "0.3,0.1")
    document = simulated(tmp_path / "states", *words, *holes, "--nickel", "0.25")
    assert [one["fractions"]["ni_2"] for one in document["truth"]] == pytest.approx([0.8, 0.4])
    assert [one["fractions"]["oxidized_oxygen"] for one in document["truth"]] == pytest.approx([0.15, 0.05])
    check(found("nickel_2_fraction", document["files"], *references(document)), document, "ni_2")
    check(found("nickel_2_fraction", document["files"], *references(models)), document, "ni_2")


def test_formats_and_a_run(tmp_path):
    pytest.importorskip("h5py")
    ses = simulated(tmp_path / "ses", "--fractions", "ni_2=1", "--format", "ses", "--counts", "1e3")
    assert sorted(read(file).spectra[0].region for file in ses["files"]) == ["Ni 2p", "O 1s"]
    of_run = simulated(
        tmp_path / "r.nxs", "--run", "Charge at 20 mA/g until 4.3 V", "--samples", "2", "--counts", "1e3"
    )
    first, last = (one["fractions"]["ni_2"] for one in of_run["truth"])
    assert first == pytest.approx(1.0)
    assert last < 0.8
    assert of_run["files"] == [str(tmp_path / "r.nxs")]


def test_references_that_are_not_pure_say_so(models, tmp_path):
    pure, mixed = models["references"]["ni_2"][0], models["files"][0]
    words = ("--reference", f"ni_2={pure}", "--reference", f"ni_2:0.6={mixed},-0.1")
    document = simulated(tmp_path / "a", *words, "--fractions", "ni_2=0.7,ni_34=0.3")
    assert list(document["references"]) == ["ni_2"]
    outside = run("simulate", "-o", tmp_path / "b", *words, "--fractions", "ni_2=0.3,ni_34=0.7")
    assert "lies outside those that were measured, 0.6 to 1" in str(outside.exception)


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (("--fractions", "oxide=0.8,oxidized_oxygen=0.1"), OutOfRange, "add up to 0.9"),
        (("--fractions", "ni_2=0.6,ni_4=0.4"), UnknownName, "Did you mean 'ni_34'"),
        (("--fractions", "ni_2=1", "--format", "xdi"), UnknownName, "no format is called"),
        (("--fractions", "ni_2=1", "--reference", "ni_2:2=a.vms"), OutOfRange, "Expected 0 to 1"),
        (("--fractions", "ni_2=1", "--reference", "ni_2=a.vms,left"), OutOfRange, "is no shift"),
        (("--fractions", "ni_2=1", "--reference", "a.vms"), OutOfRange, "expected a name and its file"),
        (("--fractions", "ni_2=1", "--reference", "ni_5=a.vms"), UnknownName, "species of photoemission"),
        (("--metal-holes", "0.7"), OutOfRange, "holes on the metal"),
        ((), DataError, "are not told"),
    ],
)
def test_bad_words_are_refused(tmp_path, words, error, said):
    result = run("simulate", "-o", tmp_path / "out", *words)
    assert isinstance(result.exception, error)
    assert said in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_outputs_must_be_new(models):
    result = run("simulate", "-o", models["truth_file"].removesuffix("_truth.json"), "--fractions", "ni_2=1")
    assert "exists. Expected a new output" in str(result.exception)
