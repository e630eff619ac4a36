"""The engine of combinations: covariance, constraints, offsets, and what a misfit does."""

import numpy as np
import pytest

from lmct.technique.combination import (
    CombinationProblem,
    MeasuredCurve,
    fit_probability,
    jackknife_variance,
    solve_combination,
    values_without_blocks,
)
from lmct.technique.combination.interpolation import cubic_interpolation
from lmct.technique.combination.local_polynomial import local_polynomial

WIDE = np.arange(-14.0, 14.01, 0.25)
INNER = WIDE[(WIDE >= -10.0) & (WIDE <= 10.0)]


def peak(centre, width=1.5):
    return lambda e: np.exp(-0.5 * ((e - centre) / width) ** 2)


SHAPES = (peak(-3.0), peak(0.0, 2.0), peak(2.5))


def problem(random, *, amounts=(0.5, 0.3, 0.2), noise=0.01, shift=0.0, offsets=(0.0, 0.0, 0.0), **more):
    references = tuple(
        MeasuredCurve(WIDE, one(WIDE - off) + random.normal(0, noise, len(WIDE)), np.full(len(WIDE), noise))
        for one, off in zip(SHAPES, offsets, strict=True)
    )
    level = sum(amount * one(INNER - shift) for amount, one in zip(amounts, SHAPES, strict=True))
    level = level + random.normal(0, noise, len(INNER))
    return CombinationProblem(MeasuredCurve(INNER, level, np.full(len(INNER), noise)), references, **more)


@pytest.mark.parametrize("sum_to_one", [True, False])
def test_three_references_are_unbiased_and_covered(sum_to_one):
    random = np.random.default_rng(3)
    found = [
        solve_combination(problem(random, shift=0.4, sum_to_one=sum_to_one), window=1.5) for _ in range(150)
    ]
    truth = np.array([0.5, 0.3, 0.2, 0.0, 0.0, 0.4])
    errors = np.array([one.values - truth for one in found])[:, [0, 1, 2, 5]]
    spread = np.array([np.sqrt(np.diag(one.covariance)) for one in found])[:, [0, 1, 2, 5]]
    assert np.all(np.abs(errors.mean(axis=0)) < 4.0 * errors.std(axis=0) / np.sqrt(150))
    assert np.all(np.abs(np.mean(np.abs(errors) < spread, axis=0) - 0.683) < 0.1)
    assert np.mean([one.reduced_chi_square for one in found]) == pytest.approx(1.0, abs=0.03)
    if sum_to_one:
        assert np.allclose([one.amounts.sum() for one in found], 1.0)


def test_responses_are_the_change_of_the_values():
    one = problem(np.random.default_rng(5), noise=1e-4)
    found = solve_combination(one, window=1.0)
    step = 1e-4
    for place in (20, 45):
        level = one.spectrum.level.copy()
        level[place] += step
        moved = CombinationProblem(MeasuredCurve(INNER, level, one.spectrum.uncertainty), one.references)
        change = (solve_combination(moved, window=1.0).values - found.values) / step
        np.testing.assert_allclose(change, found.response[:, place], atol=0.01)
        node = int(np.searchsorted(WIDE, INNER[place]))
        level = one.references[1].level.copy()
        level[node] += step
        second = MeasuredCurve(WIDE, level, one.references[1].uncertainty)
        moved = CombinationProblem(one.spectrum, (one.references[0], second, one.references[2]))
        change = (solve_combination(moved, window=1.0).values - found.values) / step
        np.testing.assert_allclose(change, found.reference_responses[1][:, node], atol=0.01)


def test_offsets_of_references_are_found_within_their_prior():
    random = np.random.default_rng(8)
    found = solve_combination(
        problem(random, noise=0.002, offsets=(0.0, 0.15, -0.1), offset_prior=0.2), window=1.0
    )
    np.testing.assert_allclose(found.offsets, [0.0, -0.15, 0.1], atol=0.03)
    assert np.all(np.diag(found.prior_covariance)[found.problem.offsets] < 0.02**2)
    held = solve_combination(problem(random, noise=0.002, offsets=(0.0, 0.15, -0.1)), window=1.0)
    assert np.all(held.offsets == 0.0)
    assert fit_probability(held) < 1e-3 < fit_probability(found)


def test_an_offset_nobody_can_see_keeps_its_prior():
    found = solve_combination(
        problem(np.random.default_rng(8), amounts=(0.999, 0.0005, 0.0005), noise=0.01, offset_prior=0.1),
        window=1.0,
    )
    spread = np.sqrt(np.diag(found.prior_covariance))[found.problem.offsets]
    assert np.all(spread > 0.08)


def test_loud_references_are_told():
    quiet, loud = (
        solve_combination(problem(np.random.default_rng(2), noise=noise), window=1.0)
        for noise in (0.001, 0.1)
    )
    assert quiet.noise_share < 0.01 < 0.1 < loud.noise_share


def test_leaving_out_blocks_shows_where_references_fail():
    one = problem(np.random.default_rng(4), noise=0.002)
    bent = one.spectrum.level + 0.05 * peak(2.5, 0.5)(INNER)
    wrong = CombinationProblem(MeasuredCurve(INNER, bent, one.spectrum.uncertainty), one.references)
    blocks = np.arange(len(INNER)) * 8 // len(INNER)
    spread = [
        np.sqrt(jackknife_variance(values_without_blocks(solve_combination(each, window=1.0), blocks)))[2]
        for each in (one, wrong)
    ]
    assert spread[1] > 3.0 * spread[0]


def test_local_polynomials_are_exact_for_cubics_on_uneven_grids():
    grid = np.sort(np.random.default_rng(1).uniform(0.0, 10.0, 60))
    value, slope, places = local_polynomial(energy=grid, window=1.5, degree=3)
    cubic = grid**3 - 2.0 * grid
    np.testing.assert_allclose((value * cubic[places]).sum(axis=1), cubic, atol=1e-6)
    np.testing.assert_allclose((slope * cubic[places]).sum(axis=1), 3.0 * grid**2 - 2.0, atol=1e-5)


def test_points_on_nodes_share_no_noise():
    nodes, variance = np.arange(20.0), np.linspace(1.0, 2.0, 20)
    bands = cubic_interpolation(nodes=nodes, at=nodes[3:15]).noise_bands(variance)
    np.testing.assert_array_equal(bands, variance[None, 3:15])
    assert len(cubic_interpolation(nodes=nodes, at=nodes[3:15] + 0.5).noise_bands(variance)) == 4
