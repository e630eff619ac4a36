"""Electrochemical titration: charge, recover, heat, reassemble, rest 15 min, discharge (Fig. 4, 6e)."""

from __future__ import annotations

from dataclasses import dataclass

from lmct.protocol.charge import charge, discharge
from lmct.protocol.heating import heating
from lmct.protocol.rest import rest
from lmct.protocol.step import Step
from lmct.quantity.constants import ZERO_CELSIUS

REST_BEFORE_DISCHARGE = 900.0
"""Rest of the fresh cell before its discharge [s] (L466)."""

RECOVERY = 2.0 * 3600.0
"""Washing and drying at room temperature before a portion is heated [s] (L614: at least 2 hours)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """What happens to one portion of the charged powder.

    Parameters
    ----------
    hold_temperature
        Temperature of the oven [K]; None for a portion that is dried but not heated.
    hold_time
        Time in the oven [s].
    in_cycling
        True for the cell that is discharged right after its charge, never taken apart: the 100 % of Fig. 6f.
    """

    hold_temperature: float | None = None
    hold_time: float = 0.0
    in_cycling: bool = False

    @property
    def name(self) -> str:
        """Name of the sample, for example ``"140 degC 90 s"``."""
        if self.in_cycling:
            return "in cycling"
        if self.hold_temperature is None or self.hold_time == 0.0:
            return "dried, not heated"
        return f"{self.hold_temperature - ZERO_CELSIUS:g} degC {_time_in_words(self.hold_time)}"


def titration(
    portion: Portion,
    *,
    specific_current: float = 20.0,
    charge_voltage: float | None = 4.5,
    charge_capacity: float | None = None,
    discharge_voltage: float = 1.85,
) -> tuple[Step, ...]:
    """Return the whole history of one portion, from the fresh electrode to the end of its discharge.

    Parameters
    ----------
    portion
        What is done to it between charge and discharge.
    specific_current
        Of charge and discharge [mA/g].
    charge_voltage
        Limit of the charge [V], None when only the capacity limits it.
    charge_capacity
        Limit of the charge [mAh/g], for example 200.
    discharge_voltage
        Limit of the discharge [V].

    Returns
    -------
    :
        The steps.

    Source
    ------
    Li 2022, Methods (L610-619), Fig. 4 and 6e captions (L437-447, L465-469).

    Examples
    --------
    >>> [step.kind for step in titration(Portion(hold_temperature=413.15, hold_time=90.0))]
    ['charge', 'rest', 'heat', 'rest', 'discharge']
    >>> [step.kind for step in titration(Portion(in_cycling=True))]
    ['charge', 'discharge']
    """
    up = charge(specific_current=specific_current, voltage=charge_voltage, capacity=charge_capacity)
    down = discharge(specific_current=specific_current, voltage=discharge_voltage)
    if portion.in_cycling:
        return up, down
    steps = [up, rest(RECOVERY)]
    if portion.hold_temperature is not None and portion.hold_time > 0:
        steps.append(heating(portion.hold_temperature, portion.hold_time))
    return (*steps, rest(REST_BEFORE_DISCHARGE), down)


def temperature_series() -> tuple[Portion, ...]:
    """Return the portions of Fig. 4a: 24 h at 25 to 140 degC, and one that is not heated (L218-220)."""
    celsius = (25.0, 40.0, 60.0, 80.0, 100.0, 120.0, 140.0)
    held = (Portion(hold_temperature=value + ZERO_CELSIUS, hold_time=86400.0) for value in celsius)
    return (Portion(), *held)


def time_series(temperature: float = 140.0 + ZERO_CELSIUS) -> tuple[Portion, ...]:
    """Return the portions of Fig. 4c (140 degC) or 6e (120 degC): 0 s to 24 h (L225, L467)."""
    times = (90.0, 600.0, 3600.0, 4 * 3600.0, 86400.0)
    return (Portion(), *(Portion(hold_temperature=temperature, hold_time=time) for time in times))


def _time_in_words(seconds: float) -> str:
    for length, unit in ((3600.0, "h"), (60.0, "min")):
        if seconds >= length and (seconds / length).is_integer():
            return f"{seconds / length:g} {unit}"
    return f"{seconds:g} s"
