"""Gas evolution during cycling: rests that calm the background around two cycles (Fig. S6, S7)."""

from __future__ import annotations

from lmct.protocol.galvanostatic import galvanostatic
from lmct.protocol.rest import rest
from lmct.protocol.step import ROOM_TEMPERATURE, Step
from lmct.quantity.constants import HOUR


def gas_evolution(
    *,
    specific_current: float = 20.0,
    upper_voltage: float = 4.8,
    lower_voltage: float = 1.5,
    cycles: int = 2,
    rest_before: float = 4.0 * HOUR,
    rest_after: float = 12.0 * HOUR,
    temperature: float = ROOM_TEMPERATURE,
) -> tuple[Step, ...]:
    """Rest until the background is stable, cycle, and rest again.

    The gases that leave in a run of it: :func:`lmct.protocol.gas_record.gas_record`.

    Parameters
    ----------
    specific_current
        Magnitude of the current [mA/g].
    upper_voltage, lower_voltage
        Limits [V].
    cycles
        Number of cycles, at least 1.
    rest_before, rest_after
        [s].
    temperature
        [K].

    Returns
    -------
    :
        Rest, charge, discharge, charge, ..., rest.

    Raises
    ------
    OutOfRange
        The window is empty, there is no cycle, or a number makes no sense.

    Source
    ------
    Li 2022, Methods, OEMS (L628-634): 4 h before, two cycles of 1.5-4.8 V at C/10, 12 h after; Fig. S6, S7.

    Examples
    --------
    >>> [step.kind for step in gas_evolution(cycles=1)]
    ['rest', 'charge', 'discharge', 'rest']
    """
    cycling = galvanostatic(
        specific_current=specific_current,
        upper_voltage=upper_voltage,
        lower_voltage=lower_voltage,
        cycles=cycles,
        temperature=temperature,
    )
    before, after = (rest(duration, temperature=temperature) for duration in (rest_before, rest_after))
    return (before, *cycling, after)
