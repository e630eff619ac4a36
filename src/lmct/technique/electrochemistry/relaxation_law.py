"""Rate laws of the remaining fraction against time and temperature, with the thermal lag of the oven."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.protocol.step import ROOM_TEMPERATURE
from lmct.quantity.constants import BOLTZMANN

ATTEMPT_FREQUENCY = 1e13
"""Attempt frequency that a barrier is stated for when one temperature alone cannot tell it [1/s]."""


@dataclass(frozen=True, eq=False)
class Heating:
    """One condition: how long the sample was how hot.

    Parameters
    ----------
    duration
        Lengths of intervals of constant temperature [s].
    temperature
        Their temperatures [K].
    hold_time
        Time in the oven [s].
    hold_temperature
        Temperature of the oven [K].
    """

    duration: Float[np.ndarray, "interval"]
    temperature: Float[np.ndarray, "interval"]
    hold_time: float
    hold_temperature: float


def heating_intervals(*, hold_time: float, hold_temperature: float, thermal_lag: float = 0.0) -> Heating:
    """Cut the warming up of a sample into intervals of constant temperature.

    Parameters
    ----------
    hold_time
        Time in the oven [s].
    hold_temperature
        Temperature of the oven [K].
    thermal_lag
        Time constant with which the sample follows [s]; 0 for a sample that is hot at once.

    Returns
    -------
    :
        Twelve intervals per three lags, at their mean temperature, then the oven's temperature.

    Examples
    --------
    >>> heating_intervals(hold_time=90.0, hold_temperature=413.15).temperature.tolist()
    [413.15]
    """
    if thermal_lag <= 0.0 or hold_time <= 0.0:
        return Heating(np.array([hold_time]), np.array([hold_temperature]), hold_time, hold_temperature)
    edges = np.linspace(0.0, 8.0, 33) * thermal_lag
    edges = np.append(edges[edges < hold_time], hold_time)
    middle = 0.5 * (edges[1:] + edges[:-1])
    cold = (ROOM_TEMPERATURE - hold_temperature) * np.exp(-middle / thermal_lag)
    cold[middle > 7.9 * thermal_lag] = 0.0
    return Heating(np.diff(edges), hold_temperature + cold, hold_time, hold_temperature)


def fraction_stretched(
    heating: Heating,
    *,
    log_time: float,
    exponent: float,
    activation_energy: float,
    reference_temperature: float,
) -> float:
    r"""Return the fraction left by a stretched exponential whose time constant follows Arrhenius.

    .. math:: f = \exp[-(t_\mathrm{eff}/\tau)^\beta],\quad
        t_\mathrm{eff} = \int e^{-\frac{E}{k}\left(\frac1T - \frac1{T_\mathrm{ref}}\right)} dt

    Parameters
    ----------
    heating
        Condition.
    log_time
        Natural logarithm of the time constant at the reference temperature [s].
    exponent
        Stretching exponent [1].
    activation_energy
        Of the time constant [eV].
    reference_temperature
        Temperature of ``log_time`` [K].

    Returns
    -------
    :
        Fraction [1].

    Examples
    --------
    >>> hot = heating_intervals(hold_time=100.0, hold_temperature=400.0)
    >>> f = fraction_stretched(
    ...     hot, log_time=np.log(100.0), exponent=0.5, activation_energy=1.0, reference_temperature=400.0
    ... )
    >>> round(f, 6)
    0.367879
    """
    inverse = 1.0 / heating.temperature - 1.0 / reference_temperature
    effective = float(np.sum(heating.duration * np.exp(-activation_energy / BOLTZMANN * inverse)))
    return math.exp(-((effective / math.exp(log_time)) ** exponent)) if effective > 0.0 else 1.0


def marcus_barrier(
    *, fraction: Float[np.ndarray, "fraction"], first: float, rise: float
) -> Float[np.ndarray, "fraction"]:
    r"""Return the barrier of Marcus' law when the driving force is proportional to the remaining fraction.

    .. math:: E(f) = \frac{(\lambda - A_1 f)^2}{4\lambda},\quad E(1) = E_1,\quad E(0) = \lambda/4 = E_1 + g

    Parameters
    ----------
    fraction
        Remaining fraction [1].
    first
        Barrier at fraction 1, E_1 [eV].
    rise
        Its rise until fraction 0, g [eV].

    Returns
    -------
    :
        Barrier [eV].

    Source
    ------
    Marcus 1956, doi 10.1063/1.1742723.

    Examples
    --------
    >>> np.round(marcus_barrier(fraction=np.array([1.0, 0.0]), first=1.0, rise=0.25), 9).tolist()
    [1.0, 1.25]
    """
    reorganisation = 4.0 * (first + rise)
    force = reorganisation - 2.0 * math.sqrt(max(0.0, reorganisation * first))
    result: Float[np.ndarray, "fraction"] = (reorganisation - force * fraction) ** 2 / (4.0 * reorganisation)
    return result


def linear_barrier(
    *, fraction: Float[np.ndarray, "fraction"], first: float, rise: float
) -> Float[np.ndarray, "fraction"]:
    """Return a barrier that rises in proportion to what has reacted.

    Parameters
    ----------
    fraction
        Remaining fraction [1].
    first
        Barrier at fraction 1 [eV].
    rise
        Its rise until fraction 0 [eV].

    Returns
    -------
    :
        Barrier [eV].

    Examples
    --------
    >>> linear_barrier(fraction=np.array([1.0, 0.5, 0.0]), first=1.0, rise=0.2).tolist()
    [1.0, 1.1, 1.2]
    """
    return first + rise * (1.0 - fraction)


PROGRESS = np.concatenate([np.linspace(0.0, 0.1, 40)[:-1], np.linspace(0.1, 14.0, 360)])
"""Grid of -ln f on which rate laws are integrated."""


def fraction_barrier(
    heating: Heating,
    *,
    log_rate: float,
    first: float,
    rise: float,
    reference_temperature: float,
    barrier: Callable[..., Float[np.ndarray, "fraction"]] = marcus_barrier,
) -> float:
    r"""Return the fraction left when the barrier changes with progress.

    .. math:: \frac{df}{dt} = -k_1(T)\, f\, e^{-(E(f)-E(1))/kT},\quad k_1(T) = k_1 e^{-\frac{E_1}{k}(1/T -
    1/T_\mathrm{ref})}

    integrated as time against -ln f, which is exact for constant temperature, interval by interval.

    Parameters
    ----------
    heating
        Condition.
    log_rate
        Natural logarithm of the first-order rate at fraction 1 and the reference temperature [1/s].
    first, rise
        Barrier at fraction 1 and its rise until fraction 0 [eV].
    reference_temperature
        Temperature of ``log_rate`` [K].
    barrier
        Law of the barrier.

    Returns
    -------
    :
        Fraction [1]; not below exp(-14).

    Examples
    --------
    >>> hot = heating_intervals(hold_time=100.0, hold_temperature=400.0)
    >>> f = fraction_barrier(hot, log_rate=np.log(0.01), first=1.0, rise=0.0, reference_temperature=400.0)
    >>> round(f, 6)
    0.367879
    """
    height = barrier(fraction=np.exp(-PROGRESS), first=first, rise=rise) - first
    progress = 0.0
    for duration, temperature in zip(heating.duration, heating.temperature, strict=True):
        rate = log_rate - first / BOLTZMANN * (1.0 / temperature - 1.0 / reference_temperature)
        time = time_of_progress(height=height, log_rate=rate, temperature=float(temperature))
        reached = float(np.interp(progress, PROGRESS, time)) + duration
        progress = float(np.interp(reached, time, PROGRESS))
    return math.exp(-progress)


def time_of_progress(
    *, height: Float[np.ndarray, "grid"], log_rate: float, temperature: float
) -> Float[np.ndarray, "grid"]:
    """Return the time at which each point of :data:`PROGRESS` is reached at constant temperature.

    Parameters
    ----------
    height
        Barrier above that at fraction 1, on the grid [eV].
    log_rate
        Natural logarithm of the rate at fraction 1 and this temperature [1/s].
    temperature
        Temperature [K].

    Returns
    -------
    :
        Times [s], rising from 0.
    """
    slowness = np.exp(np.minimum(height / (BOLTZMANN * temperature) - log_rate, 600.0))
    steps = 0.5 * (slowness[1:] + slowness[:-1]) * np.diff(PROGRESS)
    return np.concatenate([[0.0], np.cumsum(steps)])
