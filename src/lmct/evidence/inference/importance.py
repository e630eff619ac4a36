"""Adaptive importance sampling: drawn near the maxima, weighed by what the likelihood says, learnt from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from lmct.evidence.inference.climb import Maximum
from lmct.evidence.inference.evaluation import Evaluator, Progress
from lmct.evidence.inference.mixture import (
    Mixture,
    mixture_at,
    mixture_learnt_from,
)
from lmct.evidence.inference.ridge import ridges_of
from lmct.evidence.inference.shoulder import Component, middle_of, shoulders_of
from lmct.evidence.inference.weights import PRIOR_SHARE, WeightedSamples, joined, no_samples, weighed

PORTION = 25
"""Samples of a round for each unknown, at least; twice as many with shoulders or ridges."""

GOOD, ENOUGH, LEARNING = 0.35, 20, 0.5
"""Learning ends when so large a share of the last round counts and so many effective samples for each unknown
were seen, or after this share of all likelihoods that may be computed."""

GROWTH = 0.5
"""A round of learning draws at least this share of what was drawn before."""

SMALLEST_EFFICIENCY, MARGIN = 0.05, 1.05
"""How many samples the rest will take: share that counts, at least, and a margin."""

WIDER = 1.3
"""The first samples are drawn from covariances so many times larger than at the maxima."""

KEPT = 0.15
"""Where the posterior has shoulders or ridges, this share of all samples goes on to be drawn from what one
began with: what is learnt from few samples there is narrower than they are."""

WORTH = 12.0
"""Maxima whose logarithm lies farther below the best one are left out."""

MOST_COMPONENTS = 4

EACH, MOST_LEARNT = 8, 10
"""A learnt component needs so many effective samples for each unknown; and the most components."""

APART = 1.0
"""Maxima closer than this, in standard deviations, are the same one."""


def importance_samples(
    evaluator: Evaluator,
    maxima: Sequence[Maximum],
    *,
    wanted: float,
    most: int,
    seed: int,
    progress: Progress | None = None,
) -> tuple[WeightedSamples, Mixture]:
    """Learn where the posterior lies, then draw until the samples are worth enough.

    While it learns, every round draws from a mixture that learnt from all rounds before, weighed by the mean
    of the densities they could have been drawn from (Cornuet et al., Scand. J. Stat. 39 (2012) 798). Such
    weights pull the evidence down, for a mixture is dense where it has seen samples. So what is returned is
    drawn afresh from the last mixture, which then no longer changes.

    Parameters
    ----------
    evaluator
        Computes likelihoods.
    maxima
        Where to begin.
    wanted
        Effective samples.
    most
        Largest number of likelihoods.
    seed
        Of the random numbers.
    progress
        Told after each round.

    Returns
    -------
    :
        The samples, and the mixture they were drawn from.
    """
    more = [*shoulders_of(evaluator, maxima[0]), *ridges_of(evaluator, maxima[0])]
    mixture, used, efficiency = _learnt_mixture(
        evaluator, first_mixture(maxima, more), kept=KEPT if more else 0.0, most=most, seed=seed
    )
    found = fresh_samples(
        evaluator,
        mixture,
        wanted=wanted,
        most=most - used,
        efficiency=efficiency,
        seed=[seed, 2],
        progress=progress,
    )
    return found, mixture


def fresh_samples(
    evaluator: Evaluator,
    mixture: Mixture,
    *,
    wanted: float,
    most: int,
    efficiency: float,
    seed: Sequence[int],
    progress: Progress | None = None,
) -> WeightedSamples:
    """Draw from a mixture that no longer changes, and from the priors, until the samples are worth enough.

    Parameters
    ----------
    evaluator
        Computes likelihoods.
    mixture
        Like the posterior.
    wanted
        Effective samples.
    most
        Largest number of likelihoods, up to one portion.
    efficiency
        Share of the samples that may count.
    seed
        Of the random numbers.
    progress
        Told after each portion.
    """
    size, used = mixture.middles.shape[1], 0
    found = no_samples(size)
    while used == 0 or (found.effective < wanted and used < most):
        ahead = MARGIN * (wanted - found.effective) / max(efficiency, SMALLEST_EFFICIENCY)
        portion = int(np.clip(ahead, PORTION * size, max(most - used, PORTION * size)))
        fresh = _drawn(mixture, portion, np.random.default_rng([*seed, used]))
        found = joined(found, weighed(fresh, evaluator.log_likelihoods(fresh), [(mixture, portion)]))
        used, efficiency = used + portion, found.effective / len(found.coordinates)
        if progress is not None:
            progress(int(min(found.effective, wanted)), int(wanted), "posterior")
    return found


def _learnt_mixture(
    evaluator: Evaluator, first: Mixture, *, kept: float, most: int, seed: int
) -> tuple[Mixture, int, float]:
    """Return a mixture like the posterior, how many likelihoods it took, and the efficiency of the last."""
    mixture, size = first, first.middles.shape[1]
    drawn: list[tuple[Mixture, int]] = []
    at, log_likelihood = np.empty((0, size)), np.empty(0)
    portion = PORTION * size * (2 if kept > 0.0 else 1)
    while True:
        random = np.random.default_rng([seed, 1, len(drawn)])
        fresh = _drawn(mixture, portion, random)
        at = np.vstack([at, fresh])
        log_likelihood = np.concatenate([log_likelihood, evaluator.log_likelihoods(fresh)])
        drawn.append((mixture, portion))
        own = weighed(fresh, log_likelihood[-portion:], [drawn[-1]])
        found = weighed(at, log_likelihood, drawn)
        components = int(np.clip(found.effective / (EACH * size), 1, MOST_LEARNT))
        mixture = mixture_learnt_from(
            at,
            tempered_weights(found, 5.0 * size),
            components=components,
            random=random,
            begin=first if kept > 0.0 else None,
        )
        if kept > 0.0:
            mixture = mixture.joined(first, kept)
        efficiency = own.effective / portion
        if (efficiency > GOOD and found.effective > ENOUGH * size) or len(at) > LEARNING * most:
            return mixture, len(at), efficiency
        portion = int(max(portion, GROWTH * len(at)))


def first_mixture(maxima: Sequence[Maximum], more: Sequence[Component] = ()) -> Mixture:
    """Return what the first samples are drawn from: distributions about each distinct maximum, and more.

    Parameters
    ----------
    maxima
        Most probable first.
    more
        Of the first, from :func:`shoulders_of` and :func:`ridges_of`.
    """
    middles: list[Float[np.ndarray, "unknown"]] = []
    covariances: list[Float[np.ndarray, "unknown unknown"]] = []
    for one in maxima:
        if maxima[0].log_posterior - one.log_posterior > WORTH or len(middles) == MOST_COMPONENTS:
            break
        middle = middle_of(one)
        distances = [
            float((middle - other) @ np.linalg.solve(covariance, middle - other))
            for other, covariance in zip(middles, covariances, strict=True)
        ]
        if not distances or min(distances) > APART**2:
            middles.append(middle)
            covariances.append(WIDER * one.covariance)
    for middle, covariance in more:
        middles.append(middle)
        covariances.append(WIDER * covariance)
    return mixture_at(middles, covariances)


def _drawn(mixture: Mixture, count: int, random: np.random.Generator) -> Float[np.ndarray, "sample unknown"]:
    broad = int(PRIOR_SHARE * count + random.random())
    prior = random.standard_normal((broad, mixture.middles.shape[1]))
    return np.vstack([prior, mixture.drawn(count - broad, random)])


def tempered_weights(found: WeightedSamples, fewest: float) -> Float[np.ndarray, "sample"]:
    """Return the weights, or a root of them that leaves enough effective samples to learn from.

    Parameters
    ----------
    found
        The samples.
    fewest
        Effective samples that are enough.
    """
    if found.effective >= fewest:
        return found.weights
    low, high = 0.0, 1.0
    shifted = found.log_weights - np.max(found.log_weights)
    for _ in range(30):
        power = 0.5 * (low + high)
        raw = np.exp(power * shifted)
        effective = float(np.sum(raw) ** 2 / np.sum(raw**2))
        low, high = (power, high) if effective >= fewest else (low, power)
    raw = np.exp(low * shifted)
    return np.asarray(raw / np.sum(raw))
