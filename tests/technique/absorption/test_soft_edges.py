"""Self-absorption, inverse partial yield and the O K pre-edge from first principles."""

import numpy as np
import pytest

from lmct.quantity.errors import DataError, OutOfRange
from lmct.technique.absorption.fluorescence import (
    absorption_from_fluorescence,
    absorption_from_inverse_yield,
    probe_depth,
)
from lmct.technique.absorption.oxygen_pre_edge import fit_pre_edge
from lmct.technique.absorption.simulate import oxygen_k_edge

L_EDGES = (853.0, 870.3)
GRID = np.arange(825.0, 900.0, 0.1)


def nickel(concentration):
    lines = 6.0 * np.exp(-(((GRID - 853.2) / 0.8) ** 2)) + 3.0 * np.exp(-(((GRID - 870.8) / 1.1) ** 2))
    steps = sum(
        share * (0.5 + np.arctan((GRID - place) / 0.6) / np.pi)
        for share, place in ((2 / 3, L_EDGES[0]), (1 / 3, L_EDGES[1]))
    )
    return concentration * (lines + steps)


def yield_of(concentration, counts=1e6, seed=1):
    oxygen = 1.5 * (GRID / 853.0) ** -2.7
    clean = oxygen / (oxygen + 0.8 * (GRID / 853.0) ** -2.7 + nickel(concentration) + 2.2 * 2.0)
    random = np.random.default_rng(seed)
    measured = random.poisson(counts * clean) / counts
    return measured, np.sqrt(measured / counts)


def area(level, low, high):
    inside = (low < GRID) & (high > GRID)
    return np.trapezoid(level[inside], GRID[inside])


def test_inverse_yield_gives_the_lines_where_the_naive_inverse_does_not():
    measured, noise = yield_of(1.0)
    found = absorption_from_inverse_yield(
        energy=GRID, partial_yield=measured, uncertainty=noise, edges=L_EDGES
    )
    truth = nickel(1.0)
    assert area(found.absorption, 849, 858) == pytest.approx(area(truth, 849, 858), rel=0.03)
    ratio = area(truth, 849, 858) / area(truth, 866, 876)
    assert area(found.absorption, 849, 858) / area(found.absorption, 866, 876) == pytest.approx(
        ratio, rel=0.03
    )


def test_inverse_yield_is_linear_in_concentration_where_fluorescence_is_not():
    steps, yields = [], []
    for concentration in (0.25, 0.5, 1.0):
        measured, noise = yield_of(concentration, counts=1e8)
        found = absorption_from_inverse_yield(
            energy=GRID, partial_yield=measured, uncertainty=noise, edges=L_EDGES
        )
        steps.append(found.step * area(found.absorption, 849, 858))
        mine = nickel(concentration)
        emitted = mine / (mine + 2.3 * (GRID / 853.0) ** -2.7 + 4.4)
        yields.append(area(emitted, 849, 858))
    np.testing.assert_allclose(np.array(steps) / steps[-1], [0.25, 0.5, 1.0], atol=0.005)
    assert yields[0] / yields[-1] > 0.3


def test_a_short_pre_edge_is_refused():
    measured, noise = yield_of(1.0)
    kept = GRID > 836.0
    with pytest.raises(DataError, match="in front of the lines"):
        absorption_from_inverse_yield(
            energy=GRID[kept], partial_yield=measured[kept], uncertainty=noise[kept], edges=L_EDGES
        )


@pytest.mark.parametrize("ratio", [0.5, 2.0, 20.0])
def test_self_absorption_is_undone(ratio):
    truth = np.linspace(0.0, 3.0, 20)
    measured = truth * (1 + ratio) / (truth + ratio)
    back = absorption_from_fluorescence(yield_normalised=measured, background_ratio=ratio)
    np.testing.assert_allclose(back, truth, atol=1e-9)
    with pytest.raises(OutOfRange, match="larger"):
        absorption_from_fluorescence(yield_normalised=np.array([1.0 + ratio]), background_ratio=ratio)


def test_depths_are_in_the_order_of_their_modes():
    soft = {"attenuation_in": 1 / 420.0, "attenuation_out": 1 / 300.0}
    electrons, photons = probe_depth(mode="electron_yield", **soft), probe_depth(mode="inverse_yield", **soft)
    assert electrons == pytest.approx(4.0, rel=0.02)
    assert 50.0 < photons < 200.0
    with pytest.raises(OutOfRange):
        probe_depth(mode="guess", attenuation_in=1.0)


def test_areas_of_the_oxygen_pre_edge_and_their_coverage():
    energy = np.arange(520.0, 550.0, 0.1)
    truth = [(0.1, 0.1), (0.4, 0.15), (0.35, 0.5), (0.05, 0.45)]
    clean = np.array([oxygen_k_edge(energy, nickel_holes=e, oxygen_holes=f) for e, f in truth])
    noise = np.full(clean.shape, 0.004)
    found = fit_pre_edge(
        energy=energy,
        absorption=clean + np.random.default_rng(3).normal(0, noise),
        uncertainty=noise,
        window=(525.0, 534.5),
    )
    for ratios, (e, f) in zip(found.ratios, truth, strict=True):
        assert abs(ratios["E/G"].value - e / 0.4) < 0.03 + 3 * ratios["E/G"].uncertainty
        assert abs(ratios["F/G"].value - f / 0.4) < 0.03 + 3 * ratios["F/G"].uncertainty
    assert found.positions[0].value == pytest.approx(528.0, abs=0.05)
    with pytest.raises(DataError, match="pre-edge of oxygen"):
        fit_pre_edge(energy=energy + 100.0, absorption=clean, uncertainty=noise)


def test_coverage_of_oxygen_pre_edge_areas():
    """Peaks and tail as the fit has them: areas and ratios must be covered by their errors (100 draws)."""
    energy = np.arange(523.0, 538.0, 0.1)
    spread = np.array([1.2, 1.4, 1.3]) / 2.354820045
    peaks = np.exp(-0.5 * ((energy - np.array([[528.0], [529.8], [531.8]])) / spread[:, None]) ** 2)
    peaks = peaks / (spread[:, None] * np.sqrt(2.0 * np.pi))
    truth = np.array([[0.1, 0.15, 0.4], [0.3, 0.2, 0.4], [0.25, 0.45, 0.4]])
    clean = truth @ peaks + 0.6 * np.exp(-0.5 * ((energy - 539.0) / 3.0) ** 2)
    noise = np.full(clean.shape, 0.01)
    random = np.random.default_rng(12)
    areas, ratios = [], []
    for _ in range(100):
        found = fit_pre_edge(energy=energy, absorption=clean + random.normal(0, noise), uncertainty=noise)
        sigma = np.sqrt(np.diagonal(found.covariance, axis1=1, axis2=2))
        areas.append((found.areas - truth) / sigma)
        ratios.append(
            [
                (one["F/G"].value - true[1] / true[2]) / one["F/G"].uncertainty
                for one, true in zip(found.ratios, truth, strict=True)
            ]
        )
    for pulls in (np.array(areas), np.array(ratios)):
        assert 0.60 <= np.mean(np.abs(pulls) < 1.0) <= 0.76
        assert abs(np.mean(pulls)) < 0.35
