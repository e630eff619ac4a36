"""From a likelihood to a posterior: maxima first, then samples and the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Literal

import numpy as np

from lmct.evidence.inference.climb import Maximum
from lmct.evidence.inference.evaluation import Evaluator, Progress
from lmct.evidence.inference.fallback import MOST_FOR_EACH, shortfalls, tempered_instead
from lmct.evidence.inference.importance import importance_samples
from lmct.evidence.inference.maxima_table import maxima_from_table, table_of_maxima
from lmct.evidence.inference.maximum import maximum_of
from lmct.evidence.inference.posterior import NOT_TRUSTED, Posterior
from lmct.evidence.inference.redraw import drawn_again
from lmct.evidence.inference.tempering import TemperedSamples, resampled
from lmct.evidence.inference.weights import WeightedSamples
from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.quantity.errors import unknown_name

Effort = Literal["quick", "usual", "thorough"]

EFFORTS: Mapping[str, tuple[int, int]] = {"quick": (200, 2), "usual": (600, 3), "thorough": (4000, 6)}
"""Effective samples that are wanted, and searches for a maximum."""

MISSED = 10.0
"""Samples whose largest likelihood lies by this below that of the best maximum, in the logarithm and beyond
half of the number of unknowns, are those of another hill."""

MAXIMA = "maxima"
"""Name of the maxima in a checkpoint."""


def posterior_of(
    likelihood: Likelihood,
    *,
    seed: int,
    executor: Executor | None = None,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    effort: Effort = "usual",
    maxima: Sequence[Maximum] | None = None,
) -> Posterior:
    """Return the posterior of all unknowns and the evidence of the mechanism.

    Parameters
    ----------
    likelihood
        The likelihood.
    seed
        Of the random numbers; the same seed gives the same samples whatever the executor.
    executor
        Where likelihoods are computed; None for here.
    checkpoint
        File that keeps what is done, so that a killed run goes on; None keeps nothing.
    progress
        Told how far it is.
    effort
        ``"quick"``, ``"usual"`` or ``"thorough"``.
    maxima
        Where to begin, from :func:`maxima_of`; None to search for them.

    Returns
    -------
    :
        The posterior; what a reader must know about it is in its messages.

    Raises
    ------
    UnknownName
        There is no such effort.
    NotConverged
        The mechanism can do what was done to the samples nowhere under its priors.
    DataError
        The checkpoint belongs to another fit.
    """
    wanted, starts = _worked(effort)
    evaluator = Evaluator(likelihood, executor=executor, checkpoint=checkpoint, label=f"{seed} {effort}")
    maxima = maxima or _maxima(evaluator, starts=starts, seed=seed, progress=progress)
    drawn, mixture = importance_samples(
        evaluator, maxima, wanted=wanted, most=MOST_FOR_EACH * wanted, seed=seed, progress=progress
    )
    drawn, mixture = drawn_again(evaluator, drawn, mixture, wanted=wanted, seed=seed, progress=progress)
    found: WeightedSamples | TemperedSamples = drawn
    sampler, messages = "adaptive importance sampling", shortfalls(drawn, wanted)
    if messages:
        found, messages = tempered_instead(
            evaluator, drawn, mixture, why=messages, wanted=wanted, seed=seed, progress=progress
        )
        sampler = "sequential Monte Carlo"
        missed = maxima[0].log_likelihood - float(np.max(found.log_likelihood))
        if missed > MISSED + 0.5 * len(likelihood.unknowns):
            found, sampler = drawn, "adaptive importance sampling"
            messages = (
                f"{NOT_TRUSTED}: tempering missed the highest maximum by {missed:.0f} in ln likelihood;"
                f" these are samples around it, with {' and '.join(shortfalls(drawn, wanted))}",
            )
    return posterior_from_samples(
        likelihood,
        found,
        maxima,
        seed=seed,
        evaluations=evaluator.evaluations + sum(one.evaluations for one in maxima),
        cpu_seconds=evaluator.cpu_seconds + sum(one.cpu_seconds for one in maxima),
        sampler=f"{sampler}, {effort}, seed {seed}",
        messages=messages,
    )


def maxima_of(
    likelihood: Likelihood,
    *,
    seed: int,
    executor: Executor | None = None,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    effort: Effort = "usual",
    near: Sequence[Mapping[str, float]] = (),
) -> tuple[Maximum, ...]:
    """Return the maxima with which :func:`posterior_of` begins when everything it is given is the same.

    Parameters
    ----------
    likelihood, seed, executor, checkpoint, progress, effort
        As there.
    near
        Values from which to search; where to begin is searched for as well when there are none.

    Returns
    -------
    :
        Most probable first.

    Raises
    ------
    LmctError
        As there.
    """
    _, starts = _worked(effort)
    evaluator = Evaluator(likelihood, executor=executor, checkpoint=checkpoint, label=f"{seed} {effort}")
    return _maxima(evaluator, starts=starts, seed=seed, progress=progress, near=near)


def _worked(effort: str) -> tuple[int, int]:
    """Return how many effective samples are wanted, and how many searches for a maximum."""
    if effort not in EFFORTS:
        raise unknown_name("effort", effort, EFFORTS)
    return EFFORTS[effort]


def _maxima(
    evaluator: Evaluator,
    *,
    starts: int,
    seed: int,
    progress: Progress | None,
    near: Sequence[Mapping[str, float]] = (),
) -> tuple[Maximum, ...]:
    """Return the maxima, from the checkpoint when they are there."""
    likelihood = evaluator.likelihood
    stored = evaluator.stored(MAXIMA)
    if stored is not None:
        return maxima_from_table(likelihood, stored)
    found = maximum_of(
        likelihood, starts=starts, seed=seed, executor=evaluator.executor, progress=progress, near=near
    )
    evaluator.store(MAXIMA, table_of_maxima(found))
    return found


def posterior_from_samples(
    likelihood: Likelihood,
    found: WeightedSamples | TemperedSamples,
    maxima: Sequence[Maximum],
    *,
    seed: int,
    evaluations: int,
    cpu_seconds: float,
    sampler: str,
    messages: tuple[str, ...],
) -> Posterior:
    """Return a posterior of equally weighted samples.

    Parameters
    ----------
    likelihood
        The likelihood.
    found
        Weighted samples.
    maxima
        Most probable first.
    seed
        Of the random numbers.
    evaluations, cpu_seconds, sampler, messages
        As in :class:`Posterior`.
    """
    from scipy.special import ndtr

    rows = resampled(found.weights, max(1000, int(2 * found.effective)), np.random.default_rng([seed, 2]))
    unknowns = likelihood.unknowns
    positions = ndtr(found.coordinates[rows])
    samples = np.array([list(unknowns.values_at(row).values()) for row in positions])
    return Posterior(
        unknowns=unknowns,
        samples=samples,
        log_likelihood=found.log_likelihood[rows],
        log_evidence=found.log_evidence,
        log_evidence_error=found.log_evidence_error,
        best=maxima[0].values,
        best_log_likelihood=maxima[0].log_likelihood,
        effective_samples=found.effective,
        evaluations=evaluations,
        cpu_seconds=cpu_seconds,
        sampler=sampler,
        messages=messages,
    )
