import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.material.multiplet import (
    ClusterSpectrum,
    nickel_valences,
    solve_crystal_field,
    species_from_clusters,
    species_from_file,
)
from lmct.material.multiplet import species_spectrum as species_module
from lmct.quantity.errors import MissingColumn, OutOfRange, UnknownName


@given(each=st.floats(0.0, 2.0), nickel=st.floats(0.05, 1.0))
def test_valences_keep_atoms_and_holes(each, nickel):
    shares = nickel_valences(metal_holes=each * nickel, nickel=nickel)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["ni_3"] + 2.0 * shares["ni_4"] == pytest.approx(each, abs=1e-9)
    assert min(shares.values()) >= 0.0
    assert min(shares["ni_2"], shares["ni_4"]) == pytest.approx(0.0, abs=1e-9)


def test_too_many_holes_are_refused():
    with pytest.raises(OutOfRange, match="Expected 0 to 2"):
        nickel_valences(metal_holes=0.6, nickel=0.25)


def test_species_of_files(tmp_path):
    energy = np.arange(850.0, 860.0, 0.1)
    lines = 7.0 * np.exp(-0.5 * ((energy - 853.2) / 0.5) ** 2)
    file = tmp_path / "nio.txt"
    np.savetxt(file, np.column_stack([energy, lines]), header="energy intensity")
    found = species_from_file("ni_2", file)
    assert np.trapezoid(found.intensity, found.energy) == pytest.approx(1.0)
    assert found.at(np.array([853.2]))[0] == pytest.approx(1.0 / (0.5 * np.sqrt(2.0 * np.pi)), rel=1e-3)
    assert found.at(np.array([800.0, 900.0])).tolist() == [0.0, 0.0]
    file.write_text("energy,counts\n1,2\n")
    with pytest.raises(MissingColumn, match="no table of numbers"):
        species_from_file("ni_2", file)
    np.savetxt(file, energy)
    with pytest.raises(MissingColumn, match="Expected two columns"):
        species_from_file("ni_2", file)
    np.savetxt(file, np.column_stack([energy[::-1], lines]))
    with pytest.raises(OutOfRange, match="energies must rise"):
        species_from_file("ni_2", file)


def test_clusters_are_placed(monkeypatch, tmp_path):
    energy = np.arange(-10.0, 10.0, 0.1)
    shape = ClusterSpectrum(energy, np.exp(-(energy**2)) / np.sqrt(np.pi))
    monkeypatch.setattr(species_module, "cached_spectrum", lambda *_: shape)
    found = species_from_clusters(["ni_2", "ni_4"], folder=tmp_path)
    for name, one in found.items():
        assert one.energy[np.argmax(one.intensity)] == pytest.approx(species_module.MAXIMA[name])
        assert one.source
    with pytest.raises(UnknownName, match="Did you mean 'ni_2'"):
        species_from_clusters(["ni_22"], folder=tmp_path)


@pytest.mark.slow
def test_titanium_has_its_four_lines():
    """L3 and L2, each split by 10Dq: about 2 eV, and 5-6 eV between them by the spin-orbit coupling."""
    pytest.importorskip("edrixs", reason="needs the extra multiplet")
    found = solve_crystal_field()
    inside = (found.intensity[1:-1] > found.intensity[:-2]) & (found.intensity[1:-1] > found.intensity[2:])
    high = inside & (found.intensity[1:-1] > 0.15 * found.intensity.max())
    places = found.energy[1:-1][high]
    assert len(places) == 4
    assert 1.6 < places[1] - places[0] < 2.8
    assert 1.6 < places[3] - places[2] < 2.8
    assert 5.0 < places[2] - places[0] < 6.5
    assert np.sum(found.intensity) * 0.05 == pytest.approx(1.0)


@pytest.mark.slow
def test_species_of_real_clusters_differ(tmp_path):
    pytest.importorskip("edrixs", reason="needs the extra multiplet")
    found = species_from_clusters(folder=tmp_path)
    energy = np.arange(845.0, 880.0, 0.1)
    two, three, four = (found[name].at(energy) for name in ("ni_2", "ni_3", "ni_4"))
    assert np.abs(two - four).sum() * 0.1 > 0.3
    assert np.abs(two - three).sum() * 0.1 > 0.2
    assert [energy[np.argmax(one)] for one in (two, four)] == pytest.approx([853.2, 855.2], abs=0.1)
