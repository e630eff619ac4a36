"""The protocol of a record, rebuilt from its rows: constant currents, rests, and holds between them."""

from __future__ import annotations

import itertools

import numpy as np
from jaxtyping import Float

from lmct.evidence.calibration.measured_curve import MeasuredCurve, MeasuredStep
from lmct.instrument import CyclerRecord
from lmct.instrument.columns import TEMPERATURE
from lmct.protocol.step import ROOM_TEMPERATURE, Kind
from lmct.quantity.constants import COULOMB_PER_MAH, HOUR, ZERO_CELSIUS
from lmct.quantity.errors import DataError, OutOfRange
from lmct.technique.electrochemistry.kernels import (
    active_rows_from_current,
    interval_charge_from_current,
    voltage_noise_from_rows,
)

POINTS = 40
"""Voltages of a step that are compared."""

FEWEST_ROWS = 5
"""A step with fewer rows is driven but not compared."""

SAME_CURRENT = 0.05
"""Currents within this share of each other belong to one step [1]."""

FLAT = 0.005
"""A decaying current at voltages within this range is a hold [V]."""

HOLD_PIECES = 4
"""Constant currents that stand for a hold."""

MOST_STEPS = 200
SMALLEST_NOISE = 2e-4
"""No voltage of a cycler is taken for more certain than this [V]."""

Rows = tuple[int, int]


def curve_from_record(
    record: CyclerRecord,
    *,
    active_mass: float | None = None,
    first_cycles: int | None = None,
    noise: float | None = None,
    temperature: float | None = None,
    start_voltage: float | None = None,
    name: str = "",
) -> MeasuredCurve:
    """Rebuild the protocol of a cycler record.

    Parameters
    ----------
    record
        The record.
    active_mass
        Mass of active material [g]; that of the file by default.
    first_cycles
        Use only so many cycles from the start; all by default.
    noise
        Standard deviation of one voltage [V]; from the scatter of the rows by default, at least 0.2 mV.
    temperature
        Of the cell [K]; that of the file, else 25 degC, by default.
    start_voltage
        Voltage to which the pristine electrode was charged before the record [V]. By default it was not when
        the record begins with a charge, and to the first measured voltage when it begins with a discharge.
    name
        Name for messages; that of the file by default.

    Returns
    -------
    :
        The steps with the voltages to compare, from the first current on.

    Raises
    ------
    DataError
        There is no active mass.
    OutOfRange
        No current flows, no step is usable, or there are too many steps.
    """
    name = name or record.source_file
    mass = record.active_mass if active_mass is None else active_mass
    if mass is None or not mass > 0:
        raise DataError(
            f"{name} states no mass of active material. Expected active_mass in its [[measurement]]."
        )
    runs = _first_cycles(_runs(record), record, first_cycles)
    if not any(record.current[low:high].any() for low, high in runs):
        raise OutOfRange(
            f"{name} has no usable step: no current flows. Name a file of a charge or discharge."
        )
    surroundings = _temperatures(record, temperature)
    steps = [step for rows in runs for step in _steps(record, rows, mass, surroundings)]
    while steps[0].specific_current == 0.0:  # its state is assumed, so its voltage says nothing
        steps = steps[1:]
    if len(steps) > MOST_STEPS:
        raise OutOfRange(
            f"{name} has {len(steps)} steps. Expected at most {MOST_STEPS}. Choose the cycles at its start"
            " with first_cycles in [calibration]."
        )
    if start_voltage is None:
        begins_charged = steps[0].specific_current < 0
        start_voltage = float(record.voltage[0]) if begins_charged else None
    found = noise if noise is not None else _noise(record, runs)
    return MeasuredCurve(name, tuple(steps), found, start_voltage)


def _runs(record: CyclerRecord) -> list[Rows]:
    """Return first and past-the-last row of every stretch of one direction and one magnitude of current."""
    active = active_rows_from_current(current=record.current)
    sign = np.where(active, np.sign(record.current), 0.0)
    edges = np.flatnonzero(np.diff(sign) != 0) + 1
    stretches = itertools.pairwise([0, *edges.tolist(), record.rows])
    return [
        part
        for low, high in stretches
        for part in (_by_magnitude(record, low, high) if sign[low] else [(low, high)])
    ]


def _by_magnitude(record: CyclerRecord, low: int, high: int) -> list[Rows]:
    """Split rows of one direction where the current changes; a decay at constant voltage stays whole."""
    magnitude = np.abs(record.current[low:high])
    parts: list[list[int]] = []
    start = 0
    while start < len(magnitude):
        level = float(np.median(magnitude[start : start + FEWEST_ROWS]))
        differs = np.abs(magnitude[start:] - level) > SAME_CURRENT * level
        away = differs & np.append(differs[1:], True)  # one odd row is no new step
        stop = start + max(1, int(np.argmax(away)) if away.any() else len(away))
        decays = _is_hold(record.voltage[low + start : low + stop]) or stop - start < FEWEST_ROWS
        if parts and decays and parts[-1][2] and magnitude[start] <= magnitude[start - 1]:
            parts[-1][1] = low + stop
        else:
            parts.append([low + start, low + stop, decays and bool(parts)])
        start = stop
    return [(first, last) for first, last, _ in parts]


