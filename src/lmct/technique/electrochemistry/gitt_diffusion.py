"""Diffusion from one pulse after Weppner and Huggins, or which of its assumptions fails."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

OPENING = 0.05
"""Share of a pulse left out at its start: ohmic drop, double layer, charge transfer [1]."""

LARGEST_CURVATURE = 0.15
"""Voltage against the root of time counts as straight while a linear term adds less than this share of the
change [1]."""

LONGEST_PULSE = 0.25
"""Duration of a pulse in units of the diffusion time L2/D up to which it counts as short [1]."""

LARGEST_RATIO = 2.0
"""Steps of equilibrium potential of neighbouring pulses differ by less than this factor [1]."""

SHARPNESS = 0.2
"""Relative uncertainty of the step of equilibrium potential that is allowed [1]."""


@dataclass(frozen=True, slots=True)
class Diffusion:
    """What one pulse tells of diffusion.

    Parameters
    ----------
    rate
        D/L2 [1/s], where L is volume over surface of the particle; NaN when refused.
    uncertainty
        Standard uncertainty from fit and step [1/s].
    refusal
        Which assumption fails; empty when none does.
    """

    rate: float
    uncertainty: float
    refusal: str = ""


def diffusion_from_pulse(
    *,
    time: Float[np.ndarray, "row"],
    voltage: Float[np.ndarray, "row"],
    duration: float,
    step: float,
    step_uncertainty: float,
    neighbour_step: float,
) -> Diffusion:
    r"""Return D/L2 of a pulse.

    .. math:: D/L^2 = \frac{4}{\pi\tau}\left(\frac{\Delta E_s}{\Delta E_t}\right)^2

    Parameters
    ----------
    time
        Time since the pulse began [s], positive.
    voltage
        Voltage during the pulse [V].
    duration
        Of the pulse [s].
    step
        Change of the equilibrium potential by the pulse [V].
    step_uncertainty
        Its standard uncertainty [V].
    neighbour_step
        Change by the pulse before [V]: the potential curve must be nearly straight over a pulse.

    Returns
    -------
    :
        The rate, or why the method does not apply.

    Source
    ------
    Weppner & Huggins 1977, doi 10.1149/1.2133112, for small steps with L = V/S. Its assumptions: voltage
    linear in the root of time, pulse much shorter than L2/D, constant slope of the potential over a step.

    Examples
    --------
    >>> time = np.linspace(1.0, 1800.0, 200)
    >>> found = diffusion_from_pulse(
    ...     time=time, voltage=3.7 + 1e-3 * np.sqrt(time), duration=1800.0, step=0.01,
    ...     step_uncertainty=1e-4, neighbour_step=0.01,
    ... )
    >>> f"{found.rate:.4e} 1/s"
    '3.9298e-05 1/s'
    """
    if not math.isfinite(step) or step_uncertainty > SHARPNESS * abs(step):
        return _refused("the equilibrium potential before or after the pulse is not known well enough")
    used = time >= OPENING * duration
    if used.sum() < 6:
        return _refused("the pulse has too few rows")
    root = np.sqrt(time[used] / duration)
    change, error = _slope(root, voltage[used])
    curvature = float(np.polyfit(root, voltage[used], 2)[0])
    if change * step <= 0 or abs(change) < 5.0 * error:
        return _refused("the voltage does not follow the root of time during the pulse")
    if abs(curvature) > LARGEST_CURVATURE * abs(change):
        return _refused("the voltage is not linear in the root of time during the pulse")
    ratio = (step / change) ** 2
    if 4.0 / math.pi * ratio > LONGEST_PULSE:
        return _refused("the pulse is not short against the diffusion time")
    if not 1.0 / LARGEST_RATIO < step / neighbour_step < LARGEST_RATIO:
        return _refused("the potential curve bends within a pulse")
    rate = 4.0 / math.pi / duration * ratio
    # The slope over a finite pulse is known to the curvature that is left.
    relative = 2.0 * math.hypot(step_uncertainty / step, error / change, 0.5 * curvature / change)
    return Diffusion(rate, rate * relative)


def _slope(x: Float[np.ndarray, "row"], y: Float[np.ndarray, "row"]) -> tuple[float, float]:
    """Return the slope of a straight line and its standard error."""
    spread = float(np.sum((x - x.mean()) ** 2))
    slope = float(np.sum((x - x.mean()) * (y - y.mean())) / spread)
    noise = float(np.sum((y - y.mean() - slope * (x - x.mean())) ** 2)) / max(1, len(x) - 2)
    return slope, math.sqrt(noise / spread)


def _refused(reason: str) -> Diffusion:
    return Diffusion(math.nan, math.nan, reason)
