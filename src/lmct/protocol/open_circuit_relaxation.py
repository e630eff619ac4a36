"""Charge, then leave the cell at open circuit for weeks (Fig. S12, S15, S17)."""

from __future__ import annotations

from lmct.protocol.charge import charge, discharge
from lmct.protocol.rest import rest
from lmct.protocol.step import ROOM_TEMPERATURE, Step

TWO_WEEKS = 14.0 * 86400.0
"""The shorter of the rests of the paper [s] (L190-192)."""


def open_circuit_relaxation(
    *,
    specific_current: float = 20.0,
    charge_voltage: float | None = 4.8,
    charge_capacity: float | None = None,
    rest_time: float = TWO_WEEKS,
    rest_temperature: float = ROOM_TEMPERATURE,
    discharge_voltage: float | None = None,
) -> tuple[Step, ...]:
    """Charge at room temperature, rest, and discharge when a limit for it is given.

    Parameters
    ----------
    specific_current
        Magnitude of the current [mA/g].
    charge_voltage, charge_capacity
        Limits of the charge [V, mAh/g].
    rest_time
        [s].
    rest_temperature
        [K], for example 328.15 as for the solid-state cells.
    discharge_voltage
        Limit of the discharge [V]; None leaves it out.

    Returns
    -------
    :
        The steps.

    Raises
    ------
    OutOfRange
        A number makes no sense.

    Source
    ------
    Li 2022: rest after 4.8 V for about two weeks and two months (L187-192), solid-state cell at 55 degC
    (L204, L601-609), discharge after it (L213-216).

    Examples
    --------
    >>> [str(step) for step in open_circuit_relaxation(rest_time=86400.0)]
    ['Charge at 20 mA/g until 4.8 V', 'Rest for 86400 seconds']
    """
    steps: tuple[Step, ...] = (
        charge(specific_current=specific_current, voltage=charge_voltage, capacity=charge_capacity),
        rest(rest_time, temperature=rest_temperature),
    )
    if discharge_voltage is not None:
        steps += (discharge(specific_current=specific_current, voltage=discharge_voltage),)
    return steps
