"""Evaluate many positions, in this process or in workers, never beyond a point in time."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, wait
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Float

from lmct.evidence.calibration.problem import Problem, cost_at, residuals_at
from lmct.quantity.errors import NotConverged

Outcome = TypeVar("Outcome")

PIECES_PER_CALL = 4
"""Positions that are handed to a worker together."""


class TimeIsUp(Exception):
    """The time that was given has passed; what was found until then stands."""


class Evaluator:
    """Costs and residuals of a problem until a deadline.

    Parameters
    ----------
    problem
        The problem.
    executor
        Runs positions in parallel; None one after the other.
    deadline
        Value of ``time.monotonic()`` after which nothing more is begun [s].
    """

    def __init__(self, problem: Problem, executor: Executor | None, deadline: float) -> None:
        self.problem = problem
        self.executor = executor
        self.deadline = deadline
        self.evaluations = 0

    def is_late(self) -> bool:
        """Tell whether the time has passed."""
        return time.monotonic() > self.deadline

    def costs(self, positions: Sequence[Float[np.ndarray, "free"]]) -> list[float]:
        """Return the cost at each position, infinity where the time did not suffice."""
        found = self._each(cost_at, positions)
        return [float("inf") if cost is None else float(cost) for cost in found]

    def residuals(self, position: Float[np.ndarray, "free"]) -> Float[np.ndarray, "residual"]:
        """Return the residuals at one position.

        Raises
        ------
        TimeIsUp
            The time has passed.
        """
        return self.all_residuals([position])[0]

    def all_residuals(
        self, positions: Sequence[Float[np.ndarray, "free"]]
    ) -> list[Float[np.ndarray, "residual"]]:
        """Return the residuals at several positions.

        Raises
        ------
        TimeIsUp
            The time did not suffice for all of them.
        """
        found = self._each(residuals_at, positions)
        if any(one is None for one in found):
            raise TimeIsUp
        return [one for one in found if one is not None]

    def _each(
        self, function: Callable[[Problem, Any], Outcome], positions: Sequence[Float[np.ndarray, "free"]]
    ) -> list[Outcome | None]:
        """Return the outcome for each position, None where the time did not suffice."""
        if self.executor is None or len(positions) == 1:
            found = [None if self.is_late() else function(self.problem, position) for position in positions]
        else:
            found = self._in_workers(function, positions, self.executor)
        self.evaluations += sum(one is not None for one in found)
        return found

    def _in_workers(
        self,
        function: Callable[[Problem, Any], Outcome],
        positions: Sequence[Float[np.ndarray, "free"]],
        executor: Executor,
    ) -> list[Outcome | None]:
        pieces = [positions[i : i + PIECES_PER_CALL] for i in range(0, len(positions), PIECES_PER_CALL)]
        try:
            calls: list[Future[list[Outcome | None]]] = [
                executor.submit(_several, function, self.problem, piece) for piece in pieces
            ]
            wait(calls, timeout=min(max(0.0, self.deadline - time.monotonic()), threading.TIMEOUT_MAX))
            for call in calls:
                call.cancel()
            done = [
                call.result() if call.done() and not call.cancelled() else [None] * len(piece)
                for call, piece in zip(calls, pieces, strict=True)
            ]
        except BrokenExecutor as error:
            raise NotConverged(
                "a worker process of the calibration died, perhaps for lack of memory. Go on from the last"
                " generation with --resume, and with --jobs 1 if it happens again."
            ) from error
        return list(itertools.chain.from_iterable(done))


def _several(
    function: Callable[[Problem, Any], Outcome],
    problem: Problem,
    positions: Sequence[Float[np.ndarray, "free"]],
) -> list[Outcome | None]:
    return [function(problem, position) for position in positions]
