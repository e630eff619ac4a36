"""The commands of ``lmct xas`` on simulated files."""

import json

import pytest
from typer.testing import CliRunner

from lmct.cli.xas import app
from lmct.instrument import absorption
from lmct.technique.absorption.simulate import BeamSettings, simulate_series


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("xas")
    simulate_series([0.0, 0.3, 0.6, 0.8, 1.0], path, settings=BeamSettings(photons=1e8))
    return path


def run(*words):
    result = CliRunner().invoke(app, [str(word) for word in words], standalone_mode=False)
    assert result.exception is None, result.exception
    return result


def test_edge_as_json(folder):
    document = json.loads(run("edge", folder, "--json").stdout)
    edges = [one["edges"]["half_height"]["value"] for one in document["spectra"]]
    assert edges == sorted(edges)
    assert "half height" in run("edge", folder).stdout


def test_normalize_writes_a_project_that_is_read_back(folder, tmp_path):
    run("normalize", folder, "--output", tmp_path / "all.prj", "--json")
    scans = absorption.read_scans(tmp_path / "all.prj")
    assert len(scans) == 5
    assert scans[0].normalised
    run("normalize", folder, "--output", tmp_path / "xdi")
    assert len(list((tmp_path / "xdi").glob("*.xdi"))) == 5


def test_lcf_gives_value_uncertainty_and_systematic(folder, tmp_path):
    files = sorted(folder.glob("*.xdi"))
    words = ("--reference", f"ni_2={files[0]}", "--reference", f"ni_4={files[-1]}")
    result = run("lcf", files[2], *words, "--json", "--output", tmp_path)
    (fit,) = json.loads(result.stdout)["fits"]
    found = fit["fractions"]["ni_4"]
    assert abs(found["value"] - 0.6) < 3 * (found["uncertainty"] + found["systematic"])
    assert set(found) == {"value", "uncertainty", "systematic"}
    assert list(tmp_path.glob("*.svg"))


def test_pca_tells_the_rank(folder):
    document = json.loads(run("pca", folder, "--json").stdout)
    assert document["rank"] == 2
    assert "von Neumann" in document["note"]
