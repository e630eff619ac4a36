"""Do independent pieces of work, in this process or in worker processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from typing import Any, TypeVar

Outcome = TypeVar("Outcome")


def outcomes(
    work: Callable[..., Outcome],
    pieces: Sequence[tuple[Any, ...]],
    *,
    executor: Executor | None,
    serial_below: int,
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
    serial_below
        With fewer pieces the executor is not used: starting its workers would cost more than it saves.
    lost
        Gives the outcome of a piece whose worker died.

    Yields
    ------
    :
        Place in ``pieces``, and outcome.
    """
    if executor is None or len(pieces) < serial_below:
        for place, piece in enumerate(pieces):
            yield place, work(*piece)
        return
    futures: dict[Future[Outcome], int] = {
        executor.submit(work, *piece): place for place, piece in enumerate(pieces)
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
