"""Pieces of work under way at an executor: few at a time, in chunks, again when a worker dies."""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from typing import Any, Generic, TypeVar

Outcome = TypeVar("Outcome")

ATTEMPTS = 3
"""How often a piece is begun before it counts as lost."""

HOPELESS = 30
"""So many deaths of workers, one after the other without any outcome, and all that remains is lost."""

CHUNK_SECONDS = 0.5
"""Pieces go to a worker in chunks of about this duration [s]."""

CHUNKS_PER_WORKER = 3
"""Chunks that are under way for each worker, so that none waits for the next."""

MOST_IN_CHUNK = 1000


def workers_of(executor: Executor) -> int:
    """Return how many calls an executor runs at once; the number of processors when it does not tell."""
    count = getattr(executor, "workers", None) or os.cpu_count() or 1
    return int(count)


class InFlight(Generic[Outcome]):
    """Does pieces of work by an executor; what is under way, not what there is to do, sets the memory needed.

    When a worker dies, all that was under way at that moment is suspect, and is done again piece by piece
    with nothing beside it: so the piece that kills its worker is found, and the others lose nothing.

    Parameters
    ----------
    work
        What to do; it must be importable.
    pieces
        Its arguments.
    executor
        Who does it.
    lost
        Gives the outcome of a piece whose workers died again and again.
    """

    def __init__(
        self,
        work: Callable[..., Outcome],
        pieces: Sequence[tuple[Any, ...]],
        *,
        executor: Executor,
        lost: Callable[[int], Outcome],
    ) -> None:
        self._work = work
        self._pieces = pieces
        self._executor = executor
        self._lost = lost
        self._fresh = 0
        self._suspects: deque[int] = deque()
        self._attempts: Counter[int] = Counter()
        self._deaths = 0
        self._seconds_each: float | None = None
        self._running: dict[Future[tuple[list[Outcome], float]], range | list[int]] = {}

    def outcomes(self, first: int = 0) -> Iterator[tuple[int, Outcome]]:
        """Yield place and outcome of every piece from the first one on, as each is ready.

        Parameters
        ----------
        first
            The place to begin at.

        Yields
        ------
        :
            Place in the pieces, and outcome.
        """
        self._fresh = first
        try:
            while True:
                yield from self._given_up()
                self._submit()
                if self._running:
                    yield from self._collect()
                elif not self._suspects and self._fresh == len(self._pieces):
                    return
        finally:
            for future in self._running:
                future.cancel()

    def _submit(self) -> None:
        """Hand over as much as may be under way."""
        if self._suspects:
            if not self._running:
                self._hand_over([self._suspects.popleft()])
            return
        workers = workers_of(self._executor)
        while len(self._running) < CHUNKS_PER_WORKER * workers and self._fresh < len(self._pieces):
            chunk = range(self._fresh, self._fresh + self._chunk_size(workers))
            self._fresh = chunk.stop
            self._hand_over(chunk)
            if self._suspects:
                return

    def _chunk_size(self, workers: int) -> int:
        """Return how many pieces take half a second; fewer towards the end, so that workers end together."""
        left = len(self._pieces) - self._fresh
        if self._seconds_each is None:
            return 1
        fair = -(-left // (2 * workers))
        wanted = int(CHUNK_SECONDS / max(self._seconds_each, 1e-9))
        return max(1, min(wanted, fair, MOST_IN_CHUNK))

    def _hand_over(self, places: range | list[int]) -> None:
        for place in places:
            self._attempts[place] += 1
        try:
            future = self._executor.submit(_chunk, self._work, [self._pieces[place] for place in places])
        except BrokenExecutor:
            self._died(places)
        else:
            self._running[future] = places

    def _collect(self) -> Iterator[tuple[int, Outcome]]:
        """Wait for a chunk, and yield its outcomes."""
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        for future in done:
            places = self._running.pop(future)
            try:
                found, seconds = future.result()
            except BrokenExecutor:
                self._died(places)
                continue
            self._deaths = 0
            self._seconds_each = seconds / len(found)
            for place, outcome in zip(places, found, strict=True):
                del self._attempts[place]
                yield place, outcome

    def _died(self, places: range | list[int]) -> None:
        self._suspects.extend(places)
        self._deaths += not self._running

    def _given_up(self) -> Iterator[tuple[int, Outcome]]:
        """Yield the outcomes of pieces that are lost; of all that remain when no worker lives."""
        if self._deaths >= HOPELESS:
            remaining = [*self._suspects, *range(self._fresh, len(self._pieces))]
            self._suspects.clear()
            self._fresh = len(self._pieces)
        else:
            remaining = [place for place in self._suspects if self._attempts[place] >= ATTEMPTS]
            self._suspects = deque(place for place in self._suspects if self._attempts[place] < ATTEMPTS)
        for place in remaining:
            self._attempts.pop(place, None)
            yield place, self._lost(place)


def _chunk(work: Callable[..., Outcome], pieces: Sequence[tuple[Any, ...]]) -> tuple[list[Outcome], float]:
    """Do some pieces one after the other in a worker, and say how long it took [s]."""
    start = time.perf_counter()
    return [work(*piece) for piece in pieces], time.perf_counter() - start
