"""Combinations, components and resolution of mixtures whose fractions are known."""

import numpy as np
import pytest

from lmct.quantity.errors import DataError
from lmct.technique.absorption.components import principal_components
from lmct.technique.absorption.linear_combination import (
    CombinationSettings,
    Reference,
    fit_combination,
)
from lmct.technique.absorption.resolution import resolve_components

GRID = np.arange(8320.0, 8400.0, 0.4)
TRUE = 0.6


def species(centre, height):
    return lambda e: (
        0.5 + np.arctan((e - centre) / 1.2) / np.pi + height * np.exp(-0.5 * ((e - centre - 4) / 2.2) ** 2)
    )


ONE, OTHER = species(8342.0, 0.9), species(8344.0, 0.7)


def fits(draws, *, own=0.01, reference=0.01, shift=0.0, fit_shift=False, host=0.0, seed=0):
    random = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        noisy = [
            Reference(
                name, GRID, curve + random.normal(0, reference, len(GRID)), np.full(len(GRID), reference)
            )
            for name, curve in (("a", ONE(GRID + host)), ("b", OTHER(GRID)))
        ]
        level = TRUE * ONE(GRID - shift) + (1 - TRUE) * OTHER(GRID - shift) + random.normal(0, own, len(GRID))
        found.append(
            fit_combination(
                energy=GRID,
                absorption=level,
                uncertainty=np.full(len(GRID), own),
                references=noisy,
                settings=CombinationSettings((8325.0, 8390.0), fit_shift),
            )
        )
    return found


@pytest.mark.parametrize(
    ("own", "reference", "shift", "fit_shift"),
    [
        (0.01, 0.01, 0.0, False),
        (0.01, 0.005, 0.15, True),
        (0.003, 0.003, 0.15, True),
        (0.03, 0.03, 0.0, True),
        (0.03, 0.015, 0.15, True),
    ],
)
def test_fractions_of_noisy_references_are_unbiased_and_covered(own, reference, shift, fit_shift):
    found = fits(200, own=own, reference=reference, shift=shift, fit_shift=fit_shift)
    fractions = np.array([one.fractions[0] for one in found])
    spread = np.array([one.uncertainty[0] for one in found])
    assert abs(fractions.mean() - TRUE) < 0.005
    assert 0.60 <= np.mean(np.abs(fractions - TRUE) < spread) <= 0.76
    assert np.mean([one.reduced_chi_squared for one in found]) == pytest.approx(1.0, abs=0.05)
    if fit_shift:
        assert np.mean([one.shift for one in found]) == pytest.approx(shift, abs=0.01)


@pytest.mark.parametrize("host", [0.2, -0.2])
def test_a_reference_of_another_host_is_a_systematic_term(host):
    found = fits(20, own=0.003, reference=0.002, fit_shift=True, host=host)
    bias = np.mean([one.fractions[0] for one in found]) - TRUE
    systematic = np.mean([one.systematic[0] for one in found])
    assert abs(bias) > 3 * np.mean([one.uncertainty[0] for one in found])
    assert 0.5 * abs(bias) < systematic < 3 * abs(bias)


def test_noise_of_the_references_is_common_and_told_apart():
    silent, loud = fits(1, reference=1e-6)[0], fits(1, reference=0.02)[0]
    assert silent.reference_covariance[0, 0] < 1e-3 * silent.own_covariance[0, 0]
    assert loud.reference_covariance[0, 0] > loud.own_covariance[0, 0]
    assert loud.fractions.sum() == pytest.approx(1.0)


def test_spectra_that_do_not_overlap_are_refused():
    with pytest.raises(DataError, match="cover"):
        fit_combination(
            energy=GRID,
            absorption=ONE(GRID),
            uncertainty=np.full(len(GRID), 0.01),
            references=[
                Reference("a", GRID - 60, ONE(GRID), np.full(len(GRID), 0.01)),
                Reference("b", GRID, OTHER(GRID), np.full(len(GRID), 0.01)),
            ],
            settings=CombinationSettings((8325.0, 8390.0)),
        )


def series(count, noise=1e-3, scans=40):
    course = np.linspace(0, 1, scans)
    parts = [1 - course, course] if count == 2 else [(1 - course) ** 2, 2 * course * (1 - course), course**2]
    shapes = [ONE(GRID), OTHER(GRID), species(8343.2, 1.3)(GRID)][:count]
    clean = sum(np.outer(part, shape) for part, shape in zip(parts, shapes, strict=True))
    return np.array(parts).T, clean + np.random.default_rng(4).normal(0, noise, clean.shape)


@pytest.mark.parametrize("count", [2, 3])
def test_rank_is_the_number_of_species_by_both_tests(count):
    _, levels = series(count)
    in_time = principal_components(absorption=levels, energy=GRID, energy_drift=0.0, step_drift=0.0)
    by_noise = principal_components(absorption=levels, noise=1e-3, ordered=False)
    assert in_time.practical_rank == by_noise.practical_rank == in_time.indicator_rank == count


def test_drift_of_energy_is_no_species():
    _, levels = series(2)
    drift = np.linspace(-0.02, 0.02, len(levels))
    moved = np.array([np.interp(GRID - d, GRID, one) for d, one in zip(drift, levels, strict=True)])
    assert principal_components(absorption=moved, energy=GRID).practical_rank == 2


def test_two_species_are_resolved_when_both_occur_alone():
    fractions, levels = series(2)
    found = resolve_components(absorption=levels, count=2)
    order = np.argsort(found.fractions[0])[::-1]
    np.testing.assert_allclose(found.fractions[:, order], fractions, atol=0.02)
    assert found.residual == pytest.approx(1e-3, rel=0.1)
    assert np.all(found.lowest <= found.fractions + 1e-9)
    assert np.all(found.highest >= found.fractions - 1e-9)


def test_a_third_species_shows_in_the_residual():
    _, levels = series(3)
    two, three = (resolve_components(absorption=levels, count=count).residual for count in (2, 3))
    assert two > 2 * three


def test_too_few_spectra_are_refused():
    with pytest.raises(DataError, match="four"):
        principal_components(absorption=np.ones((3, 30)))
    with pytest.raises(DataError, match="components"):
        resolve_components(absorption=np.ones((3, 30)), count=4)
