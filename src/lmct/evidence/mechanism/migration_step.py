"""One step of an electrode whose metal ions leave their sites at open circuit."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lmct.electrode.model import Electrode
from lmct.electrode.parameters import ElectrodeParameters
from lmct.electrode.segment import Segment
from lmct.electrode.state import ElectrodeState
from lmct.evidence.likelihood.mechanism import TOLERANCE
from lmct.protocol.history import SimulatedHistory
from lmct.protocol.simulation import run_step
from lmct.protocol.start_check import check_start
from lmct.protocol.step import Step
from lmct.quantity.constants import BOLTZMANN, ZERO_CELSIUS

REFERENCE_TEMPERATURE = 140.0 + ZERO_CELSIUS
"""Temperature at which the rate of migration is given [K]."""

LEAST_SHARE = 1e-3
"""Share of the sites that never moves: with none the electrode would have no metal couple."""

LAGS, LAG_ROWS = 12.0, 200
"""The sample's own temperature is followed for so many thermal times, at so many places."""

OPEN_CIRCUIT = ("rest", "heat")


@dataclass(frozen=True, slots=True)
class Migration:
    """What moves the metal ions.

    Parameters
    ----------
    parameters
        Of the electrode with all sites active.
    rate
        Share of the active sites that moves per time at 140 degC [1/s].
    activation
        Its activation energy [eV].
    """

    parameters: ElectrodeParameters
    rate: float
    activation: float

    def rate_at(self, temperature: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        """Return the rate at a temperature [1/s]."""
        away = 1.0 / temperature - 1.0 / REFERENCE_TEMPERATURE
        return np.asarray(self.rate * np.exp(-self.activation / BOLTZMANN * away))

    def exponent(
        self, times: Float[np.ndarray, "time"], before: float, surroundings: float
    ) -> Float[np.ndarray, "time"]:
        """Return the rate integrated from the start of a step, for a sample that follows with its lag [1].

        Parameters
        ----------
        times
            Since the start of the step [s].
        before, surroundings
            Temperatures of the sample at the start and of its surroundings [K].
        """
        lag = self.parameters.thermal_time
        grid = np.linspace(0.0, LAGS * lag, LAG_ROWS)
        rates = self.rate_at(surroundings + (before - surroundings) * np.exp(-grid / lag))
        passed = np.concatenate([[0.0], np.cumsum(0.5 * (rates[1:] + rates[:-1]) * np.diff(grid))])
        later = np.maximum(times - grid[-1], 0.0) * self.rate_at(np.array(surroundings))
        return np.asarray(np.interp(times, grid, passed) + later)

    def electrode(self, share: float) -> Electrode:
        """Return the electrode of the sites that are still active; their filling has the same potential."""
        whole = self.parameters
        active = whole.replace(
            metal_holes_max=share * whole.metal_holes_max,
            metal_metal=whole.metal_metal / share,
            metal_rate=share * whole.metal_rate,
        )
        return Electrode(active, tolerance=TOLERANCE)


@dataclass(frozen=True, slots=True)
class MigrationState:
    """The electrode's state, where locked charge counts as irrecoverable, and the share of active sites."""

    state: ElectrodeState
    share: float


@dataclass(frozen=True, eq=False)
class MigrationStep:
    """History of one step.

    Parameters
    ----------
    step
        The step.
    segment
        What the active sites and oxygen do, as if none moved.
    start
        State before it.
    migration
        What moves the ions.
    """

    step: Step
    segment: Segment
    start: MigrationState
    migration: Migration

    @property
    def protocol(self) -> tuple[Step, ...]:
        """The step."""
        return (self.step,)

    @property
    def parameters(self) -> ElectrodeParameters:
        """Of the electrode with all sites active."""
        return self.migration.parameters

    @property
    def end(self) -> MigrationState:
        """State after it."""
        kept = float(self._kept(np.array([self.segment.duration]))[0])
        last = self.segment.end
        moved = (1.0 - kept) * last.metal_holes
        after = replace(last, metal_holes=last.metal_holes - moved, dark_holes=last.dark_holes + moved)
        return MigrationState(after, self.start.share * kept)

    def duration(self, step: int) -> float:
        """Return how long the step took [s]."""
        return self.segment.duration

    def states(self, step: int, times: Float[np.ndarray, "time"]) -> Float[np.ndarray, "time 6"]:
        """Return the states at increasing times since the start [s]; later ones as at the end."""
        inside = np.minimum(times, self.segment.duration)
        states = self.segment.at(inside)
        moved = (1.0 - self._kept(inside)) * states[:, 0]
        states[:, 0] -= moved
        states[:, 2] += moved
        return states

    def time_at_voltage(self, step: int, voltage: float) -> float:
        """Return when the step first passes a voltage [s]; NaN when it never does."""
        whole = SimulatedHistory((self.step,), ((self.segment,),), self.parameters)
        return whole.time_at_voltage(0, voltage)

    def _kept(self, times: Float[np.ndarray, "time"]) -> Float[np.ndarray, "time"]:
        """Return the share of the sites, active at the start, that still are."""
        if self.step.kind not in OPEN_CIRCUIT:
            return np.ones(len(times))
        before = self.start.state.temperature
        kept = np.exp(-self.migration.exponent(times, before, self.step.temperature))
        return np.asarray(np.maximum(kept, min(LEAST_SHARE / self.start.share, 1.0)))


def advance_migration(step: Step, start: MigrationState, migration: Migration) -> MigrationStep:
    """Return the history of a step.

    Parameters
    ----------
    step
        The step; ions move when it is at open circuit.
    start
        State before it.
    migration
        What moves the ions.

    Returns
    -------
    :
        The history.

    Raises
    ------
    OutOfRange, NotConverged
        The step cannot start there, or fails.
    """
    check_start(step, start.state)
    segment = run_step(migration.electrode(start.share), step, start.state)
    return MigrationStep(step, segment, start, migration)
