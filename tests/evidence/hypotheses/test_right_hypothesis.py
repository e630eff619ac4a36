"""Campaigns drawn from every mechanism: the right one wins where the data can decide (slow).

``LMCT_CAMPAIGNS=20 pytest -m slow tests/evidence/hypotheses`` runs twenty for each mechanism, hours of work.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
import pytest

from lmct.evidence.hypotheses import compare
from lmct.evidence.inference import maximum_of
from lmct.evidence.likelihood import Campaign, Likelihood, Mechanism, Outliers
from lmct.evidence.mechanism import mechanism_named

ASKED = "LMCT_CAMPAIGNS" in os.environ
CAMPAIGNS = int(os.environ.get("LMCT_CAMPAIGNS", "1"))
QUICKEST = ("constant-barrier", "cation-migration")
"""Truths that are tried when nobody asks for more: each of the others takes ten minutes or more."""

TRUSTING = Outliers(share=0.0)
DECIDABLE = 10.0
"""Data can decide when the rival misses what the truth shows without noise by so much in log likelihood,
worst choice of its unknowns excluded: expected log odds beyond ten to one after noise, errors and priors."""

SPREAD = 0.04
"""Truths lie so far around a usual value, in units of the prior's whole probability."""

USUAL: dict[str, dict[str, float]] = {
    "metal-potential": {"attempt_frequency": 1.2e7, "reorganization_energy": 4.0, "oxygen_rate": 4e3},
    "marcus": {"attempt_frequency": 1.2e7, "reorganization_energy": 4.0, "oxygen_rate": 4e3},
    "marcus-covalence": {
        "electronic_coupling": 3e-5,
        "reorganization_energy": 4.0,
        "oxygen_rate": 4e3,
    },
    "constant-barrier": {"attempt_frequency": 1e9, "barrier": 0.95, "oxygen_rate": 4e3},
    "barrier-distribution": {
        "attempt_frequency": 1e9,
        "barrier": 0.95,
        "barrier_width": 0.06,
        "oxygen_rate": 4e3,
    },
    "no-lmct": {"oxygen_rate": 1e-12, "oxygen_activation": 0.8, "oxygen_transfer_coefficient": 0.35},
    "empirical-hysteresis": {
        "charge_voltage": 3.6,
        "charge_slope": 1.2,
        "gap_charged": 0.3,
        "gap_discharged": 1.6,
        "gap_lithium": 0.35,
    },
    "self-discharge": {
        "oxygen_rate": 1e-12,
        "self_discharge_rate": 2e-7,
        "self_discharge_activation": 0.6,
        "oxygen_transfer_coefficient": 0.35,
    },
    "cation-migration": {
        "oxygen_rate": 1e-12,
        "migration_rate": 5e-5,
        "migration_activation": 1.0,
        "oxygen_transfer_coefficient": 0.35,
    },
}
LEADING = "metal-potential"
NEXT = "marcus"


def mechanism(name: str) -> Mechanism:
    return mechanism_named(name, unknowns=list(USUAL[name]))


def truth_near(one: Mechanism, seed: int) -> dict[str, float]:
    random = np.random.default_rng(seed)
    positions = [
        float(np.clip(unknown.prior.position_of(USUAL[one.name][unknown.name]) + shift, 0.01, 0.99))
        for unknown, shift in zip(one.unknowns, SPREAD * random.normal(size=len(one.unknowns)), strict=True)
    ]
    return {
        unknown.name: unknown.prior.value_at(place)
        for unknown, place in zip(one.unknowns, positions, strict=True)
    }


def can_decide(clean: Campaign, rival: Mechanism) -> bool:
    """Say, before any noise is drawn, whether the rival misses the truth by enough."""
    likelihood = Likelihood(rival, clean, outliers=TRUSTING)
    best = maximum_of(likelihood, starts=2, seed=7)[0]
    white = likelihood.whitened_residuals(best.values)[: clean.points]
    return 0.5 * float(white @ white) > DECIDABLE


@pytest.mark.slow
@pytest.mark.parametrize("name", USUAL if ASKED else QUICKEST)
def test_the_right_hypothesis_wins_where_the_data_can_decide(
    name: str, draw: Callable[..., Campaign | None]
) -> None:
    truth = mechanism(name)
    rival = mechanism(NEXT if name == LEADING else LEADING)
    right = decidable = wrong = undecidable = silent = 0
    for number in range(CAMPAIGNS):
        values = truth_near(truth, 100 + number)
        clean, noisy = draw(truth, values, None), draw(truth, values, number)
        if clean is None or noisy is None:
            continue
        decides = can_decide(clean, rival)
        found = compare(noisy, [truth, rival], seed=number, effort="quick", outliers=TRUSTING).judgement
        won = found.best == name and found.decided
        decidable, right = decidable + decides, right + (decides and won)
        undecidable, silent = undecidable + (not decides), silent + (not decides and not found.decided)
        wrong += found.best != name and found.decided
    print(  # noqa: T201
        f"{name} against {rival.name}: decidable {decidable}, right {right}, undecidable {undecidable},"
        f" cannot tell {silent}, wrong {wrong}"
    )
    assert decidable + undecidable > 0
    assert wrong == 0
    assert right >= 0.9 * decidable
