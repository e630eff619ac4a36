"""Cycles at one rate after the other, from slow to fast."""

from __future__ import annotations

from collections.abc import Sequence

from lmct.protocol.charge import charge, check_window, discharge
from lmct.protocol.step import ROOM_TEMPERATURE, Step
from lmct.quantity.errors import OutOfRange

CURRENTS = (5.0, 10.0, 20.0, 40.0, 100.0, 200.0)
"""C/40 to 1C [mA/g]; the text names C/10 and C/40, the others are an assumption."""


def rate_series(
    *,
    specific_currents: Sequence[float] = CURRENTS,
    charge_current: float | None = None,
    upper_voltage: float = 4.8,
    lower_voltage: float = 2.0,
    cycles_each: int = 1,
    temperature: float = ROOM_TEMPERATURE,
) -> tuple[Step, ...]:
    """Cycle at each current in turn.

    Parameters
    ----------
    specific_currents
        Magnitudes of the current, one rate after the other [mA/g].
    charge_current
        Current of all charges [mA/g], so that every discharge starts from the same charge; None charges as
        fast as it discharges.
    upper_voltage, lower_voltage
        Limits [V].
    cycles_each
        Cycles at each rate, at least 1.
    temperature
        [K].

    Returns
    -------
    :
        Two steps a cycle, charge first.

    Raises
    ------
    OutOfRange
        There is no current or no cycle, or a number makes no sense.

    Source
    ------
    Li 2022, Methods (L597: C/10 is 20 mA/g); Fig. 1b caption (20 and 5 mA/g).

    Examples
    --------
    >>> [step.specific_current for step in rate_series(specific_currents=(10.0, 50.0), charge_current=5.0)]
    [5.0, 10.0, 5.0, 50.0]
    """
    check_window(upper_voltage, lower_voltage)
    if not specific_currents or cycles_each < 1:
        raise OutOfRange("a rate series needs at least one current and one cycle at each.")
    steps: tuple[Step, ...] = ()
    for current in specific_currents:
        up = charge(
            specific_current=current if charge_current is None else charge_current,
            voltage=upper_voltage,
            temperature=temperature,
        )
        down = discharge(specific_current=current, voltage=lower_voltage, temperature=temperature)
        steps += (up, down) * cycles_each
    return steps
