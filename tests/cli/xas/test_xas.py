"""The commands of ``lmct xas`` on simulated files."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from lmct.cli.xas import app
from lmct.instrument import absorption
from lmct.technique.absorption.simulate import BeamSettings
from lmct.technique.absorption.simulate_series import simulate_series


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


def test_normalize_writes_nexus(folder, tmp_path):
    h5py = pytest.importorskip("h5py")
    run("normalize", folder, "--output", tmp_path / "all.nxs")
    with h5py.File(tmp_path / "all.nxs") as found:
        assert len(found) == 5
        assert found["entry/definition"][()] == b"NXxas"


def test_normalize_corrects_fluorescence_and_tells_the_depth(tmp_path):
    pytest.importorskip("xraydb", reason="needs the extra absorption")
    energy = np.arange(505.0, 600.0, 0.2)
    shape = 0.5 + np.arctan((energy - 543.1) / 0.5) / np.pi + np.exp(-(((energy - 531.0) / 1.5) ** 2))
    measured = shape / (shape + 1.0) + np.random.default_rng(1).normal(0.0, 1e-4, len(energy))
    scan = absorption.AbsorptionScan(
        energy=energy,
        channels={"incident": np.ones(len(energy)), "fluorescence": 0.1 + measured},
        mode="fluorescence",
        element="O",
        edge="K",
    )
    file = absorption.write_xdi(scan, tmp_path / "o.xdi")
    words = ("--mode", "tfy", "--pre-edge=-30,-18", "--self-absorption", "Li1.17Ti0.58Ni0.25O2", "--json")
    document = json.loads(run("normalize", file, *words, "--geometry", "45,30").stdout)
    assert "taken off" in document["spectra"][0]["messages"][-1]
    assert 10.0 < document["probe_depth"]["value"] < 500.0
    assert "probe depth" in run("normalize", file, *words[:-1]).stdout
