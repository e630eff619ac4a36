"""The history of a run: a summary of each step, the state at the end, a table like a cycler's."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.electrode.budget import Budget
from lmct.electrode.parameters import ElectrodeParameters
from lmct.electrode.segment import Segment
from lmct.electrode.state import ElectrodeState
from lmct.protocol.step import Step
from lmct.quantity.constants import FARADAY, HOUR
from lmct.quantity.errors import OutOfRange

FIRST_ROW = 0.01
"""Time after which the first row of a step is recorded [s]."""


@dataclass(frozen=True, slots=True)
class StepSummary:
    """One step in numbers.

    Parameters
    ----------
    kind
        Kind of the step.
    duration_second
        How long it took [s].
    capacity_mah_g
        Charge passed, positive on charge [mAh/g].
    mean_voltage
        Mean voltage over time [V].
    end_voltage
        Voltage at its end [V].
    stopped_by
        ``"time"``, ``"voltage"``, ``"capacity"`` or ``"current"``.
    """

    kind: str
    duration_second: float
    capacity_mah_g: float
    mean_voltage: float
    end_voltage: float
    stopped_by: str


@dataclass(frozen=True, eq=False)
class Run:
    """The history of an electrode under a protocol.

    Parameters
    ----------
    protocol
        The steps.
    segments
        What the electrode did in each.
    parameters
        The electrode's parameters.
    """

    protocol: tuple[Step, ...]
    segments: tuple[Segment, ...]
    parameters: ElectrodeParameters

    @property
    def steps(self) -> tuple[StepSummary, ...]:
        """Summary of every step."""
        scale = self.parameters.mah_per_gram
        return tuple(
            StepSummary(
                kind=step.kind,
                duration_second=segment.duration,
                capacity_mah_g=segment.charge * scale,
                mean_voltage=segment.mean_voltage,
                end_voltage=segment.end.voltage,
                stopped_by=segment.stopped_by,
            )
            for step, segment in zip(self.protocol, self.segments, strict=True)
        )

    @property
    def end(self) -> ElectrodeState:
        """State at the end."""
        return self.segments[-1].end

    @property
    def final(self) -> dict[str, float]:
        """State at the end under the names of the command line; lithium_content is x in Li_x."""
        end = self.end
        return {
            "metal_holes": end.metal_holes,
            "oxygen_holes": end.oxygen_holes,
            "dark_holes": end.dark_holes,
            "oxygen_gas": end.oxygen_gas,
            "voltage": end.voltage,
            "temperature": end.temperature,
            "lithium_content": self.parameters.lithium - end.lithium_extracted,
        }

    @property
    def budget(self) -> Budget:
        """Energy balance of the whole run [mWh/g]."""
        total = sum((segment.budget() for segment in self.segments), Budget())
        return total.scaled(FARADAY / self.parameters.molar_mass / 3.6)

    def sample(
        self, *, interval: float = 60.0, voltage_interval: float | None = None
    ) -> dict[str, Float[np.ndarray, "row"]]:
        """Return the history as a table, like a cycler's: a row per interval and two at every change of step.

        The first row of a later step comes 10 ms after the last row of the one before, as on a cycler.

        Parameters
        ----------
        interval
            Longest time between two rows [s].
        voltage_interval
            Add rows so that the voltage changes by no more than this between two [V].

        Returns
        -------
        :
            Columns ``time`` [s], ``voltage`` [V], ``specific_current`` [mA/g], ``specific_capacity`` passed
            since the start [mAh/g], ``step`` (from 1), ``metal_holes``, ``oxygen_holes``, ``dark_holes``,
            ``oxygen_gas``, ``temperature`` [K].
        """
        if not interval > 0 or (voltage_interval is not None and not voltage_interval > 0):
            raise OutOfRange(
                f"sampling intervals must be positive, got {interval!r} s and {voltage_interval!r} V."
            )
        tables, clock, passed = [], 0.0, 0.0
        for number, segment in enumerate(self.segments, start=1):
            times = _sampling_times(segment, interval, voltage_interval)
            if number > 1 and len(times) > 1:
                times[0] = min(FIRST_ROW, 0.5 * times[1])
            tables.append(self._rows(segment, times, number, clock, passed))
            clock += segment.duration
            passed += segment.charge * self.parameters.mah_per_gram
        return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}

    def _rows(
        self, segment: Segment, times: Float[np.ndarray, "row"], number: int, clock: float, passed: float
    ) -> dict[str, Float[np.ndarray, "row"]]:
        states = segment.at(times)
        scale = self.parameters.mah_per_gram
        currents, charge = _current_and_charge(segment, times)
        return {
            "time": clock + times,
            "voltage": states[:, 4],
            "specific_current": currents * scale * HOUR,
            "specific_capacity": passed + charge * scale,
            "step": np.full(len(times), float(number)),
            "metal_holes": states[:, 0],
            "oxygen_holes": states[:, 1],
            "dark_holes": states[:, 2],
            "oxygen_gas": states[:, 3],
            "temperature": states[:, 5],
        }


def _current_and_charge(
    segment: Segment, times: Float[np.ndarray, "row"]
) -> tuple[Float[np.ndarray, "row"], Float[np.ndarray, "row"]]:
    """Return current and charge passed at given times, in electrons per formula unit.

    When the voltage is set, the current is the slope of the charge that the states hold. Reaction rates in
    interpolated states would carry the interpolation error times the speed of the fastest reaction.
    """
    if segment.drive.current is not None:
        return np.full(len(times), segment.drive.current), segment.drive.current * times

    if segment.duration == 0.0:
        return segment.current_at(times), np.zeros(len(times))
    reach = min(FIRST_ROW, 0.25 * segment.duration)
    before, after = np.maximum(times - reach, 0.0), np.minimum(times + reach, segment.duration)
    charge = segment.charge_at
    return (charge(after) - charge(before)) / (after - before), charge(times)


def _sampling_times(
    segment: Segment, interval: float, voltage_interval: float | None
) -> Float[np.ndarray, "row"]:
    rows = max(1, math.ceil(segment.duration / interval - 1e-9))
    if segment.duration == 0.0:
        return np.zeros(1)
    times: Float[np.ndarray, "row"] = np.minimum(np.arange(rows + 1) * interval, segment.duration)
    if voltage_interval is None:
        return times
    places = np.arange(len(segment.times))
    fine = np.interp(np.linspace(0.0, places[-1], 40 * places[-1] + 1), places, segment.times)
    travelled = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(segment.at(fine)[:, 4])))])
    marks = np.arange(voltage_interval, travelled[-1], voltage_interval)
    rows_between: Float[np.ndarray, "row"] = np.interp(marks, travelled, fine)
    return np.unique(np.concatenate([times, rows_between]))
