"""Galvanostatic cycling between two voltages (Fig. 1b, 2a: 20 mA/g, 2.0-4.8 V)."""

from __future__ import annotations

from lmct.protocol.step import ROOM_TEMPERATURE, Step
from lmct.quantity.errors import OutOfRange


def galvanostatic(
    *,
    specific_current: float = 20.0,
    upper_voltage: float = 4.8,
    lower_voltage: float = 2.0,
    cycles: int = 2,
    temperature: float = ROOM_TEMPERATURE,
) -> tuple[Step, ...]:
    """Charge and discharge at constant current between two voltages.

    Parameters
    ----------
    specific_current
        Magnitude of the current [mA/g].
    upper_voltage, lower_voltage
        Limits [V].
    cycles
        Number of cycles, at least 1.
    temperature
        [K].

    Returns
    -------
    :
        Two steps a cycle, charge first.

    Raises
    ------
    OutOfRange
        The window is empty or there is no cycle.

    Source
    ------
    Li 2022, Fig. 1b and caption (L408-410).

    Examples
    --------
    >>> [step.kind for step in galvanostatic(cycles=1)]
    ['charge', 'discharge']
    """
    if not upper_voltage > lower_voltage:
        raise OutOfRange(
            f"the upper voltage {upper_voltage} V must lie above the lower one, {lower_voltage} V."
        )
    if cycles < 1:
        raise OutOfRange(f"the number of cycles must be at least 1, got {cycles}.")
    charge = Step(
        kind="charge",
        specific_current=specific_current,
        stop_voltage=upper_voltage,
        temperature=temperature,
        text=f"Charge at {specific_current:g} mA/g until {upper_voltage:g} V",
    )
    discharge = Step(
        kind="discharge",
        specific_current=specific_current,
        stop_voltage=lower_voltage,
        temperature=temperature,
        text=f"Discharge at {specific_current:g} mA/g until {lower_voltage:g} V",
    )
    return (charge, discharge) * cycles
