"""A charge and a discharge at constant current, with the words that mean them."""

from __future__ import annotations

from lmct.protocol.step import ROOM_TEMPERATURE, Kind, Step
from lmct.quantity.constants import ZERO_CELSIUS
from lmct.quantity.errors import OutOfRange

STANDARD_CURRENT = 20.0
"""C/10 in Li 2022, Methods (L597) [mA/g]."""


def charge(
    *,
    specific_current: float = STANDARD_CURRENT,
    voltage: float | None = None,
    capacity: float | None = None,
    duration: float | None = None,
    temperature: float = ROOM_TEMPERATURE,
) -> Step:
    """Charge at constant current until the first of its limits.

    Parameters
    ----------
    specific_current
        Magnitude of the current [mA/g].
    voltage
        Limit [V].
    capacity
        Limit [mAh/g].
    duration
        Limit [s].
    temperature
        [K].

    Returns
    -------
    :
        The step.

    Raises
    ------
    OutOfRange
        There is no limit, or a number makes no sense.

    Examples
    --------
    >>> str(charge(voltage=4.8, duration=1800.0))
    'Charge at 20 mA/g for 1800 seconds or until 4.8 V'
    """
    return _driven("charge", specific_current, voltage, capacity, duration, temperature)


def discharge(
    *,
    specific_current: float = STANDARD_CURRENT,
    voltage: float | None = None,
    capacity: float | None = None,
    duration: float | None = None,
    temperature: float = ROOM_TEMPERATURE,
) -> Step:
    """Discharge at constant current until the first of its limits.

    Parameters
    ----------
    specific_current
        Magnitude of the current [mA/g].
    voltage
        Limit [V].
    capacity
        Limit [mAh/g].
    duration
        Limit [s].
    temperature
        [K].

    Returns
    -------
    :
        The step.

    Raises
    ------
    OutOfRange
        There is no limit, or a number makes no sense.

    Examples
    --------
    >>> str(discharge(voltage=2.0, temperature=328.15))
    'Discharge at 20 mA/g and 55 degC until 2 V'
    """
    return _driven("discharge", specific_current, voltage, capacity, duration, temperature)


def check_window(upper_voltage: float, lower_voltage: float) -> None:
    """Refuse two limits between which nothing lies.

    Parameters
    ----------
    upper_voltage, lower_voltage
        Limits [V].

    Raises
    ------
    OutOfRange
        The upper limit does not lie above the lower one.
    """
    if not upper_voltage > lower_voltage:
        raise OutOfRange(
            f"the upper voltage {upper_voltage} V must lie above the lower one, {lower_voltage} V."
        )


def in_words(temperature: float) -> str:
    """Write a temperature as steps do.

    Parameters
    ----------
    temperature
        [K].

    Returns
    -------
    :
        Degrees Celsius with their unit.

    Examples
    --------
    >>> in_words(328.15)
    '55 degC'
    """
    return f"{temperature - ZERO_CELSIUS:g} degC"


def _driven(
    kind: Kind,
    specific_current: float,
    voltage: float | None,
    capacity: float | None,
    duration: float | None,
    temperature: float,
) -> Step:
    oven = "" if temperature == ROOM_TEMPERATURE else f" and {in_words(temperature)}"
    until = [
        f"{value:g} {unit}" for value, unit in ((voltage, "V"), (capacity, "mAh/g")) if value is not None
    ]
    limits = [] if duration is None else [f"for {duration:.10g} seconds"]
    limits += [f"until {' or '.join(until)}"] if until else []
    words = f"{kind.capitalize()} at {specific_current:g} mA/g{oven} {' or '.join(limits)}"
    return Step(
        kind=kind,
        specific_current=specific_current,
        stop_voltage=voltage,
        stop_capacity=capacity,
        duration=duration,
        temperature=temperature,
        text=words.strip(),
    )
