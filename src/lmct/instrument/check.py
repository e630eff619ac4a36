"""Cross-checks of every record: repair what the file itself proves wrong and say so, refuse the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float, Int

from lmct.instrument.columns import CHARGING, CLOCK, CYCLE, DISCHARGING, NET, UNIX_TIME
from lmct.instrument.record import CURRENT, REQUIRED, TIME, VOLTAGE, CyclerRecord
from lmct.quantity.errors import DamagedFile, UnitMismatch

NAN_SHARE = 0.01
VOLTAGE_LIMIT = 100.0
CAPACITY_TOLERANCE = 0.05
FACTOR_TOLERANCE = 0.02
UNIT_FACTORS = (60.0, 3600.0, 1000.0, 1e6, 1 / 60.0, 1 / 3600.0, 1e-3, 1e-6)
GAP_SECONDS = 3600.0
CLOCK_JITTER = 1e-3

Columns = dict[str, Float[np.ndarray, "row"]]


def checked(record: CyclerRecord) -> CyclerRecord:
    """Return the record repaired, with a warning for each repair and each oddity.

    Parameters
    ----------
    record
        As a reader made it.

    Returns
    -------
    :
        Rows with NaN dropped, time in seconds and never falling, voltage in volts, cycles counted from 1.

    Raises
    ------
    DamagedFile
        More than 1 % of the rows hold no number, or time runs backwards.
    UnitMismatch
        Current, time and the file's own capacity contradict each other and the file does not tell which is wrong.
    """
    columns = dict(record.columns)
    name = record.source_file
    said: list[str] = []
    if len(columns[TIME]) == 0:
        raise DamagedFile(f"{name} holds no rows. Expected measured data. Export it again.")
    columns = _without_nan(columns, name, said)
    _repair_cycle_count(columns, said)
    _repair_voltage_unit(columns, said)
    _repair_time_unit(columns, said)
    columns = _repair_time_order(columns, name, said)
    _check_capacity(columns, name, said)
    _report_oddities(columns, said)
    return replace(record, columns=columns, warnings=record.warnings + tuple(said))


def _rows_text(rows: Int[np.ndarray, "found"]) -> str:
    """Return row numbers counted from 1, the first five of them."""
    shown = ", ".join(str(row + 1) for row in rows[:5])
    return f"{'row' if len(rows) == 1 else 'rows'} {shown}{', ...' if len(rows) > 5 else ''}"


def _without_nan(columns: Columns, name: str, said: list[str]) -> Columns:
    """Drop the rare rows without time, voltage or current."""
    bad = ~np.isfinite(columns[TIME])
    for column in REQUIRED[1:]:
        bad |= ~np.isfinite(columns[column])
    rows = np.flatnonzero(bad)
    if len(rows) == 0:
        return columns
    if len(rows) > max(1, NAN_SHARE * len(bad)) or len(rows) == len(bad):
        raise DamagedFile(
            f"{name}: {len(rows)} of {len(bad)} rows hold no number for time, voltage or current ({_rows_text(rows)})."
            " Expected numbers. Correct these rows or export the file again."
        )
    said.append(f"{_rows_text(rows)} without time, voltage or current dropped.")
    return {key: column[~bad] for key, column in columns.items()}


def _repair_cycle_count(columns: Columns, said: list[str]) -> None:
    """Undo a cycle count that was converted as an angle (2 pi per cycle)."""
    if CYCLE not in columns:
        return
    cycles = columns[CYCLE]
    finite = cycles[np.isfinite(cycles)]
    if np.array_equal(finite, np.round(finite)):
        return
    turns = finite / (2 * np.pi)
    if np.allclose(turns, np.round(turns), atol=1e-6):
        columns[CYCLE] = np.round(cycles / (2 * np.pi))
        said.append("cycle_count was in radians (2 pi = 6.283... per cycle); divided by 2 pi.")
    else:
        del columns[CYCLE]
        said.append(f"cycle_count is not a whole number (e.g. {finite[0]:g}); left out.")


def _repair_voltage_unit(columns: Columns, said: list[str]) -> None:
    """Recognise millivolts under a heading of volts."""
    typical = float(np.median(np.abs(columns[VOLTAGE])))
    if typical > VOLTAGE_LIMIT:
        columns[VOLTAGE] = columns[VOLTAGE] / 1000.0
        said.append(f"voltage has a median of {typical:.0f} under a heading of volts: taken as millivolts.")


def _repair_time_unit(columns: Columns, said: list[str]) -> None:
    """Compare the steps of test time with those of the clock in the same rows."""
    clock = columns.get(CLOCK, columns.get(UNIX_TIME))
    if clock is None or len(clock) < 3:
        return
    passed, ticked = np.diff(columns[TIME]), np.diff(clock)
    usable = (passed > 0) & (ticked >= 2.0)
    if usable.sum() < 3:
        return
    ratio = float(np.median(ticked[usable] / passed[usable]))
    factor = _known_factor(ratio)
    if factor is not None:
        columns[TIME] = columns[TIME] * factor
        said.append(f"test time runs {ratio:.4g} times slower than the clock: multiplied by {factor:g} to be seconds.")


def _known_factor(ratio: float) -> float | None:
    """Return the unit factor that a ratio is, if it is one."""
    for factor in UNIT_FACTORS:
        if abs(ratio / factor - 1) < FACTOR_TOLERANCE:
            return factor
    return None


def _repair_time_order(columns: Columns, name: str, said: list[str]) -> Columns:
    """Drop repeated blocks, join restarted parts, refuse any other time that runs backwards."""
    while len(back := np.flatnonzero(np.diff(columns[TIME]) < 0)):
        row = int(back[0]) + 1
        time = columns[TIME]
        if time[row - 1] - time[row] <= CLOCK_JITTER:
            columns[TIME] = np.maximum.accumulate(time) if _only_jitter(time) else _lifted(time, row)
            said.append(f"time steps back by {1e3 * (time[row - 1] - time[row]):.3g} ms at row {row + 1}: held.")
        elif (repeated := _repeated_rows(columns, row)) > 0:
            said.append(f"rows {row + 1} to {row + repeated} repeat earlier rows: dropped.")
            keep = np.r_[np.arange(row), np.arange(row + repeated, len(time))]
            columns = {key: column[keep] for key, column in columns.items()}
        elif _restarts(time, row):
            offset = time[row - 1] - time[row] + _pause(columns, row)
            columns[TIME] = np.r_[time[:row], time[row:] + offset]
            said.append(f"time starts again at row {row + 1}: the part that follows was set {offset:.6g} s later.")
        else:
            raise DamagedFile(
                f"{name}: time runs backwards at row {row + 1} ({time[row - 1]:g} s, then {time[row]:g} s)."
                " Expected time that never falls. Sort or split the file, or export it again."
            )
    return columns


def _only_jitter(time: Float[np.ndarray, "row"]) -> bool:
    """Say whether no fall of time is larger than the jitter of a clock."""
    return bool(np.all(np.maximum.accumulate(time) - time <= CLOCK_JITTER))


def _lifted(time: Float[np.ndarray, "row"], row: int) -> Float[np.ndarray, "row"]:
    """Return time with one row held at the value before it."""
    held = time.copy()
    held[row] = time[row - 1]
    return held


def _repeated_rows(columns: Columns, row: int) -> int:
    """Return how many rows from ``row`` on are an exact copy of earlier rows."""
    time = columns[TIME]
    first = int(np.searchsorted(time[:row], time[row]))
    length = min(row - first, len(time) - row)
    same = np.ones(length, dtype=bool)
    for key in REQUIRED:
        column = columns[key]
        same &= column[first : first + length] == column[row : row + length]
    return int(length if same.all() else np.argmin(same)) if same[:1].any() and same[: row - first].all() else 0


def _restarts(time: Float[np.ndarray, "row"], row: int) -> bool:
    """Say whether time begins again at (nearly) zero, as in two files put one behind the other."""
    step = float(np.median(np.diff(time[: row + 1])[:-1])) if row > 1 else 1.0
    return bool(abs(time[row]) <= max(abs(time[0]), 2 * step, 1.0) and time[row - 1] > 2 * abs(time[row]))


def _pause(columns: Columns, row: int) -> float:
    """Return the time between two parts by the clock [s], 0 without one."""
    clock = columns.get(CLOCK, columns.get(UNIX_TIME))
    return max(0.0, float(clock[row] - clock[row - 1])) if clock is not None else 0.0


def _check_capacity(columns: Columns, name: str, said: list[str]) -> None:
    """Compare the charge integrated here with the capacity that the file states."""
    stated = _stated_steps(columns)
    if stated is None:
        return
    current, time = columns[CURRENT], columns[TIME]
    passed = 0.5 * (current[1:] + current[:-1]) * np.diff(time) / 3600.0
    use = _comparable(columns, stated, passed)
    if use.sum() < 3:
        return
    stated, passed = stated[use], passed[use]
    if np.sum(passed * np.sign(stated)) < 0.5 * np.sum(np.abs(passed)):
        _repair_sign(columns, said, stated, passed, name)
    ratio = float(np.sum(np.abs(passed)) / np.sum(np.abs(stated)))
    if abs(ratio - 1) <= CAPACITY_TOLERANCE:
        return
    factor = _known_factor(ratio)
    if factor == 1 / 60.0:
        columns[TIME] = time * 60.0
        said.append("current times test time gives 1/60 of the file's own capacity: test time taken as minutes.")
    elif factor is not None:
        raise UnitMismatch(
            f"{name}: current times time gives {ratio:.4g} times the capacity that the file itself states."
            " Expected 1. A unit of time, current or capacity is wrong; state the units in the column map."
        )
    else:
        said.append(
            f"charge integrated from the current is {ratio:.3f} times the file's own capacity"
            " (sparse rows, a filtered current, or a wrong unit)."
        )


def _stated_steps(columns: Columns) -> Float[np.ndarray, "interval"] | None:
    """Return the charge between rows by the file's own capacity columns [Ah], NaN where a counter was reset."""
    if NET in columns:
        return np.diff(columns[NET])
    parts = [np.diff(columns[key]) for key in (CHARGING, DISCHARGING) if key in columns]
    if len(parts) < 2:
        return None
    return np.where((parts[0] >= 0) & (parts[1] >= 0), parts[0] - parts[1], np.nan)


