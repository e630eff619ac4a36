"""What is put into files by the state of an electrode comes back by the analysis, which shares no code."""

import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from lmct.electrode.state import ElectrodeState
from lmct.material.multiplet.species_spectrum import SpeciesSpectrum
from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.energy_loss.simulate import Microscope
from lmct.technique.energy_loss.simulate_edges import edge_intensity
from lmct.technique.energy_loss.simulate_state import Particle, sample_of_state, write_states

TAKEN = Microscope(dispersion=0.5, channels=1200, resolution=1.0)


def state(metal, oxygen=0.0):
    return ElectrodeState(metal_holes=metal, oxygen_holes=oxygen, voltage=4.0)


def gaussian(name, *lines):
    energy = np.arange(840.0, 890.0, 0.05)
    total = sum(area * np.exp(-0.5 * ((energy - at) / 0.7) ** 2) for at, area in lines)
    return SpeciesSpectrum(name, energy, total / np.trapezoid(total, energy))


SPECIES = {
    "ni_2": gaussian("ni_2", (853.2, 3.0), (870.5, 1.0)),
    "ni_3": gaussian("ni_3", (853.8, 1.5), (855.6, 1.7), (872.4, 1.1)),
}


@pytest.mark.parametrize("species", [None, SPECIES], ids=["model shapes", "tables"])
def test_states_to_files_and_back(species, tmp_path):
    from lmct.cli.eels import app

    particle = Particle(thickness=0.5)
    states = [state(0.0), state(0.25), state(0.1, 0.2)]
    files = write_states(states, particle, TAKEN, tmp_path, counts=1e7, species=species)
    typer.main.get_command(app)
    words = ["quantify", str(files[2][0]), "--low-loss", str(files[2][1]), "--json"]
    for name, pair in zip(("ni_2", "ni_3"), files, strict=False):
        words += ["--reference", f"{name}={pair[0]},{pair[1]}"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    found = {
        (one["quantity"], one["condition"].split(",")[0]): one for one in json.loads(done.output)["findings"]
    }
    share = found["species_fraction", "Ni ni_2"]
    assert share["value"] == pytest.approx(0.6, abs=2.0 * share["uncertainty"] + 0.002)
    assert share["uncertainty"] < 0.03
    ratio = found["element_ratio", "Ni/Ti"]
    assert ratio["value"] == pytest.approx(0.25 / 0.58, abs=2.0 * ratio["uncertainty"])


def test_holes_on_oxygen_and_amounts_are_kept():
    sample = sample_of_state(state(0.1, 0.3), Particle())
    weights = {edge.name: weight for edge, weight in sample.edges.items()}
    assert weights == pytest.approx(
        {"ni_2": 0.15, "ni_3": 0.1, "ti_4": 0.58, "oxide": 2.0, "oxygen_hole": 0.3}
    )
    with pytest.raises(OutOfRange, match="at most two holes"):
        sample_of_state(state(0.7), Particle())


def test_oxygen_takes_lines_of_tables():
    """What a hole adds to O K stays as much when a table says where."""
    table = SpeciesSpectrum("oxygen_hole", *line(529.4))
    own, given = (
        {edge.name: edge for edge in sample_of_state(state(0.0, 0.4), Particle(), species=kept).edges}
        for kept in (None, {"oxygen_hole": table, "oxide": SpeciesSpectrum("oxide", *line(540.0))})
    )
    energy = np.arange(500.0, 620.0, 0.02)
    shown = edge_intensity(given["oxygen_hole"], energy)
    assert energy[np.argmax(shown)] == pytest.approx(529.4, abs=0.05)
    assert np.trapezoid(shown, energy) == pytest.approx(
        np.trapezoid(edge_intensity(own["oxygen_hole"], energy), energy), rel=0.1
    )
    oxide = edge_intensity(given["oxide"], energy)
    assert energy[np.argmax(oxide)] == pytest.approx(540.0, abs=0.05)
    with pytest.raises(UnknownName, match="Did you mean 'oxygen_hole'"):
        sample_of_state(state(0.0), Particle(), species={"oxygen_holes": table})


def line(centre):
    energy = np.arange(centre - 5.0, centre + 5.0, 0.05)
    shape = np.exp(-0.5 * ((energy - centre) / 0.6) ** 2)
    return energy, shape / np.trapezoid(shape, energy)
