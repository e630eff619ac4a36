"""One protocol for many parameter sets, in this process or in those of an executor."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lmct.electrode.model import TOLERANCE, Electrode
from lmct.electrode.of_material import parameters_of_material
from lmct.electrode.parameters import ElectrodeParameters
from lmct.protocol.cycle_numbers import cycle_numbers
from lmct.protocol.parameter_space import MOST_SETS, Settings
from lmct.protocol.run import Run
from lmct.protocol.simulation import run_protocol
from lmct.protocol.step import Step
from lmct.quantity.errors import LmctError, OutOfRange, UnknownName

Numbers = Callable[[Run], Mapping[str, float]]
Progress = Callable[[int, int, str], None]

CHUNKS = 32
MOST_IN_CHUNK = 50
"""Sets go to an executor in about this many chunks, and no more than so many at a time."""

LOST = (
    "the worker process that had this set died. In a script keep the sweep below"
    ' `if __name__ == "__main__":`, otherwise look for a lack of memory.'
)


@dataclass(frozen=True, slots=True)
class SetOutcome:
    """What one parameter set gave.

    Parameters
    ----------
    settings
        The parameters that were changed.
    numbers
        The run in numbers; empty when it failed.
    error
        Why it failed; empty when it did not.
    """

    settings: Settings
    numbers: Mapping[str, float]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What every parameter set gave, in the order in which they were given.

    Parameters
    ----------
    outcomes
        One per set.
    """

    outcomes: tuple[SetOutcome, ...]

    @property
    def failed(self) -> tuple[SetOutcome, ...]:
        """The sets that failed."""
        return tuple(outcome for outcome in self.outcomes if outcome.error)

    def table(self) -> dict[str, list[float | str]]:
        """Return a column per varied parameter and per number, and ``error``; a row per set.

        A parameter that a set leaves alone is an empty text, a number that a failed set lacks is NaN.
        """
        varied = dict.fromkeys(name for outcome in self.outcomes for name in outcome.settings)
        numbers = dict.fromkeys(name for outcome in self.outcomes for name in outcome.numbers)
        return {
            **{name: [outcome.settings.get(name, "") for outcome in self.outcomes] for name in varied},
            **{name: [outcome.numbers.get(name, math.nan) for outcome in self.outcomes] for name in numbers},
            "error": [outcome.error for outcome in self.outcomes],
        }


@dataclass(frozen=True, slots=True)
class _Task:
    """What a worker needs besides the sets."""

    steps: tuple[Step, ...]
    base: ElectrodeParameters | str
    settings: Settings
    numbers: Numbers
    tolerance: float


