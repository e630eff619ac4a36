"""From a likelihood to a posterior: maxima first, then samples and the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from lmct.evidence.inference.evaluation import Evaluator, Progress
from lmct.evidence.inference.importance import (
    GOOD,
    WeightedSamples,
    fresh_samples,
    importance_samples,
    log_base_density,
)
from lmct.evidence.inference.maximum import Maximum, maxima_from_table, maximum_of, table_of_maxima
from lmct.evidence.inference.mixture import Mixture, log_prior_density, mixture_learnt_from
from lmct.evidence.inference.moves import EACH, MOST_LEARNT, LogDensity, Particles
from lmct.evidence.inference.posterior import Posterior
from lmct.evidence.inference.tail import TRUSTED
from lmct.evidence.inference.tempering import TemperedSamples, prior_particles, resampled, tempered_samples
from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.quantity.errors import unknown_name

Effort = Literal["quick", "usual", "thorough"]

EFFORTS: Mapping[str, tuple[int, int]] = {"quick": (200, 3), "usual": (600, 4), "thorough": (4000, 8)}
"""Effective samples that are wanted, and searches for a maximum."""

MOST_FOR_EACH = 12
"""Importance sampling is given up after so many likelihoods for each effective sample wanted."""

PARTICLES, FEWEST_PARTICLES, MOST_FOR_PARTICLE = 1.5, 800, 18
"""Tempering takes so many particles for each effective sample wanted, but not fewer than this; and
it is given up after so many likelihoods for each."""

COVERING = 0.25
"""Samples worth this share of what was wanted, with a tail that can be trusted, are where tempering begins;
samples that fall shorter may have missed a part of the posterior, and it begins from the priors."""

FINAL_WIDER, AGREE = 1.5, 4.0
"""The last mixture has covariances so many times larger than those it learnt; and its evidence counts when
it lies within so many standard errors of that of the particles."""

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
    if effort not in EFFORTS:
        raise unknown_name("effort", effort, EFFORTS)
    wanted, starts = EFFORTS[effort]
    evaluator = Evaluator(likelihood, executor=executor, checkpoint=checkpoint, label=f"{seed} {effort}")
    maxima = _maxima(evaluator, starts=starts, seed=seed, progress=progress)
    drawn, mixture = importance_samples(
        evaluator, maxima, wanted=wanted, most=MOST_FOR_EACH * wanted, seed=seed, progress=progress
    )
    found: WeightedSamples | TemperedSamples = drawn
    sampler, messages = "adaptive importance sampling", _shortfalls(drawn, wanted)
    if messages:
        before = evaluator.evaluations
        tempered = _tempered(evaluator, drawn, mixture, wanted=wanted, seed=seed, progress=progress)
        found = _finished(evaluator, tempered, wanted=wanted, seed=seed, progress=progress)
        sampler = "sequential Monte Carlo"
        likelihoods = evaluator.evaluations - before
        messages = _tempering(tempered, found, messages, wanted=wanted, likelihoods=likelihoods)
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


def _maxima(
    evaluator: Evaluator, *, starts: int, seed: int, progress: Progress | None
) -> tuple[Maximum, ...]:
    """Return the maxima, from the checkpoint when they are there."""
    likelihood = evaluator.likelihood
    stored = evaluator.stored(MAXIMA)
    if stored is not None:
        return maxima_from_table(likelihood, stored)
    found = maximum_of(likelihood, starts=starts, seed=seed, executor=evaluator.executor, progress=progress)
    evaluator.store(MAXIMA, table_of_maxima(found))
    return found


def _tempered(
    evaluator: Evaluator,
    drawn: WeightedSamples,
    mixture: Mixture,
    *,
    wanted: int,
    seed: int,
    progress: Progress | None,
) -> TemperedSamples:
    """Lead particles to the posterior: from the samples if they cover it, otherwise from the priors."""
    count = max(int(PARTICLES * wanted), FEWEST_PARTICLES)
    start: Particles | None = None
    log_base: LogDensity = log_prior_density
    if drawn.tail_shape < TRUSTED and drawn.effective > COVERING * wanted:
        log_base = partial(log_base_density, mixture)
        start = Particles(drawn.coordinates, drawn.log_likelihood, log_base(drawn.coordinates))
    return tempered_samples(
        evaluator,
        start or prior_particles(evaluator, count, seed),
        log_base,
        count=count,
        wanted=wanted,
        most=MOST_FOR_PARTICLE * count,
        seed=seed,
        progress=progress,
    )


def _finished(
    evaluator: Evaluator, tempered: TemperedSamples, *, wanted: int, seed: int, progress: Progress | None
) -> WeightedSamples | TemperedSamples:
    """Draw afresh from a mixture that learnt from the particles; keep these unless that does better."""
    size = tempered.coordinates.shape[1]
    components = int(np.clip(tempered.effective / (EACH * size), 1, MOST_LEARNT))
    mixture = mixture_learnt_from(
        tempered.coordinates,
        tempered.weights,
        components=components,
        random=np.random.default_rng([seed, 5]),
    ).wider(FINAL_WIDER)
    found = fresh_samples(
        evaluator,
        mixture,
        wanted=wanted,
        most=MOST_FOR_EACH * wanted // 2,
        efficiency=GOOD,
        seed=[seed, 6],
        progress=progress,
    )
    error = float(np.hypot(tempered.log_evidence_error, found.log_evidence_error))
    agree = abs(found.log_evidence - tempered.log_evidence) < AGREE * error
    return found if agree and not _shortfalls(found, wanted) else tempered


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


def _shortfalls(found: WeightedSamples, wanted: float) -> tuple[str, ...]:
    """Return why importance samples do not do."""
    said = []
    if found.effective < wanted:
        said.append(f"{found.effective:.0f} effective samples instead of {wanted:.0f}")
    if found.tail_shape > TRUSTED:
        said.append(f"a tail of the weights of the shape {found.tail_shape:.2f}")
    return tuple(said)


def _tempering(
    tempered: TemperedSamples,
    found: WeightedSamples | TemperedSamples,
    why: Sequence[str],
    *,
    wanted: float,
    likelihoods: int,
) -> tuple[str, ...]:
    """Return what is to be said about samples that were tempered."""
    afresh = " and samples drawn afresh from what it learnt" if found is not tempered else ""
    messages = [
        f"importance sampling gave {' and '.join(why)}; sequential Monte Carlo with"
        f" {tempered.temperatures} temperatures{afresh} took {likelihoods} likelihoods more"
    ]
    if found is not tempered:
        return tuple(messages)
    if found.effective < wanted:
        messages.append(
            f"not converged: the samples are worth {found.effective:.0f} independent ones instead of"
            f" {wanted:.0f}"
        )
    if not tempered.complete:
        messages.append("not to be trusted: tempering did not reach the posterior within its likelihoods")
    elif not tempered.trusted:
        messages.append(
            "not to be trusted: particles hardly moved at some temperature (correlation"
            f" {tempered.memory:.2f})"
        )
    return tuple(messages)
