"""Does the right mechanism win? Campaigns drawn from each mechanism, on trial against its nearest rival."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lmct.evidence.hypotheses.comparison_run import compare
from lmct.evidence.inference.maximum import maximum_of
from lmct.evidence.likelihood.block import Outliers
from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.likelihood.mechanism import Mechanism
from lmct.evidence.likelihood.observation import Campaign
from lmct.evidence.mechanism.registry import LEADING, mechanism_named
from lmct.evidence.recovery.rival_campaign import rival_campaign
from lmct.execution.tasks import run_tasks
from lmct.quantity.errors import NotConverged, unknown_name

TRUSTING = Outliers(share=0.0)

DECIDABLE = 10.0
"""Data can decide when the rival misses what the truth shows without noise by so much in log likelihood, its
unknowns chosen best: expected log odds beyond ten to one after noise, errors and priors."""

SPREAD, LEAST, MOST = 0.04, 0.01, 0.99
"""Truths lie so far around a usual value, in units of the prior's whole probability, within these bounds."""

TRIES = 20
"""A truth that cannot do the campaign is drawn again so often."""

NEXT = "marcus"
"""Rival of the leading mechanism, which is the rival of all others."""

TITANATE = {"attempt_frequency": 1.2e7, "reorganization_energy": 4.0, "oxygen_rate": 4e3}
ASLEEP = {"oxygen_rate": 1e-12, "oxygen_transfer_coefficient": 0.35}

USUAL: Mapping[str, Mapping[str, float]] = {
    "metal-potential": TITANATE,
    "marcus": TITANATE,
    "marcus-covalence": {"electronic_coupling": 3e-5, "reorganization_energy": 4.0, "oxygen_rate": 4e3},
    "constant-barrier": {"attempt_frequency": 1e9, "barrier": 0.95, "oxygen_rate": 4e3},
    "barrier-distribution": {
        "attempt_frequency": 1e9,
        "barrier": 0.95,
        "barrier_width": 0.06,
        "oxygen_rate": 4e3,
    },
    "no-lmct": {**ASLEEP, "oxygen_activation": 0.8},
    "empirical-hysteresis": {
        "charge_voltage": 3.6,
        "charge_slope": 1.2,
        "gap_charged": 0.3,
        "gap_discharged": 1.6,
        "gap_lithium": 0.35,
    },
    "self-discharge": {**ASLEEP, "self_discharge_rate": 2e-7, "self_discharge_activation": 0.6},
    "cation-migration": {**ASLEEP, "migration_rate": 5e-5, "migration_activation": 1.0},
}
"""Mechanism -> its unknowns on trial, with values that make it look like the paper's electrode."""


@dataclass(frozen=True, kw_only=True)
class RivalTrial:
    """One campaign and its verdict.

    Parameters
    ----------
    truth, rival
        Names of the mechanism that made the data, and of the other.
    misfit
        Of the rival to the data without noise, in log likelihood.
    best
        The mechanism with the larger evidence.
    log_odds, least
        For it against the other, and what numerics and priors leave of that.
    decided
        Whether odds of more than ten to one are left.
    cpu_seconds
        It took [s].
    """

    truth: str
    rival: str
    misfit: float
    best: str
    log_odds: float
    least: float
    decided: bool
    cpu_seconds: float

    @property
    def decidable(self) -> bool:
        """Whether the data could decide."""
        return self.misfit > DECIDABLE

    @property
    def right(self) -> bool:
        """Whether the truth won."""
        return self.decided and self.best == self.truth

    @property
    def wrong(self) -> bool:
        """Whether the rival won."""
        return self.decided and self.best != self.truth


def mechanism_on_trial(name: str) -> Mechanism:
    """Return a mechanism with the unknowns that are on trial.

    Parameters
    ----------
    name
        Key of :data:`USUAL`.

    Raises
    ------
    UnknownName
        There is no such mechanism.
    """
    if name not in USUAL:
        raise unknown_name("mechanism on trial", name, USUAL)
    return mechanism_named(name, unknowns=list(USUAL[name]))


def try_rivals(
    names: Sequence[str],
    *,
    campaigns: int,
    seed: int,
    executor: Executor | None = None,
    checkpoint: Path | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> tuple[RivalTrial, ...]:
    """Draw campaigns from mechanisms and put each on trial against its nearest rival.

    Parameters
    ----------
    names
        Of the true mechanisms.
    campaigns
        How many are drawn from each.
    seed
        Of all random numbers.
    executor, checkpoint, progress
        As in :func:`lmct.execution.tasks.run_tasks`.

    Returns
    -------
    :
        The trials, mechanism by mechanism.

    Raises
    ------
    UnknownName
        There is no such mechanism.
    NotConverged
        Hardly any truth can do the campaign.
    """
    for name in names:
        mechanism_on_trial(name)
    tasks = {f"{name} {number}": name for number in range(1, campaigns + 1) for name in names}
    found = run_tasks(_tried, tasks, executor=executor, seed=seed, checkpoint=checkpoint, progress=progress)
    return tuple(sorted(found.values(), key=lambda one: list(names).index(one.truth)))


def _tried(name: str, random: np.random.Generator) -> RivalTrial:
    """Draw one campaign and try both mechanisms; a function of the module, so that workers can import it."""
    began = time.process_time()
    truth, rival = mechanism_on_trial(name), mechanism_on_trial(NEXT if name == LEADING else LEADING)
    values, clean = _truth_near_the_usual(truth, random)
    noisy = rival_campaign(truth, values, random) or clean
    seed = int(random.integers(2**31))
    found = compare(noisy, [truth, rival], seed=seed, effort="quick", outliers=TRUSTING).judgement
    (odds,) = found.odds or (None,)
    return RivalTrial(
        truth=truth.name,
        rival=rival.name,
        misfit=_misfit(clean, rival, seed),
        best=found.best,
        log_odds=math.nan if odds is None else odds.log_odds,
        least=math.nan if odds is None else odds.least,
        decided=found.decided,
        cpu_seconds=time.process_time() - began,
    )


def _truth_near_the_usual(
    mechanism: Mechanism, random: np.random.Generator
) -> tuple[dict[str, float], Campaign]:
    usual = USUAL[mechanism.name]
    for _ in range(TRIES):
        values = {}
        for one in mechanism.unknowns:
            place = one.prior.position_of(usual[one.name]) + SPREAD * float(random.standard_normal())
            values[one.name] = one.prior.value_at(min(max(place, LEAST), MOST))
        clean = rival_campaign(mechanism, values, None)
        if clean is not None:
            return values, clean
    raise NotConverged(
        f"{mechanism.title}: none of {TRIES} truths can do the campaign. Expected values near those that make"
        " it look like the electrode of the paper. Change them."
    )


def _misfit(clean: Campaign, rival: Mechanism, seed: int) -> float:
    """Return by how much a rival misses data without noise, in log likelihood, before any noise is drawn."""
    likelihood = Likelihood(rival, clean, outliers=TRUSTING)
    best = maximum_of(likelihood, starts=2, seed=seed)[0]
    white = likelihood.whitened_residuals(best.values)[: clean.points]
    return 0.5 * float(white @ white)
