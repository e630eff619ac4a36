from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ndtri

from lmct.evidence.inference import Posterior, known_together, learning_from, words_of_learning
from lmct.evidence.likelihood import Normal, Uniform, Unknown, Unknowns


def posterior(*columns, priors):
    names = "abcd"[: len(columns)]
    unknowns = Unknowns(tuple(Unknown(name, prior) for name, prior in zip(names, priors, strict=True)))
    samples = np.column_stack(columns)
    return Posterior(
        unknowns=unknowns,
        samples=samples,
        log_likelihood=np.zeros(len(samples)),
        log_evidence=0.0,
        log_evidence_error=0.0,
        best={},
        best_log_likelihood=0.0,
        effective_samples=float(len(samples)),
        evaluations=0,
        cpu_seconds=0.0,
        sampler="none",
    )


def normal(deviation, count=2000, seed=0):
    return deviation * ndtri(np.random.default_rng(seed).random(count))


def test_samples_of_the_prior_say_nothing_about_any_unknown():
    random = np.random.default_rng(1)
    found = posterior(normal(1.0), random.random(2000), priors=(Normal(0.0, 1.0), Uniform(0.0, 1.0)))
    for one in learning_from(found):
        assert one.information < 0.02
    assert words_of_learning(found) == (
        "the data say nothing about a beyond the prior",
        "the data say nothing about b beyond the prior",
    )


@pytest.mark.parametrize("deviation", [0.5, 0.2, 0.05])
def test_information_of_a_normal_posterior_is_that_of_the_formula(deviation):
    (found,) = learning_from(posterior(normal(deviation), priors=(Normal(0.0, 1.0),)))
    exact = -math.log(deviation) + 0.5 * deviation**2 - 0.5
    assert found.information == pytest.approx(exact, abs=0.12)
    assert found.posterior == pytest.approx((-deviation, deviation), rel=0.1)


def test_a_prior_that_holds_back_is_named():
    crowded = 1.0 - np.random.default_rng(0).exponential(0.02, 2000)
    (found,) = learning_from(posterior(np.clip(crowded, 0.0, 1.0), priors=(Uniform(0.0, 1.0),)))
    assert found.at_bound == "upper"
    assert "upper end of its prior" in found.words


def test_unknowns_that_are_known_only_together_are_named():
    shared, apart = normal(1.0, seed=1), normal(0.1, seed=2)
    priors = (Normal(0.0, 1.0), Normal(0.0, 1.0), Normal(0.0, 1.0))
    found = posterior(shared, -shared + apart, normal(1.0, seed=3), priors=priors)
    pairs = known_together(found)
    assert list(pairs) == [("a", "b")]
    assert pairs["a", "b"] < -0.98
    assert "a and b are known only together (correlation -0.99" in words_of_learning(found)[-1]
