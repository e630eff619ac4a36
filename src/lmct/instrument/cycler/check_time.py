"""Is time in seconds, and does it never fall? Wrong units, repeats, restarts are repaired."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from lmct.instrument.cycler.columns import CLOCK, UNIX_TIME, known_factor
from lmct.instrument.cycler.record import REQUIRED, TIME
from lmct.quantity.errors import DamagedFile

CLOCK_JITTER = 1e-3
SAMPLE = 10_000
MOST_REPAIRS = 50
"""A file whose time has to be repaired more often than this is not trusted."""

Columns = dict[str, Float[np.ndarray, "row"]]


def repair_time_unit(columns: Columns, said: list[str]) -> None:
    """Compare the steps of test time with those of the clock in the same rows.

    Parameters
    ----------
    columns
        Arrays by BDF name; time is replaced when it is in another unit than seconds.
    said
        Where the warning goes.
    """
    clock = columns.get(CLOCK, columns.get(UNIX_TIME))
    if clock is None or len(clock) < 3:
        return
    passed, ticked = np.diff(columns[TIME][:SAMPLE]), np.diff(clock[:SAMPLE])
    usable = (passed > 0) & (ticked >= 2.0)
    if usable.sum() < 3:
        return
    ratio = float(np.median(ticked[usable] / passed[usable]))
    factor = known_factor(ratio)
    if factor is not None:
        columns[TIME] = columns[TIME] * factor
        said.append(
            f"test time runs {ratio:.4g} times slower than the clock: multiplied by {factor:g} to be seconds."
        )


def repair_time_order(columns: Columns, name: str, said: list[str]) -> Columns:
    """Drop repeated blocks, join restarted parts, refuse any other time that runs backwards.

    Parameters
    ----------
    columns
        Arrays by BDF name.
    name
        Name of the file, for messages.
    said
        Where the warnings go.

    Returns
    -------
    :
        The columns with time that never falls.

    Raises
    ------
    DamagedFile
        Time runs backwards and the rows are neither repeated nor a restart.
    """
    for _ in range(MOST_REPAIRS):
        back = np.flatnonzero(np.diff(columns[TIME]) < 0)
        if len(back) == 0:
            return columns
        row = int(back[0]) + 1
        time = columns[TIME]
        if time[row - 1] - time[row] <= CLOCK_JITTER:
            columns[TIME] = np.maximum.accumulate(time) if _only_jitter(time) else _lifted(time, row)
            said.append(
                f"time steps back by {1e3 * (time[row - 1] - time[row]):.3g} ms at row {row + 1}: held."
            )
        elif (repeated := _repeated_rows(columns, row)) > 0:
            said.append(f"rows {row + 1} to {row + repeated} repeat earlier rows: dropped.")
            keep = np.r_[np.arange(row), np.arange(row + repeated, len(time))]
            columns = {key: column[keep] for key, column in columns.items()}
        elif _restarts(time, row):
            offset = time[row - 1] - time[row] + _pause(columns, row)
            columns[TIME] = np.r_[time[:row], time[row:] + offset]
            said.append(
                f"time starts again at row {row + 1}: the part that follows was set {offset:.6g} s later."
            )
        else:
            raise DamagedFile(
                f"{name}: time runs backwards at row {row + 1} ({time[row - 1]:g} s, then {time[row]:g} s)."
                " Expected time that never falls. Sort or split the file, or export it again."
            )
    raise DamagedFile(
        f"{name}: time was repaired {MOST_REPAIRS} times and still runs backwards."
        " Expected time that never falls. Export the file again."
    )


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
    return (
        int(length if same.all() else np.argmin(same)) if same[:1].any() and same[: row - first].all() else 0
    )


def _restarts(time: Float[np.ndarray, "row"], row: int) -> bool:
    """Say whether time begins again at (nearly) zero, as in two files put one behind the other."""
    if row + 1 < len(time) and time[row + 1] > time[row - 1]:
        return False
    step = float(np.median(np.diff(time[: row + 1])[:-1])) if row > 1 else 1.0
    return bool(abs(time[row]) <= max(abs(time[0]), 2 * step, 1.0) and time[row - 1] > 2 * abs(time[row]))


def _pause(columns: Columns, row: int) -> float:
    """Return the time between two parts by the clock [s], 0 without one."""
    clock = columns.get(CLOCK, columns.get(UNIX_TIME))
    return max(0.0, float(clock[row] - clock[row - 1])) if clock is not None else 0.0
