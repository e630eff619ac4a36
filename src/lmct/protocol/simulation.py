"""Run a protocol on an electrode: steps in, their history and a summary of each out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.electrode.budget import Budget
from lmct.electrode.model import TOLERANCE, Electrode
from lmct.electrode.of_material import parameters_of_material
from lmct.electrode.parameters import ElectrodeParameters
from lmct.electrode.segment import Segment
from lmct.electrode.state import Drive, ElectrodeState
from lmct.protocol.start_check import check_start
from lmct.protocol.step import Step
from lmct.quantity.constants import FARADAY, HOUR
from lmct.quantity.errors import NotConverged, OutOfRange

LONGEST_STEP = 10.0 * 365.25 * 86400.0
"""Time after which a step without a time limit is given up: ten years [s]."""

LARGEST_HISTORY = 4_000_000_000
"""A run whose history takes more memory is given up [byte]."""

SAFE_VOLTAGES = (0.0, 6.0)
"""Window in which the electrode is described; a step that leaves it has no lithium left to move [V]."""

FIRST_ROW = 0.01
"""Time after which the first row of a step is recorded [s]."""

HOLD_TOLERANCE = 1e-6
"""A hold starts this close to the voltage it keeps [V]."""


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


def run_protocol(electrode: Electrode, steps: Iterable[Step], *, start: ElectrodeState | None = None) -> Run:
    """Run steps on an electrode.

    Parameters
    ----------
    electrode
        The electrode.
    steps
        At least one step.
    start
        State to start from; the pristine electrode by default.

    Returns
    -------
    :
        The history.

    Raises
    ------
    OutOfRange
        There is no step, or one cannot start where the step before it ends, e.g. beyond its voltage limit;
        the message names the step.
    NotConverged
        A step failed or never met its limit; the message names the step.
    """
    protocol = tuple(steps)
    if not protocol:
        raise OutOfRange(
            "the protocol has no steps. Give at least one, e.g. 'Charge at 20 mA/g until 4.8 V'."
        )
    state = electrode.pristine() if start is None else start
    segments: list[Segment] = []
    size = 0
    for number, step in enumerate(protocol, start=1):
        try:
            check_start(step, state)
            segments.append(run_step(electrode, step, state))
        except (NotConverged, OutOfRange) as error:
            raise type(error)(f"step {number}: {error}") from error
        state = segments[-1].end
        size += segments[-1].inner.nbytes + segments[-1].inner_dense.nbytes
        if size > LARGEST_HISTORY:
            raise OutOfRange(
                f"step {number}: the history takes more than {LARGEST_HISTORY // 10**9} GB of memory. Run a"
                " shorter protocol, or one after the other from the state in which the last one ended."
            )
    return Run(protocol, tuple(segments), electrode.parameters)


def run_step(electrode: Electrode, step: Step, state: ElectrodeState) -> Segment:
    """Run one step of a protocol.

    Parameters
    ----------
    electrode
        The electrode.
    step
        The step. One whose voltage limit has been passed ends at once.
    state
        State to start from.

    Returns
    -------
    :
        Its history.

    Raises
    ------
    OutOfRange
        The electrode cannot start this step from there.
    NotConverged
        It failed or never met its limit.
    """
    try:
        segment = electrode.advance(state, _drive_of(step, state, electrode.parameters))
    except NotConverged as error:
        raise NotConverged(f"{step}: {error}") from error
    if step.duration is None and segment.stopped_by == "time":
        raise NotConverged(f"{step} did not meet its limit within ten years. Change the limit.")
    if step.stop_voltage is None and segment.stopped_by == "voltage":
        raise NotConverged(
            f"{step} reached {abs(segment.end.voltage):.1f} V after"
            f" {abs(segment.charge) * electrode.parameters.mah_per_gram:.1f} mAh/g, before its own limit:"
            " no lithium is left to move. Add a voltage limit, e.g. 'until 4.8 V', or ask for less."
        )
    return segment


def simulate(
    steps: Sequence[Step],
    *,
    material: str = "li-ti-ni-o",
    x: float | None = None,
    settings: Mapping[str, Any] | None = None,
    tolerance: float = TOLERANCE,
) -> Run:
    """Simulate a protocol on the electrode of a material.

    Parameters
    ----------
    steps
        The protocol.
    material, x
        Material and member of its family.
    settings
        Electrode parameters to change, by name.
    tolerance
        Of the integration.

    Returns
    -------
    :
        The history.

    Raises
    ------
    UnknownName, OutOfRange, NotConverged
        As the parts say.

    Examples
    --------
    >>> from lmct.protocol import galvanostatic
    >>> run = simulate(galvanostatic(cycles=1))
    >>> [step.stopped_by for step in run.steps]
    ['voltage', 'voltage']
    """
    parameters = parameters_of_material(material, x)
    if settings:
        parameters = parameters.replace(**settings)
    return run_protocol(Electrode(parameters, tolerance=tolerance), steps)


def _drive_of(step: Step, state: ElectrodeState, parameters: ElectrodeParameters) -> Drive:
    """Translate a step into electrons per formula unit."""
    per_electron = parameters.mah_per_gram
    duration = LONGEST_STEP if step.duration is None else step.duration
    if step.kind == "hold":
        if step.hold_voltage is None or abs(step.hold_voltage - state.voltage) > HOLD_TOLERANCE:
            raise OutOfRange(
                f"{step} starts at {state.voltage:.4f} V, but a hold keeps the voltage that the step before"
                f" it reached. Charge or discharge until {step.hold_voltage} V first."
            )
        current = step.stop_specific_current
        return Drive(
            current=None,
            surroundings=step.temperature,
            duration=duration,
            stop_current=None if current is None else current / per_electron / HOUR,
        )
    low, high = SAFE_VOLTAGES
    if step.stop_voltage is not None and not low < step.stop_voltage < high:
        raise OutOfRange(
            f"{step}: the voltage limit must lie between {low:g} and {high:g} V, got {step.stop_voltage:g} V."
        )
    if step.kind == "sweep":
        return _sweep(step, state, duration)
    safe = {"charge": high, "discharge": low}.get(step.kind)
    return Drive(
        current=step.signed_current / per_electron / HOUR,
        surroundings=step.temperature,
        duration=duration,
        stop_voltage=safe if step.stop_voltage is None else step.stop_voltage,
        stop_charge=None if step.stop_capacity is None else step.stop_capacity / per_electron,
    )


def _sweep(step: Step, state: ElectrodeState, duration: float) -> Drive:
    """Translate a sweep, which starts at the voltage that the step before it left."""
    distance = (step.stop_voltage or math.nan) - state.voltage
    if step.sweep_rate is None or not abs(distance) > HOLD_TOLERANCE:
        raise OutOfRange(
            f"{step} starts at {state.voltage:.4f} V, where it should end. Expected a voltage to go to that"
            " differs from the one the step before it reached."
        )
    return Drive(
        current=None,
        sweep=math.copysign(step.sweep_rate, distance),
        surroundings=step.temperature,
        duration=duration,
        stop_voltage=step.stop_voltage,
    )


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
