"""Charge passed between two voltages of a half-cycle: redox couples titrated by their plateaus."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange
from lmct.technique.electrochemistry.accuracy import Accuracy
from lmct.technique.electrochemistry.half_cycle import HalfCycle
from lmct.technique.electrochemistry.kernels import voltage_noise_from_rows

PLATEAUS = {"metal": (4.5, 2.5), "oxygen": (2.5, 1.85)}
"""Voltage limits of the two couples on discharge [V] (Li 2022, Fig. 4, caption)."""

CUT_OFF_TOLERANCE = 5e-3
"""A half-cycle that was stopped this close to a limit reached it: channels differ by so much [V]."""


@dataclass(frozen=True, slots=True)
class PlateauCapacity:
    """Charge passed between two voltages.

    Parameters
    ----------
    capacity
        Charge [mAh].
    uncertainty
        Standard uncertainty from voltage accuracy and noise at the limits and from the opening interval
        [mAh]; current gain and mass are not in it, because all capacities of a cell share them.
    complete
        The curve passed both limits, or began inside the upper one.
    end_voltage
        Lowest voltage that was reached [V].
    """

    capacity: float
    uncertainty: float
    complete: bool
    end_voltage: float


def capacity_above_voltage(
    *, capacity: Float[np.ndarray, "point"], voltage: Float[np.ndarray, "point"], limit: float
) -> float:
    """Return the charge passed while the voltage was above a limit, by straight lines between the points.

    For a falling curve this is the capacity at the interpolated crossing. Where noise makes the curve cross
    several times, the parts above the limit add up, so that no single noisy row decides.

    Parameters
    ----------
    capacity
        Charge since the start, not decreasing [mAh].
    voltage
        Voltage at the same points [V].
    limit
        Voltage [V].

    Returns
    -------
    :
        Charge [mAh].

    Examples
    --------
    >>> capacity_above_voltage(capacity=np.array([0.0, 10.0]), voltage=np.array([4.0, 2.0]), limit=2.5)
    7.5
    """
    step = np.diff(capacity)
    high = np.maximum(voltage[1:], voltage[:-1])
    low = np.minimum(voltage[1:], voltage[:-1])
    span = high - low
    share = np.where(span > 0, (high - limit) / np.where(span > 0, span, 1.0), (high > limit).astype(float))
    return float(np.sum(step * np.clip(share, 0.0, 1.0)))


def plateau_from_half_cycle(
    half_cycle: HalfCycle, *, limits: tuple[float, float], accuracy: Accuracy
) -> PlateauCapacity:
    """Return the charge between two voltages of a half-cycle with its uncertainty.

    Parameters
    ----------
    half_cycle
        Charge or discharge.
    limits
        The two voltages, in any order [V].
    accuracy
        Accuracy of the voltage.

    Returns
    -------
    :
        Capacity and whether the curve covers both limits.

    Raises
    ------
    OutOfRange
        The limits are equal or not finite.

    Source
    ------
    Li 2022, Fig. 4: Ni between 4.5 and 2.5 V, O between 2.5 and 1.85 V.
    """
    low, high = sorted(limits)
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise OutOfRange(
            f"a plateau needs two different voltages, got {limits!r}. Give for example [4.5, 2.5]."
        )
    points = {"capacity": half_cycle.capacity, "voltage": half_cycle.voltage}
    above_low = capacity_above_voltage(**points, limit=low)
    above_high = capacity_above_voltage(**points, limit=high)
    noise = voltage_noise_from_rows(capacity=half_cycle.capacity[1:], voltage=half_cycle.voltage[1:])
    edges = [_edge_uncertainty(half_cycle, limit, accuracy.voltage, noise) for limit in (low, high)]
    sampling = half_cycle.opening_charge / math.sqrt(12.0)
    lowest, highest = float(half_cycle.voltage.min()), float(half_cycle.voltage.max())
    near = max(CUT_OFF_TOLERANCE, 3.0 * accuracy.voltage)
    covered = lowest <= low + near if half_cycle.kind == "discharge" else highest >= high - near
    return PlateauCapacity(above_low - above_high, math.hypot(*edges, sampling), covered, lowest)


def _edge_uncertainty(half_cycle: HalfCycle, limit: float, accuracy: float, noise: float) -> float:
    """Return the uncertainty of the crossing [mAh]: slope of the curve there times that of the voltage."""
    voltage, capacity = half_cycle.voltage, half_cycle.capacity
    window = max(10.0 * noise, 2.0 * accuracy, CUT_OFF_TOLERANCE)
    lowest, highest = float(voltage.min()), float(voltage.max())
    if not lowest - window < limit < highest + window:
        return 0.0
    limit = min(max(limit, lowest + window), highest - window)
    bounds = [
        capacity_above_voltage(capacity=capacity, voltage=voltage, limit=limit + side * window)
        for side in (-1.0, 1.0)
    ]
    slope = (bounds[0] - bounds[1]) / (2.0 * window)
    rows_inside = max(1, int(np.sum(np.abs(voltage - limit) < window)))
    return slope * math.hypot(accuracy, noise / math.sqrt(rows_inside))
