"""The search: never worse, the same from the same seed, resumable, bounded in time."""

from __future__ import annotations

import json
import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest

from lmct.electrode import load
from lmct.evidence.calibration import calibration_run
from lmct.evidence.calibration.calibration_run import calibrate
from lmct.evidence.calibration.evaluation import Evaluator
from lmct.evidence.calibration.observables import measure
from lmct.evidence.calibration.parameter_space import FreeParameter, ParameterSpace
from lmct.evidence.calibration.polish import jacobian, polished
from lmct.evidence.calibration.problem import Problem
from lmct.evidence.calibration.search import (
    SearchState,
    distance_between,
    distinct_members,
    first_state,
    next_state,
)
from lmct.evidence.calibration.target import Target
from lmct.quantity.errors import DataError, NotConverged, OutOfRange

FREE = (FreeParameter("metal_potential", 3.3, 3.9), FreeParameter("lithium_width", 0.1, 0.35))
TARGETS = (
    Target(name="charge_to_4_5", observable="charge_to_4_5", value=225.0, tolerance=1.0),
    Target(name="voltage_at_200", observable="voltage_at_200", value=4.42, tolerance=0.01),
)


@pytest.fixture
def problem():
    return Problem(ParameterSpace(load("li-ti-ni-o-direct"), FREE), TARGETS)


@dataclass
class TwoValleys:
    """Two equally good optima, at 0.2 and at 0.8 of the first direction."""

    pause: float = 0.0

    def residuals_at(self, position):
        time.sleep(self.pause)
        first, second = float(position[0]), float(position[1])
        return np.array([40.0 * (first - 0.2) * (first - 0.8), 10.0 * (second - 0.5)])


def evaluator(problem, seconds=1e3, executor=None):
    return Evaluator(problem, executor, time.monotonic() + seconds)


def test_a_generation_never_costs_more_and_stays_inside():
    evaluate = evaluator(TwoValleys())
    state = first_state(evaluate, np.array([0.0, 0.0]), seed=1, digest="")
    for _ in range(10):
        following = next_state(evaluate, state)
        assert np.all(np.sort(following.costs) <= np.sort(state.costs))
        assert np.all((following.positions >= 0) & (following.positions <= 1))
        state = following
    assert state.generation == 10
    assert state.costs.min() < 1.0


def test_the_start_belongs_to_the_first_population():
    start = np.array([0.123, 0.456])
    state = first_state(evaluator(TwoValleys()), start, seed=1, digest="")
    assert any(np.array_equal(member, start) for member in state.positions)


def test_workers_do_not_change_the_result():
    with ThreadPoolExecutor(3) as executor:
        alone, together = evaluator(TwoValleys()), evaluator(TwoValleys(), executor=executor)
        states = [first_state(one, np.zeros(2), seed=2, digest="") for one in (alone, together)]
        for _ in range(3):
            states = [next_state(one, state) for one, state in zip((alone, together), states, strict=True)]
    assert np.array_equal(states[0].positions, states[1].positions)
    assert alone.evaluations == together.evaluations


def test_a_saved_search_ends_where_an_uninterrupted_one_does():
    evaluate = evaluator(TwoValleys())
    state = first_state(evaluate, np.zeros(2), seed=3, digest="abc")
    for _ in range(4):
        state = next_state(evaluate, state)
    saved = SearchState.from_json(json.loads(json.dumps(state.to_json())))
    for _ in range(4):
        state, saved = next_state(evaluate, state), next_state(evaluate, saved)
    assert np.array_equal(state.positions, saved.positions)
    assert np.array_equal(state.costs, saved.costs)


@pytest.mark.parametrize(
    "change", [{"costs": [1.0]}, {"positions": [[2.0]]}, {"seed": "x"}, {"generation": -1}, {"digest": None}]
)
def test_damaged_searches_are_refused(change):
    state = first_state(evaluator(TwoValleys()), np.zeros(2), seed=3, digest="abc").to_json()
    if change == {"digest": None}:
        del state["digest"]
    else:
        state |= change
    with pytest.raises(DataError, match="damaged"):
        SearchState.from_json(state)


def test_both_valleys_are_kept_apart():
    evaluate = evaluator(TwoValleys())
    state = first_state(evaluate, np.zeros(2), seed=1, digest="")
    chosen = distinct_members(state, count=6, distance=0.1)
    for place, one in enumerate(chosen):
        assert all(distance_between(one, other) > 0.1 for other in chosen[:place])
    ends = {round(float(polished(evaluate, one)[0][0]), 2) for one in chosen}
    assert {0.2, 0.8} <= ends


def test_least_squares_never_ends_worse_even_without_time():
    evaluate = evaluator(TwoValleys())
    start = np.array([0.3, 0.9])
    _, cost = polished(evaluate, start)
    assert cost < 1e-6
    position, cost = polished(evaluator(TwoValleys(), seconds=-1.0), start)
    assert np.array_equal(position, start)
    assert math.isinf(cost)