def _comparable(
    columns: Columns, stated: Float[np.ndarray, "interval"], passed: Float[np.ndarray, "interval"]
) -> Bool[np.ndarray, "interval"]:
    """Select intervals inside one step: same sign of current at both ends and a counter that moved."""
    current = columns[CURRENT]
    use: Bool[np.ndarray, "interval"] = (current[1:] * current[:-1] > 0) & np.isfinite(stated) & (stated != 0)
    if use.sum() < 3:
        return use
    scale = float(np.median(np.abs(passed[use] / stated[use])))
    jump = np.abs(stated) * scale > 100 * np.abs(passed) + 1e-9
    return use & ~jump


def _repair_sign(
    columns: Columns,
    said: list[str],
    stated: Float[np.ndarray, "interval"],
    passed: Float[np.ndarray, "interval"],
    name: str,
) -> None:
    """Turn the current round when the file's capacity says that its sign is the other way."""
    if np.sum(passed * np.sign(stated)) < -0.5 * np.sum(np.abs(passed)):
        columns[CURRENT] = -columns[CURRENT]
        said.append("the current is negative while the file's charge capacity grows: its sign was turned round.")
    else:
        raise UnitMismatch(
            f"{name}: the sign of the current does not follow the file's own charge and discharge capacity."
            " Expected positive current on charge. Check the columns, or name them in a column map."
        )


def _report_oddities(columns: Columns, said: list[str]) -> None:
    """Warn of what is readable but odd: one row, no current, repeated rows, gaps under current."""
    time, current = columns[TIME], columns[CURRENT]
    if len(time) == 1:
        said.append("the file holds a single row.")
    if not np.any(current):
        said.append("the current is zero in every row.")
    steps = np.diff(time)
    still = steps == 0
    for column in (columns[VOLTAGE], current):
        still &= np.diff(column) == 0
    if still.any():
        rows = np.flatnonzero(still) + 1
        said.append(f"{len(rows)} rows repeat the row before ({_rows_text(rows)}); kept, they carry no charge.")
    if len(steps) and steps.max() > GAP_SECONDS:
        flowing = np.abs(current) > 1e-3 * np.max(np.abs(current), initial=0.0)
        gaps = np.flatnonzero((steps > GAP_SECONDS) & flowing[1:] & flowing[:-1])
        gaps = gaps[steps[gaps] > 20 * np.median(steps)]
        if len(gaps):
            said.append(f"gaps of up to {steps[gaps].max():.0f} s under current after {_rows_text(gaps)}.")