def parameter_sweep(
    steps: Sequence[Step],
    sets: Sequence[Mapping[str, float | str]],
    *,
    base: ElectrodeParameters | str = "li-ti-ni-o",
    settings: Mapping[str, float | str] | None = None,
    numbers: Numbers = cycle_numbers,
    tolerance: float = TOLERANCE,
    executor: Executor | None = None,
    in_chunk: int | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Run one protocol on many electrodes that differ in some parameters.

    The result does not depend on the executor or on the chunks, down to the last bit on one machine.

    Parameters
    ----------
    steps
        The protocol.
    sets
        The parameters to change in each set, by name, e.g. from :func:`lmct.protocol.parameter_space.grid`.
    base
        The parameters that are changed, or the name of a material; then ``x``, the member of its family, can
        be changed like a parameter.
    settings
        What to change in all sets.
    numbers
        Turns a run into the numbers to keep; for worker processes it must be importable.
    tolerance
        Of the integration.
    executor
        Who does it; None does one set after the other in this process.
    in_chunk
        How many sets an executor gets at a time; chosen from the number of sets by default.
    progress
        Called with the number of sets done, of all sets, and a text.

    Returns
    -------
    :
        What every set gave. A set whose parameters make no sense or whose run fails holds the error.

    Raises
    ------
    UnknownName
        A parameter or a rate law does not exist.
    OutOfRange
        There are no steps, no sets or too many, or a number is not finite.

    Examples
    --------
    >>> from lmct.protocol import galvanostatic
    >>> from lmct.protocol.parameter_space import grid
    >>> sets = grid({"transfer_coefficient": [0.4, 0.5, 1.5]})
    >>> sweep = parameter_sweep(galvanostatic(cycles=1), sets)
    >>> [outcome.error for outcome in sweep.outcomes]
    ['', '', 'transfer_coefficient must lie between 0 and 1, got 1.5.']
    """
    task = _Task(tuple(steps), base, dict(settings or {}), numbers, tolerance)
    chosen = [dict(one) for one in sets]
    _check(task, chosen)
    size = min(MOST_IN_CHUNK, math.ceil(len(chosen) / CHUNKS)) if in_chunk is None else in_chunk
    if size < 1:
        raise OutOfRange(f"a chunk needs at least one parameter set, got in_chunk={size}.")
    places = range(0, len(chosen), size)
    chunks = [chosen[place : place + size] for place in places]
    found: dict[int, list[SetOutcome]] = {}
    done = 0
    for number, outcomes in _done(task, chunks, executor):
        found[number] = outcomes
        done += len(outcomes)
        if progress is not None:
            progress(done, len(chosen), "parameter sets")
    return Sweep(tuple(outcome for number in range(len(chunks)) for outcome in found[number]))


def _done(
    task: _Task, chunks: Sequence[list[Settings]], executor: Executor | None
) -> Iterator[tuple[int, list[SetOutcome]]]:
    """Yield number and outcomes of each chunk as it is ready."""
    if executor is None:
        for number, chunk in enumerate(chunks):
            yield number, _outcomes(task, chunk)
        return
    futures: dict[Future[list[SetOutcome]], int] = {}
    try:
        with suppress(BrokenExecutor):
            for number, chunk in enumerate(chunks):
                futures[executor.submit(_outcomes, task, chunk)] = number
        for future in as_completed(futures):
            number = futures[future]
            try:
                yield number, future.result()
            except BrokenExecutor:
                yield number, _lost(chunks[number])
    finally:
        for future in futures:
            future.cancel()
    for number in range(len(futures), len(chunks)):
        yield number, _lost(chunks[number])


def _lost(chunk: Sequence[Settings]) -> list[SetOutcome]:
    """Return the outcomes of sets whose worker died."""
    return [SetOutcome(settings, {}, LOST) for settings in chunk]


def _outcomes(task: _Task, chunk: Sequence[Settings]) -> list[SetOutcome]:
    """Run the sets of a chunk one after the other."""
    return [_outcome(task, settings) for settings in chunk]


def _outcome(task: _Task, settings: Settings) -> SetOutcome:
    try:
        electrode = Electrode(_parameters(task, settings), tolerance=task.tolerance)
        numbers = dict(task.numbers(run_protocol(electrode, task.steps)))
    except (LmctError, ArithmeticError) as error:
        return SetOutcome(settings, {}, str(error))
    return SetOutcome(settings, numbers)


def _parameters(task: _Task, settings: Settings) -> ElectrodeParameters:
    changes: dict[str, Any] = task.settings | settings
    if not isinstance(task.base, str):
        return task.base.replace(**changes)
    return _of_material(task.base, changes.pop("x", None)).replace(**changes)


@functools.lru_cache(maxsize=64)
def _of_material(name: str, x: float | None) -> ElectrodeParameters:
    """Remember the parameters of a material, which take as long to find as a simulation."""
    return parameters_of_material(name, x)


def _check(task: _Task, sets: Sequence[Settings]) -> None:
    """Refuse what no set could do; what only some cannot do is left to their outcomes."""
    if not task.steps:
        raise OutOfRange(
            "the protocol has no steps. Give at least one, e.g. 'Charge at 20 mA/g until 4.8 V'."
        )
    if not 1 <= len(sets) <= MOST_SETS:
        raise OutOfRange(f"expected from 1 to {MOST_SETS} parameter sets, got {len(sets)}.")
    seen = set()
    for number, settings in enumerate(sets, start=1):
        for name, value in settings.items():
            if isinstance(value, float) and not math.isfinite(value):
                raise OutOfRange(f"parameter set {number}: {name} must be finite, got {value!r}.")
        kind = tuple((name, value if isinstance(value, str) else "") for name, value in settings.items())
        if kind in seen:
            continue
        seen.add(kind)
        try:
            _parameters(task, settings)
        except UnknownName:
            raise
        except LmctError:
            pass  # a value of this set alone; its outcome will say so
