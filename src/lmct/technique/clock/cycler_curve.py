"""What a cycler recorded, reduced to what scans are joined with: time, voltage, charge, half-cycles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from lmct.quantity.constants import COULOMB_PER_MAH
from lmct.quantity.errors import DataError

if TYPE_CHECKING:
    import xarray as xr

    from lmct.instrument.cycler.record import CyclerRecord

CURRENT_FLOOR = 1e-3
"""Currents below this share of the largest count as rest [1]."""

SHORT = 0.01
"""A stretch of current that passes less than this share of the charge of the longest is no half-cycle [1]."""


@dataclass(frozen=True, eq=False)
class CyclerCurve:
    """Rows of a cycler.

    Parameters
    ----------
    time
        Since the start of the test, not falling [s].
    voltage
        Of the cell [V].
    current
        Positive on charge [A].
    charge
        Passed since the first row, charge positive [mAh].
    half_cycle
        Number of the charge or discharge that each row belongs to, from 0; -1 at rest before the first. Rests
        within and after a half-cycle belong to it.
    start_time
        Start of the test by the cycler's clock; None when not told.
    active_mass
        Of the electrode [g]; None when not told.
    source_file, source_sha256
        Name and hash of the file.
    """

    time: Float[np.ndarray, "row"]
    voltage: Float[np.ndarray, "row"]
    current: Float[np.ndarray, "row"]
    charge: Float[np.ndarray, "row"]
    half_cycle: Int[np.ndarray, "row"]
    start_time: datetime | None = None
    active_mass: float | None = None
    source_file: str = ""
    source_sha256: str = ""


def cycler_curve(
    *,
    time: Float[np.ndarray, "row"],
    voltage: Float[np.ndarray, "row"],
    current: Float[np.ndarray, "row"],
    start_time: datetime | None = None,
    active_mass: float | None = None,
    source_file: str = "",
    source_sha256: str = "",
) -> CyclerCurve:
    """Return the curve of rows, its charge by the trapezoidal rule.

    Parameters
    ----------
    time
        Since the start of the test [s].
    voltage
        Of the cell [V].
    current
        Positive on charge [A].
    start_time
        By the clock of the cycler.
    active_mass
        Of the electrode [g].
    source_file, source_sha256
        Name and hash of the file.

    Returns
    -------
    :
        The curve; rows with a number missing are left out.

    Raises
    ------
    DataError
        There are fewer than two rows, or the time runs backwards.
    """
    whole = np.isfinite(time) & np.isfinite(voltage) & np.isfinite(current)
    time, voltage, current = time[whole], voltage[whole], current[whole]
    if len(time) < 2:
        raise DataError(
            f"{source_file or 'the cycler file'} has {len(time)} complete rows. Expected two or more."
        )
    if np.any(np.diff(time) < 0):
        row = int(np.argmax(np.diff(time) < 0)) + 1
        raise DataError(
            f"{source_file or 'the cycler file'}: the time runs backwards at row {row} ({time[row]:g} s)."
            " Expected times that do not fall. Repair the file or cut it there."
        )
    passed = np.concatenate([[0.0], np.cumsum(0.5 * (current[1:] + current[:-1]) * np.diff(time))])
    charge = passed / COULOMB_PER_MAH
    return CyclerCurve(
        time,
        voltage,
        current,
        charge,
        half_cycles_from_current(current=current, charge=charge),
        start_time,
        active_mass,
        source_file,
        source_sha256,
    )


def half_cycles_from_current(
    *, current: Float[np.ndarray, "row"], charge: Float[np.ndarray, "row"]
) -> Int[np.ndarray, "row"]:
    """Return the numbers of the charges and discharges; a rest belongs to the one before it.

    Parameters
    ----------
    current
        Positive on charge [A].
    charge
        Passed since the first row [mAh].

    Returns
    -------
    :
        Numbers from 0; -1 before the first current.

    Examples
    --------
    >>> half_cycles_from_current(
    ...     current=np.array([0.0, 1.0, 1.0, 0.0, -1.0, -1.0]), charge=np.array([0.0, 1, 2, 2, 1, 0])
    ... ).tolist()
    [-1, 0, 0, 0, 1, 1]
    """
    floor = CURRENT_FLOOR * float(np.max(np.abs(current), initial=0.0))
    sign = np.where(np.abs(current) > floor, np.sign(current), 0.0)
    for stretch in _stretches_too_short(sign, charge):
        sign[stretch] = 0.0
    flowing = np.flatnonzero(sign)
    number = np.full(len(current), -1)
    if flowing.size:
        turns = np.concatenate([[0], np.cumsum(np.diff(sign[flowing]) != 0)])
        place = np.searchsorted(flowing, np.arange(len(current)), side="right") - 1
        number = np.where(place >= 0, turns[np.maximum(place, 0)], -1)
    return np.asarray(number, dtype=np.int64)


def _stretches_too_short(
    sign: Float[np.ndarray, "row"], charge: Float[np.ndarray, "row"]
) -> list[Int[np.ndarray, "stretch"]]:
    """Return the rows of stretches in one direction, rests bridged, that pass next to no charge."""
    flowing = np.flatnonzero(sign)
    if not flowing.size:
        return []
    parts = np.split(flowing, np.flatnonzero(np.diff(sign[flowing]) != 0) + 1)
    passed = [abs(float(charge[one[-1]] - charge[max(one[0] - 1, 0)])) for one in parts]
    return [one for one, part in zip(parts, passed, strict=True) if part < SHORT * max(passed)]


def cycler_curve_from_record(record: CyclerRecord, *, active_mass: float | None = None) -> CyclerCurve:
    """Return the curve of a cycler file.

    Parameters
    ----------
    record
        The file.
    active_mass
        Of the electrode [g]; that of the file by default.

    Returns
    -------
    :
        The curve.
    """
    return cycler_curve(
        time=np.asarray(record.time, dtype=float),
        voltage=np.asarray(record.voltage, dtype=float),
        current=np.asarray(record.current, dtype=float),
        start_time=record.start_time,
        active_mass=record.active_mass if active_mass is None else active_mass,
        source_file=record.source_file,
        source_sha256=record.source_sha256,
    )


def cycler_curve_from_dataset(dataset: xr.Dataset, *, start_time: datetime | None = None) -> CyclerCurve:
    """Return the curve of an analysed cell.

    Parameters
    ----------
    dataset
        Variables ``time``, ``voltage`` and ``current`` along ``row``; attributes ``start_time`` (ISO 8601)
        and ``active_mass_gram`` when known.
    start_time
        By the clock of the cycler; that of the data set by default.

    Returns
    -------
    :
        The curve.

    Raises
    ------
    DataError
        A variable is missing or the start time is none.
    """
    missing = [name for name in ("time", "voltage", "current") if name not in dataset]
    if missing:
        raise DataError(
            f"the data set of the cell lacks {', '.join(missing)}. Expected time, voltage and current of its"
            " rows. Analyse the cycler file again."
        )
    text = str(dataset.attrs.get("start_time", ""))
    mass = dataset.attrs.get("active_mass_gram")
    return cycler_curve(
        time=np.asarray(dataset["time"].values, dtype=float),
        voltage=np.asarray(dataset["voltage"].values, dtype=float),
        current=np.asarray(dataset["current"].values, dtype=float),
        start_time=start_time or (time_from_text(text) if text else None),
        active_mass=None if mass is None else float(mass),
        source_file=str(dataset.attrs.get("source_file", "")),
        source_sha256=str(dataset.attrs.get("source_sha256", "")),
    )


def time_from_text(text: str) -> datetime:
    """Return a time written as ISO 8601.

    Parameters
    ----------
    text
        For example ``"2025-07-02T19:08:11+02:00"``; without a zone the time has none.

    Returns
    -------
    :
        The time.

    Raises
    ------
    DataError
        The text is no time.
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise DataError(f"{text!r} is no time. Expected one like 2025-07-02T19:08:11+02:00.") from error
