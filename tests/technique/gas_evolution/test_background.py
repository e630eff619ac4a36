"""Sums above a drifting background: their spread is what they claim, for drifts of several kinds."""

import numpy as np
import pytest
from scipy.stats import t as student

from lmct.quantity.errors import DataError
from lmct.technique.gas_evolution.background import fit_background

HOUR = 3600.0
WIDTH = 1800.0
TIME = np.arange(0.5 * WIDTH, 58 * HOUR, WIDTH)
QUIET = (TIME > 0.5 * HOUR) & (TIME < 4 * HOUR) | (TIME > 46 * HOUR)
WEIGHTS = np.stack(
    [
        ((TIME > 4 * HOUR) & (TIME < 46 * HOUR)) * WIDTH / HOUR,
        ((TIME > 4 * HOUR) & (TIME < 18 * HOUR)) * WIDTH / HOUR,
    ]
)


def wander(random, memory, size):
    """Ornstein-Uhlenbeck from its covariance, another way than the analysis or the simulation takes."""
    kernel = size**2 * np.exp(-np.abs(TIME[:, None] - TIME[None]) / memory)
    return np.linalg.cholesky(kernel + 1e-9 * np.eye(len(TIME))) @ random.normal(size=len(TIME))


def drift(kind, random):
    if kind == "none":
        return np.zeros(len(TIME))
    if kind == "wander":
        return wander(random, HOUR * 10 ** random.uniform(0, 1.3), 10 ** random.uniform(-0.3, 0.7))
    if kind == "slow":
        return wander(random, HOUR * random.uniform(40, 150), random.uniform(5, 20))
    if kind == "decay":
        return random.uniform(5, 30) * np.exp(-TIME / (random.uniform(2, 15) * HOUR))
    return 3.0 * np.sin(2 * np.pi * (TIME / 86400 + random.uniform()))


def scores(kind, draws, seed=1):
    """Deviation of both sums over their scale, and the t distribution's limits for 68 and 95 %."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        gas = np.where((TIME > 12 * HOUR) & (TIME < 15 * HOUR), 40.0, 0.0)
        series = 7.0 + drift(kind, random) + gas + random.normal(size=len(TIME))
        integral = fit_background(time=TIME, series=series, quiet=QUIET, weights=WEIGHTS).integral
        z = np.abs(integral.value - WEIGHTS @ gas) / np.sqrt(np.diag(integral.covariance))
        found.append(
            [
                z < student.ppf(0.84, integral.degrees_of_freedom),
                z < student.ppf(0.975, integral.degrees_of_freedom),
            ]
        )
    return np.mean(found, axis=0)


@pytest.mark.parametrize("kind", ["none", "wander", "decay", "day"])
def test_intervals_hold_the_truth_in_a_few_draws(kind):
    within = scores(kind, 20)
    assert np.all(within[0] >= 0.45)
    assert np.all(within[1] >= 0.80)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["none", "wander", "decay", "day"])
def test_intervals_hold_the_truth_as_often_as_they_say(kind):
    within = scores(kind, 400, seed=2)
    # 400 draws: two standard errors are 0.047 and 0.022. More than claimed is allowed, less is not.
    assert np.all(within[0] >= 0.68 - 0.047)
    assert np.all(within[1] >= 0.95 - 0.022)
    if kind == "wander":
        # Measured: 0.865 and 0.83. Rests cannot exclude drifts that are not there, so that 68 % hold more.
        assert np.all(within[0] <= 0.90)


@pytest.mark.slow
def test_large_drifts_slower_than_the_rests_are_nearly_covered():
    """A known weakness: rests of 4 and 12 h tell little of a memory of 40 h and more."""
    within = scores("slow", 100, seed=5)
    assert np.all(within[0] >= 0.55)
    assert np.all(within[1] >= 0.88)


def test_drift_widens_the_intervals():
    random = np.random.default_rng(3)
    white = random.normal(size=len(TIME))
    still = fit_background(time=TIME, series=white, quiet=QUIET, weights=WEIGHTS)
    moving = fit_background(
        time=TIME, series=white + wander(random, 5 * HOUR, 4.0), quiet=QUIET, weights=WEIGHTS
    )
    assert moving.drift > still.drift
    assert moving.integral.covariance[0, 0] > 4.0 * still.integral.covariance[0, 0]
    assert still.noise == pytest.approx(1.0, rel=0.35)
    assert moving.integral.background_share[0] > 0.9


def test_a_scale_changes_nothing_but_the_scale():
    series = np.random.default_rng(4).normal(size=len(TIME))
    one = fit_background(time=TIME, series=series, quiet=QUIET, weights=WEIGHTS)
    two = fit_background(time=TIME, series=5.0 + 1e-6 * series, quiet=QUIET, weights=WEIGHTS)
    np.testing.assert_allclose(two.integral.covariance, 1e-12 * one.integral.covariance, rtol=1e-4)
    np.testing.assert_allclose(two.integral.value, 1e-6 * one.integral.value, rtol=1e-4, atol=1e-9)


def test_no_quiet_time_is_refused():
    with pytest.raises(DataError, match="quiet"):
        fit_background(time=TIME, series=TIME, quiet=TIME < 0.0, weights=WEIGHTS)
