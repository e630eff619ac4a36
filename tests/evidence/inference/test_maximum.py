from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lmct.evidence.inference import maximum_of
from lmct.evidence.likelihood import Normal, Uniform
from lmct.quantity.errors import NotConverged


def test_the_maximum_of_a_line_is_that_of_linear_algebra(line, exact):
    likelihood = line(shared=0.1)
    mean, covariance, _ = exact(likelihood)
    best = maximum_of(likelihood, starts=3, seed=2)[0]
    assert list(best.values.values()) == pytest.approx(mean, abs=1e-5)
    assert best.covariance == pytest.approx(covariance, rel=1e-3)


def test_an_outlier_cell_does_not_pull_the_maximum(line):
    good = maximum_of(line(cells=2), starts=2, seed=0)[0].values
    robust = maximum_of(line(cells=3, wrong=0.4, share=0.02), starts=2, seed=0)[0].values
    pulled = maximum_of(line(cells=3, wrong=0.4, share=0.0), starts=2, seed=0)[0].values
    assert abs(robust["origin"] - good["origin"]) < 0.02
    assert abs(pulled["origin"] - good["origin"]) > 0.1


def test_the_outlier_maximum_is_one_of_the_mixture_itself(line):
    likelihood = line(cells=3, wrong=0.25, share=0.02)
    best = maximum_of(likelihood, starts=2, seed=0)[0]

    def log_posterior(values):
        return likelihood.log_likelihood(values) - 0.5 * sum(value**2 for value in values.values())

    top = log_posterior(best.values)
    for name in ("origin", "slope"):
        for step in (-0.01, 0.01):
            assert log_posterior({**best.values, name: best.values[name] + step}) < top


def test_a_flat_prior_does_not_move_the_maximum(line):
    flat = (Uniform(-2.0, 2.0), Uniform(-2.0, 2.0))
    likelihood = line(priors=flat)
    at, values = likelihood.campaign.observations[0].at / 3600.0, likelihood.campaign.observations
    slope, origin = np.polyfit(at, 0.5 * (values[0].values + values[1].values), 1)
    best = maximum_of(likelihood, starts=2, seed=0)[0].values
    assert best == pytest.approx({"origin": origin, "slope": slope}, abs=1e-4)


def test_a_narrow_impossible_region_is_left(line):
    likelihood = line(steepest=0.5, priors=(Normal(0.0, 1.0), Normal(0.5, 1.0)))
    assert maximum_of(likelihood, starts=2, seed=0)[0].values["slope"] == pytest.approx(-0.7, abs=0.1)


def test_an_impossible_mechanism_says_so(line):
    with pytest.raises(NotConverged, match="A straight line: for none of"):
        maximum_of(line(steepest=-100.0), starts=2, seed=0)


def test_maxima_do_not_depend_on_the_executor(line):
    likelihood = line(cells=3, wrong=0.4, share=0.02)
    with ThreadPoolExecutor(3) as pool:
        there = maximum_of(likelihood, starts=3, seed=5, executor=pool)
    here = maximum_of(likelihood, starts=3, seed=5)
    assert [one.values for one in there] == [one.values for one in here]


def test_progress_is_told(line):
    told = []
    maximum_of(line(), starts=2, seed=0, progress=lambda *what: told.append(what))
    assert told == [(2, 2, "most probable values")]
