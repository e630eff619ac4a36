"""Rows that carry current, the charge between rows, and the noise of a voltage trace (pure arrays)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

SMALLEST_ACTIVE_CURRENT = 1e-3
"""Currents below this share of the largest one in the record count as zero [1]."""

CURRENT_STEP = 0.3
"""A change by more than this share between two rows is a new step, not a decay [1]."""

LARGEST_ZERO_CURRENT = 0.02
"""Noise may raise the zero threshold up to this share of the largest current [1]."""


def active_rows_from_current(*, current: Float[np.ndarray, "row"]) -> Bool[np.ndarray, "row"]:
    """Tell which rows carry a current that is more than noise around zero.

    The threshold is five times the row-to-row noise of the quiet rows, kept between 0.1 and 2 % of the
    largest current. A record whose signs change like those of pure noise has no active row.

    Parameters
    ----------
    current
        Current [A].

    Returns
    -------
    :
        True where current flows.

    Examples
    --------
    >>> active_rows_from_current(current=np.array([0.0, 1e-9, 1.0, 1.0, -1.0, -1.0, 0.0])).tolist()
    [False, False, True, True, True, True, False]
    """
    magnitude = np.abs(current)
    largest = float(magnitude.max(initial=0.0))
    if largest == 0.0:
        return np.zeros(len(current), dtype=bool)
    quiet = magnitude < LARGEST_ZERO_CURRENT * largest
    steps = np.abs(np.diff(current))[quiet[1:] & quiet[:-1]]
    noise = float(np.median(steps)) / 0.954 if len(steps) >= 3 else 0.0
    threshold = np.clip(5.0 * noise, SMALLEST_ACTIVE_CURRENT * largest, LARGEST_ZERO_CURRENT * largest)
    active: Bool[np.ndarray, "row"] = magnitude > threshold
    signs = np.sign(current[active])
    if len(signs) >= 10 and np.mean(signs[1:] == signs[:-1]) < 0.7:
        return np.zeros(len(current), dtype=bool)
    return active


def interval_charge_from_current(
    *, time: Float[np.ndarray, "row"], current: Float[np.ndarray, "row"], active: Bool[np.ndarray, "row"]
) -> Float[np.ndarray, "row"]:
    """Return the charge passed in the interval that ends at each row.

    Trapezoidal rule while the current changes smoothly. Cyclers write the last row of a step when it ends, so
    the first row of a step closes an interval in which its own current flowed from the start, and the first
    row of the following rest closes one without current. The start of a step after a gap in the record is not
    invented: the opening interval counts for at most twice the median interval that follows.

    Parameters
    ----------
    time
        Time [s], not decreasing.
    current
        Current, positive on charge [A].
    active
        Rows that carry current.

    Returns
    -------
    :
        Charge [C], 0 in the first row and in rows without current.

    Examples
    --------
    >>> interval_charge_from_current(
    ...     time=np.array([0.0, 10.0, 20.0, 30.0, 40.0]),
    ...     current=np.array([0.0, 1.0, 2.0, -1.0, 0.0]),
    ...     active=np.array([False, True, True, True, False]),
    ... ).tolist()
    [0.0, 10.0, 20.0, -10.0, 0.0]
    """
    charge = np.zeros(len(time))
    if len(time) < 2:
        return charge
    interval = np.diff(time)
    sign = np.where(active, np.sign(current), 0.0)
    continues = (sign[1:] == sign[:-1]) & active[1:]
    opens = active[1:] & ~continues
    magnitude = np.abs(current)
    jumps = np.abs(np.diff(magnitude)) > CURRENT_STEP * np.maximum(magnitude[1:], magnitude[:-1])
    mean = np.where(jumps, current[1:], 0.5 * (current[1:] + current[:-1]))
    charge[1:][continues] = (mean * interval)[continues]
    for row in np.flatnonzero(opens):
        following = interval[row + 1 : row + 11][continues[row + 1 : row + 11]]
        longest = 2.0 * float(np.median(following)) if len(following) else interval[row]
        charge[row + 1] = current[row + 1] * min(interval[row], longest)
    return charge


def voltage_noise_from_rows(
    *, capacity: Float[np.ndarray, "row"], voltage: Float[np.ndarray, "row"]
) -> float:
    """Estimate the row-to-row noise of a voltage curve.

    Each row is compared with the straight line between its neighbours; the median makes jumps and kinks
    harmless.

    Parameters
    ----------
    capacity
        Abscissa of the curve (any unit), not decreasing.
    voltage
        Voltage [V].

    Returns
    -------
    :
        Standard deviation [V]; 0 for fewer than five rows.

    Examples
    --------
    >>> round(voltage_noise_from_rows(capacity=np.arange(6.0), voltage=np.arange(6.0)), 6)
    0.0
    """
    if len(voltage) < 5:
        return 0.0
    left, right = np.diff(capacity)[:-1], np.diff(capacity)[1:]
    usable = (left > 0) & (right > 0)
    if usable.sum() < 3:
        return 0.0
    weight = right[usable] / (left[usable] + right[usable])
    expected = weight * voltage[:-2][usable] + (1.0 - weight) * voltage[2:][usable]
    residual = (voltage[1:-1][usable] - expected) / np.sqrt(1.0 + weight**2 + (1.0 - weight) ** 2)
    return float(1.4826 * np.median(np.abs(residual)))
