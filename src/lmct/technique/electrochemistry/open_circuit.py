"""Open-circuit voltage at the end of a rest, and how steady it was."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from lmct.technique.electrochemistry.accuracy import Accuracy

WINDOW = 300.0
"""The last part of a rest that is fitted by a straight line [s]; at most the last half of the rest."""

MINIMUM_ROWS = 3


@dataclass(frozen=True, slots=True)
class OpenCircuit:
    """What a rest before a half-cycle tells.

    Parameters
    ----------
    voltage
        Voltage at the end of the rest, from a straight line through its last part [V].
    uncertainty
        Its standard uncertainty, accuracy of the instrument included [V].
    drift
        Slope in that last part [mV/min].
    drift_uncertainty
        Standard uncertainty of the slope [mV/min].
    duration
        Length of the whole rest [s].
    start, stop
        Rows of the rest, ``stop`` excluded.
    """

    voltage: float
    uncertainty: float
    drift: float
    drift_uncertainty: float
    duration: float
    start: int
    stop: int


def rest_rows_before(*, active: Bool[np.ndarray, "row"], row: int) -> tuple[int, int]:
    """Return the first and past-the-last row without current just before a row.

    Parameters
    ----------
    active
        Rows that carry current.
    row
        First row of a half-cycle.

    Returns
    -------
    :
        Start and stop; equal when there is no rest.

    Examples
    --------
    >>> rest_rows_before(active=np.array([True, False, False, True]), row=3)
    (1, 3)
    """
    before = np.flatnonzero(active[:row])
    return (int(before[-1]) + 1 if len(before) else 0), row


def open_circuit_from_rest(
    *,
    time: Float[np.ndarray, "row"],
    voltage: Float[np.ndarray, "row"],
    start: int,
    stop: int,
    accuracy: Accuracy,
) -> OpenCircuit | None:
    """Return the open-circuit voltage at the end of a rest.

    Parameters
    ----------
    time
        Time [s].
    voltage
        Voltage [V].
    start, stop
        Rows of the rest, ``stop`` excluded.
    accuracy
        Accuracy of the voltage.

    Returns
    -------
    :
        Voltage, drift and their uncertainties; None when the rest has fewer than three rows.

    Examples
    --------
    >>> rest = open_circuit_from_rest(
    ...     time=np.arange(0.0, 900.0, 10.0), voltage=np.full(90, 3.9), start=0, stop=90, accuracy=Accuracy()
    ... )
    >>> round(rest.voltage, 6), round(rest.drift, 6), rest.duration
    (3.9, 0.0, 890.0)
    """
    if stop - start < MINIMUM_ROWS:
        return None
    t, v = time[start:stop], voltage[start:stop]
    duration = float(t[-1] - t[0])
    length = min(WINDOW, 0.5 * duration)
    last = t >= t[-1] - length
    if last.sum() < MINIMUM_ROWS:
        last = np.arange(len(t)) >= len(t) - MINIMUM_ROWS
    x, y = t[last] - t[-1], v[last]
    centre, spread = float(x.mean()), float(np.sum((x - x.mean()) ** 2))
    if spread == 0.0:
        return None
    slope = float(np.sum((x - centre) * (y - y.mean())) / spread)
    end = float(y.mean()) - slope * centre
    noise = math.sqrt(float(np.sum((y - end - slope * x) ** 2)) / max(1, len(x) - 2))
    statistical = noise * math.sqrt(1.0 / len(x) + centre**2 / spread)
    return OpenCircuit(
        voltage=end,
        uncertainty=math.hypot(statistical, accuracy.voltage),
        drift=slope * 6e4,
        drift_uncertainty=noise / math.sqrt(spread) * 6e4,
        duration=duration,
        start=start,
        stop=stop,
    )
