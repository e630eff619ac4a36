"""The contract of a mechanism, and the one that lmct stands for: the electrode with two couples and LMCT."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lmct.electrode.model import Electrode
from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.likelihood.unknown import Unknown
from lmct.protocol.history import History
from lmct.protocol.history_plan import HistoryPlan
from lmct.protocol.step import Step
from lmct.quantity.errors import LmctError, OutOfRange

Simulator = Callable[[Mapping[str, float]], Sequence["History | LmctError"]]
"""Values of the unknowns in, for each protocol its history or why there is none out."""

TOLERANCE = 1e-4
"""Of the integration: its error stays far below any measurement's."""


class Mechanism(Protocol):
    """An explanation that can be put on trial: it predicts the history of any sample."""

    @property
    def name(self) -> str:
        """Short name, for example ``"marcus"``."""

    @property
    def title(self) -> str:
        """What it claims, in one line."""

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """Its own unknowns, without those of the instruments."""

    def simulator(self, protocols: Sequence[tuple[Step, ...]]) -> Simulator:
        """Return what simulates these protocols for any values of the unknowns."""


@dataclass(frozen=True)
class ElectrodeMechanism:
    """The electrode of :mod:`lmct.electrode` with some of its parameters unknown.

    Parameters
    ----------
    name, title
        As in :class:`Mechanism`.
    base
        All other parameters, and the rate laws.
    unknowns
        Parameters of the electrode or of its rate laws.
    classes
        Classes of metal sites when the barrier is distributed; None takes the electrode's own.
    tolerance
        Of the integration.
    """

    name: str
    title: str
    base: ElectrodeParameters
    unknowns: tuple[Unknown, ...]
    classes: int | None = None
    tolerance: float = TOLERANCE

    def electrode(self, values: Mapping[str, float]) -> Electrode:
        """Return the electrode for values of the unknowns; other names in ``values`` are ignored.

        Raises
        ------
        OutOfRange
            The electrode does not accept these values.
        """
        own = {one.name: values[one.name] for one in self.unknowns}
        return Electrode(self.base.replace(**own), classes=self.classes, tolerance=self.tolerance)

    def simulator(self, protocols: Sequence[tuple[Step, ...]]) -> Simulator:
        """Return what simulates these protocols for any values of the unknowns."""
        return ElectrodeSimulator(self, HistoryPlan(protocols))


@dataclass(frozen=True, eq=False)
class ElectrodeSimulator:
    """Simulates the protocols of a plan on the electrode of a mechanism.

    Parameters
    ----------
    mechanism
        Gives the electrode.
    plan
        The protocols.
    """

    mechanism: ElectrodeMechanism
    plan: HistoryPlan

    def __call__(self, values: Mapping[str, float]) -> Sequence[History | LmctError]:
        """Return the history of each protocol, or why there is none."""
        try:
            electrode = self.mechanism.electrode(values)
        except OutOfRange as error:
            return [error] * len(self.plan.protocols)
        return self.plan.run(electrode)
