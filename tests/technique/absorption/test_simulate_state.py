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
from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.absorption.measured_edge import MeasuredEdge, measured_edge_from_file
from lmct.technique.absorption.simulate import BeamSettings
from lmct.technique.absorption.simulate_state import Electrode, edge_of_state, write_states
from lmct.technique.absorption.species_edge import species_edge

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


GRID = np.arange(515.0, 565.0, 0.1)


def oxygen_k(metal, oxygen, peak):
    """An O K edge of other shapes than the model's, as a user would have measured it."""
    level = 0.5 + np.arctan((GRID - 537.0) / 1.5) / np.pi - 0.01
    for centre, area in ((528.4, 1.1 * metal), (529.4, 0.7 * oxygen), (531.0, peak)):
        level = level + area * np.exp(-0.5 * ((GRID - centre) / 0.6) ** 2)
    return MeasuredEdge("O K", GRID, level, metal_holes=metal, oxygen_holes=oxygen)


def test_oxygen_edges_of_users_are_mixed_by_holes():
    known = [oxygen_k(*holes, 0.3) for holes in ((0.0, 0.0), (0.25, 0.0), (0.25, 0.4))]
    found = edge_of_state(state(0.1, 0.2), "O K", GRID, ELECTRODE, measured=known)
    np.testing.assert_allclose(found, oxygen_k(0.1, 0.2, 0.3).absorption, atol=1e-12)
    with pytest.raises(OutOfRange, match="no mixture of those measured: "):
        edge_of_state(state(0.1, 0.2), "O K", GRID, ELECTRODE, measured=known[:2])
    with pytest.raises(OutOfRange, match="cover 525 to 545 eV, the edge O K"):
        MeasuredEdge("O K", GRID + 300.0, GRID)


def test_lines_of_oxygen_come_from_tables():
    table = SpeciesSpectrum("oxygen_hole", GRID, np.exp(-0.5 * ((GRID - 530.9) / 0.4) ** 2) / 1.0027)
    few, many = (
        edge_of_state(state(0.1, holes), "O K", GRID, ELECTRODE, species={"oxygen_hole": table})
        for holes in (0.0, 0.4)
    )
    added = many - few
    assert np.sum(added) * 0.1 == pytest.approx(0.9 * 0.4, rel=1e-3)
    assert GRID[np.argmax(added)] == pytest.approx(530.9)
    whole = {"oxide": SpeciesSpectrum("oxide", GRID, np.where(np.abs(GRID - 532.0) < 0.51, 1.0, 0.0))}
    pristine = edge_of_state(state(0.0), "O K", GRID, ELECTRODE, species=whole)
    assert pristine[GRID < 531.0].max() == 0.0
    assert pristine[np.argmin(np.abs(GRID - 532.0))] == pytest.approx(2.45)


def test_measured_files_make_the_edges_of_states(tmp_path):
    pure = write_states([state(0.0), state(0.5)], ELECTRODE, BeamSettings(photons=np.inf), tmp_path)
    options = {"pre_edge": [-200.0, -40.0], "post_edge": [100.0, 550.0]}
    measured = [
        measured_edge_from_file(file, "Ni K", species=name, options=options)
        for name, file in zip(("ni_2", "ni_4"), pure, strict=True)
    ]
    grid = np.arange(8320.0, 8400.0, 0.5)
    ends = [edge_of_state(state(holes), "Ni K", grid, ELECTRODE, measured=measured) for holes in (0.0, 0.5)]
    np.testing.assert_array_equal(ends[0], measured[0].at(grid))
    between = edge_of_state(state(0.375), "Ni K", grid, ELECTRODE, measured=measured)
    np.testing.assert_allclose(between, 0.25 * ends[0] + 0.75 * ends[1])
    with pytest.raises(UnknownName, match="no measured species of Ni K is called 'ni_2'"):
        edge_of_state(state(0.1), "Ni K", grid, ELECTRODE, measured=measured[1:])
    files = write_states([state(0.1)], ELECTRODE, BeamSettings(), tmp_path / "new", measured=measured)
    assert read(files[0]).element == "Ni"
