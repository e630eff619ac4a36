"""Histories of mechanisms that are no electrode of lmct, put together step by step.

Protocols that share a beginning share its simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np
from jaxtyping import Float

from lmct.electrode.parameters import ElectrodeParameters
from lmct.protocol.history import History
from lmct.protocol.step import Step
from lmct.quantity.errors import LmctError, NotConverged, OutOfRange

State = TypeVar("State")

Advance = Callable[[Step, State], tuple[History, State]]
"""A step and the state before it in, its history (as a protocol of one step) and the state after it out."""


@dataclass(frozen=True, eq=False)
class StagedHistory:
    """A history made of the histories of its steps.

    Parameters
    ----------
    protocol
        The steps.
    stages
        A history of one step for each of them.
    parameters
        Of the electrode, for what converts states into what instruments show.
    """

    protocol: tuple[Step, ...]
    stages: tuple[History, ...]
    parameters: ElectrodeParameters

    def duration(self, step: int) -> float:
        """Return how long a step took [s]."""
        return self.stages[step].duration(0)

    def states(self, step: int, times: Float[np.ndarray, "time"]) -> Float[np.ndarray, "time 6"]:
        """Return the states at increasing times since the start of a step [s]; later ones as at its end."""
        return self.stages[step].states(0, times)

    def time_at_voltage(self, step: int, voltage: float) -> float:
        """Return when a step first passes a voltage [s]; NaN when it never does."""
        return self.stages[step].time_at_voltage(0, voltage)


class StepPlan(Generic[State]):
    """Protocols whose shared beginnings are simulated once.

    Parameters
    ----------
    protocols
        At least one protocol, none of them empty.

    Raises
    ------
    OutOfRange
        There is no protocol, or one has no steps.
    """

    def __init__(self, protocols: Sequence[Sequence[Step]]) -> None:
        self.protocols = tuple(tuple(protocol) for protocol in protocols)
        if not self.protocols or not all(self.protocols):
            raise OutOfRange("a plan needs at least one protocol, and each of them at least one step.")
        self._keys = [tuple(replace(step, text="") for step in protocol) for protocol in self.protocols]

    def run(
        self, start: State, advance: Advance[State], parameters: ElectrodeParameters
    ) -> tuple[StagedHistory | LmctError, ...]:
        """Simulate every protocol.

        Parameters
        ----------
        start
            State of the pristine electrode.
        advance
            Simulates one step.
        parameters
            Of the electrode, given to every history.

        Returns
        -------
        :
            For each protocol its history, or why it could not be carried out.
        """
        done: dict[tuple[Step, ...], tuple[History, State] | LmctError] = {}
        return tuple(
            self._one(protocol, key, start, advance, parameters, done)
            for protocol, key in zip(self.protocols, self._keys, strict=True)
        )

    def _one(
        self,
        protocol: tuple[Step, ...],
        key: tuple[Step, ...],
        start: State,
        advance: Advance[State],
        parameters: ElectrodeParameters,
        done: dict[tuple[Step, ...], tuple[History, State] | LmctError],
    ) -> StagedHistory | LmctError:
        stages, state = [], start
        for count, step in enumerate(protocol, start=1):
            beginning = key[:count]
            if beginning not in done:
                done[beginning] = _tried(advance, step, state)
            found = done[beginning]
            if isinstance(found, LmctError):
                return found
            stage, state = found
            stages.append(stage)
        return StagedHistory(protocol, tuple(stages), parameters)


def _tried(advance: Advance[State], step: Step, state: State) -> tuple[History, State] | LmctError:
    try:
        return advance(step, state)
    except (NotConverged, OutOfRange) as error:
        return error
