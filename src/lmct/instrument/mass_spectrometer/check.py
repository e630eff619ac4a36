"""Cross-checks of ion currents: order of time, gaps, saturation, zeros, sizes that cannot be."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Bool, Float

from lmct.instrument.mass_spectrometer.raw_trace import RawTrace
from lmct.instrument.mass_spectrometer.trace import AMPERE, GasTrace
from lmct.quantity.errors import DamagedFile, OutOfRange

LARGEST_CURRENT = 1e-3
"""No ion current reaches this [A]."""

LONG_GAP = 20.0
"""A step in time of so many usual steps is a gap [1]."""

FLAT_ROWS = 5
"""So many rows in a row at exactly the largest signal are a saturated detector."""

MOST_NAMED = 4
"""So many channels are named in a remark."""

LOWEST_FLOW, HIGHEST_FLOW = 1e-4, 1e4
"""Flows outside are in another unit [mL/min]."""


def checked(raw: RawTrace, *, name: str, format_name: str, reader: str) -> GasTrace:
    """Return the record with what was found odd in its warnings.

    Parameters
    ----------
    raw
        What the reader returned.
    name
        Name of the file.
    format_name, reader
        For the provenance.

    Raises
    ------
    DamagedFile
        Times run backwards, or a channel holds no number.
    OutOfRange
        Currents are too large to be any.
    """
    said = list(raw.warnings)
    keep = _rows_to_keep(raw.time, name, said)
    time = raw.time[keep]
    currents, saturated = {}, []
    for mass, column in raw.currents.items():
        values = column[keep]
        full = None if raw.full_scale is None else raw.full_scale[keep]
        flat = _saturated(values, full)
        if flat.any():
            saturated.append(mass)
            said.append(
                f"m/z {mass}: the detector is saturated in {int(flat.sum())} rows; they are left out."
            )
        if not flat.all():
            _refuse_size(values, raw.unit, mass, name)
        currents[mass] = np.where(flat, np.nan, values)
    said += _remarks({mass: raw.currents[mass][keep] for mass in currents if mass not in saturated})
    conditions = {key: column[keep] for key, column in raw.conditions.items()}
    _refuse_flow(conditions, name)
    said += _gaps(time)
    return GasTrace(
        time=time - time[0] if raw.start_time is None else time,
        currents=currents,
        unit=raw.unit,
        conditions=conditions,
        start_time=raw.start_time,
        saturated=tuple(saturated),
        source_file=name,
        format=format_name,
        reader=reader,
        metadata=raw.metadata,
        warnings=tuple(said),
    )


def _rows_to_keep(time: Float[np.ndarray, "row"], name: str, said: list[str]) -> Bool[np.ndarray, "row"]:
    known = np.isfinite(time)
    if known.sum() < 2:
        raise DamagedFile(
            f"{name} has {int(known.sum())} rows with a time. Expected two or more. Export it again."
        )
    if not known.all():
        said.append(f"{int((~known).sum())} rows without a time are left out.")
    places = np.flatnonzero(known)
    back = np.flatnonzero(np.diff(time[places]) < 0)
    if back.size:
        row = int(places[back[0] + 1])
        raise DamagedFile(
            f"{name}: the clock runs backwards at row {row + 1} ({time[places[back[0]]]:g} s, then"
            f" {time[row]:g} s). Expected rising times. The clock was set during the run (summer time?), or"
            " two runs were joined: cut the file there."
        )
    same = np.concatenate([[False], np.diff(time[places]) == 0])
    if same.any():
        said.append(f"{int(same.sum())} rows with the time of the row before are left out.")
    keep = known.copy()
    keep[places[same]] = False
    return np.asarray(keep)


def _refuse_size(values: Float[np.ndarray, "row"], unit: str, mass: int, name: str) -> None:
    if not np.isfinite(values).any():
        raise DamagedFile(f"{name}: m/z {mass} holds no number. Expected ion currents. Leave the column out.")
    largest = float(np.nanmax(np.abs(values)))
    if unit == AMPERE and largest > LARGEST_CURRENT:
        raise OutOfRange(
            f"{name}: m/z {mass} reaches {largest:g} A. Expected ion currents below {LARGEST_CURRENT:g} A."
            " The unit or the decimal mark is wrong: give current_unit or decimal in a column map."
        )


def _saturated(
    values: Float[np.ndarray, "row"], full: Float[np.ndarray, "row"] | None
) -> Bool[np.ndarray, "row"]:
    """Return the rows at the end of the scale: NaN when the file tells it, else a flat top."""
    if full is not None:
        return np.asarray(np.isnan(values) | (values >= full))
    if not np.isfinite(values).any() or np.nanmax(values) <= 0.0 or np.nanmax(values) == np.nanmin(values):
        return np.zeros(len(values), dtype=bool)
    top = values == np.nanmax(values)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], top.astype(int), [0]])))
    longest = int(np.max(edges[1::2] - edges[::2], initial=0))
    return np.asarray(top & (longest >= FLAT_ROWS))


def _remarks(currents: Mapping[int, Float[np.ndarray, "row"]]) -> list[str]:
    """Return what is odd about values, all channels in one sentence."""
    kinds = (
        (np.isnan, "hold no number"),
        (lambda column: column == 0, "are exactly zero, below the range of the detector or off"),
        (lambda column: column < 0, "are negative; they are kept, as noise around zero is"),
    )
    said = []
    for is_odd, words in kinds:
        counts = {mass: int(is_odd(column).sum()) for mass, column in currents.items()}
        listed = [f"m/z {mass}: {count}" for mass, count in counts.items() if count]
        if listed:
            more = f" and {len(listed) - MOST_NAMED} more channels" if len(listed) > MOST_NAMED else ""
            said.append(f"currents ({', '.join(listed[:MOST_NAMED])}{more}) {words}.")
    return said


def _refuse_flow(conditions: Mapping[str, Float[np.ndarray, "row"]], name: str) -> None:
    flow = conditions.get("flow")
    if flow is None:
        return
    if not np.all(np.isfinite(flow)) or flow.min() < LOWEST_FLOW or flow.max() > HIGHEST_FLOW:
        raise OutOfRange(
            f"{name}: the flow runs from {np.nanmin(flow):g} to {np.nanmax(flow):g} mL/min. Expected"
            f" {LOWEST_FLOW:g} to {HIGHEST_FLOW:g} in every row. Check its unit, or leave the column out and"
            " give the flow as an option."
        )


def _gaps(time: Float[np.ndarray, "row"]) -> list[str]:
    steps = np.diff(time)
    usual = float(np.median(steps))
    long = np.flatnonzero(steps > LONG_GAP * usual)
    if not long.size:
        return []
    worst = int(long[np.argmax(steps[long])])
    return [
        f"{long.size} gaps in time, the longest of {steps[worst] / 60:.3g} min after"
        f" {time[worst] / 3600:.2f} h (usual step {usual:.3g} s): the clock was set, or nothing was recorded."
    ]
