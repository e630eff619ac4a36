"""Voltage sweeps of a record and the peaks of their current."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

SMALLEST_SPAN = 0.3
"""A sweep goes at least this far [V]."""

STRAIGHTNESS = 2e-3
"""Largest rms deviation of the voltage from a straight line in time, as a share of the span [1]."""

TURN = 0.02
"""The voltage has turned when it comes back by this much [V]."""

MINIMUM_ROWS = 20

SMALLEST_PEAK = 0.05
"""A peak rises above the higher of its two valleys by this share of the largest current [1]."""

PEAK_WINDOW = 0.03
"""Half-width of the parabola that gives the top of a peak [V]."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """A stretch of a record in which the voltage changes at a constant rate.

    Parameters
    ----------
    direction
        1 upwards, -1 downwards.
    start, stop
        Its rows, ``stop`` excluded.
    rate
        Magnitude of the rate [V/s].
    """

    direction: int
    start: int
    stop: int
    rate: float


@dataclass(frozen=True, slots=True)
class CurrentPeak:
    """A maximum of the current of a sweep.

    Parameters
    ----------
    voltage, voltage_uncertainty
        Position by a parabola through its top, statistical uncertainty [V].
    current, current_uncertainty
        Height over zero current, positive in either direction [A]; no background is taken off.
    """

    voltage: float
    voltage_uncertainty: float
    current: float
    current_uncertainty: float


def find_sweeps(*, time: Float[np.ndarray, "row"], voltage: Float[np.ndarray, "row"]) -> tuple[Sweep, ...]:
    """Return the sweeps of a record, found from the voltage alone.

    The record is cut where the voltage turns; a piece is a sweep when it is straight in time.

    Parameters
    ----------
    time
        Time [s], not decreasing.
    voltage
        Voltage [V].

    Returns
    -------
    :
        Sweeps in order of time; galvanostatic curves give none.

    Examples
    --------
    >>> time = np.arange(0.0, 2001.0, 10.0)
    >>> sweeps = find_sweeps(time=time, voltage=2.0 + np.minimum(time, 2000.0 - time) * 1e-3)
    >>> [(one.direction, round(one.rate, 6)) for one in sweeps]
    [(1, 0.001), (-1, 0.001)]
    """
    corners = _turning_points(voltage)
    found: list[Sweep] = []
    for low, high in itertools.pairwise(corners):
        piece = slice(low, high + 1)
        t, v = time[piece], voltage[piece]
        span = abs(float(v[-1] - v[0]))
        if len(t) < MINIMUM_ROWS or span < SMALLEST_SPAN:
            continue
        slope, intercept = np.polyfit(t - t[0], v, 1)
        if float(np.std(v - intercept - slope * (t - t[0]))) <= STRAIGHTNESS * span:
            start = low + 1 if found and found[-1].stop > low else low
            found.append(Sweep(int(np.sign(slope)), start, high + 1, abs(float(slope))))
    return tuple(found)


def find_current_peaks(
    *, voltage: Float[np.ndarray, "row"], current: Float[np.ndarray, "row"], direction: int
) -> tuple[CurrentPeak, ...]:
    """Return the peaks of one sweep.

    Parameters
    ----------
    voltage
        Voltage along the sweep [V].
    current
        Current, positive on charge [A].
    direction
        1 for a sweep upwards, -1 downwards.

    Returns
    -------
    :
        Peaks in order of voltage; a current that is largest where the sweep turns is no peak.

    Examples
    --------
    >>> volts = np.linspace(3.0, 4.5, 500)
    >>> (peak,) = find_current_peaks(
    ...     voltage=volts, current=1e-3 * np.exp(-((volts - 3.8) / 0.1) ** 2), direction=1
    ... )
    >>> round(peak.voltage, 4), round(1e3 * peak.current, 3)
    (3.8, 1.0)
    """
    from scipy.signal import find_peaks

    order = np.argsort(voltage, kind="stable")
    v, i = voltage[order], direction * current[order]
    grid = np.arange(v[0], v[-1], PEAK_WINDOW / 6.0)
    if len(grid) < 5:
        return ()
    width = PEAK_WINDOW / 4.0
    summed = np.concatenate([[0.0], np.cumsum(i)])
    first, last = np.searchsorted(v, grid - width), np.searchsorted(v, grid + width)
    rows = last - first
    means = (summed[last] - summed[first]) / np.maximum(rows, 1)
    smooth = np.where(rows > 0, means, np.interp(grid, v, i))
    tops, _ = find_peaks(smooth, prominence=SMALLEST_PEAK * float(np.abs(smooth).max()))
    peaks = [_top(v, i, float(grid[top])) for top in tops if smooth[top] > 0]
    return tuple(one for one in peaks if one is not None)


def _top(v: Float[np.ndarray, "row"], i: Float[np.ndarray, "row"], guess: float) -> CurrentPeak | None:
    """Return the vertex of a parabola around a guess."""
    near = np.abs(v - guess) <= PEAK_WINDOW
    if near.sum() < 6:
        return None
    (a, b, c), covariance = np.polyfit(v[near] - guess, i[near], 2, cov=True)
    if a >= 0 or abs(shift := -b / (2.0 * a)) > PEAK_WINDOW:
        return None
    along = np.array([b / (2.0 * a**2), -1.0 / (2.0 * a), 0.0])
    height = np.array([shift**2, shift, 1.0])
    return CurrentPeak(
        voltage=guess + float(shift),
        voltage_uncertainty=math.sqrt(max(0.0, float(along @ covariance @ along))),
        current=float(c + b * shift + a * shift**2),
        current_uncertainty=math.sqrt(max(0.0, float(height @ covariance @ height))),
    )


def _turning_points(voltage: Float[np.ndarray, "row"]) -> list[int]:
    """Return the rows at which the voltage turns back by more than TURN, first and last row included."""
    corners, extreme, direction = [0], 0, 0
    for row in range(1, len(voltage)):
        change = float(voltage[row] - voltage[extreme])
        if direction == 0:
            if abs(float(voltage[row] - voltage[0])) > TURN:
                direction, extreme = int(np.sign(voltage[row] - voltage[0])), row
        elif change * direction >= 0:
            extreme = row
        elif -change * direction > TURN:
            corners.append(extreme)
            direction, extreme = -direction, row
    return [*corners, extreme] if extreme > corners[-1] else corners
