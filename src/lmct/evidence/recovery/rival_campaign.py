"""The campaign on which rivals are tried: six portions of a titration and the metal after heating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.likelihood.mechanism import Mechanism
from lmct.evidence.likelihood.observation import Campaign, Observation
from lmct.protocol.step import Step
from lmct.protocol.titration import Portion, titration
from lmct.quantity.constants import DAY, HOUR

PORTIONS = (
    Portion(in_cycling=True),
    Portion(),
    Portion(hold_temperature=353.15, hold_time=DAY),
    Portion(hold_temperature=413.15, hold_time=90.0),
    Portion(hold_temperature=413.15, hold_time=HOUR),
    Portion(hold_temperature=413.15, hold_time=DAY),
)
"""As the paper heats its powders (Li 2022, Fig. 4a-c)."""

PLATEAUS = ("metal_plateau_capacity", "oxygen_plateau_capacity")
PLATEAU_ERROR, VOLTAGE_ERROR, SHARE_ERROR = 3.0, 0.01, 0.03
"""Of a plateau [mAh/g], an open-circuit voltage [V] and the share of oxidised metal [1]."""

SHARE_TIMES = (600.0, HOUR, 2.0 * HOUR, 4.0 * HOUR, 12.0 * HOUR, DAY)
"""At which the share of oxidised metal is read while the last portion is heated [s]."""


def rival_design(portions: Sequence[Portion] = PORTIONS) -> Campaign:
    """Return both plateaus of each portion, its open-circuit voltage, and the oxidised metal of the last.

    Parameters
    ----------
    portions
        At least one that is heated, at the end.

    Returns
    -------
    :
        The campaign before its data.
    """
    found = []
    for portion in portions:
        steps = titration(portion)
        found += [_one(portion.name, name, steps, "mAh/g", PLATEAU_ERROR) for name in PLATEAUS]
        if not portion.in_cycling:
            rest = len(steps) - 2
            found.append(_one(portion.name, "end_voltage", steps, "V", VOLTAGE_ERROR, step=rest))
    last = titration(portions[-1])
    found.append(_one("heated", "oxidised_metal_fraction", last, "1", SHARE_ERROR, step=2, at=SHARE_TIMES))
    return Campaign(tuple(found))


def rival_campaign(
    truth: Mechanism,
    values: Mapping[str, float],
    random: np.random.Generator | None,
    *,
    portions: Sequence[Portion] = PORTIONS,
) -> Campaign | None:
    """Return the data that a mechanism makes.

    Parameters
    ----------
    truth, values
        The mechanism, and all its unknowns.
    random
        Of the noise; None for data without noise.
    portions
        As in :func:`rival_design`.

    Returns
    -------
    :
        The campaign; None when the mechanism cannot do what is planned.
    """
    empty = rival_design(portions)
    found = []
    for one, shown in zip(empty.observations, Likelihood(truth, empty).predictions(values), strict=True):
        if shown is None:
            return None
        noise = 0.0 if random is None else one.uncertainty * random.standard_normal(len(one.values))
        found.append(replace(one, values=shown + noise))
    return Campaign(tuple(found))


def _one(
    cell: str,
    observable: str,
    protocol: tuple[Step, ...],
    unit: str,
    uncertainty: float,
    *,
    step: int = -1,
    at: Sequence[float] | None = None,
) -> Observation:
    count = 1 if at is None else len(at)
    return Observation(
        name=f"{cell}, {observable}",
        observable=observable,
        protocol=protocol,
        step=step,
        at=np.zeros(1) if at is None else np.array(at),
        values=np.zeros(count),
        uncertainty=np.full(count, uncertainty),
        unit=unit,
        cell=cell if at is None else f"{cell}, {observable}",
    )
