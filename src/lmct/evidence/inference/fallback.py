"""What is done where importance samples do not do: tempering, and a last draw from what that has learnt."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from lmct.evidence.inference.evaluation import Evaluator, Progress
from lmct.evidence.inference.importance import GOOD, fresh_samples
from lmct.evidence.inference.mixture import Mixture, log_prior_density, mixture_learnt_from
from lmct.evidence.inference.moves import EACH, MOST_LEARNT, LogDensity, Particles
from lmct.evidence.inference.posterior import NOT_TRUSTED
from lmct.evidence.inference.tail import TRUSTED
from lmct.evidence.inference.tempering import TemperedSamples, prior_particles, tempered_samples
from lmct.evidence.inference.weights import WeightedSamples, log_base_density

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


def shortfalls(found: WeightedSamples, wanted: float) -> tuple[str, ...]:
    """Return why importance samples do not do; nothing when they do.

    Parameters
    ----------
    found
        The samples.
    wanted
        Effective samples.
    """
    said = []
    if found.effective < wanted:
        said.append(f"{found.effective:.0f} effective samples instead of {wanted:.0f}")
    if found.tail_shape > TRUSTED:
        said.append(f"a tail of the weights of the shape {found.tail_shape:.2f}")
    return tuple(said)


def tempered_instead(
    evaluator: Evaluator,
    drawn: WeightedSamples,
    mixture: Mixture,
    *,
    why: Sequence[str],
    wanted: int,
    seed: int,
    progress: Progress | None,
) -> tuple[WeightedSamples | TemperedSamples, tuple[str, ...]]:
    """Return samples by tempering where importance samples do not do, and what is to be said about them.

    Parameters
    ----------
    evaluator
        Computes likelihoods.
    drawn
        The samples that do not do.
    mixture
        They were drawn from.
    why
        What they fall short of.
    wanted
        Effective samples.
    seed
        Of the random numbers.
    progress
        Told how far it is.

    Returns
    -------
    :
        Samples drawn afresh from a mixture that learnt from tempered particles, or, if these cannot be
        trusted or disagree with them, the particles; and messages.
    """
    before = evaluator.evaluations
    tempered = _tempered(evaluator, drawn, mixture, wanted=wanted, seed=seed, progress=progress)
    found = _finished(evaluator, tempered, wanted=wanted, seed=seed, progress=progress)
    likelihoods = evaluator.evaluations - before
    return found, _tempering(tempered, found, why, wanted=wanted, likelihoods=likelihoods)


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
    worth = found.effective >= min(wanted, tempered.effective)
    return found if agree and worth and found.tail_shape <= TRUSTED else tempered


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
    if found.effective < wanted:
        messages.append(
            f"not converged: the samples are worth {found.effective:.0f} independent ones instead of"
            f" {wanted:.0f}"
        )
    if found is not tempered:
        return tuple(messages)
    if not tempered.complete:
        messages.append(f"{NOT_TRUSTED}: tempering did not reach the posterior within its likelihoods")
    elif not tempered.trusted:
        messages.append(
            f"{NOT_TRUSTED}: particles hardly moved at some temperature (correlation {tempered.memory:.2f})"
        )
    return tuple(messages)
