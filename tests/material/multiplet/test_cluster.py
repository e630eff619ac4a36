from dataclasses import replace

import numpy as np
import pytest

from lmct.material.multiplet import (
    CLUSTERS,
    ClusterSpectrum,
    cached_spectrum,
    cluster,
    solve_spectrum,
    solve_states,
)
from lmct.material.multiplet import cache as cache_module
from lmct.quantity.errors import OutOfRange, UnknownName


@pytest.fixture
def engine():
    return pytest.importorskip("edrixs", reason="needs the extra multiplet")


@pytest.mark.slow
@pytest.mark.parametrize(("name", "degeneracy"), [("ni_2", 3), ("ni_3", 4), ("ni_4", 1)])
def test_ground_states(engine, name, degeneracy, capsys):
    """3A2 of d8, low-spin 2E of d7, low-spin 1A1 of d6; holes end on the ligands more and more."""
    states = solve_states(cluster(name))
    assert states.degeneracy == degeneracy
    assert states.energies[degeneracy] > 0.5
    assert states.metal_electrons > CLUSTERS[name].electrons + 0.1
    assert capsys.readouterr().out == ""


@pytest.mark.slow
def test_spectrum_of_nickel_oxide(engine):
    """Main line and a shoulder 1.6 eV behind with a quarter of its height; L2 by the spin-orbit coupling."""
    spectrum = solve_spectrum(cluster("ni_2"))
    energy, intensity = spectrum.energy, spectrum.intensity
    top = energy[np.argmax(intensity)]
    behind = (energy > top + 1.2) & (energy < top + 2.0)
    assert 0.1 < intensity[behind].max() / intensity.max() < 0.4
    second = (energy > top + 14.0) & (energy < top + 20.0)
    assert energy[second][np.argmax(intensity[second])] - top == pytest.approx(17.8, abs=0.8)
    assert np.sum(intensity) * (energy[1] - energy[0]) == pytest.approx(1.0)
    assert not spectrum.anchored


def test_anchoring_moves_and_marks():
    spectrum = ClusterSpectrum(np.array([0.0, 1.0, 2.0]), np.array([0.1, 0.7, 0.2]))
    moved = spectrum.anchored_at(853.2)
    np.testing.assert_allclose(moved.energy, [852.2, 853.2, 854.2])
    assert moved.anchored


def test_results_are_kept_and_damaged_files_computed_again(tmp_path, monkeypatch):
    made = []

    def solved(one):
        made.append(one.name)
        return ClusterSpectrum(np.arange(3.0), np.ones(3))

    monkeypatch.setattr(cache_module, "solve_spectrum", solved)
    one = cluster("ni_2")
    for _ in range(2):
        np.testing.assert_array_equal(cached_spectrum(one, tmp_path).energy, [0.0, 1.0, 2.0])
    assert made == ["ni_2"]
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"PK\x03\x04 cut off")
    cached_spectrum(one, tmp_path)
    cached_spectrum(replace(one, crystal_field=1.0), tmp_path)
    assert len(made) == 3


def test_names_and_numbers_are_checked():
    with pytest.raises(UnknownName, match="Did you mean 'ni_3'"):
        cluster("ni_33")
    with pytest.raises(OutOfRange, match="1 to 9 electrons"):
        replace(cluster("ni_2"), electrons=10)
    assert all(one.source for one in CLUSTERS.values())
