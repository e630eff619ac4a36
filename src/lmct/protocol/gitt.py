"""Galvanostatic intermittent titration: short pulses, long rests (Fig. S3, S27)."""

from __future__ import annotations

import math

from lmct.protocol.charge import charge, check_window, discharge
from lmct.protocol.rest import rest
from lmct.protocol.step import ROOM_TEMPERATURE, Step
from lmct.quantity.constants import HOUR
from lmct.quantity.errors import OutOfRange

MOST_PULSES = 10_000
"""More pulses in one direction are refused."""

SHORT_REST = 8.0 * HOUR
LONG_REST = 200.0 * HOUR
"""Rests after a pulse [s] (L597-598)."""


def gitt(
    *,
    specific_current: float = 20.0,
    pulse_time: float = 0.5 * HOUR,
    rest_time: float = SHORT_REST,
    charge_capacity: float | None = 300.0,
    discharge_capacity: float | None = 310.0,
    upper_voltage: float = 4.8,
    lower_voltage: float = 2.0,
    temperature: float = ROOM_TEMPERATURE,
) -> tuple[Step, ...]:
    """Charge, then discharge in pulses, each followed by a rest.

    A pulse ends early when the voltage meets its limit.

    Parameters
    ----------
    specific_current
        Magnitude of the current [mA/g].
    pulse_time
        [s].
    rest_time
        [s].
    charge_capacity, discharge_capacity
        How much to pass in each direction, in whole pulses [mAh/g]; None leaves the direction out.
    upper_voltage, lower_voltage
        Limits of the pulses [V]; the text names none, these are those of cycling.
    temperature
        Of pulses and rests [K].

    Returns
    -------
    :
        Pulse, rest, pulse, rest, and so on.

    Raises
    ------
    OutOfRange
        A number makes no sense, or there is no pulse or more than 10 000.

    Source
    ------
    Li 2022, Methods (L596-598): 0.5 h at C/10 (20 mA/g), 8 h or 200 h of rest; 55 degC: L289-291.

    Examples
    --------
    >>> steps = gitt(charge_capacity=20.0, discharge_capacity=10.0)
    >>> [step.kind for step in steps]
    ['charge', 'rest', 'charge', 'rest', 'discharge', 'rest']
    """
    check_window(upper_voltage, lower_voltage)
    pause = rest(rest_time, temperature=temperature)
    up = charge(
        specific_current=specific_current,
        voltage=upper_voltage,
        duration=pulse_time,
        temperature=temperature,
    )
    down = discharge(
        specific_current=specific_current,
        voltage=lower_voltage,
        duration=pulse_time,
        temperature=temperature,
    )
    one_pulse = specific_current * pulse_time / HOUR
    pulses = [_pulses(capacity, one_pulse) for capacity in (charge_capacity, discharge_capacity)]
    if not any(pulses):
        raise OutOfRange(
            "a titration needs pulses in at least one direction. Give charge_capacity, e.g. 300."
        )
    return (up, pause) * pulses[0] + (down, pause) * pulses[1]


def _pulses(capacity: float | None, one_pulse: float) -> int:
    """Return the number of pulses that pass a capacity, the last one whole."""
    if capacity is None:
        return 0
    if not 0.0 < capacity / one_pulse <= MOST_PULSES:
        raise OutOfRange(
            f"{capacity!r} mAh/g in pulses of {one_pulse:g} mAh/g: expected 1 to {MOST_PULSES} pulses."
        )
    return math.ceil(capacity / one_pulse - 1e-9)