def test_derivatives_agree_with_calculus_also_at_the_bounds():
    for first in (0.0, 0.4, 1.0):
        found = jacobian(evaluator(TwoValleys()), np.array([first, 0.5]))
        assert found == pytest.approx(np.array([[40 * (2 * first - 1.0), 0.0], [0.0, 10.0]]), abs=0.05)


@pytest.mark.parametrize("threads", [0, 2])
def test_no_more_is_begun_when_the_time_is_up(threads):
    with ThreadPoolExecutor(max(threads, 1)) as executor:
        evaluate = evaluator(TwoValleys(pause=0.02), 0.2, executor if threads else None)
        began = time.monotonic()
        costs = evaluate.costs([np.array([0.5, 0.5])] * 200)
    assert time.monotonic() - began < 2.0
    assert math.isfinite(costs[0])
    assert math.isinf(costs[-1])


def test_targets_taken_from_an_electrode_are_met_by_it(problem):
    truth = load("li-ti-ni-o-direct").replace(metal_potential=3.71, lithium_width=0.2)
    names = ["charge_to_4_5", "voltage_at_200", "metal_plateau_voltage"]
    targets = tuple(
        Target(name=name, observable=name, value=value, tolerance=0.002 * value)
        for name, value in measure(truth, names).items()
    )
    found = calibrate(Problem(problem.space, targets), seconds=60.0, generations=8, seed=1)
    assert found.best.cost < 0.01 < found.start_cost
    assert found.stopped_by == "generations"
    assert found.best.parameters.metal_potential == pytest.approx(3.71, abs=0.01)
    assert found.best.parameters.lithium_width == pytest.approx(0.2, abs=0.01)
    document = json.loads(json.dumps(found.to_json()))
    assert [row["name"] for row in document["solutions"][0]["targets"]] == names


def test_resuming_gives_the_same_sets(problem):
    saved = []
    calibrate(problem, seconds=60.0, generations=2, seed=4, save=saved.append)
    resumed = calibrate(problem, seconds=60.0, generations=4, seed=99, resume=saved[-1])
    whole = calibrate(problem, seconds=60.0, generations=4, seed=4)
    assert len(saved) == 3
    assert resumed.seed == 4
    assert resumed.best.parameters == whole.best.parameters


def test_a_search_of_another_problem_is_refused(problem):
    saved = []
    calibrate(problem, seconds=60.0, generations=0, save=saved.append)
    other = Problem(problem.space, TARGETS[:1])
    with pytest.raises(DataError, match="other bounds"):
        calibrate(other, seconds=60.0, generations=0, resume=saved[0])


def test_time_bounds_a_search(problem):
    began = time.monotonic()
    found = calibrate(problem, seconds=1.0)
    assert time.monotonic() - began < 10.0
    assert found.stopped_by in {"time", "convergence"}
    assert found.best.cost <= found.start_cost


def test_progress_goes_up(problem):
    told = []
    calibrate(problem, seconds=60.0, generations=1, progress=lambda share, text: told.append((share, text)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert any("generation 1" in text for _, text in told)


@pytest.mark.parametrize(
    "options",
    [
        {"seconds": 0.0},
        {"seconds": math.nan},
        {"seconds": 1.0, "sets": 0},
        {"seconds": 1.0, "cost_difference": -1.0},
        {"seconds": 1.0, "cost_difference": math.nan},
        {"seconds": 1.0, "generations": -1},
        {"seconds": 1.0, "seed": -1},
    ],
)
def test_options_that_make_no_sense_are_refused(problem, options):
    with pytest.raises(OutOfRange):
        calibrate(problem, **options)


def test_nothing_that_can_be_simulated_is_an_error():
    space = ParameterSpace(load("li-ti-ni-o-direct"), (FreeParameter("lithium_max", 0.01, 0.02),))
    impossible = Problem(space, TARGETS)
    with pytest.raises(NotConverged, match="no electrode"):
        calibrate(impossible, seconds=20.0, generations=0)


def test_sets_are_kept_only_when_apart_and_about_as_good():
    near, far, poor = np.array([0.21, 0.5]), np.array([0.8, 0.5]), np.array([0.2, 0.0])
    found = [(1.5, near), (1.0, np.array([0.2, 0.5])), (2.0, far), (9.0, poor)]
    kept = calibration_run._distinct(found, 3, 4.0)
    assert [cost for cost, _ in kept] == [1.0, 2.0]
    assert [cost for cost, _ in calibration_run._distinct(found, 3, 10.0)] == [1.0, 2.0, 9.0]
    assert [cost for cost, _ in calibration_run._distinct(found, 1, 10.0)] == [1.0]
