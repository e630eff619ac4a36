from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from lmct.evidence.inference import posterior_of
from lmct.evidence.inference.evaluation import Evaluator, digest_of
from lmct.evidence.inference.search import resampled
from lmct.evidence.likelihood import Likelihood, Uniform
from lmct.quantity.errors import DataError, UnknownName


@pytest.mark.parametrize("shared", [0.0, 0.2])
def test_posterior_and_evidence_of_a_line_are_those_of_linear_algebra(line, exact, shared):
    likelihood = line(shared=shared)
    mean, covariance, log_evidence = exact(likelihood)
    found = posterior_of(likelihood, seed=3)
    deviation = np.sqrt(np.diag(covariance))
    assert np.all(np.abs(np.mean(found.samples, axis=0) - mean) < 0.15 * deviation)
    assert np.std(found.samples, axis=0) == pytest.approx(deviation, rel=0.1)
    assert np.corrcoef(found.samples.T)[0, 1] == pytest.approx(
        covariance[0, 1] / deviation[0] / deviation[1], abs=0.1
    )
    assert abs(found.log_evidence - log_evidence) < 4.0 * found.log_evidence_error
    assert found.log_evidence_error < 0.05


def test_the_error_of_the_evidence_is_its_scatter(line, exact):
    likelihood = line()
    exact_evidence = exact(likelihood)[2]
    runs = [posterior_of(likelihood, seed=seed, effort="quick") for seed in range(20)]
    pulls = [(one.log_evidence - exact_evidence) / one.log_evidence_error for one in runs]
    assert 0.4 < np.sqrt(np.mean(np.square(pulls))) < 1.7


def test_the_posterior_of_a_flat_prior_ends_at_its_bound(line):
    likelihood = line(priors=(Uniform(-2.0, 2.0), Uniform(-0.7, 2.0)), truth=(0.3, -0.8), deviation=0.3)
    found = posterior_of(likelihood, seed=1)
    free = posterior_of(
        line(priors=(Uniform(-2.0, 2.0), Uniform(-3.0, 2.0)), truth=(0.3, -0.8), deviation=0.3), seed=1
    )
    inside = free.of("slope") > -0.7
    assert found.of("slope").min() >= -0.7
    assert found.value("slope").value == pytest.approx(float(np.mean(free.of("slope")[inside])), abs=0.03)
    share = float(np.mean(inside))
    assert found.log_evidence == pytest.approx(free.log_evidence + np.log(share * 5.0 / 2.7), abs=0.15)


def test_the_impossible_part_of_a_prior_holds_no_sample_and_costs_evidence(line, exact):
    likelihood = line(deviation=1.0, steepest=-0.7, truth=(0.3, -0.7))
    mean, covariance, log_evidence = exact(line(deviation=1.0, truth=(0.3, -0.7)))
    from scipy.special import ndtr

    share = ndtr((-0.7 - mean[1]) / np.sqrt(covariance[1, 1]))
    found = posterior_of(likelihood, seed=1)
    assert found.of("slope").max() <= -0.7
    assert found.log_evidence == pytest.approx(log_evidence + np.log(share), abs=0.15)


def test_samples_do_not_depend_on_the_executor(line):
    likelihood = line()
    with ThreadPoolExecutor(3) as pool:
        there = posterior_of(likelihood, seed=5, executor=pool)
    here = posterior_of(likelihood, seed=5)
    assert np.array_equal(there.samples, here.samples)
    assert there.log_evidence == here.log_evidence
    assert not np.array_equal(here.samples, posterior_of(likelihood, seed=6).samples)


def test_a_killed_run_goes_on_from_its_checkpoint(line, tmp_path, monkeypatch):
    likelihood, checkpoint = line(), tmp_path / "fit.npz"
    whole = posterior_of(likelihood, seed=5)
    computed, calls = Evaluator._computed, []

    def dies(self, coordinates):
        calls.append(len(coordinates))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return computed(self, coordinates)

    monkeypatch.setattr(Evaluator, "_computed", dies)
    with pytest.raises(KeyboardInterrupt):
        posterior_of(likelihood, seed=5, checkpoint=checkpoint)
    before = len(calls)
    again = posterior_of(likelihood, seed=5, checkpoint=checkpoint)
    assert np.array_equal(again.samples, whole.samples)
    assert again.evaluations == whole.evaluations
    after = len(calls)
    posterior_of(likelihood, seed=5, checkpoint=checkpoint)
    assert len(calls) - after < after - before + 1


def test_the_search_for_maxima_is_not_done_again(line, tmp_path, monkeypatch):
    likelihood, checkpoint = line(), tmp_path / "fit.npz"
    whole = posterior_of(likelihood, seed=5, effort="quick", checkpoint=checkpoint)
    monkeypatch.setattr("lmct.evidence.inference.search.maximum_of", None)
    again = posterior_of(likelihood, seed=5, effort="quick", checkpoint=checkpoint)
    assert again.best == whole.best
    assert again.best_log_likelihood == whole.best_log_likelihood
    assert np.array_equal(again.samples, whole.samples)
    assert again.evaluations == whole.evaluations


def test_a_digest_knows_what_a_mechanism_is_built_on(line):
    likelihood = line()
    other = Likelihood(replace(likelihood.mechanism, steepest=5.0), likelihood.campaign)
    same = Likelihood(likelihood.mechanism, likelihood.campaign)
    assert digest_of(same, "1") != digest_of(other, "1")
    assert digest_of(same, "1") == digest_of(Likelihood(line().mechanism, line().campaign), "1")
    assert digest_of(same, "1") != digest_of(same, "2")


def test_a_checkpoint_of_another_fit_is_refused(line, tmp_path):
    posterior_of(line(), seed=5, effort="quick", checkpoint=tmp_path / "fit.npz")
    with pytest.raises(DataError, match="belongs to another fit"):
        posterior_of(line(seed=2), seed=5, effort="quick", checkpoint=tmp_path / "fit.npz")
    (tmp_path / "bad.npz").write_bytes(b"nothing")
    with pytest.raises(DataError, match="damaged"):
        posterior_of(line(), seed=5, effort="quick", checkpoint=tmp_path / "bad.npz")


def test_an_unknown_effort_is_named(line):
    with pytest.raises(UnknownName, match="usual"):
        posterior_of(line(), seed=1, effort="usually")


def test_rows_appear_in_proportion_to_their_weight():
    rows = resampled(np.array([0.5, 0.25, 0.25, 0.0]), 400, np.random.default_rng(0))
    assert np.bincount(rows, minlength=4).tolist() == [200, 100, 100, 0]
