"""Do independent pieces of work, in this process or in worker processes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from typing import Any, TypeVar

Outcome = TypeVar("Outcome")

WORTH_STARTING = 20.0
"""Work worth starting worker processes for, each of which takes some seconds to import its libraries [s]."""


def outcomes(
    work: Callable[..., Outcome],
    pieces: Sequence[tuple[Any, ...]],
    *,
    executor: Executor | None,
    worth: float = WORTH_STARTING,
    lost: Callable[[int], Outcome],
) -> Iterator[tuple[int, Outcome]]:
    """Yield the place and the outcome of each piece of work as it is ready.

    Parameters
    ----------
    work
        What to do; it must be importable, and report errors in its outcome.
    pieces
        Its arguments.
    executor
        Who does it; None does one piece after the other in this process.
    worth
        The first pieces are done in this process; when those that remain would take longer than this, judged
        by the last one, they go to the executor [s].
    lost
        Gives the outcome of a piece whose worker died.

    Yields
    ------
    :
        Place in ``pieces``, and outcome.
    """
    done = 0
    while done < len(pieces):
        start = time.monotonic()
        yield done, work(*pieces[done])
        done += 1
        if executor is not None and (time.monotonic() - start) * (len(pieces) - done) > worth:
            break
    yield from _handed_over(work, pieces, done, executor, lost)


def _handed_over(
    work: Callable[..., Outcome],
    pieces: Sequence[tuple[Any, ...]],
    first: int,
    executor: Executor | None,
    lost: Callable[[int], Outcome],
) -> Iterator[tuple[int, Outcome]]:
    """Yield place and outcome of the pieces from the first one on, done by an executor."""
    if executor is None:
        return
    futures: dict[Future[Outcome], int] = {
        executor.submit(work, *pieces[place]): place for place in range(first, len(pieces))
    }
    try:
        for future in as_completed(futures):
            try:
                yield futures[future], future.result()
            except BrokenExecutor:
                yield futures[future], lost(futures[future])
    finally:
        for future in futures:
            future.cancel()
