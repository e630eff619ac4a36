"""A small campaign on trial, and trials made up for the verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from lmct.evidence.hypotheses import Trial
from lmct.evidence.likelihood import Campaign, Likelihood, Mechanism, Observation
from lmct.protocol.titration import Portion, titration

DAY = 86400.0
PORTIONS = (
    Portion(in_cycling=True),
    Portion(),
    Portion(hold_temperature=353.15, hold_time=DAY),
    Portion(hold_temperature=413.15, hold_time=90.0),
    Portion(hold_temperature=413.15, hold_time=3600.0),
    Portion(hold_temperature=413.15, hold_time=DAY),
)


def design(portions: Sequence[Portion] = PORTIONS) -> tuple[Observation, ...]:
    """Return both plateaus of some portions, open-circuit voltages and the share of oxidised metal."""
    found = []
    for portion in portions:
        steps = titration(portion)
        for name in ("metal_plateau_capacity", "oxygen_plateau_capacity"):
            found.append(_one(f"{portion.name}, {name}", name, steps, "mAh/g", 3.0, cell=portion.name))
        if not portion.in_cycling:
            rest = len(steps) - 2
            found.append(
                _one(f"{portion.name}, OCV", "end_voltage", steps, "V", 0.01, step=rest, cell=portion.name)
            )
    times = np.array([600.0, 3600.0, 7200.0, 14400.0, 43200.0, DAY])
    last = titration(portions[-1])
    found.append(
        replace(
            _one("140 degC, Ni", "oxidised_metal_fraction", last, "1", 0.03, step=2),
            at=times,
            values=np.zeros(6),
            uncertainty=np.full(6, 0.03),
        )
    )
    return tuple(found)


def _one(name, observable, protocol, unit, uncertainty, *, step=-1, cell=""):
    return Observation(
        name=name,
        observable=observable,
        protocol=protocol,
        step=step,
        values=np.zeros(1),
        uncertainty=np.full(1, uncertainty),
        unit=unit,
        cell=cell,
    )


def drawn(
    truth: Mechanism, values: Mapping[str, float], seed: int | None, *, few: bool = False
) -> Campaign | None:
    """Return a campaign that a mechanism makes, with noise unless there is no seed; None when it cannot."""
    empty = Campaign(design([PORTIONS[0], PORTIONS[-1]] if few else PORTIONS))
    shown = Likelihood(truth, empty).predictions(values)
    if any(one is None for one in shown):
        return None
    random = np.random.default_rng(seed)
    noise = [
        0.0 if seed is None else one.uncertainty * random.normal(size=len(one.values))
        for one in empty.observations
    ]
    return Campaign(
        tuple(
            replace(one, values=np.asarray(true) + error)
            for one, true, error in zip(empty.observations, shown, noise, strict=True)
        )
    )


@pytest.fixture(scope="session")
def draw() -> Callable[..., Campaign | None]:
    """Draw a small campaign from a mechanism."""
    return drawn


@pytest.fixture
def trial() -> Callable[..., Trial]:
    """Make up a trial."""

    def make(name: str, log_evidence: float, error: float = 0.1, **more: object) -> Trial:
        usual = {
            "wide_log_evidence": log_evidence - 2.0,
            "wide_log_evidence_error": error,
            "best_log_likelihood": log_evidence + 15.0 if math.isfinite(log_evidence) else -math.inf,
        }
        return Trial(
            name=name,
            title=name,
            unknowns=3,
            log_evidence=log_evidence,
            log_evidence_error=error,
            **(usual | more),  # type: ignore[arg-type]
        )

    return make
