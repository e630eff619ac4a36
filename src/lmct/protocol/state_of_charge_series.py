"""Relaxation from several states of charge: 200 mAh/g (about 4.4 V), 4.5 V, 4.8 V (Fig. S18)."""

from __future__ import annotations

from lmct.protocol.step import Step
from lmct.protocol.titration import Portion, titration
from lmct.quantity.constants import ZERO_CELSIUS

HEATING = Portion(hold_temperature=80.0 + ZERO_CELSIUS, hold_time=4 * 3600.0)
"""What every portion goes through; the text names neither temperature nor time, this is an assumption."""


def state_of_charge_series(
    portion: Portion = HEATING, *, specific_current: float = 20.0, discharge_voltage: float = 1.85
) -> dict[str, tuple[Step, ...]]:
    """Return the histories of equal portions charged to different states.

    Parameters
    ----------
    portion
        What is done to each between charge and discharge.
    specific_current
        Of charge and discharge [mA/g].
    discharge_voltage
        Limit of the discharge [V].

    Returns
    -------
    :
        Name of the state -> steps of a titration.

    Source
    ------
    Li 2022, L233-235 (4.8 V against about 4.4 V, 200 mAh/g), L611-612 (the states used).

    Examples
    --------
    >>> for name, steps in state_of_charge_series().items():
    ...     print(name, "|", steps[0])
    200 mAh/g | Charge at 20 mA/g until 200 mAh/g
    4.5 V | Charge at 20 mA/g until 4.5 V
    4.8 V | Charge at 20 mA/g until 4.8 V
    """
    states: dict[str, tuple[float | None, float | None]] = {
        "200 mAh/g": (None, 200.0),
        "4.5 V": (4.5, None),
        "4.8 V": (4.8, None),
    }
    return {
        name: titration(
            portion,
            specific_current=specific_current,
            charge_voltage=voltage,
            charge_capacity=capacity,
            discharge_voltage=discharge_voltage,
        )
        for name, (voltage, capacity) in states.items()
    }
