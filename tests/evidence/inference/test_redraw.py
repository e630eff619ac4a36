from __future__ import annotations

import numpy as np
import pytest

from lmct.evidence.inference.evaluation import Evaluator
from lmct.evidence.inference.fallback import shortfalls
from lmct.evidence.inference.importance import fresh_samples
from lmct.evidence.inference.mixture import mixture_at
from lmct.evidence.inference.redraw import drawn_again

WANTED = 400


def _drawn(evaluator, width, number):
    """Samples about the posterior of a line: mean and covariance of linear algebra, so many times as wide."""
    mean, covariance = evaluator.exact[:2]
    mixture = mixture_at([mean], [width * covariance])
    found = fresh_samples(evaluator, mixture, wanted=number, most=number, efficiency=1.0, seed=[3, 4])
    return found, mixture


@pytest.fixture
def evaluator(line, exact):
    likelihood = line()
    found = Evaluator(likelihood)
    found.exact = exact(likelihood)
    return found


def test_samples_that_nearly_do_are_drawn_again(evaluator):
    drawn, mixture = _drawn(evaluator, 5.0, 700)
    assert shortfalls(drawn, WANTED)
    again, learnt = drawn_again(evaluator, drawn, mixture, wanted=WANTED, seed=1, progress=None)
    assert not shortfalls(again, WANTED)
    assert learnt is not mixture
    assert again.log_evidence == pytest.approx(evaluator.exact[2], abs=4.0 * again.log_evidence_error)
    assert again.effective / len(again.coordinates) > 2.0 * drawn.effective / len(drawn.coordinates)


def test_samples_that_do_are_kept(evaluator):
    drawn, mixture = _drawn(evaluator, 1.3, WANTED)
    before = evaluator.evaluations
    again, kept = drawn_again(evaluator, drawn, mixture, wanted=100, seed=1, progress=None)
    assert again is drawn
    assert kept is mixture
    assert evaluator.evaluations == before


def test_samples_that_may_have_missed_a_part_are_not_learnt_from(evaluator):
    drawn, mixture = _drawn(evaluator, 1e-4, 700)
    again, kept = drawn_again(evaluator, drawn, mixture, wanted=WANTED, seed=1, progress=None)
    assert shortfalls(again, WANTED)
    assert kept is mixture
    assert np.array_equal(again.coordinates, drawn.coordinates)
