"""Posteriors that are narrow, curved or have several hills, with evidences in closed form."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtri

from lmct.evidence.inference import Maximum, posterior_of
from lmct.evidence.inference.evaluation import Evaluator
from lmct.evidence.inference.mixture import log_prior_density
from lmct.evidence.inference.tempering import TemperedSamples, next_step, prior_particles, tempered_samples
from lmct.evidence.likelihood import Normal, Unknown, Unknowns

COUNT = 800


def normal(value, middle, deviation):
    return -0.5 * ((value - middle) / deviation) ** 2 - math.log(deviation * math.sqrt(2.0 * math.pi))


class Closed:
    """A likelihood that is a function of standard-normal coordinates."""

    def __init__(self, size: int, function: Callable[[np.ndarray], float]) -> None:
        self.function = function
        self.mechanism = SimpleNamespace(name="closed", title="Closed form")
        self.outliers = None
        self.campaign = SimpleNamespace(observations=())
        self.unknowns = Unknowns(tuple(Unknown(f"x{place}", Normal(0.0, 1.0), "1") for place in range(size)))

    def log_likelihood_at(self, position):
        return self.function(ndtri(position))


def line(size=3, deviation=0.04):
    """Return a likelihood of independent normal data, its log evidence and the mean of x0."""
    likelihood = Closed(size, lambda x: sum(normal(0.7, one, deviation) for one in x))
    return likelihood, size * normal(0.7, 0.0, math.hypot(1.0, deviation)), 0.7 / (1.0 + deviation**2)


def hills(size=2, deviation=0.03, share=0.2):
    """Return a likelihood with two narrow hills whose shares are known."""

    def function(x):
        low, high = (np.sum(normal(x, middle, deviation)) for middle in (-1.0, 1.0))
        return float(np.logaddexp(math.log(share) + low, math.log(1.0 - share) + high))

    mean = (1.0 - 2.0 * share) / (1.0 + deviation**2)
    return Closed(size, function), size * normal(1.0, 0.0, math.hypot(1.0, deviation)), mean


def banana(bend=3.0, width=0.03):
    """Return a likelihood along a narrow parabola; one integral gives its evidence."""
    likelihood = Closed(
        3,
        lambda x: (
            normal(0.3, x[0], 0.5) + normal(0.5, x[1] + bend * x[0] ** 2, width) + normal(0.4, x[2], 0.05)
        ),
    )

    def density(t):
        return math.exp(
            normal(t, 0.0, 1.0) + normal(0.3, t, 0.5) + normal(0.5, bend * t**2, math.hypot(1.0, width))
        )

    whole = quad(density, -6.0, 6.0, epsabs=1e-14)[0]
    mean = quad(lambda t: t * density(t), -6.0, 6.0, epsabs=1e-14)[0] / whole
    return likelihood, math.log(whole) + normal(0.4, 0.0, math.hypot(1.0, 0.05)), mean


def tempered(likelihood, seed, *, most=16000, executor=None) -> tuple[TemperedSamples, Evaluator]:
    evaluator = Evaluator(likelihood, executor=executor)
    start = prior_particles(evaluator, COUNT, seed)
    found = tempered_samples(
        evaluator, start, log_prior_density, count=COUNT, wanted=200, most=most, seed=seed
    )
    return found, evaluator


def found_at(middle: list[float], deviation: float) -> tuple[Maximum, ...]:
    """Return what a search would have found: one hill, its width as it looks there."""
    return (
        Maximum(
            values={},
            coordinates=np.array(middle),
            precision=np.eye(len(middle)) / deviation**2,
            log_likelihood=0.0,
            log_posterior=0.0,
            evaluations=0,
            cpu_seconds=0.0,
        ),
    )


@pytest.mark.parametrize("case", [line, hills, banana])
def test_the_evidence_lies_within_its_error(case):
    likelihood, log_evidence, mean = case()
    runs = [tempered(likelihood, seed)[0] for seed in range(5)]
    assert all(one.trusted for one in runs)
    off = np.array([one.log_evidence - log_evidence for one in runs])
    errors = np.array([one.log_evidence_error for one in runs])
    assert 0.3 < np.sqrt(np.mean((off / errors) ** 2)) < 2.0
    assert abs(np.mean(off)) < 4.0 * np.sqrt(np.mean(off**2) / len(off)) + 0.05
    assert np.max(errors) < 0.8
    means = [float(one.weights @ one.coordinates[:, 0]) for one in runs]
    assert np.mean(means) == pytest.approx(mean, abs=4.0 * np.std(means) / math.sqrt(len(means)) + 1e-3)


def test_the_posterior_of_narrow_data_has_the_right_width():
    found, _ = tempered(line()[0], 1)
    spread = np.std(found.coordinates, axis=0)
    assert spread == pytest.approx(np.full(3, 0.04), rel=0.15)
    assert found.effective > 100


def test_few_likelihoods_end_the_way_and_say_so():
    found, evaluator = tempered(line()[0], 1, most=3000)
    assert not found.complete
    assert not found.trusted
    assert evaluator.evaluations <= 2 * COUNT + 3000


def test_the_same_seed_gives_the_same_particles_on_any_executor():
    likelihood = banana()[0]
    here, _ = tempered(likelihood, 2, most=4000)
    with ThreadPoolExecutor(3) as pool:
        there, _ = tempered(likelihood, 2, most=4000, executor=pool)
    assert np.array_equal(here.coordinates, there.coordinates)
    assert here.log_evidence == there.log_evidence


def test_a_step_leaves_as_many_effective_particles_as_asked_for():
    gain = np.random.default_rng(0).normal(size=2000) * 10.0
    step = next_step(gain, 1.0, 1000.0)
    raw = np.exp(step * gain)
    assert np.sum(raw) ** 2 / np.sum(raw**2) == pytest.approx(1000.0, rel=1e-6)


def test_a_posterior_that_importance_sampling_cannot_cover_is_tempered(monkeypatch, tmp_path):
    likelihood, log_evidence, mean = banana()
    maxima = found_at([0.3, 0.23, 0.4], 0.05)
    monkeypatch.setattr("lmct.evidence.inference.search.maximum_of", lambda *_, **__: maxima)
    monkeypatch.setattr("lmct.evidence.inference.search.maxima_from_table", lambda *_: maxima)
    monkeypatch.setattr("lmct.evidence.inference.importance.shoulders_of", lambda *_: [])
    monkeypatch.setattr("lmct.evidence.inference.importance.ridges_of", lambda *_: [])
    found = posterior_of(likelihood, seed=1, effort="quick", checkpoint=tmp_path / "fit.npz")
    assert "sequential Monte Carlo" in found.messages[0]
    assert not any("not to be trusted" in one for one in found.messages)
    assert found.evaluations <= 20000
    assert abs(found.log_evidence - log_evidence) < 4.0 * found.log_evidence_error
    assert np.mean(found.of("x0")) == pytest.approx(mean, abs=0.15)
    monkeypatch.setattr(Evaluator, "_computed", None)
    again = posterior_of(likelihood, seed=1, effort="quick", checkpoint=tmp_path / "fit.npz")
    assert np.array_equal(again.samples, found.samples)
