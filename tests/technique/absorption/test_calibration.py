"""Foil, alignment, normalisation and edges against curves whose answers are known by construction."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import erf

from lmct.quantity.errors import DataError
from lmct.technique.absorption.alignment import shift_between
from lmct.technique.absorption.derivative import noise_of, slope_of, smoothed
from lmct.technique.absorption.edge import edge_energies
from lmct.technique.absorption.foil import first_inflection
from lmct.technique.absorption.normalisation import normalised_from_absorption
from lmct.technique.absorption.normalisation_window import Windows

GRID = np.concatenate(
    [np.arange(8130.0, 8310.0, 5.0), np.arange(8310.0, 8400.0, 0.25), np.arange(8400.0, 9200.0, 2.0)]
)


def foil(energy, second=2.0):
    return np.arctan((energy - 8333.0) / 1.2) + second * np.arctan((energy - 8345.0) / 1.2)


def background(energy):
    return 1.2 - 3e-4 * (energy - 8345.0)


@pytest.mark.parametrize("second", [0.5, 1.0, 2.0])
def test_the_first_inflection_is_found_though_the_second_is_steeper(second):
    found = first_inflection(energy=GRID, absorption=foil(GRID, second))
    assert found.energy == pytest.approx(8333.0, abs=0.03)


def test_uncertainty_of_the_inflection_covers_its_scatter():
    random = np.random.default_rng(5)
    found = [
        first_inflection(energy=GRID, absorption=foil(GRID) + random.normal(0, 0.004, len(GRID)))
        for _ in range(60)
    ]
    scatter = np.std([one.energy for one in found])
    assert 0.7 < scatter / np.mean([one.uncertainty for one in found]) < 1.4


def test_a_flat_reference_is_no_foil():
    with pytest.raises(DataError, match=r"inflection|rise"):
        first_inflection(energy=GRID, absorption=np.random.default_rng(1).normal(0, 0.1, len(GRID)))


@settings(max_examples=15, deadline=None)
@given(st.floats(-6.0, 6.0))
def test_a_shift_is_found_whatever_its_size(shift):
    random = np.random.default_rng(7)
    found = shift_between(
        energy=GRID,
        absorption=0.5 * foil(GRID + shift) + background(GRID) + random.normal(0, 1e-3, len(GRID)),
        target_energy=GRID,
        target_absorption=foil(GRID),
        centre=8333.0,
    )
    assert found.energy == pytest.approx(shift, abs=0.03)


def test_slope_and_smoothing_are_exact_for_parabolas_on_any_grid():
    curve = 2.0 + 0.3 * (GRID - 8345.0) ** 2
    np.testing.assert_allclose(
        slope_of(energy=GRID, values=curve, window=1.5), 0.6 * (GRID - 8345.0), atol=1e-6
    )
    np.testing.assert_allclose(smoothed(energy=GRID, values=curve, window=1.5), curve, rtol=1e-9)


def test_noise_is_seen_through_an_edge():
    random = np.random.default_rng(2)
    grid = np.arange(8300.0, 8400.0, 0.25)
    noise = noise_of(energy=grid, values=np.arctan(grid - 8345.0) + random.normal(0, 0.003, len(grid)))
    assert np.median(noise) == pytest.approx(0.003, rel=0.25)


def normal_curve(energy):
    return 0.5 + np.arctan((energy - 8345.0) / 1.5) / np.pi


@pytest.mark.parametrize("step", [0.2, 1.7])
def test_a_known_step_and_background_come_off(step):
    rise = 0.5 * (1.0 + erf((GRID - 8345.0) / 2.0))
    raw = background(GRID) + step * (rise + 0.4 * np.exp(-(((GRID - 8351) / 3) ** 2)))
    found = normalised_from_absorption(energy=GRID, absorption=raw, edge=8345.0)
    assert abs(found.step - step) < 2.0 * found.step_uncertainty + 0.005 * step
    assert found.step_uncertainty < 0.03 * step
    behind = (GRID > 8600) & (GRID < 9100)
    np.testing.assert_allclose(found.absorption[behind], 1.0, atol=0.01)
    np.testing.assert_allclose(found.absorption[GRID < 8290], 0.0, atol=0.02)


def test_no_step_is_refused():
    with pytest.raises(DataError, match="no step"):
        normalised_from_absorption(energy=GRID, absorption=-normal_curve(GRID), edge=8345.0)
    with pytest.raises(DataError, match="points lie"):
        normalised_from_absorption(
            energy=GRID, absorption=normal_curve(GRID), edge=8345.0, windows=Windows((-0.4, -0.1), None, None)
        )


def test_larch_gives_the_same_spectrum():
    pytest.importorskip("larch")
    from lmct.technique.absorption.larch_engine import normalised_by_larch

    raw = background(GRID) + 0.8 * normal_curve(GRID)
    own = normalised_from_absorption(energy=GRID, absorption=raw, edge=8345.0)
    other = normalised_by_larch(energy=GRID, absorption=raw, edge=8345.0)
    assert own.step == pytest.approx(other.step, rel=0.01)
    np.testing.assert_allclose(own.absorption, other.absorption, atol=0.01)


def test_edges_of_a_ramp_are_those_of_geometry():
    grid = np.arange(8300.0, 8400.0, 0.1)
    rise = np.clip((grid - 8340.0) / 10.0, 0.0, 1.0)
    found = edge_energies(energy=grid, absorption=rise, uncertainty=np.full(len(grid), 1e-4)).values
    assert found["half_height"].value == pytest.approx(8345.0, abs=1e-6)
    assert found["integral"].value == pytest.approx(8340.0 + 10 * 0.575, abs=0.01)
    assert found["first_moment"].value == pytest.approx(8345.0, abs=0.02)


@settings(max_examples=20, deadline=None)
@given(st.floats(-3.0, 3.0))
def test_all_edges_move_with_the_energy(shift):
    level = normal_curve(GRID) + 0.5 * np.exp(-(((GRID - 8351.0) / 3.0) ** 2))
    noise = np.full(len(GRID), 1e-4)
    here = edge_energies(energy=GRID, absorption=level, uncertainty=noise).values
    there = edge_energies(energy=GRID + shift, absorption=level, uncertainty=noise).values
    assert set(here) == {"half_height", "integral", "first_moment", "inflection"}
    for name, value in here.items():
        assert there[name].value - value.value == pytest.approx(shift, abs=1e-6)


def test_uncertainties_of_edges_cover_their_scatter():
    random = np.random.default_rng(11)
    level = normal_curve(GRID) + 0.5 * np.exp(-(((GRID - 8351.0) / 3.0) ** 2))
    noise = np.full(len(GRID), 0.005)
    found = [
        edge_energies(energy=GRID, absorption=level + random.normal(0, noise), uncertainty=noise).values
        for _ in range(80)
    ]
    for name in ("half_height", "integral"):
        pull = np.std([one[name].value for one in found]) / np.mean([one[name].uncertainty for one in found])
        assert 0.7 < pull < 1.35, name
