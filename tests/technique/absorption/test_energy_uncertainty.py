"""Fractions whose references and spectrum were calibrated with errors that are stated."""

import numpy as np
import pytest

from lmct.technique.absorption.linear_combination import CombinationSettings, Reference, fit_combination
from lmct.technique.absorption.simulate import nickel_k_edge

GRID = np.arange(8300.0, 8400.0, 0.4)
NOISE, ERROR, TRUTH = 2e-3, 0.08, 0.3


def spectrum(share, random, error):
    shifted = GRID + random.normal(0.0, error)
    return nickel_k_edge(shifted, oxidised_fraction=share) + random.normal(0.0, NOISE, len(GRID))


def fitted(seed, *, fit_shift, stated=ERROR):
    random = np.random.default_rng(seed)
    noise = np.full(len(GRID), NOISE)
    references = tuple(
        Reference(name, GRID, spectrum(share, random, ERROR), noise, energy_uncertainty=stated)
        for name, share in (("ni_2", 0.0), ("ni_4", 1.0))
    )
    return fit_combination(
        energy=GRID,
        absorption=spectrum(TRUTH, random, ERROR),
        uncertainty=noise,
        references=references,
        settings=CombinationSettings((8325.0, 8375.0), fit_shift=fit_shift),
        energy_uncertainty=stated,
    )


@pytest.mark.parametrize("fit_shift", [False, True])
def test_fractions_are_as_uncertain_as_the_calibration_makes_them(fit_shift):
    fits = [fitted(seed, fit_shift=fit_shift) for seed in range(60)]
    pulls = np.array([(one.fractions[1] - TRUTH) / one.total_uncertainty[1] for one in fits])
    assert 0.5 < np.sqrt(np.mean(pulls**2)) < 1.3
    assert np.mean(np.abs(pulls) < 1.0) > 0.55
    assert np.mean(np.abs(pulls) < 2.0) > 0.9


def test_without_stating_it_the_calibration_is_taken_for_exact():
    told = fitted(3, fit_shift=False)
    untold = fitted(3, fit_shift=False, stated=0.0)
    assert untold.fractions == pytest.approx(told.fractions)
    assert np.all(told.systematic > untold.systematic)


def test_a_shift_that_is_fitted_takes_the_error_of_the_calibration_away():
    held = np.std([fitted(seed, fit_shift=False).fractions[1] for seed in range(40)])
    free = np.std([fitted(seed, fit_shift=True).fractions[1] for seed in range(40)])
    assert free < 0.6 * held
