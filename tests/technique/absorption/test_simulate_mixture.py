"""Mixtures of measured and model edges, broadened, recorded in a series."""

import numpy as np
import pytest

from lmct.electrode.state import ElectrodeState
from lmct.instrument.absorption import read_scan
from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.absorption.simulate import BeamSettings, nickel_k_edge
from lmct.technique.absorption.simulate_mixture import broadened_edge, edge_of_fractions, grid_of_edge
from lmct.technique.absorption.simulate_samples import EdgePlan, edges_of_fractions, edges_of_states
from lmct.technique.absorption.simulate_scans import scans_of_edges, write_scans


def test_models_are_those_of_the_whole_edge():
    energy = grid_of_edge("Ni K", {})
    mixed = edge_of_fractions({"ni_2": 0.7, "ni_4": 0.3}, "Ni K", energy, references={})
    assert mixed == pytest.approx(nickel_k_edge(energy, oxidised_fraction=0.3))


def test_an_element_without_a_model_is_mixed_from_references():
    grid = np.linspace(6500.0, 6700.0, 401)
    step = 0.5 + np.arctan(grid - 6550.0) / np.pi
    later = 0.5 + np.arctan(grid - 6554.0) / np.pi
    plan = EdgePlan(edge="Mn K", references={"mn_3": (grid, step), "mn_4": (grid[20:], later[20:])})
    found = edges_of_fractions([{"mn_3": 0.25, "mn_4": 0.75}], plan)
    assert found.energy[0] == grid[20]
    assert found.samples[0] == pytest.approx(0.25 * step[20:] + 0.75 * later[20:])
    assert found.pure["mn_4"] == pytest.approx(later[20:])
    with pytest.raises(UnknownName, match="species of Mn K"):
        edges_of_fractions([{"mn_2": 1.0}], plan)


def test_references_that_do_not_overlap_are_refused():
    one, other = np.arange(8300.0, 8340.0), np.arange(8345.0, 8400.0)
    with pytest.raises(OutOfRange, match=r"the reference a runs from 8300\.0 to 8339\.0 eV"):
        grid_of_edge("Ni K", {"a": (one, one), "b": (other, other)})


def test_broadening_adds_in_quadrature_on_uneven_steps():
    energy = np.concatenate([np.arange(-40.0, -15.0, 0.2), np.arange(-15.0, 40.0, 0.1)])
    line = np.exp(-0.5 * (energy / 1.5) ** 2)
    found = broadened_edge(energy=energy, absorption=line, width=2.0 * 2.354820045)
    expected = 1.5 / 2.5 * np.exp(-0.5 * (energy / 2.5) ** 2)
    assert found == pytest.approx(expected, abs=2e-3)
    level = broadened_edge(energy=energy, absorption=np.ones(len(energy)), width=3.0)
    assert level == pytest.approx(np.ones(len(energy)))
    with pytest.raises(OutOfRange, match="Expected 0 or more"):
        broadened_edge(energy=energy, absorption=line, width=-1.0)


def test_measured_third_valence_counts_as_itself():
    energy = grid_of_edge("Ni K", {})
    references = {name: (energy, np.full(len(energy), place)) for place, name in enumerate(("ni_2", "ni_3"))}
    states = [ElectrodeState(metal_holes=0.1, oxygen_holes=0.0, voltage=4.0)]
    found = edges_of_states(states, 0.25, EdgePlan(edge="Ni K", references=references))
    assert found.fractions[0] == pytest.approx({"ni_2": 0.6, "ni_3": 0.4})
    assert found.samples[0] == pytest.approx(np.full(len(energy), 0.4))
    models = edges_of_states(states, 0.25, EdgePlan(edge="Ni K"))
    assert models.fractions[0] == pytest.approx({"ni_2": 0.8, "ni_4": 0.2})


def test_scans_drift_and_keep_their_names(tmp_path):
    energy = grid_of_edge("Ni K", {}, (8200.0, 8700.0))
    level = nickel_k_edge(energy, oxidised_fraction=0.0)
    edges = {"a b": level, "c": level, "d": level}
    scans = scans_of_edges(edges, "Ni K", energy, BeamSettings(drift=0.4, photons=1e5))
    assert [one.energy[0] - energy[0] for one in scans] == pytest.approx([0.0, 0.2, 0.4])
    assert len({one.channels["transmitted"][50] for one in scans}) == 3
    files = write_scans(scans, tmp_path / "run")
    assert [file.name for file in files] == ["a_b.xdi", "c.xdi", "d.xdi"]
    assert (read_scan(files[0]).element, read_scan(files[0]).edge) == ("Ni", "K")
    with pytest.raises(OutOfRange, match="names no shell"):
        scans_of_edges(edges, "NiK", energy, BeamSettings())
