"""One charge or discharge at constant current as a cycler recorded it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.protocol.step import Step

if TYPE_CHECKING:
    import xarray as xr

    from lmct.technique.contract import Measurement

SETTLING = 120.0
"""A curve is not looked at before so long after the current was switched on [s]: capacities of the double
layer and of the contacts are no part of an electrode here (assumption)."""

CONSTANT = 0.01
"""The charge passed may differ by this share of the whole from that of a constant current [1]."""

LEAST_ROWS = 20
"""Rows below which a half-cycle is no curve."""

LEAST_TIME, LEAST_SPAN = 600.0, 0.1
"""A half-cycle of less time [s], or whose voltage goes less far in its direction [V], is none either."""

ENDS = 2
"""Half-cycles that are compared from the first and from the last on: those between say little new."""

HALF_CYCLES = ("charge", "discharge")


@dataclass(frozen=True, eq=False, kw_only=True)
class RecordedCurve:
    """A half-cycle at constant current.

    Parameters
    ----------
    name
        Of its measurement.
    step
        Number of its step in the protocol of the cell.
    label
        In words, unique in the protocol: ``"step 3"``.
    time
        Since its start [s].
    capacity
        Passed since its start, not decreasing [mAh/g].
    voltage
        [V].
    noise
        Standard deviation of one voltage [V].
    channel_error
        Accuracy of all voltages of the cell together [V].
    mass_error
        Relative uncertainty of the active mass [1].
    """

    name: str
    step: int
    label: str
    time: Float[np.ndarray, "row"]
    capacity: Float[np.ndarray, "row"]
    voltage: Float[np.ndarray, "row"]
    noise: float
    channel_error: float
    mass_error: float

    @property
    def total(self) -> float:
        """Capacity at its end [mAh/g]."""
        return float(self.capacity[-1])

    def capacity_after(self, time: float) -> float:
        """Return the capacity passed at a time since its start [mAh/g]."""
        return float(np.interp(time, self.time, self.capacity))

    def voltage_at(self, capacity: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
        """Return voltages at capacities [V], straight lines between the rows."""
        return np.asarray(np.interp(capacity, self.capacity, self.voltage))

    def bend(
        self, capacity: Float[np.ndarray, "point"], away: Float[np.ndarray, "point"]
    ) -> Float[np.ndarray, "point"]:
        """Return by how much the voltage leaves a straight line within capacities on both sides [V].

        Parameters
        ----------
        capacity
            Places, at least two [mAh/g]; the straight lines have the slope between their neighbours.
        away
            How far to look on both sides of each [mAh/g].
        """
        here = self.voltage_at(capacity)
        slope = np.gradient(here, capacity)
        apart = [
            np.abs(self.voltage_at(capacity + share * away) - here - share * away * slope)
            for share in (-1.0, -0.5, 0.5, 1.0)
        ]
        return np.asarray(np.max(np.array(apart), axis=0))

    def voltage_range(self, settling: float) -> tuple[float, float]:
        """Return the voltage after a time since its start, and that at its end [V]."""
        return float(np.interp(settling, self.time, self.voltage)), float(self.voltage[-1])


def charge_between_voltages(
    *,
    capacity: Float[np.ndarray, "row"],
    voltage: Float[np.ndarray, "row"],
    edges: Float[np.ndarray, "edge"],
) -> Float[np.ndarray, "interval"]:
    """Return the charge that passed while the voltage lay between neighbouring edges.

    Noise takes as much charge out of an interval as it puts in, other than where the first crossing of an
    edge is searched.

    Parameters
    ----------
    capacity
        Passed since the start, not decreasing [mAh/g].
    voltage
        At the same rows, straight lines between them [V].
    edges
        Rising or falling [V].

    Returns
    -------
    :
        [mAh/g].

    Examples
    --------
    >>> charge_between_voltages(
    ...     capacity=np.array([0.0, 10.0]), voltage=np.array([4.0, 3.0]), edges=np.array([3.75, 3.5, 3.25])
    ... )
    array([2.5, 2.5])
    """
    low, high = np.minimum(voltage[1:], voltage[:-1]), np.maximum(voltage[1:], voltage[:-1])
    flat = high == low
    width = np.where(flat, 1.0, high - low)
    below = np.array(
        [
            np.sum(np.diff(capacity) * np.where(flat, low < edge, np.clip((edge - low) / width, 0.0, 1.0)))
            for edge in edges
        ]
    )
    return np.asarray(np.abs(np.diff(below)))


def recorded_curves(
    measurement: Measurement, protocol: Sequence[Step]
) -> tuple[tuple[RecordedCurve, ...], tuple[str, ...]]:
    """Return the charges and discharges of a file that are steps of a protocol which ends with the last one.

    The half-cycles of the file are the last steps of the protocol: from its end they are counted back as long
    as charge meets charge. Of many the first and the last few are taken.

    Parameters
    ----------
    measurement
        An electrochemical measurement, in mAh/g.
    protocol
        Of its cell; its last step is the last discharge of the file.

    Returns
    -------
    :
        The curves in order, and why others are none.
    """
    pairs = _steps_of_file(measurement.dataset, protocol)
    chosen = pairs if len(pairs) <= 2 * ENDS else [*pairs[:ENDS], *pairs[-ENDS:]]
    found, missing = [], []
    for step, half_cycle in chosen:
        curve = _curve(measurement, step, half_cycle)
        if curve is None:
            missing.append(f"{step + 1}")
        else:
            found.append(curve)
    messages = (
        f"the curves of {measurement.name}, steps {', '.join(missing)}, are not compared: they have fewer"
        f" than {LEAST_ROWS} rows, take less than {LEAST_TIME:g} s or {LEAST_SPAN:g} V, or their current is"
        " not constant",
    )
    return tuple(found), messages if missing else ()


def _steps_of_file(dataset: xr.Dataset, protocol: Sequence[Step]) -> list[tuple[int, int]]:
    """Return pairs of a step of the protocol and its half-cycle in the file."""
    direction = np.asarray(dataset["direction"].values)
    moved = (np.asarray(dataset["total_capacity"].values) > 0) & (np.asarray(dataset["duration"].values) > 0)
    last = int(np.flatnonzero(moved & (direction < 0))[-1])
    half_cycles = np.flatnonzero(moved[: last + 1])[::-1]
    steps = [place for place, step in enumerate(protocol) if step.kind in HALF_CYCLES][::-1]
    pairs = []
    for place, number in zip(steps, half_cycles.tolist(), strict=False):
        if (protocol[place].kind == "charge") != (direction[number] > 0):
            break
        pairs.append((place, number))
    return pairs[::-1]


def _curve(measurement: Measurement, step: int, half_cycle: int) -> RecordedCurve | None:
    """Return a half-cycle; None when it is too short or its current is not constant."""
    data = measurement.dataset
    if "row" not in data.dims:
        return None
    rows = slice(int(data["start_row"][half_cycle]), int(data["stop_row"][half_cycle]))
    time, capacity, voltage = (
        np.asarray(data[name].values[rows], dtype=float) for name in ("time", "capacity", "voltage")
    )
    capacity = np.maximum.accumulate(capacity)
    if len(time) < LEAST_ROWS or not np.all(np.isfinite(capacity) & np.isfinite(voltage)):
        return None
    time = time - time[0]
    after = float(np.interp(SETTLING, time, voltage))
    span = float(data["direction"][half_cycle]) * (float(voltage[-1]) - after)
    if time[-1] < LEAST_TIME or span < LEAST_SPAN:
        return None
    even = capacity[0] + (capacity[-1] - capacity[0]) * time / time[-1]
    if np.max(np.abs(capacity - even)) > CONSTANT * capacity[-1]:
        return None
    return RecordedCurve(
        name=measurement.name,
        step=step,
        label=f"step {step + 1}",
        time=time,
        capacity=capacity,
        voltage=voltage,
        noise=float(data["voltage_noise"][half_cycle]),
        channel_error=float(data.attrs.get("voltage_uncertainty_volt", 0.0)),
        mass_error=float(data.attrs.get("mass_relative_uncertainty", 0.0)),
    )
