"""Galvanostatic cycling between two voltages (Fig. 1b, 2a: 20 mA/g, 2.0-4.8 V)."""

from __future__ import annotations

from lmct.protocol.charge import charge, check_window, discharge
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
    check_window(upper_voltage, lower_voltage)
    if cycles < 1:
        raise OutOfRange(f"the number of cycles must be at least 1, got {cycles}.")
    up = charge(specific_current=specific_current, voltage=upper_voltage, temperature=temperature)
    down = discharge(specific_current=specific_current, voltage=lower_voltage, temperature=temperature)
    return (up, down) * cycles
