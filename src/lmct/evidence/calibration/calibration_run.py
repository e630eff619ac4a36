"""Search globally, polish the best, and report: the whole calibration."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from lmct.evidence.calibration.assess import solution_at
from lmct.evidence.calibration.evaluation import Evaluator
from lmct.evidence.calibration.polish import polished
from lmct.evidence.calibration.problem import Problem, cost_at, cost_from_residuals
from lmct.evidence.calibration.search import (
    SearchState,
    distance_between,
    distinct_members,
    first_state,
    next_state,
)
from lmct.evidence.calibration.solution import Calibration
from lmct.evidence.calibration.target import FAILED
from lmct.quantity.errors import DataError, NotConverged, OutOfRange

SEARCH_SHARE = 0.7
"""Share of the time for the global search; the rest polishes [1]."""

APART = 0.1
"""Two optima are distinct at this root mean square distance [shares of the bounds]."""

Progress = Callable[[float, str], None]
"""Called with the share of the time that has passed, and what is going on."""


def calibrate(
    problem: Problem,
    *,
    seconds: float = 300.0,
    generations: int | None = None,
    seed: int = 1,
    sets: int = 3,
    cost_difference: float = 4.0,
    executor: Executor | None = None,
    progress: Progress | None = None,
    resume: SearchState | None = None,
    save: Callable[[SearchState], None] | None = None,
) -> Calibration:
    """Find the sets of parameters that fit best.

    Differential evolution, then least squares from its best members that lie apart. With ``generations`` and
    enough time the result depends on the problem and the seed only, not on the number of workers, and a
    search that was saved and resumed ends where it would have ended uninterrupted.

    Parameters
    ----------
    problem
        What is asked of which parameters.
    seconds
        Time for search and polish [s]; the report takes two more simulations for each parameter and set.
    generations
        Search no longer than so many generations.
    seed
        Of the random numbers.
    sets
        Keep so many distinct solutions at most,
    cost_difference
        and only those that cost no more than this above the best one.
    executor
        Simulates in parallel; None does it in this process.
    progress
        Is told how far it is.
    resume
        A saved search to go on from; its own seed counts.
    save
        Is given the search after every generation.

    Returns
    -------
    :
        The solutions, best first.

    Raises
    ------
    OutOfRange
        An option makes no sense.
    DataError
        The saved search belongs to another problem.
    NotConverged
        Neither the start nor anything that was found can be simulated.
    """
    _check(seconds, generations, seed, sets, cost_difference)
    began = time.monotonic()
    tell = progress or _silent
    search = Evaluator(problem, executor, began + SEARCH_SHARE * seconds)
    start = problem.space.position_of(problem.space.start)
    tell(0.0, "starting electrode")
    start_cost = cost_at(problem, start)
    state, stopped_by = _searched(search, start, generations, seed, resume, save, tell)
    polish = Evaluator(problem, executor, began + seconds)
    found = _polished(polish, state, start, start_cost, sets, lambda text: tell(_share(began, seconds), text))
    kept = _distinct(found, sets, cost_difference)
    if not kept or kept[0][0] >= cost_from_residuals(np.full(problem.residual_count, FAILED)):
        raise NotConverged(
            "no electrode within the bounds could be simulated under what is asked. Widen the bounds, or"
            " start from a set that can."
        )
    tell(_share(began, seconds), "uncertainties")
    report = Evaluator(problem, executor, math.inf)
    label = f"Calibrated by lmct (seed {state.seed}, {state.generation} generations)"
    return Calibration(
        problem=problem,
        solutions=tuple(
            solution_at(report, position, label=f"{label}, cost {cost:.4g}.") for cost, position in kept
        ),
        start_cost=start_cost,
        generations=state.generation,
        evaluations=search.evaluations + polish.evaluations + report.evaluations,
        seconds=time.monotonic() - began,
        seed=state.seed,
        stopped_by=stopped_by,
    )


def _searched(
    evaluator: Evaluator,
    start: Float[np.ndarray, "free"],
    generations: int | None,
    seed: int,
    resume: SearchState | None,
    save: Callable[[SearchState], None] | None,
    tell: Progress,
) -> tuple[SearchState, str]:
    """Return the last population and what ended the search."""
    began = time.monotonic()
    digest = evaluator.problem.digest()
    if resume is None:
        state = first_state(evaluator, start, seed=seed, digest=digest)
    else:
        state = resume
        if state.digest != digest or state.positions.shape[1] != len(start):
            raise DataError(
                "the saved search belongs to other bounds, targets or files. Start again without --resume, or"
                " with the best set found as 'start' in [calibration]."
            )
    while True:
        if save is not None:
            save(state)
        length = (evaluator.deadline - began) / SEARCH_SHARE
        cost = float(state.costs.min())
        tell(_share(began, length), f"generation {state.generation}, cost {cost:.4g}")
        if generations is not None and state.generation >= generations:
            return state, "generations"
        if np.all(np.isfinite(state.costs)) and state.is_converged:
            return state, "convergence"
        if evaluator.is_late():
            return state, "time"
        following = next_state(evaluator, state)
        if evaluator.is_late():  # cut short: good for candidates, but not a generation to go on from
            return replace(following, generation=state.generation), "time"
        state = following


def _polished(
    evaluator: Evaluator,
    state: SearchState,
    start: Float[np.ndarray, "free"],
    start_cost: float,
    sets: int,
    tell: Callable[[str], None],
) -> list[tuple[float, Float[np.ndarray, "free"]]]:
    """Return the best members that lie apart, and the start, after least squares, with their costs."""
    candidates = distinct_members(state, count=2 * sets, distance=APART)
    if all(distance_between(start, one) > APART for one in candidates):
        candidates.append(start)
    known = {start.tobytes(): start_cost}
    known |= {one.tobytes(): cost for one, cost in zip(state.positions, state.costs.tolist(), strict=True)}
    candidates.sort(key=lambda one: known[one.tobytes()])
    found: list[tuple[float, Float[np.ndarray, "free"]]] = []
    for number, candidate in enumerate(candidates, start=1):
        tell(f"least squares {number} of {len(candidates)}")
        position, cost = polished(evaluator, candidate)
        found.append(min((cost, position), (known[candidate.tobytes()], candidate), key=lambda one: one[0]))
    return found


def _distinct(
    found: list[tuple[float, Float[np.ndarray, "free"]]], sets: int, cost_difference: float
) -> list[tuple[float, Float[np.ndarray, "free"]]]:
    """Return the best solutions that lie apart and cost about the same."""
    kept: list[tuple[float, Float[np.ndarray, "free"]]] = []
    for cost, position in sorted(found, key=lambda one: one[0]):
        if not math.isfinite(cost) or len(kept) == sets or (kept and cost > kept[0][0] + cost_difference):
            break
        if all(distance_between(position, other) > APART for _, other in kept):
            kept.append((cost, position))
    return kept


def _check(seconds: float, generations: int | None, seed: int, sets: int, cost_difference: float) -> None:
    if not (math.isfinite(seconds) and seconds > 0):
        raise OutOfRange(f"the time for the calibration is {seconds!r} s. Expected a positive number.")
    if generations is not None and generations < 0:
        raise OutOfRange(f"generations is {generations!r}. Expected 0 or more.")
    if seed < 0:
        raise OutOfRange(f"the seed is {seed!r}. Expected 0 or a positive whole number.")
    if sets < 1 or not cost_difference >= 0:
        raise OutOfRange(
            f"sets is {sets!r} and cost_difference {cost_difference!r}. Expected 1 or more, and 0 or more."
        )


def _share(began: float, seconds: float) -> float:
    return min((time.monotonic() - began) / seconds, 1.0)


def _silent(share: float, text: str) -> None:
    """Tell nobody."""
