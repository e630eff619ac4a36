"""Rate laws of the remaining fraction against time and temperature."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float

from lmct.quantity.constants import BOLTZMANN
from lmct.relaxation.heating import Heating

ATTEMPT_FREQUENCY = 1e13
"""Attempt frequency that a barrier is stated for when one temperature alone cannot tell it [1/s]."""


def fraction_stretched(
    heatings: Sequence[Heating],
    *,
    log_time: float,
    exponent: float,
    activation_energy: float,
    reference_temperature: float,
) -> Float[np.ndarray, "condition"]:
    r"""Return the fraction left by a stretched exponential whose time constant follows Arrhenius.

    .. math:: f = \exp[-(t_\mathrm{eff}/\tau)^\beta],\quad
        t_\mathrm{eff} = \int e^{-\frac{E}{k}\left(\frac1T - \frac1{T_\mathrm{ref}}\right)} dt

    Parameters
    ----------
    heatings
        Conditions.
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
        Fractions [1].

    Examples
    --------
    >>> from lmct.relaxation.heating import heating_intervals
    >>> hot = heating_intervals(hold_time=100.0, hold_temperature=400.0)
    >>> fraction_stretched(
    ...     [hot], log_time=np.log(100.0), exponent=0.5, activation_energy=1.0, reference_temperature=400.0
    ... ).round(6)
    array([0.367879])
    """
    effective = np.array(
        [
            np.sum(
                one.duration
                * np.exp(
                    -activation_energy / BOLTZMANN * (1.0 / one.temperature - 1.0 / reference_temperature)
                )
            )
            for one in heatings
        ]
    )
    result: Float[np.ndarray, "condition"] = np.exp(-((effective / math.exp(log_time)) ** exponent))
    return result


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


PROGRESS = np.geomspace(1.0, 15.0, 300) - 1.0
"""Grid of -ln f on which rate laws are integrated."""


def fraction_barrier(
    heatings: Sequence[Heating],
    *,
    log_rate: float,
    first: float,
    rise: float,
    reference_temperature: float,
    barrier: Callable[..., Float[np.ndarray, "fraction"]] = marcus_barrier,
) -> Float[np.ndarray, "condition"]:
    r"""Return the fraction left when the barrier changes with progress.

    .. math:: \frac{df}{dt} = -k_1(T)\, f\, e^{-(E(f)-E_1)/kT},\quad
        k_1(T) = k_1 e^{-\frac{E_1}{k}\left(\frac1T - \frac1{T_\mathrm{ref}}\right)}

    integrated as time against -ln f at constant temperature, interval by interval.

    Parameters
    ----------
    heatings
        Conditions.
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
        Fractions [1]; not below exp(-14).

    Examples
    --------
    >>> from lmct.relaxation.heating import heating_intervals
    >>> hot = heating_intervals(hold_time=100.0, hold_temperature=400.0)
    >>> fraction_barrier(
    ...     [hot], log_rate=np.log(0.01), first=1.0, rise=0.0, reference_temperature=400.0
    ... ).round(3)
    array([0.368])
    """
    height = barrier(fraction=np.exp(-PROGRESS), first=first, rise=rise) - first
    times: dict[float, Float[np.ndarray, "grid"]] = {}
    left = np.empty(len(heatings))
    for number, heating in enumerate(heatings):
        progress = 0.0
        for duration, temperature in zip(
            heating.duration.tolist(), heating.temperature.tolist(), strict=True
        ):
            if temperature not in times:
                rate = log_rate - first / BOLTZMANN * (1.0 / temperature - 1.0 / reference_temperature)
                times[temperature] = time_of_progress(height=height, log_rate=rate, temperature=temperature)
            progress = _advanced(times[temperature], progress, duration)
        left[number] = progress
    result: Float[np.ndarray, "condition"] = np.exp(-left)
    return result


def _advanced(time: Float[np.ndarray, "grid"], progress: float, duration: float) -> float:
    """Return the progress some time later, interpolated in the logarithm of the time."""
    logarithm = np.log(time + time[1])
    begun = math.exp(float(np.interp(progress, PROGRESS, logarithm)))
    return float(np.interp(math.log(begun + duration), logarithm, PROGRESS))


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
        Times [s], rising from 0; the rate is taken to fall exponentially between the points.
    """
    logarithm = np.minimum(height / (BOLTZMANN * temperature) - log_rate, 600.0)
    slowness = np.exp(logarithm)
    climb = np.diff(logarithm)
    even = np.abs(climb) < 1e-6
    mean = np.where(even, slowness[1:], np.diff(slowness) / np.where(even, 1.0, climb))
    return np.concatenate([[0.0], np.cumsum(mean * np.diff(PROGRESS))])
