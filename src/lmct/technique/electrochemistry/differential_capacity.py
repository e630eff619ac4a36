"""dQ/dV as the density of charge over voltage at a stated resolution; peaks with position and area."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.technique.electrochemistry.accuracy import Accuracy
from lmct.technique.electrochemistry.kernels import voltage_noise_from_rows

RESOLUTION = 0.030
"""Full width at half maximum to which a dQ/dV curve is smoothed unless told otherwise [V]."""

FWHM_PER_SIGMA = 2.0 * math.sqrt(2.0 * math.log(2.0))


@dataclass(frozen=True, eq=False)
class DifferentialCapacity:
    """A dQ/dV curve.

    Parameters
    ----------
    voltage
        Even grid [V].
    density
        Charge per voltage, positive for charge and discharge alike [mAh/V].
    uncertainty
        Standard uncertainty of ``density`` from the noise of the voltage [mAh/V].
    resolution
        Full width at half maximum of the smoothing [V].
    noise
        Standard deviation of the voltage rows [V]; it broadens the curve further, by that much in quadrature.
    """

    voltage: Float[np.ndarray, "grid"]
    density: Float[np.ndarray, "grid"]
    uncertainty: Float[np.ndarray, "grid"]
    resolution: float
    noise: float


@dataclass(frozen=True, slots=True)
class Peak:
    """One maximum of a dQ/dV curve.

    Parameters
    ----------
    voltage, voltage_uncertainty
        Position [V].
    area, area_uncertainty
        Charge between the minima on both sides, no background taken off [mAh].
    height
        Value at the maximum [mAh/V].
    low, high
        Voltages of those minima [V].
    """

    voltage: float
    voltage_uncertainty: float
    area: float
    area_uncertainty: float
    height: float
    low: float
    high: float


def differential_capacity_from_curve(
    *,
    capacity: Float[np.ndarray, "point"],
    voltage: Float[np.ndarray, "point"],
    resolution: float = RESOLUTION,
) -> DifferentialCapacity:
    r"""Return dQ/dV of a charge or discharge curve.

    .. math:: \frac{dQ}{dV}(v) = \int K_h\bigl(v - V(q)\bigr)\, dq

    with a Gaussian K of standard deviation h = resolution / 2.355 and straight lines between the points.
    Nothing is divided by a voltage difference: plateaus and noisy curves that are not monotonic pose no
    problem, the integral of the result is the capacity, and the spacing of the rows does not matter.

    Parameters
    ----------
    capacity
        Charge since the start, not decreasing [mAh].
    voltage
        Voltage [V].
    resolution
        Full width at half maximum of the smoothing [V].

    Returns
    -------
    :
        The curve on a grid of half a standard deviation, five standard deviations beyond the data.

    Examples
    --------
    >>> curve = differential_capacity_from_curve(capacity=np.array([0.0, 10.0]), voltage=np.array([4.0, 3.0]))
    >>> middle = np.argmin(abs(curve.voltage - 3.5))
    >>> round(float(curve.density[middle]), 6)
    10.0
    """
    width = resolution / FWHM_PER_SIGMA
    first = math.floor((float(voltage.min()) - 5.0 * width) / (0.5 * width))
    last = math.ceil((float(voltage.max()) + 5.0 * width) / (0.5 * width))
    grid = np.arange(first, last + 1) * 0.5 * width
    centre, charge = _pieces(capacity, voltage, 0.25 * width)
    density = _deposit(grid, centre, charge, width, order=0)
    noise = voltage_noise_from_rows(capacity=capacity[1:], voltage=voltage[1:])
    share = np.zeros(len(voltage))
    share[:-1] += 0.5 * np.diff(capacity)
    share[1:] += 0.5 * np.diff(capacity)
    variance = _deposit(grid, voltage, (noise * share) ** 2, width, order=1)
    return DifferentialCapacity(grid, density, np.sqrt(variance), resolution, noise)


def find_peaks(
    curve: DifferentialCapacity, *, accuracy: Accuracy, smallest_share: float = 0.03
) -> tuple[Peak, ...]:
    """Return the maxima of a dQ/dV curve that stand out of noise.

    Parameters
    ----------
    curve
        The curve.
    accuracy
        Accuracy of the voltage (position) and of current gain and mass (area).
    smallest_share
        A peak must rise above the higher of its two minima by this share of the highest point, and by five
        times its uncertainty [1].

    Returns
    -------
    :
        Peaks in order of voltage.
    """
    from scipy.signal import find_peaks as find_maxima

    maxima, found = find_maxima(
        curve.density, prominence=smallest_share * float(curve.density.max(initial=0.0))
    )
    kept = found["prominences"] > 5.0 * curve.uncertainty[maxima]
    maxima = maxima[kept]
    borders = [
        0,
        *(_lowest(curve.density, a, b) for a, b in itertools.pairwise(maxima)),
        len(curve.voltage) - 1,
    ]
    return tuple(
        _peak(curve, int(top), borders[number], borders[number + 1], accuracy)
        for number, top in enumerate(maxima)
    )


def _peak(curve: DifferentialCapacity, top: int, low: int, high: int, accuracy: Accuracy) -> Peak:
    """Return one peak: vertex of the parabola through three points, charge between two minima."""
    step = float(curve.voltage[1] - curve.voltage[0])
    before, at, after = (float(curve.density[top + shift]) for shift in (-1, 0, 1))
    curvature = before - 2.0 * at + after
    shift = 0.5 * (before - after) / curvature if curvature else 0.0
    width = curve.resolution / FWHM_PER_SIGMA
    slope_noise = float(curve.uncertainty[top - 1 : top + 2].max()) * math.sqrt(2.0) / width
    statistical = slope_noise / abs(curvature / step**2) if curvature else step
    inside = slice(low, high + 1)
    area = float(np.trapezoid(curve.density[inside], curve.voltage[inside]))
    edges = [float(curve.density[edge]) * math.hypot(accuracy.voltage, 0.5 * step) for edge in (low, high)]
    return Peak(
        voltage=float(curve.voltage[top]) + shift * step,
        voltage_uncertainty=math.hypot(min(statistical, width), accuracy.voltage),
        area=area,
        area_uncertainty=math.hypot(area * accuracy.scale_relative, *edges),
        height=at - 0.25 * (before - after) * shift,
        low=float(curve.voltage[low]),
        high=float(curve.voltage[high]),
    )


def _lowest(density: Float[np.ndarray, "grid"], start: int, stop: int) -> int:
    return int(start + np.argmin(density[start : stop + 1]))


def _pieces(
    capacity: Float[np.ndarray, "point"], voltage: Float[np.ndarray, "point"], longest: float
) -> tuple[Float[np.ndarray, "piece"], Float[np.ndarray, "piece"]]:
    """Cut the lines between points into pieces no longer than ``longest`` [V]: centres and charges."""
    step, span = np.diff(capacity), np.diff(voltage)
    count = np.maximum(1, np.ceil(np.abs(span) / longest)).astype(int)
    line = np.repeat(np.arange(len(step)), count)
    number = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
    centre = voltage[:-1][line] + span[line] * (number + 0.5) / count[line]
    return centre, (step / count)[line]


def _deposit(
    grid: Float[np.ndarray, "grid"],
    centre: Float[np.ndarray, "piece"],
    weight: Float[np.ndarray, "piece"],
    width: float,
    *,
    order: int,
) -> Float[np.ndarray, "grid"]:
    """Sum Gaussians of the given weights (order 0) or the squares of their slopes (order 1) on the grid."""
    step = grid[1] - grid[0]
    reach = math.ceil(5.0 * width / step)
    nearest = np.rint((centre - grid[0]) / step).astype(int)
    total = np.zeros(len(grid) + 2 * reach)
    for shift in range(-reach, reach + 1):
        distance = (grid[0] + (nearest + shift) * step - centre) / width
        kernel = np.exp(-0.5 * distance**2) / (width * math.sqrt(2.0 * math.pi))
        value = kernel if order == 0 else (kernel * distance / width) ** 2
        total += np.bincount(nearest + shift + reach, weights=weight * value, minlength=len(total))[
            : len(total)
        ]
    return total[reach : reach + len(grid)]
