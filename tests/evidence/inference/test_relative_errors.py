"""Errors relative to what is shown do not shift a fit when they are taken at its maximum."""

from dataclasses import replace

import numpy as np
import pytest

from lmct.evidence.inference.maximum import maximum_of
from lmct.evidence.likelihood import Campaign, Likelihood, Proportional, with_errors_at
from lmct.evidence.likelihood.relative_error import effects_of

SHARE, CELLS, SEEDS = 0.05, 6, 60
TRUTH = (1.0, -0.3)


def scaled(line, seed):
    """Return a line measured by cells whose scales differ, with errors relative to what they show."""
    likelihood = line(seed=seed, truth=TRUTH, deviation=0.002, cells=CELLS)
    scales = 1.0 + SHARE * np.random.default_rng([seed, 1]).standard_normal(CELLS)
    relative = {"scale": Proportional(SHARE)}
    observations = []
    for one, scale in zip(likelihood.campaign.observations, scales, strict=True):
        values = one.values * scale
        loadings = effects_of(relative, at=one.at, shown=values)
        observations.append(replace(one, values=values, loadings=loadings, relative=relative))
    return Likelihood(likelihood.mechanism, Campaign(tuple(observations)), outliers=likelihood.outliers)


def at(likelihood, values):
    campaign = with_errors_at(likelihood.campaign, likelihood.predictions(values))
    return Likelihood(likelihood.mechanism, campaign, outliers=likelihood.outliers)


def test_the_shift_by_errors_relative_to_measured_values_is_gone(line, exact):
    shifts = {"measured": [], "maximum": []}
    for seed in range(SEEDS):
        likelihood = scaled(line, seed)
        mean, covariance, _ = exact(likelihood)
        shifts["measured"].append((mean[0] - TRUTH[0]) / np.sqrt(covariance[0, 0]))
        mean, covariance, _ = exact(at(likelihood, {"origin": mean[0], "slope": mean[1]}))
        shifts["maximum"].append((mean[0] - TRUTH[0]) / np.sqrt(covariance[0, 0]))
    error = 1.0 / np.sqrt(SEEDS)
    assert np.mean(shifts["measured"]) < -5.0 * error
    assert abs(np.mean(shifts["maximum"])) < 2.0 * error
    assert np.std(shifts["maximum"]) == pytest.approx(1.0, abs=0.25)


def test_the_search_for_a_maximum_gives_these_errors(line, exact):
    likelihood = scaled(line, 3)
    best = maximum_of(likelihood, starts=1, seed=1)[0].values
    mean, _, _ = exact(likelihood)
    assert [best["origin"], best["slope"]] == pytest.approx(mean, abs=1e-3)
    found = at(likelihood, best).campaign.observations
    shown = best["origin"] + best["slope"] * found[0].at / 3600.0
    for one in found:
        np.testing.assert_allclose(one.loadings["scale"], SHARE * shown)
