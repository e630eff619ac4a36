"""The rate laws as fits need them: parameters, bounds, starting values."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float

from lmct.quantity.constants import BOLTZMANN
from lmct.quantity.errors import OutOfRange, unknown_name
from lmct.relaxation.fit import Fractions, Law
from lmct.relaxation.heating import Heating
from lmct.relaxation.rate_law import (
    fraction_barrier,
    fraction_stretched,
    linear_barrier,
    marcus_barrier,
)

LAWS = ("stretched exponential", "Marcus law", "linear barrier")
"""Names of the laws that an analysis may ask for."""

DEFAULT_LAWS = LAWS[:2]
"""The linear barrier is so close to Marcus' that both together say nothing new."""

STRETCHED = ("log_time", "stretching_exponent", "activation_energy")
BARRIER = ("log_rate", "barrier_rise", "first_barrier")


def laws_for(heatings: Sequence[Heating], attempt_frequency: float, names: object) -> tuple[Law, ...]:
    """Return laws with starting values for the times and temperatures of the data.

    With one temperature only the last parameter of a law, its energy, is left out: the barrier is then held
    at the one that gives the fitted rate with the attempt frequency.

    Parameters
    ----------
    heatings
        Conditions, at least one of them heated.
    attempt_frequency
        Fixes the barrier when there is one temperature only [1/s].
    names
        Names out of :data:`LAWS`.

    Returns
    -------
    :
        The laws in the order of their names.

    Raises
    ------
    UnknownName
        A name is none of :data:`LAWS`.
    OutOfRange
        ``names`` is no list.
    """
    if isinstance(names, str) or not isinstance(names, Sequence):
        raise OutOfRange(f"the option laws is {names!r}. Expected a list out of {', '.join(LAWS)}.")
    heated = [one for one in heatings if one.hold_time > 0.0]
    temperatures = [one.hold_temperature for one in heated]
    reference = float(np.median(temperatures))
    count = 3 if float(np.ptp(temperatures)) > 1.0 else 2
    middle = math.log(float(np.median([one.hold_time for one in heated])))
    found = []
    for name in names:
        if name not in LAWS:
            raise unknown_name("rate law of the relaxation", str(name), LAWS)
        if name == LAWS[0]:
            found.append(_stretched(reference, count, middle))
        else:
            found.append(_barrier(name, reference, count, middle, attempt_frequency))
    return tuple(found)


def _stretched(reference: float, count: int, middle: float) -> Law:
    def fractions(heatings: Sequence[Heating], p: Float[np.ndarray, "parameter"]) -> np.ndarray:
        return fraction_stretched(
            heatings,
            log_time=float(p[0]),
            exponent=float(p[1]),
            activation_energy=float(p[2]) if count == 3 else 1.0,
            reference_temperature=reference,
        )

    starts = tuple((middle + shift, 0.4, 0.9)[:count] for shift in (-3.0, 1.0, 4.0))
    return Law(
        LAWS[0], STRETCHED[:count], fractions, starts, (-30.0, 0.05, 0.01)[:count], (60.0, 2.0, 4.0)[:count]
    )


def _barrier(name: str, reference: float, count: int, middle: float, attempt_frequency: float) -> Law:
    barrier: Callable[..., np.ndarray] = marcus_barrier if name == LAWS[1] else linear_barrier

    def fractions(heatings: Sequence[Heating], p: Float[np.ndarray, "parameter"]) -> np.ndarray:
        held = BOLTZMANN * reference * max(1.0, math.log(attempt_frequency) - float(p[0]))
        return fraction_barrier(
            heatings,
            log_rate=float(p[0]),
            rise=float(p[1]),
            first=float(p[2]) if count == 3 else held,
            reference_temperature=reference,
            barrier=barrier,
        )

    starts = tuple((-middle + shift, 0.15, 0.9)[:count] for shift in (3.0, -1.0, -4.0))
    law: Fractions = fractions
    return Law(name, BARRIER[:count], law, starts, (-60.0, -0.5, 0.51)[:count], (30.0, 2.0, 4.0)[:count])
