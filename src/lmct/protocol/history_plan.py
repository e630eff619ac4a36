"""Many protocols on one electrode, each beginning that several of them share simulated once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lmct.electrode.model import Electrode
from lmct.electrode.segment import Segment
from lmct.protocol.history import SimulatedHistory
from lmct.protocol.simulation import run_step
from lmct.protocol.start_check import check_start
from lmct.protocol.step import Step
from lmct.quantity.errors import LmctError, NotConverged, OutOfRange

PRISTINE = -1
"""Parent of the first steps."""

OPEN_CIRCUIT = ("rest", "heat")
"""Kinds of steps without current: a longer one goes on where a shorter one at the same temperature ends."""


@dataclass(frozen=True, slots=True)
class _Node:
    """One simulation: a step, or the part of one that goes beyond a shorter one."""

    parent: int
    step: Step


class HistoryPlan:
    """What must be simulated for a set of protocols, worked out once and run on many electrodes.

    Rests and heatings of different lengths that begin in the same state are pieces of the longest one.

    Parameters
    ----------
    protocols
        At least one protocol, none of them empty.

    Raises
    ------
    OutOfRange
        There is no protocol, or one has no steps.

    Examples
    --------
    >>> from lmct.protocol.titration import time_series, titration
    >>> plan = HistoryPlan([titration(portion) for portion in time_series()])
    >>> plan.simulations, sum(len(protocol) for protocol in plan.protocols)
    (19, 29)
    """

    def __init__(self, protocols: Sequence[Sequence[Step]]) -> None:
        self.protocols = tuple(tuple(protocol) for protocol in protocols)
        if not self.protocols or not all(self.protocols):
            raise OutOfRange("a plan needs at least one protocol, and each of them at least one step.")
        self._nodes: list[_Node] = []
        self._paths: list[list[tuple[int, ...]]] = [[] for _ in self.protocols]
        self._grow(PRISTINE, list(range(len(self.protocols))), 0)

    @property
    def simulations(self) -> int:
        """Number of steps, or parts of steps, that are simulated."""
        return len(self._nodes)

    def run(self, electrode: Electrode) -> tuple[SimulatedHistory | LmctError, ...]:
        """Simulate every protocol from the pristine electrode.

        Parameters
        ----------
        electrode
            The electrode.

        Returns
        -------
        :
            For each protocol its history, or why it could not be carried out.
        """
        done: list[Segment | LmctError] = []
        try:
            start = electrode.pristine()
        except NotConverged as error:
            return (error,) * len(self.protocols)
        for node in self._nodes:
            before = None if node.parent == PRISTINE else done[node.parent]
            if isinstance(before, LmctError):
                done.append(before)
                continue
            state = start if before is None else before.end
            try:
                check_start(node.step, state)
                done.append(run_step(electrode, node.step, state))
            except (NotConverged, OutOfRange) as error:
                done.append(error)
        return tuple(self._history(number, done, electrode) for number in range(len(self.protocols)))

    def _history(
        self, number: int, done: Sequence[Segment | LmctError], electrode: Electrode
    ) -> SimulatedHistory | LmctError:
        steps = []
        for path in self._paths[number]:
            pieces = [done[node] for node in path]
            failed = next((piece for piece in pieces if isinstance(piece, LmctError)), None)
            if failed is not None:
                return failed
            steps.append(tuple(piece for piece in pieces if isinstance(piece, Segment)))
        return SimulatedHistory(self.protocols[number], tuple(steps), electrode.parameters)

    def _grow(self, parent: int, members: Sequence[int], depth: int) -> None:
        """Add the steps that follow a node for the protocols that pass through it."""
        groups: dict[object, list[int]] = {}
        for member in members:
            if depth < len(self.protocols[member]):
                groups.setdefault(_kind_of(self.protocols[member][depth]), []).append(member)
        for group in groups.values():
            self._add_group(parent, group, depth)

    def _add_group(self, parent: int, group: Sequence[int], depth: int) -> None:
        first = self.protocols[group[0]][depth]
        if first.kind not in OPEN_CIRCUIT:
            self._enter(self._new(parent, first), group, depth, ())
            return
        lengths = sorted({self.protocols[member][depth].duration or 0.0 for member in group})
        path: tuple[int, ...] = ()
        before = 0.0
        for length in lengths:
            parent = self._new(parent, replace(first, duration=length - before))
            here = [member for member in group if self.protocols[member][depth].duration == length]
            self._enter(parent, here, depth, path)
            path, before = (*path, parent), length

    def _enter(self, node: int, members: Sequence[int], depth: int, earlier: tuple[int, ...]) -> None:
        for member in members:
            self._paths[member].append((*earlier, node))
        self._grow(node, members, depth + 1)

    def _new(self, parent: int, step: Step) -> int:
        self._nodes.append(_Node(parent, step))
        return len(self._nodes) - 1


def _kind_of(step: Step) -> object:
    """Return what two steps must have in common to be one simulation."""
    if step.kind in OPEN_CIRCUIT:
        return "open circuit", step.temperature
    return replace(step, text="")
