"""Opening of the voltage window step by step, on the charge or the discharge side (Fig. 6a-d, S9, S26)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from lmct.protocol.charge import charge, check_window, discharge
from lmct.protocol.galvanostatic import galvanostatic
from lmct.protocol.step import Step
from lmct.quantity.errors import OutOfRange

CHARGE_LIMITS = (4.1, 4.2, 4.3, 4.4, 4.5, 4.6, 4.7, 4.8)
"""Ends of charge one after the other [V]; the text names none, these are an assumption."""

DISCHARGE_LIMITS = (3.6, 3.2, 2.8, 2.4, 2.2, 2.0)
"""Ends of discharge one after the other [V]; the text names none, these are an assumption."""


def window_opening(
    side: Literal["charge", "discharge"] = "charge",
    *,
    limits: Sequence[float] | None = None,
    specific_current: float = 20.0,
    upper_voltage: float = 4.8,
    lower_voltage: float = 2.0,
    first_cycle: bool = True,
) -> tuple[Step, ...]:
    """Cycle with one limit that moves outwards, after a full first cycle.

    Parameters
    ----------
    side
        Which limit moves: the end of charge, or the end of discharge.
    limits
        Values of the moving limit in their order [V]; defaults are :data:`CHARGE_LIMITS` and
        :data:`DISCHARGE_LIMITS`.
    specific_current
        Magnitude of the current [mA/g].
    upper_voltage, lower_voltage
        The limit that stays, and both limits of the first cycle [V].
    first_cycle
        Run a full cycle before; the curves of the paper are those of the 2nd cycle.

    Returns
    -------
    :
        On the charge side every cycle is charge to the next limit, discharge to the lower voltage. On the
        discharge side the electrode is charged fully, then every cycle is discharge to the next limit, charge
        to the upper voltage.

    Raises
    ------
    OutOfRange
        There is no limit, or one lies outside the window.

    Source
    ------
    Li 2022, Fig. 6a-d caption (L461-465: 2nd cycle with different cut-off voltages), L152-153, L286-287.

    Examples
    --------
    >>> [step.stop_voltage for step in window_opening(limits=(4.2, 4.5), first_cycle=False)]
    [4.2, 2.0, 4.5, 2.0]
    >>> [step.stop_voltage for step in window_opening("discharge", limits=(3.0,), first_cycle=False)]
    [4.8, 3.0, 4.8]
    """
    if side not in ("charge", "discharge"):
        raise OutOfRange(f"a window opens on the side 'charge' or 'discharge', got {side!r}.")
    moving = tuple((CHARGE_LIMITS if side == "charge" else DISCHARGE_LIMITS) if limits is None else limits)
    if not moving:
        raise OutOfRange("a window opening needs at least one limit, for example limits=(4.2, 4.5, 4.8).")
    check_window(upper_voltage, lower_voltage)
    steps = galvanostatic(
        specific_current=specific_current, upper_voltage=upper_voltage, lower_voltage=lower_voltage, cycles=1
    )
    up, down = steps
    before: tuple[Step, ...] = steps if first_cycle else ()
    if side == "charge":
        for limit in moving:
            check_window(limit, lower_voltage)
            before += (charge(specific_current=specific_current, voltage=limit), down)
        return before
    before += (up,)
    for limit in moving:
        check_window(upper_voltage, limit)
        before += (discharge(specific_current=specific_current, voltage=limit), up)
    return before
