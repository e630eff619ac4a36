"""Independent pieces of work whose outcome needs no random numbers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from typing import Any, TypeVar

from lmct.execution.in_flight import InFlight

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
        by the last one, they go to the executor [s]. Zero: all go there at once.
    lost
        Gives the outcome of a piece that was begun several times and whose worker died each time.

    Yields
    ------
    :
        Place in ``pieces``, and outcome.

    Examples
    --------
    >>> list(outcomes(pow, [(2, 3), (3, 2)], executor=None, lost=str))
    [(0, 8), (1, 9)]
    """
    done = 0
    if executor is not None and worth == 0.0 and len(pieces) > 1:
        yield from InFlight(work, pieces, executor=executor, lost=lost).outcomes(0)
        return
    while done < len(pieces):
        start = time.monotonic()
        yield done, work(*pieces[done])
        done += 1
        if executor is not None and (time.monotonic() - start) * (len(pieces) - done) > worth:
            yield from InFlight(work, pieces, executor=executor, lost=lost).outcomes(done)
            return
