"""How warm a sample was and for how long, with the lag of its temperature behind the oven's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.protocol.step import ROOM_TEMPERATURE

LAGS = 6
"""After so many time constants a sample is as warm as the oven."""


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
        Three intervals per lag at their middle temperature, then that of the oven.

    Examples
    --------
    >>> heating_intervals(hold_time=90.0, hold_temperature=413.15).temperature.tolist()
    [413.15]
    """
    if thermal_lag <= 0.0 or hold_time <= 0.0:
        return Heating(np.array([hold_time]), np.array([hold_temperature]), hold_time, hold_temperature)
    edges = np.linspace(0.0, LAGS, 3 * LAGS + 1) * thermal_lag
    edges = np.append(edges[edges < hold_time], hold_time)
    middle = 0.5 * (edges[1:] + edges[:-1])
    cold = (ROOM_TEMPERATURE - hold_temperature) * np.exp(-middle / thermal_lag)
    cold[middle > LAGS * thermal_lag] = 0.0
    return Heating(np.diff(edges), hold_temperature + cold, hold_time, hold_temperature)
