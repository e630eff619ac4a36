"""Many independent tasks with random numbers: the same results whoever does them, and after a kill."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

import lmct
from lmct.execution.checkpoint import opened
from lmct.execution.in_flight import ATTEMPTS, InFlight
from lmct.execution.plain_data import plain_from_value
from lmct.quantity.errors import DataError, NotConverged, OutOfRange

Argument = TypeVar("Argument")
Result = TypeVar("Result")
Work = Callable[[Argument, np.random.Generator], Result]
Progress = Callable[[int, int, str], None]


class _Lost:
    """Stands for the result of a task whose workers died."""


def run_tasks(
    work: Work[Argument, Result],
    tasks: Mapping[str, Argument],
    *,
    executor: Executor | None,
    seed: int,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    lost: Callable[[str], Result] | None = None,
) -> dict[str, Result]:
    """Do independent tasks and return their results in the order of the tasks.

    Each task gets random numbers that depend on the seed and on its key only. So the results are the same to
    the last bit on one kind of machine, whatever the executor, the number of workers, the order in which the
    tasks end, and however often the run was killed; and a task keeps its result when others are added.

    Parameters
    ----------
    work
        Called with the argument of a task and with its random numbers. It must be a function of a module (or
        ``functools.partial`` of one), for workers import it. An error that it raises ends the run.
    tasks
        Argument of each task by a key that names it for good.
    executor
        Who does them, as :func:`lmct.execution.open_executor` gives it; None does them in this process.
    seed
        Seed of all random numbers.
    checkpoint
        File that keeps every result as it is ready; when it exists the run goes on from there. Arguments and
        results must then be numbers, texts, arrays, dataclasses, or lists, tuples or mappings of them.
    progress
        Called with the number of tasks done, of all tasks, and the key of the last.
    lost
        Gives the result of a task that was begun three times and whose worker died each time.

    Returns
    -------
    :
        Result by key.

    Raises
    ------
    NotConverged
        Tasks were lost, and there is no ``lost``; all others were done first.
    DataError
        The checkpoint belongs to other tasks, or the work cannot be sent to a worker.

    Examples
    --------
    >>> def noise(scale, random):
    ...     return scale * random.standard_normal()
    >>> both = run_tasks(noise, {"a": 1.0, "b": 1.0}, executor=None, seed=1)
    >>> run_tasks(noise, {"b": 1.0}, executor=None, seed=1)["b"] == both["b"]
    True
    """
    done = finished_tasks(
        work, tasks, executor=executor, seed=seed, checkpoint=checkpoint, progress=progress, lost=lost
    )
    found = dict(done)
    return {key: found[key] for key in tasks}


def finished_tasks(
    work: Work[Argument, Result],
    tasks: Mapping[str, Argument],
    *,
    executor: Executor | None,
    seed: int,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    lost: Callable[[str], Result] | None = None,
) -> Iterator[tuple[str, Result]]:
    """Yield key and result of independent tasks as they are ready, those of the checkpoint first.

    Results are not kept, so that any number of them may pass.

    Parameters
    ----------
    work, tasks, executor, seed, checkpoint, progress, lost
        As in :func:`run_tasks`.

    Yields
    ------
    :
        Key, and result.

    Raises
    ------
    NotConverged, DataError
        As in :func:`run_tasks`.
    """
    _check(work, tasks, executor, seed)
    done = 0
    missing = []
    with ExitStack() as stack:
        left = dict.fromkeys(tasks)
        file = None
        if checkpoint is not None:
            file = stack.enter_context(opened(checkpoint, _packages(work)))
            for key, result in file.results(_fingerprint(work, tasks, seed)):
                if key in left:
                    del left[key]
                    done += 1
                    yield key, result
        if progress is not None and done:
            progress(done, len(tasks), "from the checkpoint")
        for key, result in _computed(work, tasks, [*left], executor, seed):
            if isinstance(result, _Lost):
                missing.append(key)
                if lost is None:
                    continue
                result = lost(key)
            elif file is not None:
                file.add(key, result)
            done += 1
            if progress is not None:
                progress(done, len(tasks), key)
            yield key, result
    if missing and lost is None:
        raise _lost_error(missing, checkpoint)


def random_of_task(seed: int, key: str) -> np.random.Generator:
    """Return the random numbers of one task.

    Parameters
    ----------
    seed
        Seed of the run.
    key
        Key of the task.

    Returns
    -------
    :
        PCG64 seeded by NumPy's SeedSequence with the SHA-256 of the key as its spawn key: independent between
        keys as between spawned children.
    """
    words = np.frombuffer(hashlib.sha256(key.encode()).digest(), dtype="<u4")
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=tuple(int(word) for word in words)))


def _computed(
    work: Work[Argument, Result],
    tasks: Mapping[str, Argument],
    keys: list[str],
    executor: Executor | None,
    seed: int,
) -> Iterator[tuple[str, Result | _Lost]]:
    """Yield key and result of each task that has to be done."""
    if executor is None:
        for key in keys:
            yield key, _one(work, tasks[key], seed, key)
        return
    pieces = [(work, tasks[key], seed, key) for key in keys]
    flight: InFlight[Any] = InFlight(_one, pieces, executor=executor, lost=lambda place: _Lost())
    for place, result in flight.outcomes():
        yield keys[place], result


def _one(work: Work[Argument, Result], argument: Argument, seed: int, key: str) -> Result:
    """Do one task; runs in a worker as well."""
    try:
        return work(argument, random_of_task(seed, key))
    except Exception as error:
        error.add_note(f"in task {key!r}")
        raise


def _check(work: Work[Any, Any], tasks: Mapping[str, Any], executor: Executor | None, seed: int) -> None:
    if seed < 0:
        raise OutOfRange(f"a seed is a whole number from 0, got {seed}. Give for example 1.")
    if bad := [key for key in tasks if not isinstance(key, str)]:
        raise DataError(f"the key of a task is a text, got {bad[0]!r}. Name the task, e.g. 'campaign 17'.")
    name = _function(work).__qualname__
    if executor is not None and "<" in name:
        raise DataError(
            f"workers cannot import {name}. Expected a function of a module. Move it out of the function it"
            " is defined in."
        )


def _function(work: Work[Any, Any]) -> Any:  # noqa: ANN401
    return _function(work.func) if isinstance(work, functools.partial) else work


def _packages(work: Work[Any, Any]) -> set[str]:
    """Return the packages whose dataclasses may be results."""
    return {"lmct", str(_function(work).__module__).split(".")[0]}


def _fingerprint(work: Work[Any, Any], tasks: Mapping[str, Any], seed: int) -> str:
    """Return a hash of all that the results depend on: the version of lmct, the work, the seed, the tasks."""
    digest = hashlib.sha256()
    function = _function(work)
    bound = (work.args, work.keywords) if isinstance(work, functools.partial) else ()
    head = [lmct.__version__, function.__module__, function.__qualname__, plain_from_value(bound), seed]
    for item in (head, *([key, plain_from_value(argument)] for key, argument in tasks.items())):
        digest.update(json.dumps(item, sort_keys=True, allow_nan=False).encode() + b"\n")
    return digest.hexdigest()


def _lost_error(missing: list[str], checkpoint: Path | None) -> NotConverged:
    kept = (
        ""
        if checkpoint is None
        else f" The results of the others are in {checkpoint}; run it again to go on."
    )
    return NotConverged(
        f"{len(missing)} tasks were begun {ATTEMPTS} times and each time their worker died, the first is"
        f" {missing[0]!r}. Expected workers that live. In a script keep the call below"
        f' `if __name__ == "__main__":`, otherwise look for a lack of memory.{kept}'
    )
