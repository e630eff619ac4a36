"""A run of the electrode -> files of its states -> ``lmct xas lcf`` finds the holes on nickel again."""

import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from lmct.electrode.model import Electrode as ElectrodeModel
from lmct.electrode.parameter_file import load
from lmct.electrode.state import ElectrodeState
from lmct.instrument.absorption import read
from lmct.material.multiplet.species_spectrum import SpeciesSpectrum
from lmct.protocol.galvanostatic import galvanostatic
from lmct.protocol.simulation import run_protocol
from lmct.quantity.errors import UnknownName
from lmct.technique.absorption.simulate import BeamSettings
from lmct.technique.absorption.simulate_state import Electrode, edge_of_state, species_edge, write_states

ELECTRODE = Electrode(nickel=0.25)


def state(metal, oxygen=0.0):
    return ElectrodeState(metal_holes=metal, oxygen_holes=oxygen, voltage=4.0)


def fractions(folder, files, references, *words):
    from lmct.cli.xas import app

    typer.main.get_command(app)
    given = [word for name, file in references.items() for word in ("--reference", f"{name}={file}")]
    done = CliRunner().invoke(app, ["lcf", *map(str, files), *given, "--json", *words])
    assert done.exit_code == 0, done.output
    return [one["fractions"] for one in json.loads(done.output)["fits"]]


def test_a_run_comes_back_from_its_files(tmp_path):
    charge = run_protocol(ElectrodeModel(load("li-ti-ni-o")), galvanostatic(cycles=1)).segments[0]
    rows = charge.at(np.linspace(0.0, charge.duration, 5))
    states = [ElectrodeState.from_array(row) for row in rows]
    settings = BeamSettings(photons=1e7)
    files = write_states(states, ELECTRODE, settings, tmp_path)
    pure = write_states(
        [state(0.0), state(0.5)], ELECTRODE, BeamSettings(photons=1e8, seed=9), tmp_path / "pure"
    )
    found = fractions(tmp_path, files, dict(zip(("ni_2", "ni_4"), pure, strict=True)))
    for one, true in zip(found, rows[:, 0] / 0.5, strict=True):
        share = one["ni_4"]
        spread = np.hypot(share["uncertainty"], share["systematic"])
        assert share["value"] == pytest.approx(true, abs=3.0 * spread)
        assert spread < 0.02
    assert found[-1]["ni_4"]["value"] > 0.5


def test_soft_edges_of_tables_come_back(tmp_path):
    energy = np.arange(830.0, 900.0, 0.05)

    def table(name, *lines):
        total = sum(area * np.exp(-0.5 * ((energy - at) / 0.5) ** 2) for at, area in lines)
        return SpeciesSpectrum(name, energy, total / np.trapezoid(total, energy))

    species = {
        "ni_2": table("ni_2", (853.2, 3.0), (870.5, 1.0)),
        "ni_3": table("ni_3", (853.8, 1.5), (855.6, 1.7), (872.4, 1.1)),
    }
    kept = {"edges": ("Ni L3",), "species": species}
    settings = BeamSettings(photons=1e8)
    files = write_states([state(0.1)], ELECTRODE, settings, tmp_path, **kept)
    pure = write_states([state(0.0), state(0.25)], ELECTRODE, settings, tmp_path / "pure", **kept)
    references = dict(zip(("ni_2", "ni_3"), pure, strict=True))
    (found,) = fractions(tmp_path, files, references, "--range", "848,880", "--calibration", "none")
    share = found["ni_3"]
    assert share["value"] == pytest.approx(0.4, abs=3.0 * np.hypot(share["uncertainty"], share["systematic"]))
    assert np.hypot(share["uncertainty"], share["systematic"]) < 0.05


def test_every_edge_follows_its_species(tmp_path):
    grid = np.arange(515.0, 565.0, 0.1)
    few, many = (edge_of_state(state(0.2, holes), "O K", grid, ELECTRODE) for holes in (0.0, 0.4))
    area = np.sum(many - few) * 0.1
    assert area == pytest.approx(0.9 * 0.4, rel=1e-3)
    titanium = np.arange(440.0, 490.0, 0.1)
    same = [edge_of_state(state(holes), "Ti L3", titanium, ELECTRODE) for holes in (0.0, 0.4)]
    np.testing.assert_array_equal(*same)
    assert species_edge("ni_4", "Ni L3", np.array([840.0, 898.0]), 0.3).tolist() == pytest.approx(
        [0.0, 1.0], abs=0.1
    )
    (file, *others) = write_states([state(0.1)], ELECTRODE, BeamSettings(), tmp_path, edges=("Ti L3", "O K"))
    assert (read(file).element, read(file).edge) == ("Ti", "L3")
    assert len(others) == 1
    with pytest.raises(UnknownName, match="Did you mean 'Ni L3'"):
        edge_of_state(state(0.1), "Ni L", grid, ELECTRODE)
    with pytest.raises(UnknownName, match="Did you mean 'ni_2'"):
        species_edge("ni2", "Ni L3", grid, 0.3)
