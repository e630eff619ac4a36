"""Every protocol that can be named instead of writing its steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from lmct.protocol.galvanostatic import galvanostatic
from lmct.protocol.gas_evolution import gas_evolution
from lmct.protocol.gitt import LONG_REST, gitt
from lmct.protocol.open_circuit_relaxation import open_circuit_relaxation
from lmct.protocol.rate_series import rate_series
from lmct.protocol.reactivation import reactivation, retriggering, second_cycle_relaxation
from lmct.protocol.state_of_charge_series import state_of_charge_series
from lmct.protocol.step import Step
from lmct.protocol.titration import Portion, titration
from lmct.protocol.voltammetry import voltammetry
from lmct.protocol.window_opening import window_opening
from lmct.quantity.constants import ZERO_CELSIUS
from lmct.quantity.errors import unknown_name

_WARM = 55.0 + ZERO_CELSIUS
_NINETY_SECONDS = Portion(hold_temperature=140.0 + ZERO_CELSIUS, hold_time=90.0)


def _state_of_charge(name: str) -> tuple[Step, ...]:
    return state_of_charge_series()[name]


PROTOCOLS: Mapping[str, Callable[[], tuple[Step, ...]]] = {
    "galvanostatic": galvanostatic,
    "titration": partial(titration, _NINETY_SECONDS),
    "window-opening-charge": partial(window_opening, "charge"),
    "window-opening-discharge": partial(window_opening, "discharge"),
    "gitt": gitt,
    "gitt-200-h": partial(gitt, rest_time=LONG_REST),
    "gitt-55-degC": partial(gitt, temperature=_WARM),
    "voltammetry": voltammetry,
    "open-circuit-relaxation": open_circuit_relaxation,
    "open-circuit-relaxation-55-degC": partial(open_circuit_relaxation, rest_temperature=_WARM),
    "gas-evolution": gas_evolution,
    "rate-series": rate_series,
    "state-of-charge-200-mAh": partial(_state_of_charge, "200 mAh/g"),
    "state-of-charge-4.5-V": partial(_state_of_charge, "4.5 V"),
    "state-of-charge-4.8-V": partial(_state_of_charge, "4.8 V"),
    "second-cycle-relaxation": second_cycle_relaxation,
    "reactivation": reactivation,
    "retriggering": retriggering,
}
"""Name -> its steps with the settings of the paper."""


def named_protocol(name: str) -> tuple[Step, ...]:
    """Return the steps of a protocol with the settings of the paper.

    Parameters
    ----------
    name
        One of :data:`PROTOCOLS`.

    Returns
    -------
    :
        The steps.

    Raises
    ------
    UnknownName
        No protocol has this name; the message holds the nearest one.

    Examples
    --------
    >>> [str(step) for step in named_protocol("voltammetry")[:2]]
    ['Sweep at 0.05 mV/s until 4.8 V', 'Sweep at 0.05 mV/s until 1.5 V']
    """
    if name not in PROTOCOLS:
        raise unknown_name("protocol", name, list(PROTOCOLS))
    return PROTOCOLS[name]()
