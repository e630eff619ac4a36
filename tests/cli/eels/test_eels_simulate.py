"""``lmct eels simulate``: what is put in comes back by ``lmct eels quantify``; .msa files as references."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from lmct.cli.eels import app
from lmct.cli.output import FAILED
from lmct.instrument.energy_loss import read, write_msa
from lmct.quantity.errors import DataError, OutOfRange, UnknownName
from lmct.technique.energy_loss.power_law import fit_power_law

ROOT = Path(os.environ.get("LMCT_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))

TAKEN = ("--dispersion", "0.5", "--channels", "1200")


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words], standalone_mode=False)


def simulated(output, *words):
    result = run("simulate", "-o", output, *TAKEN, *words, "--json")
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def quantified(files, references, *words):
    named = [w for name, pair in references.items() for w in ("--reference", f"{name}={','.join(pair)}")]
    result = run("quantify", files[0], "--low-loss", files[1], *named, *words, "--json")
    assert result.exception is None, result.exception
    found = json.loads(result.stdout)["findings"]
    return {
        one["condition"].split(",")[0].split()[-1]: one
        for one in found
        if one["quantity"] == "species_fraction"
    }


def check(found, fractions, most=0.05):
    assert set(found) == set(fractions)
    for name, one in found.items():
        assert abs(one["value"] - fractions[name]) < 3.0 * one["uncertainty"]
        assert one["uncertainty"] < most


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return simulated(
        tmp_path_factory.mktemp("eels") / "grid", "--fractions", "ni_2=0.6,ni_3=0.4", "--resolution", "0.9"
    )


def test_fractions_of_models_come_back(models):
    check(quantified(models["files"], models["references"]), models["truth"][0]["fractions"])


def test_measured_msa_references_are_mixed_and_come_back(models, tmp_path):
    words = [
        w for name, pair in models["references"].items() for w in ("--reference", f"{name}={','.join(pair)}")
    ]
    shares = ("--fractions", "ni_2=0.3,ni_3=0.7", "--resolution", "0.1")
    document = simulated(tmp_path / "mixed", *words, *shares)
    truth = document["truth"][0]["fractions"]
    check(quantified(document["files"], document["references"]), truth)
    # lines that were broadened twice differ from their references: a systematic error, and told as one
    check(quantified(document["files"], models["references"]), truth, most=0.15)


def test_references_without_background_are_taken_as_they_are(models, tmp_path):
    """Other programs export edges with the background off: zeros in front, noise of what was there."""
    bare = {}
    for name, (core, _) in models["references"].items():
        one = read(core)
        fitted = fit_power_law(energy=one.energy, counts=one.counts, window=(805.0, 845.0), noise_factor=1.0)
        net = np.where(one.energy >= 805.0, one.counts - fitted.at(one.energy), 0.0)
        write_msa(replace(one, counts=net), tmp_path / f"{name}.msa")
        bare[name] = [str(tmp_path / f"{name}.msa")]
    check(quantified(models["files"], bare, "--elements", "Ni"), models["truth"][0]["fractions"])


def test_holes_and_a_wrong_axis(tmp_path):
    document = simulated(
        tmp_path / "h", "--metal-holes", "0.1", "--oxygen-holes", "0.2", "--amounts", "Ni=0.25,Ti=0.58,O=2",
        "--axis-offset", "-17",
    )  # fmt: skip
    truth = document["truth"][0]
    assert truth["fractions"] == pytest.approx({"ni_2": 0.6, "ni_3": 0.4})
    assert truth["oxygen_holes"] == 0.2
    refused = run("quantify", document["files"][0], "--json")
    assert refused.return_value == FAILED
    assert json.loads(refused.stdout)["energy_axis"] == "miscalibrated"
    check(quantified(document["files"], document["references"], "--repair"), truth["fractions"], most=0.15)


def test_lines_of_files_take_the_place_of_models(tmp_path):
    energy = np.arange(840.0, 890.0, 0.05)
    shape = np.exp(-0.5 * ((energy - 856.0) / 0.6) ** 2) + 0.4 * np.exp(-0.5 * ((energy - 873.5) / 0.6) ** 2)
    np.savetxt(tmp_path / "lines.txt", np.column_stack([energy, shape]))
    words = ("--fractions", "ni_2=1", "--lines", f"ni_2={tmp_path / 'lines.txt'}", "--counts", "1e8")
    core = read(simulated(tmp_path / "t", *words)["files"][0])
    near = (core.energy > 848.0) & (core.energy < 866.0)
    assert core.energy[near][np.argmax(core.counts[near])] == pytest.approx(856.0, abs=0.6)


def test_a_run_gives_states(tmp_path):
    words = ("--run", "Charge at 20 mA/g until 4.2 V", "--samples", "2", "--counts", "1e4")
    document = simulated(tmp_path / "r", *words)
    assert document["truth"][0]["fractions"]["ni_2"] == pytest.approx(1.0)
    assert document["truth"][1]["metal_holes"] > 0.05
    assert len(document["files"]) == 4


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (("--fractions", "ni_2=0.6,ni_3=0.3"), OutOfRange, "add up to 0.9"),
        (("--fractions", "ni_2=0.6,ni_5=0.4"), UnknownName, "no species of Ni is called 'ni_5'"),
        (("--fractions", "mn_4=1", "--element", "Mn", "--amounts", "Mn=1"), UnknownName, "no species of Mn"),
        (("--fractions", "xx=1", "--element", "Xx", "--amounts", "Xx=1"), UnknownName, "white lines"),
        (("--fractions", "ni_2=1", "--amounts", "Ti=1"), OutOfRange, "holds 0 Ni"),
        (("--fractions", "ni_2=1", "--amounts", "Ni"), OutOfRange, "expected elements"),
        (("--fractions", "ni_2=1", "--reference", "a.msa"), DataError, "names no file"),
        (("--metal-holes", "0.1", "--element", "Ti"), OutOfRange, "holes are on Ni"),
        (("--metal-holes", "0.7"), OutOfRange, "at most two holes"),
        ((), DataError, "are not told"),
    ],
)
def test_bad_words_are_refused(tmp_path, words, error, said):
    result = run("simulate", "-o", tmp_path / "out", *words)
    assert isinstance(result.exception, error)
    assert said in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_references_must_cover_the_edge_and_outputs_be_new(models, tmp_path):
    core = read(models["references"]["ni_2"][0])
    kept = core.energy < 885.0
    write_msa(replace(core, energy=core.energy[kept], counts=core.counts[kept]), tmp_path / "short.msa")
    words = ("--fractions", "ni_2=1", "--reference", f"ni_2={tmp_path / 'short.msa'}")
    result = run("simulate", "-o", tmp_path / "x", *words)
    assert "Expected one that covers" in str(result.exception)
    again = run("simulate", "-o", models["truth_file"].removesuffix("_truth.json"), "--fractions", "ni_2=1")
    assert "exists. Expected a new output" in str(again.exception)


@pytest.mark.files
def test_real_msa_files_are_references_of_fits_and_of_simulations(tmp_path):
    """A whole spectrum and the edge its authors took out of it: alike, so that shares stay wide open."""
    folder = ROOT / "electron_microscopy/multimodal_eels/TM"
    if not folder.is_dir():
        pytest.skip("no real data here: set LMCT_DATA, or put them in ../shared/data")
    files = {"whole": folder / "Extracted Spectrum 1.msa", "edge": folder / "Mn_edge.msa"}
    named = [word for name, file in files.items() for word in ("--reference", f"{name}={file}")]
    axis = ("--element", "Mn", "--elements", "O,Mn,Co,Ni", "--repair")
    result = run("quantify", files["whole"], *named, *axis, "--json")
    assert result.exception is None, result.exception
    found = [one for one in json.loads(result.stdout)["findings"] if one["quantity"] == "species_fraction"]
    assert sum(one["value"] for one in found) == pytest.approx(1.0)
    assert all(one["uncertainty"] > 0.5 for one in found)
    shares = ("--fractions", "whole=0.5,edge=0.5", "--amounts", "Mn=0.5,O=2", "--resolution", "0.3")
    document = simulated(tmp_path / "real", *named, *axis, *shares)
    again = quantified(document["files"], document["references"], "--element", "Mn", "--elements", "Mn,O")
    check(again, document["truth"][0]["fractions"], most=1.0)