def _is_hold(voltage: Float[np.ndarray, "row"]) -> bool:
    return bool(len(voltage) and np.ptp(voltage) < FLAT)


def _first_cycles(runs: list[Rows], record: CyclerRecord, cycles: int | None) -> list[Rows]:
    """Return the runs up to the end of a cycle; a cycle begins with every change to the first direction."""
    if cycles is None:
        return runs
    if cycles < 1:
        raise OutOfRange(f"first_cycles is {cycles!r}. Expected 1 or more.")
    active = active_rows_from_current(current=record.current)
    first = before = 0.0
    begun, kept = 0, []
    for low, high in runs:
        direction = float(np.sign(record.current[low:high][active[low:high]].sum()))
        if direction:
            first = first or direction
            begun += direction == first and before != first
            before = direction
        if begun > cycles:
            break
        kept.append((low, high))
    return kept


def _steps(
    record: CyclerRecord, rows: Rows, mass: float, surroundings: Float[np.ndarray, "row"]
) -> list[MeasuredStep]:
    """Return the step of a run of rows; a hold as several constant currents without points."""
    low, high = rows
    opening = max(low - 1, 0)
    clock = record.time[low:high] - record.time[opening]
    duration = float(clock[-1])
    if duration <= 0.0:
        return []
    active = active_rows_from_current(current=record.current)
    charge = interval_charge_from_current(time=record.time, current=record.current, active=active)[low:high]
    if not active[low]:
        return [_step("rest", record, rows, 0.0, clock, surroundings)]
    passed = np.cumsum(charge) / COULOMB_PER_MAH / mass
    kind: Kind = "charge" if passed[-1] > 0 else "discharge"
    current = record.current[low:high]
    if np.ptp(np.abs(current)) > 4 * SAME_CURRENT * np.abs(current).max() and _is_hold(
        record.voltage[low:high]
    ):
        return _hold(record, rows, passed, clock, surroundings)
    return [_step(kind, record, rows, float(passed[-1]) / duration * HOUR, clock, surroundings)]


def _step(
    kind: Kind,
    record: CyclerRecord,
    rows: Rows,
    specific_current: float,
    clock: Float[np.ndarray, "row"],
    surroundings: Float[np.ndarray, "row"],
) -> MeasuredStep:
    voltage = record.voltage[slice(*rows)]
    enough = len(clock) >= FEWEST_ROWS and clock[-1] > clock[0]
    time = np.linspace(clock[0], clock[-1], min(POINTS, len(clock))) if enough else np.empty(0)
    return MeasuredStep(
        kind=kind,
        specific_current=specific_current,
        duration=float(clock[-1]),
        temperature=float(np.mean(surroundings[slice(*rows)])),
        time=time,
        voltage=np.interp(time, clock, voltage),
        end_voltage=float(voltage[-1]),
    )


def _hold(
    record: CyclerRecord,
    rows: Rows,
    passed: Float[np.ndarray, "row"],
    clock: Float[np.ndarray, "row"],
    surroundings: Float[np.ndarray, "row"],
) -> list[MeasuredStep]:
    """Return a hold as pieces of equal charge, each at its mean current."""
    shares = np.linspace(0.0, 1.0, HOLD_PIECES + 1)[1:] * abs(passed[-1])
    times = np.concatenate([[0.0], np.interp(shares, np.abs(passed), clock)])
    times[-1] = clock[-1]
    pieces = []
    for start, stop in itertools.pairwise(times):
        if stop > start:
            current = float(passed[-1]) / HOLD_PIECES / (stop - start) * HOUR
            pieces.append(
                MeasuredStep(
                    kind="hold",
                    specific_current=current,
                    duration=float(stop - start),
                    temperature=float(np.mean(surroundings[slice(*rows)])),
                    time=np.empty(0),
                    voltage=np.empty(0),
                    end_voltage=float(record.voltage[rows[1] - 1]),
                )
            )
    return pieces


def _temperatures(record: CyclerRecord, stated: float | None) -> Float[np.ndarray, "row"]:
    """Return the temperature of every row [K]."""
    if stated is not None:
        return np.full(record.rows, stated)
    measured = record.columns.get(TEMPERATURE)
    if measured is None:
        return np.full(record.rows, ROOM_TEMPERATURE)
    plausible = np.isfinite(measured) & (measured > -40.0) & (measured < 200.0) & (measured != 0.0)
    return np.where(plausible, measured + ZERO_CELSIUS, ROOM_TEMPERATURE)


def _noise(record: CyclerRecord, runs: list[Rows]) -> float:
    """Return the median row-to-row noise of the steps [V]."""
    each = [
        voltage_noise_from_rows(
            capacity=np.asarray(record.time[low:high]), voltage=np.asarray(record.voltage[low:high])
        )
        for low, high in runs
        if high - low >= FEWEST_ROWS
    ]
    return max(float(np.median(each)) if each else 0.0, SMALLEST_NOISE)
