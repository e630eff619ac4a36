"""A rival: no LMCT; at open circuit metal ions leave their sites, and the charge on them is locked.

The lattice grows with each ion that moves, as if its holes had gone; oxygen gains nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lmct.electrode.model import Electrode
from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.likelihood.mechanism import TOLERANCE, Simulator
from lmct.evidence.likelihood.prior import Uniform
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.mechanism import no_lmct
from lmct.evidence.mechanism.electrode_base import checked, electrode_with, own_values, without_lmct
from lmct.evidence.mechanism.migration_step import Migration, MigrationState, advance_migration
from lmct.evidence.mechanism.step_history import StepPlan
from lmct.protocol.history import History
from lmct.protocol.step import Step
from lmct.quantity.errors import LmctError, NotConverged, OutOfRange

NAME = "cation-migration"
TITLE = "no LMCT: metal ions migrate at open circuit and lock their charge; oxygen gains nothing"
OWN_UNKNOWNS = (
    Unknown(
        "migration_rate",
        Uniform(1e-7, 1e-1, logarithmic=True, source="L225-228: from 90 s to 24 h at 140 degC; wider"),
        "1/s",
        "share of the sites that moves per time at 140 degC",
    ),
    Unknown(
        "migration_activation",
        Uniform(0.2, 2.0, source="assumption: hops of transition metals in oxides, with room on both sides"),
        "eV",
        "its activation energy",
    ),
)
OWN = frozenset(one.name for one in OWN_UNKNOWNS)
"""Names that are not the electrode's."""


@dataclass(frozen=True)
class CationMigration:
    """The mechanism.

    Parameters
    ----------
    base
        The electrode, without LMCT.
    unknowns
        Numbers of the electrode, and the rate of migration and its activation energy.
    name, title
        As in :class:`~lmct.evidence.likelihood.mechanism.Mechanism`.
    """

    base: ElectrodeParameters
    unknowns: tuple[Unknown, ...]
    name: str = NAME
    title: str = TITLE

    def simulator(self, protocols: Sequence[tuple[Step, ...]]) -> Simulator:
        """Return what simulates these protocols for any values of the unknowns."""
        return MigrationSimulator(self, StepPlan(protocols))


@dataclass(frozen=True, eq=False)
class MigrationSimulator:
    """Simulates the protocols of a plan on an electrode whose metal ions migrate.

    Parameters
    ----------
    mechanism
        Gives the electrode and the rate of migration.
    plan
        The protocols.
    """

    mechanism: CationMigration
    plan: StepPlan[MigrationState]

    def __call__(self, values: Mapping[str, float]) -> Sequence[History | LmctError]:
        """Return the history of each protocol, or why there is none."""
        try:
            parameters = electrode_with(self.mechanism.base, self.mechanism.unknowns, values, OWN)
            start = Electrode(parameters, tolerance=TOLERANCE).pristine()
        except (OutOfRange, NotConverged) as error:
            return [error] * len(self.plan.protocols)
        own = own_values(OWN_UNKNOWNS, values)
        migration = Migration(parameters, own["migration_rate"], own["migration_activation"])

        def advance(step: Step, state: MigrationState) -> tuple[History, MigrationState]:
            stage = advance_migration(step, state, migration)
            return stage, stage.end

        return self.plan.run(MigrationState(start, 1.0), advance, parameters)


def unknowns(base: ElectrodeParameters) -> tuple[Unknown, ...]:
    """Return its unknowns with their default priors."""
    return (*no_lmct.unknowns(base), *OWN_UNKNOWNS)


def build(base: ElectrodeParameters, chosen: Sequence[Unknown]) -> CationMigration:
    """Return the mechanism on an electrode with the unknowns that were chosen."""
    own = without_lmct(base)
    return CationMigration(own, checked(own, chosen, OWN))
