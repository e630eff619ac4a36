"""Steps: found when they are there, not invented in releases of one step of any shape; onsets."""

import numpy as np
import pytest

from lmct.quantity.errors import DataError
from lmct.technique.gas_evolution.onset import find_onset
from lmct.technique.gas_evolution.steps import find_steps

BINS = np.arange(84.0)
REST = 108


def noise(random, count, memory=0.6):
    """White noise and noise with a memory, each half of the variance, from a covariance matrix."""
    lag = np.abs(np.arange(count)[:, None] - np.arange(count)[None])
    kernel = 0.5 * np.eye(count) + 0.5 * memory**lag
    return np.linalg.cholesky(kernel) @ random.normal(size=count)


def one_step(kind, height=20.0):
    shapes = {
        "bell": np.exp(-0.5 * ((BINS - 40) / 9) ** 2),
        "sharp end": np.where(BINS < 50, np.exp(-(50 - BINS) / 9), 0.0),
        "sudden": np.where(BINS > 20, np.exp(-(BINS - 20) / 14), 0.0),
        "plateau": ((BINS > 20) & (BINS < 60)).astype(float),
        "shoulder": np.where(BINS < 30, BINS / 30, np.where(BINS < 45, 1.0, np.where(BINS < 60, 0.6, 0.0))),
    }
    return height * shapes[kind]


def two_steps(height=20.0):
    return height * (np.exp(-0.5 * ((BINS - 26) / 6) ** 2) + 0.7 * np.exp(-0.5 * ((BINS - 54) / 6) ** 2))


def counts(truth, draws, seed=1):
    random = np.random.default_rng(seed)
    found = []
    for draw in range(draws):
        whole = noise(random, REST + len(truth))
        rests = [whole[:30], whole[30:REST]]
        found.append(find_steps(truth + whole[REST:], quiet=rests, seed=draw).count)
    return np.array(found)


@pytest.mark.parametrize("kind", ["bell", "sharp end", "shoulder"])
def test_one_step_is_one_step(kind):
    found = counts(one_step(kind), 60)
    assert np.mean(found > 1) < 0.05
    assert np.mean(found == 0) < 0.05


def test_nothing_has_no_step():
    assert np.mean(counts(np.zeros(len(BINS)), 60) > 0) < 0.05


def test_two_steps_are_found():
    assert np.mean(counts(two_steps(), 60) == 2) > 0.95


@pytest.mark.slow
def test_rates_of_both_errors_over_many_draws():
    for kind in ("bell", "sharp end", "sudden", "plateau", "shoulder"):
        assert np.mean(counts(one_step(kind), 1000, seed=2) > 1) < 0.05
    assert np.mean(counts(np.zeros(len(BINS)), 1000, seed=4) > 0) < 0.05
    assert np.mean(counts(two_steps(), 1000, seed=3) == 2) > 0.95


def test_places_of_the_steps():
    random = np.random.default_rng(5)
    steps = find_steps(two_steps() + 0.3 * noise(random, len(BINS)), quiet=[0.3 * noise(random, REST)])
    assert steps.peaks == pytest.approx((26, 54), abs=4)
    assert steps.dips == pytest.approx((40,), abs=5)


def test_too_few_bins_are_refused():
    with pytest.raises(DataError, match="smaller bin"):
        find_steps(np.ones(4), quiet=[np.ones(40)])


def test_onset_is_unbiased_and_its_uncertainty_right():
    time = np.arange(0.0, 14 * 3600.0, 600.0)
    level = np.clip((time - 6 * 3600.0) / 7200.0, 0.0, 1.0) * 30.0
    random = np.random.default_rng(6)
    true = 6 * 3600.0 + 0.05 * 7200.0
    scores = []
    for _ in range(200):
        onset = find_onset(
            time=time, rate=level + random.normal(0, 0.3, len(time)), noise=0.3, background_uncertainty=0.0
        )
        scores.append((onset.time - true) / onset.uncertainty)
    assert abs(np.mean(scores)) < 0.7
    assert np.mean(np.abs(scores) < 2.0) > 0.9


def test_mixing_volume_is_undone():
    time = np.arange(0.0, 14 * 3600.0, 300.0)
    fine = np.arange(0.0, 14 * 3600.0, 5.0)
    mixing = 900.0
    true = np.clip((fine - 6 * 3600.0) / 7200.0, 0.0, 1.0) * 30.0
    late = np.zeros(len(fine))
    for place in range(1, len(fine)):
        late[place] = late[place - 1] + (true[place] - late[place - 1]) * 5.0 / mixing
    seen = np.interp(time, fine, late)
    options = {"time": time, "rate": seen, "noise": 0.01, "background_uncertainty": 0.0}
    corrected = find_onset(**options, mixing_time=mixing)
    assert corrected.time == pytest.approx(6 * 3600.0 + 360.0, abs=150.0)
    assert find_onset(**options).time > corrected.time + 300.0


def test_no_onset_in_noise_and_a_limit_when_noise_sets_it():
    random = np.random.default_rng(7)
    time = np.arange(0.0, 60.0)
    assert find_onset(time=time, rate=random.normal(size=60), noise=1.0, background_uncertainty=0.0) is None
    ramp = np.clip(time - 20, 0, None) * 0.5
    found = find_onset(time=time, rate=ramp, noise=1.0, background_uncertainty=0.0)
    assert found.limited
    assert found.time == pytest.approx(28.0, abs=0.5)
