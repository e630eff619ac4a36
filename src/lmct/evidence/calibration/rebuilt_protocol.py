"""The protocol of a record, rebuilt from its rows: constant currents, rests, and holds between them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from lmct.evidence.calibration.measured_curve import MeasuredCurve, MeasuredStep
from lmct.evidence.calibration.step_rows import (
    FEWEST_ROWS,
    MOST_STEPS,
    Rows,
    constant_parts_of_stretch,
    first_cycles_of_stretches,
    is_hold,
    stretches_from_current,
)
from lmct.instrument.cycler import CyclerRecord
from lmct.instrument.cycler.columns import TEMPERATURE
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

HOLD_PIECES = 4
"""Constant currents that stand for a hold."""

SMALLEST_NOISE = 2e-4
"""No voltage of a cycler is taken for more certain than this [V]."""


@dataclass(frozen=True, eq=False)
class _Table:
    """Rows of a record, the charge of the interval that ends at each, and its temperature."""

    time: Float[np.ndarray, "row"]
    voltage: Float[np.ndarray, "row"]
    current: Float[np.ndarray, "row"]
    active: Bool[np.ndarray, "row"]
    specific_charge: Float[np.ndarray, "row"]
    temperature: Float[np.ndarray, "row"]


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
    table = _table(record, mass, temperature)
    runs = _runs(table, first_cycles, name)
    steps = [step for rows in runs for step in _steps(table, rows)]
    if start_voltage is None and steps[0].specific_current < 0:
        start_voltage = float(record.voltage[0])
    return MeasuredCurve(name, tuple(steps), _noise(table, runs) if noise is None else noise, start_voltage)


def _table(record: CyclerRecord, mass: float, temperature: float | None) -> _Table:
    active = active_rows_from_current(current=record.current)
    charge = interval_charge_from_current(time=record.time, current=record.current, active=active)
    return _Table(
        time=record.time,
        voltage=record.voltage,
        current=record.current,
        active=active,
        specific_charge=charge / COULOMB_PER_MAH / mass,
        temperature=_temperatures(record, temperature),
    )


def _runs(table: _Table, first_cycles: int | None, name: str) -> list[Rows]:
    """Return the rows of every step that takes time, from the first one with current on."""
    stretches = stretches_from_current(current=table.current, active=table.active)
    if first_cycles is not None:
        stretches = first_cycles_of_stretches(
            stretches=stretches, current=table.current, active=table.active, cycles=first_cycles
        )
    runs: list[Rows] = []
    for low, high in stretches:
        parts = [(0, high - low)]
        if table.active[low]:
            parts = constant_parts_of_stretch(
                current=table.current[low:high], voltage=table.voltage[low:high]
            )
        elif not runs:
            continue  # a rest before the first current: its state is assumed, so its voltage says nothing
        runs += [
            (low + start, low + stop) for start, stop in parts if _duration(table, low + start, low + stop)
        ]
        if len(runs) > MOST_STEPS:
            raise OutOfRange(
                f"{name} has more than {MOST_STEPS} steps. Choose the cycles at its start with first_cycles"
                " in [calibration], or a file with constant currents."
            )
    if not runs:
        raise OutOfRange(
            f"{name} has no usable step: no current flows. Name a file of a charge or discharge."
        )
    return runs


def _duration(table: _Table, low: int, high: int) -> float:
    return float(table.time[high - 1] - table.time[max(low - 1, 0)])


def _steps(table: _Table, rows: Rows) -> list[MeasuredStep]:
    """Return the step of a run of rows; a hold as several constant currents without points."""
    low, high = rows
    clock = table.time[low:high] - table.time[max(low - 1, 0)]
    if not table.active[low]:
        return [_step("rest", table, rows, 0.0, clock)]
    passed = np.cumsum(table.specific_charge[low:high])
    if is_hold(current=table.current[low:high], voltage=table.voltage[low:high]):
        return _hold(table, rows, passed, clock)
    kind: Kind = "charge" if table.current[low] > 0 else "discharge"
    return [_step(kind, table, rows, float(passed[-1] / clock[-1]) * HOUR, clock)]


def _step(
    kind: Kind, table: _Table, rows: Rows, specific_current: float, clock: Float[np.ndarray, "row"]
) -> MeasuredStep:
    voltage = table.voltage[slice(*rows)]
    enough = len(clock) >= FEWEST_ROWS and clock[-1] > clock[0]
    time = np.linspace(clock[0], clock[-1], min(POINTS, len(clock))) if enough else np.empty(0)
    return MeasuredStep(
        kind=kind,
        specific_current=specific_current,
        duration=float(clock[-1]),
        temperature=float(np.mean(table.temperature[slice(*rows)])),
        time=time,
        voltage=np.interp(time, clock, voltage),
        end_voltage=float(voltage[-1]),
    )


def _hold(
    table: _Table, rows: Rows, passed: Float[np.ndarray, "row"], clock: Float[np.ndarray, "row"]
) -> list[MeasuredStep]:
    """Return a hold as pieces of equal charge, each at its mean current."""
    shares = np.linspace(0.0, 1.0, HOLD_PIECES + 1)[1:] * abs(passed[-1])
    times = np.concatenate([[0.0], np.interp(shares, np.abs(passed), clock)])
    times[-1] = clock[-1]
    return [
        MeasuredStep(
            kind="hold",
            specific_current=float(passed[-1]) / HOLD_PIECES / (stop - start) * HOUR,
            duration=float(stop - start),
            temperature=float(np.mean(table.temperature[slice(*rows)])),
            time=np.empty(0),
            voltage=np.empty(0),
            end_voltage=float(table.voltage[rows[1] - 1]),
        )
        for start, stop in itertools.pairwise(times)
        if stop > start
    ]


def _temperatures(record: CyclerRecord, stated: float | None) -> Float[np.ndarray, "row"]:
    """Return the temperature of every row [K]."""
    if stated is not None:
        return np.full(record.rows, stated)
    measured = record.columns.get(TEMPERATURE)
    if measured is None:
        return np.full(record.rows, ROOM_TEMPERATURE)
    plausible = np.isfinite(measured) & (measured > -40.0) & (measured < 200.0) & (measured != 0.0)
    return np.where(plausible, measured + ZERO_CELSIUS, ROOM_TEMPERATURE)


def _noise(table: _Table, runs: list[Rows]) -> float:
    """Return the median row-to-row noise of the steps [V]."""
    each = [
        voltage_noise_from_rows(
            capacity=np.asarray(table.time[low:high]), voltage=np.asarray(table.voltage[low:high])
        )
        for low, high in runs
        if high - low >= FEWEST_ROWS
    ]
    return max(float(np.median(each)) if each else 0.0, SMALLEST_NOISE)
