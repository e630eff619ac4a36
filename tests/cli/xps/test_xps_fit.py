"""``lmct xps fit`` on simulated files."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from lmct.cli.xps import app
from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.photoemission.analyser_plan import AnalyserPlan, SpeciesShares
from lmct.technique.photoemission.simulate import simulate_sample, write_sample


@pytest.fixture
def files(tmp_path):
    generator = np.random.default_rng(5)
    return [
        str(write_sample(simulate_sample(f"s{share}", SpeciesShares(nickel_2=0.5, oxidised_oxygen=share),
                                         AnalyserPlan(), generator), tmp_path)[0])
        for share in (0.15, 0.3)
    ]  # fmt: skip


def test_oxygen_as_json(files):
    result = CliRunner().invoke(app, ["fit", *files, "--time", "0 s,1 h", "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)["findings"]
    shares = [one for one in found if one["quantity"] == "oxidised_oxygen_fraction"]
    assert [one["value"] for one in shares] == pytest.approx([0.15, 0.3], abs=0.05)
    assert all(one["uncertainty"] >= one["systematic"] > 0.0 for one in shares)


def test_one_reference_is_refused(files):
    result = CliRunner().invoke(app, ["fit", *files, "--reduced", files[0]])
    assert isinstance(result.exception, OutOfRange)


def test_tables_of_unknown_layout_are_read_with_columns(tmp_path):
    generator = np.random.default_rng(7)
    tables = []
    for share in (0.15, 0.3):
        sample = simulate_sample(
            f"s{share}", SpeciesShares(nickel_2=0.5, oxidised_oxygen=share), AnalyserPlan(), generator
        )
        found = sample.spectra["O 1s"]
        file = tmp_path / f"{share}.txt"
        np.savetxt(
            file, np.column_stack([found.intensity, found.binding_energy]), header="counts  BE", comments=""
        )
        tables.append(str(file))
    words = [
        "--columns",
        "binding_energy=2",
        "--columns",
        "intensity=1",
        "--columns",
        "intensity_unit=counts",
    ]
    result = CliRunner().invoke(app, ["fit", *tables, *words, "--time", "0 s,1 h", "--json"])
    assert result.exit_code == 0, result.output
    shares = [
        one for one in json.loads(result.stdout)["findings"] if one["quantity"] == "oxidised_oxygen_fraction"
    ]
    assert [one["value"] for one in shares] == pytest.approx([0.15, 0.3], abs=0.05)
    refused = CliRunner().invoke(app, ["fit", *tables, "--columns", "energy=2", "--columns", "intensity=1"])
    assert isinstance(refused.exception, UnknownName)
