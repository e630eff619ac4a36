"""What comes after a relaxation: second cycle, re-activation, re-triggering (Fig. S19, S20, S29)."""

from __future__ import annotations

from lmct.protocol.charge import charge, discharge
from lmct.protocol.galvanostatic import galvanostatic
from lmct.protocol.heating import heating
from lmct.protocol.step import Step
from lmct.protocol.titration import Portion, titration
from lmct.quantity.constants import ZERO_CELSIUS

FULL_RELAXATION = Portion(hold_temperature=140.0 + ZERO_CELSIUS, hold_time=86400.0)
"""The strongest relaxation of the paper: 24 h at 140 degC (L225-226)."""


def second_cycle_relaxation(
    portion: Portion = FULL_RELAXATION, *, charge_voltage: float = 4.5, discharge_voltage: float = 1.85
) -> tuple[Step, ...]:
    """Cycle once, then run the titration of a portion in the second cycle (S19).

    Parameters
    ----------
    portion
        What is done to it after the second charge.
    charge_voltage, discharge_voltage
        Limits of both cycles [V].

    Returns
    -------
    :
        The steps.

    Source
    ------
    Li 2022, L235-236: relaxation "can also be reproduced in the second cycle".

    Examples
    --------
    >>> [step.kind for step in second_cycle_relaxation()]
    ['charge', 'discharge', 'charge', 'rest', 'heat', 'rest', 'discharge']
    """
    first = galvanostatic(upper_voltage=charge_voltage, lower_voltage=discharge_voltage, cycles=1)
    return first + titration(portion, charge_voltage=charge_voltage, discharge_voltage=discharge_voltage)


def reactivation(
    portion: Portion = FULL_RELAXATION, *, charge_voltage: float = 4.5, discharge_voltage: float = 1.85
) -> tuple[Step, ...]:
    """Relax fully, discharge, and cycle once more (S20).

    Parameters
    ----------
    portion
        What is done to it after the first charge.
    charge_voltage, discharge_voltage
        Limits of both cycles [V].

    Returns
    -------
    :
        The steps.

    Source
    ------
    Li 2022, L237-239: the intermediate "can be re-activated in the second charge and onward".

    Examples
    --------
    >>> [step.kind for step in reactivation()]
    ['charge', 'rest', 'heat', 'rest', 'discharge', 'charge', 'discharge']
    """
    relaxed = titration(portion, charge_voltage=charge_voltage, discharge_voltage=discharge_voltage)
    return relaxed + galvanostatic(upper_voltage=charge_voltage, lower_voltage=discharge_voltage, cycles=1)


def retriggering(
    *,
    first_capacity: float = 200.0,
    hold_temperature: float = 140.0 + ZERO_CELSIUS,
    hold_time: float = 86400.0,
    charge_voltage: float = 4.8,
    discharge_voltage: float = 2.0,
) -> tuple[Step, ...]:
    """Relax fully inside the oxygen region, charge on from there, discharge (S29).

    Parameters
    ----------
    first_capacity
        Charge before the relaxation [mAh/g].
    hold_temperature, hold_time
        Of the relaxation [K, s].
    charge_voltage, discharge_voltage
        Limits of what follows [V].

    Returns
    -------
    :
        The steps.

    Source
    ------
    Li 2022, L326-328: Ni3+/4+ is "re-triggered even at a ground state in O redox region". How the ground
    state was reached is in the supplement, which is not at hand: the relaxation of the titration is assumed.

    Examples
    --------
    >>> [step.kind for step in retriggering()]
    ['charge', 'heat', 'charge', 'discharge']
    """
    return (
        charge(capacity=first_capacity),
        heating(hold_temperature, hold_time),
        charge(voltage=charge_voltage),
        discharge(voltage=discharge_voltage),
    )
