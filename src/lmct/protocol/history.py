"""The history of an electrode under a protocol, as techniques look at it: states at any time of a step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from jaxtyping import Float

from lmct.electrode.parameters import ElectrodeParameters
from lmct.electrode.segment import Segment
from lmct.protocol.step import Step
from lmct.quantity.constants import HOUR

VOLTAGE = 4
"""Column of the voltage in a table of states."""

HALVINGS = 24
"""Of the interval between two rows of a segment in which a voltage is crossed."""


class History(Protocol):
    """What anything that imitates an electrode under a protocol must answer.

    Steps count from 0; negative numbers count from the end. States have the columns n, p, d, o2 [1/f.u.],
    V [V], T [K].
    """

    @property
    def protocol(self) -> tuple[Step, ...]:
        """The steps."""

    @property
    def parameters(self) -> ElectrodeParameters:
        """Parameters of the electrode, for what converts states into what instruments show."""

    def duration(self, step: int) -> float:
        """Return how long a step took [s]."""

    def states(self, step: int, times: Float[np.ndarray, "time"]) -> Float[np.ndarray, "time 6"]:
        """Return the states at increasing times since the start of a step [s]; later ones as at its end."""

    def time_at_voltage(self, step: int, voltage: float) -> float:
        """Return when a step first passes a voltage [s]; NaN when it never does."""


@dataclass(frozen=True, eq=False)
class SimulatedHistory:
    """A :class:`History` made of segments.

    Parameters
    ----------
    protocol
        The steps.
    pieces
        For each step the segments that make it up, one after the other.
    parameters
        Of the electrode.
    crossings
        Times at which steps passed voltages, kept once they were searched.
    """

    protocol: tuple[Step, ...]
    pieces: tuple[tuple[Segment, ...], ...]
    parameters: ElectrodeParameters
    crossings: dict[tuple[int, float], float] = field(default_factory=dict, repr=False)

    def duration(self, step: int) -> float:
        """Return how long a step took [s]."""
        return sum(piece.duration for piece in self.pieces[step])

    def states(self, step: int, times: Float[np.ndarray, "time"]) -> Float[np.ndarray, "time 6"]:
        """Return the states at increasing times since the start of a step [s]; later ones as at its end."""
        pieces = self.pieces[step]
        wanted = np.asarray(times, dtype=float)
        if len(pieces) == 1:
            return pieces[0].at(np.minimum(wanted, pieces[0].duration))
        found = np.empty((len(wanted), 6))
        begin = 0.0
        for place, piece in enumerate(pieces):
            end = math.inf if place == len(pieces) - 1 else begin + piece.duration
            inside = (wanted >= begin) & (wanted < end) if place else wanted < end
            if inside.any():
                found[inside] = piece.at(np.minimum(wanted[inside] - begin, piece.duration))
            begin += piece.duration
        return found

    def time_at_voltage(self, step: int, voltage: float) -> float:
        """Return when a step first passes a voltage [s]; NaN when it never does."""
        place = (step % len(self.pieces), voltage)
        if place not in self.crossings:
            self.crossings[place] = self._searched(step, voltage)
        return self.crossings[place]

    def _searched(self, step: int, voltage: float) -> float:
        begin = 0.0
        for piece in self.pieces[step]:
            crossed = _crossing(piece, voltage)
            if not math.isnan(crossed):
                return begin + crossed
            begin += piece.duration
        return math.nan


def capacity_at_voltage(history: History, step: int, voltage: float) -> float:
    """Return the charge that a charge or discharge at constant current passes before a voltage.

    Parameters
    ----------
    history
        The history.
    step
        Number of the step.
    voltage
        [V].

    Returns
    -------
    :
        Magnitude [mAh/g]; the whole capacity of the step when it never gets there, zero when it begins
        beyond.
    """
    drive = history.protocol[step]
    start = float(history.states(step, np.zeros(1))[0, VOLTAGE])
    sign = 1.0 if drive.kind == "charge" else -1.0
    if (start - voltage) * sign >= 0.0:
        return 0.0
    time = history.time_at_voltage(step, voltage)
    return drive.specific_current * (history.duration(step) if math.isnan(time) else time) / HOUR


def _crossing(piece: Segment, voltage: float) -> float:
    """Return the time of the first crossing in one segment [s], or NaN."""
    ahead = piece.inner[:, -1] - voltage
    passed = (ahead[1:] * ahead[:-1] <= 0.0).nonzero()[0]
    if len(passed) == 0:
        return math.nan
    row = int(passed[0])
    share = _share_before(float(ahead[row]), float(ahead[row + 1]), piece.inner_dense[row, :, -1].tolist())
    return float(piece.times[row] + share * (piece.times[row + 1] - piece.times[row]))


def _share_before(start: float, end: float, dense: Sequence[float]) -> float:
    """Return the share of an interval before the dense output of a step changes its sign."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        share = 0.5 * (low + high)
        bend = dense[0] + share * (dense[1] + share * dense[2])
        if ((1.0 - share) * (start + share * bend) + share * end) * start > 0.0:
            low = share
        else:
            high = share
    return high
