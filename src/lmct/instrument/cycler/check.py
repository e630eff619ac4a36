"""Cross-checks of every record: repair what the file itself proves wrong and say so, refuse the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from lmct.instrument.cycler.check_charge import check_capacity
from lmct.instrument.cycler.check_time import repair_time_order, repair_time_unit
from lmct.instrument.cycler.columns import CLOCK, CYCLE
from lmct.instrument.cycler.record import CURRENT, REQUIRED, TIME, VOLTAGE, CyclerRecord
from lmct.quantity.errors import DamagedFile

NAN_SHARE = 0.01
VOLTAGE_LIMIT = 100.0
GAP_SECONDS = 3600.0
CLOCK_CHANGE = 3600.0
SAMPLE = 10_000

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
        Current, time and the file's own capacity contradict each other, and nothing tells which is wrong.
    """
    columns = dict(record.columns)
    name = record.source_file
    said: list[str] = []
    if len(columns[TIME]) == 0:
        raise DamagedFile(f"{name} holds no rows. Expected measured data. Export it again.")
    columns = _without_nan(columns, name, said)
    _repair_cycle_count(columns, said)
    _repair_voltage_unit(columns, said)
    repair_time_unit(columns, said)
    columns = repair_time_order(columns, name, said)
    check_capacity(columns, name, said)
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
            f"{name}: {len(rows)} of {len(bad)} rows hold no number for time, voltage or current"
            f" ({_rows_text(rows)}). Expected numbers. Correct these rows or export the file again."
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
    typical = float(np.median(np.abs(_sample(columns[VOLTAGE]))))
    if typical > VOLTAGE_LIMIT:
        columns[VOLTAGE] = columns[VOLTAGE] / 1000.0
        said.append(f"voltage has a median of {typical:.0f} under a heading of volts: taken as millivolts.")


def _sample(column: Float[np.ndarray, "row"]) -> Float[np.ndarray, "sample"]:
    """Return about ten thousand rows spread over a column."""
    return column[:: max(1, len(column) // SAMPLE)]


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
        said.append(
            f"{_rows_text(rows)} ({len(rows)} in all) repeat the row before: kept, they carry no charge."
        )
    clock = columns.get(CLOCK)
    if clock is not None:
        jumps = np.flatnonzero(np.abs(np.abs(np.diff(clock) - steps) - CLOCK_CHANGE) <= 2.0)
        if len(jumps):
            said.append(
                f"the clock jumps by an hour at {_rows_text(jumps + 1)} (daylight saving); time does not."
            )
    if len(steps) and steps.max() > GAP_SECONDS:
        flowing = np.abs(current) > 1e-3 * np.max(np.abs(current), initial=0.0)
        gaps = np.flatnonzero((steps > GAP_SECONDS) & flowing[1:] & flowing[:-1])
        gaps = gaps[steps[gaps] > 20 * np.median(steps)]
        if len(gaps):
            said.append(f"gaps of up to {steps[gaps].max():.0f} s under current after {_rows_text(gaps)}.")
