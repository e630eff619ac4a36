from __future__ import annotations

import numpy as np
import pytest

from lmct.evidence.inference.descent import descend
from lmct.evidence.inference.ensemble import start_of_ensemble

SIZE = 5


def rippled(at):
    """Residuals with a local minimum every 0.6 and the lowest one at 1."""
    return np.concatenate([200.0 * (at - 1.0), 60.0 * np.sin(np.pi * (at - 1.0) / 0.3)])


@pytest.mark.parametrize("seed", range(5))
def test_an_ensemble_sees_past_local_minima(seed):
    start = start_of_ensemble(rippled, unknowns=SIZE, seed=[seed], limit=3.0)
    assert np.max(np.abs(start.position - 1.0)) < 0.15
    assert descend(rippled, start.position, limit=3.0).cost < 1e-6


def test_slopes_at_a_point_do_not():
    assert descend(rippled, np.full(SIZE, -2.0), limit=3.0).cost > 1e3


def test_impossible_places_are_left():
    def partly(at):
        return rippled(at) if at[0] + at[1] > 1.5 else None

    start = start_of_ensemble(partly, unknowns=SIZE, seed=[3], limit=3.0)
    assert np.max(np.abs(start.position - 1.0)) < 0.15


def test_nowhere_possible_is_said():
    start = start_of_ensemble(lambda at: None, unknowns=2, seed=[0], limit=3.0)
    assert start.position is None
    assert start.evaluations == 600


def test_one_possible_member_is_enough():
    tried = []

    def one(at):
        tried.append(at)
        return at if len(tried) == 7 else None

    start = start_of_ensemble(one, unknowns=2, seed=[0], limit=3.0)
    assert np.array_equal(start.position, tried[6])


def test_no_member_leaves_the_limit():
    seen = []

    def far(at):
        seen.append(at)
        return 10.0 * (at - 9.0)

    start = start_of_ensemble(far, unknowns=2, seed=[1], limit=3.0)
    assert np.max(np.abs(seen)) <= 3.0
    assert start.position == pytest.approx([3.0, 3.0], abs=0.1)


def test_evaluations_are_counted():
    count = []
    start = start_of_ensemble(lambda at: count.append(1) or rippled(at), unknowns=2, seed=[0], limit=3.0)
    assert start.evaluations == len(count)


def test_the_same_seed_gives_the_same_start():
    first, second, other = (
        start_of_ensemble(rippled, unknowns=2, seed=[seed], limit=3.0) for seed in (4, 4, 5)
    )
    assert np.array_equal(first.position, second.position)
    assert not np.array_equal(first.position, other.position)
