"""Simulation-based calibration: truths from the priors, their data fitted blind, the ranks of the truths."""

from __future__ import annotations

import functools
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from lmct.evidence.inference.search import Effort, posterior_of
from lmct.evidence.likelihood.block import Outliers
from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.likelihood.mechanism import Mechanism
from lmct.evidence.likelihood.observation import Campaign
from lmct.evidence.recovery.drawn import drawn_campaign, possible_truth
from lmct.evidence.recovery.uniformity import Uniformity, covered, uniformity_of_ranks
from lmct.execution.tasks import run_tasks
from lmct.quantity.errors import unknown_name

DRAWS = 99
"""Draws from each posterior among which the truth is ranked."""

LOG_LIKELIHOOD = "log_likelihood"
"""Ranked beside the unknowns: it sees a posterior that ignores the data, which no unknown's rank does."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Recovery:
    """Where the truth of one campaign lies in its posterior; numbers in the order of the quantities.

    Parameters
    ----------
    truth
        Drawn values.
    ranks
        How many of :data:`DRAWS` draws lie below.
    shares
        Share of all samples below.
    distances
        Truth minus mean of the posterior, in standard deviations of the posterior.
    shrinkage
        Standard deviation of the posterior over that of the prior, both in standard-normal coordinates.
    effective_samples, evaluations, cpu_seconds
        As in :class:`~lmct.evidence.inference.posterior.Posterior`.
    messages
        What the posterior says of itself.
    """

    truth: Float[np.ndarray, "quantity"]
    ranks: Int[np.ndarray, "quantity"]
    shares: Float[np.ndarray, "quantity"]
    distances: Float[np.ndarray, "quantity"]
    shrinkage: Float[np.ndarray, "unknown"]
    effective_samples: float
    evaluations: int
    cpu_seconds: float
    messages: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Calibration:
    """All recoveries.

    Parameters
    ----------
    names
        Of the quantities: all unknowns of the mechanism and the instruments, then the log likelihood.
    recoveries
        One for each campaign.
    """

    names: tuple[str, ...]
    recoveries: tuple[Recovery, ...]

    def column(self, field: str, name: str) -> np.ndarray:
        """Return a field of all recoveries for one quantity.

        Raises
        ------
        UnknownName
            There is no such quantity.
        """
        if name not in self.names:
            raise unknown_name("quantity of the calibration", name, self.names)
        place = self.names.index(name)
        return np.array([getattr(one, field)[place] for one in self.recoveries])

    def uniformity(self, name: str) -> Uniformity:
        """Return the rank histogram of a quantity with its chi-square."""
        return uniformity_of_ranks(self.column("ranks", name), draws=DRAWS)

    def covered(self, name: str, probability: float) -> float:
        """Return how often the central interval of a probability holds the truth."""
        return covered(self.column("shares", name), probability)


def calibrate(
    mechanism: Mechanism,
    campaign: Campaign,
    *,
    campaigns: int,
    seed: int,
    effort: Effort = "quick",
    outliers: Outliers | None = None,
    executor: Executor | None = None,
    checkpoint: Path | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Calibration:
    """Return where the truths of many campaigns lie in their posteriors.

    Were every posterior exact, the rank of the truth among independent draws would be uniform for every
    quantity, whatever priors, mechanism and campaign.

    Parameters
    ----------
    mechanism
        Gives the truths, and fits them.
    campaign
        What is measured, with its errors; its values are not used.
    campaigns
        How many are drawn.
    seed
        Of all random numbers.
    effort
        Of every posterior.
    outliers
        How often cells go wrong, in the data and in the fit.
    executor
        Who does the campaigns; None for this process. The results do not depend on it.
    checkpoint
        File that keeps every campaign that is done.
    progress
        Told how many are done.

    Returns
    -------
    :
        The calibration.

    Raises
    ------
    NotConverged
        The priors hardly hold a truth that can do what is planned.
    DataError
        The checkpoint belongs to another calibration.

    Source
    ------
    Talts et al., arXiv:1804.06788 (2018); the likelihood as a quantity: Modrak et al., Bayesian Analysis 20,
    461 (2025), doi 10.1214/23-BA1404.
    """
    work = functools.partial(_recovered, mechanism, campaign, effort, outliers or Outliers())
    tasks = {f"campaign {number}": number for number in range(1, campaigns + 1)}
    found = run_tasks(work, tasks, executor=executor, seed=seed, checkpoint=checkpoint, progress=progress)
    names = (*(one.name for one in (*mechanism.unknowns, *campaign.unknowns)), LOG_LIKELIHOOD)
    return Calibration(names, tuple(found.values()))


def _recovered(
    mechanism: Mechanism,
    campaign: Campaign,
    effort: Effort,
    outliers: Outliers,
    number: int,
    random: np.random.Generator,
) -> Recovery:
    """Draw one campaign and fit it; a function of the module, so that workers can import it."""
    planned = Likelihood(mechanism, campaign, outliers=outliers)
    truth = possible_truth(planned, random)
    likelihood = Likelihood(mechanism, drawn_campaign(planned, truth, random), outliers=outliers)
    posterior = posterior_of(likelihood, seed=int(random.integers(2**31)), effort=effort)
    true_numbers = np.array([*truth.values(), likelihood.log_likelihood(truth)])
    samples = np.column_stack([posterior.samples, posterior.log_likelihood])
    chosen = samples[random.choice(len(samples), DRAWS, replace=False)]
    return Recovery(
        truth=true_numbers,
        ranks=np.sum(chosen < true_numbers, axis=0),
        shares=np.mean(samples < true_numbers, axis=0),
        distances=(true_numbers - samples.mean(axis=0)) / samples.std(axis=0),
        shrinkage=_shrinkage(likelihood, posterior.samples),
        effective_samples=posterior.effective_samples,
        evaluations=posterior.evaluations,
        cpu_seconds=posterior.cpu_seconds,
        messages=posterior.messages,
    )


def _shrinkage(
    likelihood: Likelihood, samples: Float[np.ndarray, "sample unknown"]
) -> Float[np.ndarray, "unknown"]:
    from scipy.special import ndtri

    names = likelihood.unknowns.names
    positions = [likelihood.unknowns.position_of(dict(zip(names, row, strict=True))) for row in samples]
    return np.asarray(np.std(ndtri(positions), axis=0))
