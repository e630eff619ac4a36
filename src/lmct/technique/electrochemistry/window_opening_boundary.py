"""Where a half-cycle crosses the voltage between two couples, and how that moves when the window opens."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.technique.electrochemistry.accuracy import Accuracy
from lmct.technique.electrochemistry.kernels import voltage_noise_from_rows
from lmct.technique.electrochemistry.plateau import capacity_above_voltage

HALF_WIDTH = 5e-3
"""Smallest half-width of the stretch that gives the slope at the boundary [V]."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A half-cycle divided at a voltage.

    Parameters
    ----------
    total
        Its capacity.
    after
        Charge that passed after the crossing, on the way to the limit that stays.
    slope
        Charge per volt at the boundary: how far an error of the voltage moves the crossing.
    noise
        Uncertainty of ``after`` from the noise of the rows.
    opening
        Charge of the first interval, known only as well as the start of the step.
    crosses
        Whether the curve passes the boundary at all.
    """

    total: float
    after: float
    slope: float
    noise: float
    opening: float
    crosses: bool

    @property
    def before(self) -> float:
        """Charge that passed before the crossing."""
        return self.total - self.after


@dataclass(frozen=True, slots=True)
class Shift:
    """How the crossing moves between two windows.

    Parameters
    ----------
    shift, shift_uncertainty
        Charge between the two crossings, counted from the limit that stays.
    share, share_uncertainty
        That over the growth of the window [1].
    """

    shift: float
    shift_uncertainty: float
    share: float
    share_uncertainty: float


def crossing_from_curve(
    *, capacity: Float[np.ndarray, "point"], voltage: Float[np.ndarray, "point"], boundary: float
) -> Crossing:
    """Divide a charge or discharge at a voltage.

    Parameters
    ----------
    capacity
        Charge since it began, its opening included, not decreasing.
    voltage
        At the same points [V]; falling or rising as a whole.
    boundary
        Voltage [V].

    Returns
    -------
    :
        Charges in the unit of ``capacity``.

    Examples
    --------
    >>> found = crossing_from_curve(
    ...     capacity=np.array([0.0, 100.0]), voltage=np.array([4.0, 2.0]), boundary=2.5
    ... )
    >>> found.before, found.after
    (75.0, 25.0)
    """
    total = float(capacity[-1])
    above = capacity_above_voltage(capacity=capacity, voltage=voltage, limit=boundary)
    falls = voltage[-1] < voltage[0]
    noise = voltage_noise_from_rows(capacity=capacity[1:], voltage=voltage[1:])
    width = max(10.0 * noise, HALF_WIDTH)
    edges = [
        capacity_above_voltage(capacity=capacity, voltage=voltage, limit=boundary + side * width)
        for side in (-1.0, 1.0)
    ]
    slope = (edges[0] - edges[1]) / (2.0 * width)
    rows = max(1, int(np.sum(np.abs(voltage - boundary) < width)))
    return Crossing(
        total=total,
        after=total - above if falls else above,
        slope=slope,
        noise=slope * noise / math.sqrt(rows),
        opening=float(capacity[1]) if len(capacity) > 1 else 0.0,
        crosses=bool(voltage.min() < boundary < voltage.max()),
    )


def uncertainty_of_part(part: float, crossing: Crossing, accuracy: Accuracy, *, opening: bool) -> float:
    """Return the standard uncertainty of the charge before or after a crossing.

    Parameters
    ----------
    part
        The charge.
    crossing
        Where it is from.
    accuracy
        Accuracies of instrument and mass.
    opening
        Whether the first interval belongs to it.

    Returns
    -------
    :
        In the unit of the charge.
    """
    sampling = crossing.opening / math.sqrt(12.0) if opening else 0.0
    edge = math.hypot(crossing.slope * accuracy.voltage, crossing.noise) if crossing.crosses else 0.0
    return math.hypot(edge, sampling, part * accuracy.scale_relative)


def shift_between(first: Crossing, last: Crossing, accuracy: Accuracy, *, one_record: bool) -> Shift:
    """Return how far the crossing moves from one window to a wider one.

    Within one record the errors of voltage, current gain and mass are common: they act through the
    difference of the slopes, on the scale, and not at all on the share. Between files they are independent.

    Parameters
    ----------
    first, last
        Crossings of the narrower and the wider window.
    accuracy
        Accuracies of instrument and mass.
    one_record
        Whether both are from one file.

    Returns
    -------
    :
        Shift and share.
    """
    shift, growth = last.after - first.after, last.total - first.total
    share = shift / growth if growth != 0.0 else math.nan
    own = math.hypot(
        first.noise,
        last.noise,
        first.slope * accuracy.voltage_linearity,
        last.slope * accuracy.voltage_linearity,
    )
    opening = math.hypot(first.opening, last.opening) / math.sqrt(12.0)
    if one_record:
        voltage = abs(last.slope - first.slope) * accuracy.voltage
        linearity = accuracy.current_linearity
        scale = math.hypot(shift * accuracy.scale_relative, last.after * linearity, first.after * linearity)
        scale_of_share = linearity * math.hypot(*(one.after - share * one.total for one in (first, last)))
    else:
        voltage = math.hypot(first.slope, last.slope) * accuracy.voltage
        scale = math.hypot(first.after, last.after) * accuracy.scale_relative
        scale_of_share = accuracy.scale_relative * math.hypot(
            *(one.after - share * one.total for one in (first, last))
        )
    of_share = math.hypot(own, voltage, share * opening, scale_of_share) / abs(growth) if growth else math.nan
    return Shift(shift, math.hypot(own, voltage, scale), share, of_share)
