"""Importance samples that nearly do: their own mixture is learnt, and they are drawn again."""

from __future__ import annotations

import numpy as np

from lmct.evidence.inference.evaluation import Evaluator, Progress
from lmct.evidence.inference.fallback import MOST_FOR_EACH, shortfalls
from lmct.evidence.inference.importance import GOOD, WIDER, fresh_samples, tempered_weights
from lmct.evidence.inference.mixture import Mixture, mixture_learnt_from
from lmct.evidence.inference.moves import EACH, MOST_LEARNT
from lmct.evidence.inference.weights import WeightedSamples

MOST_AGAIN = 2
"""Samples are drawn again so often at most."""

WORTH_TRYING, WORTH_TRYING_TRUSTED = 0.02, 1.5
"""Samples are drawn again when they are worth this share of what was wanted and the tail of their weights has
a smaller shape than this: often one heavy sample shows where the mixture was too thin."""

NEARLY, NEARLY_TRUSTED = 0.3, 1.0
"""Samples nearly do when they are better than this. What worse ones led to counts only if it passes all
checks: they may have missed a part of the posterior, and so has what learnt from them."""

LEARNT_FROM = 10.0
"""Effective samples for each unknown from which the mixture is learnt, the weights tempered if need be."""


def drawn_again(
    evaluator: Evaluator,
    drawn: WeightedSamples,
    mixture: Mixture,
    *,
    wanted: int,
    seed: int,
    progress: Progress | None,
) -> tuple[WeightedSamples, Mixture]:
    """Return samples of a mixture learnt from samples that nearly do, or the old ones if these are better.

    Parameters
    ----------
    evaluator
        Computes likelihoods.
    drawn, mixture
        Samples and what they were drawn from.
    wanted
        Effective samples.
    seed
        Of the random numbers.
    progress
        Told how far it is.
    """
    size, first = drawn.coordinates.shape[1], (drawn, mixture)
    for number in range(MOST_AGAIN):
        good = not shortfalls(drawn, wanted)
        if good or not _better_than(drawn, WORTH_TRYING * wanted, WORTH_TRYING_TRUSTED):
            break
        learnt = mixture_learnt_from(
            drawn.coordinates,
            tempered_weights(drawn, LEARNT_FROM * size),
            components=int(np.clip(drawn.effective / (EACH * size), 1, MOST_LEARNT)),
            random=np.random.default_rng([seed, 8, number]),
        ).wider(WIDER)
        fresh = fresh_samples(
            evaluator,
            learnt,
            wanted=wanted,
            most=MOST_FOR_EACH * wanted // 2,
            efficiency=GOOD,
            seed=[seed, 9, number],
            progress=progress,
        )
        if fresh.tail_shape < drawn.tail_shape or fresh.effective > drawn.effective:
            drawn, mixture = fresh, learnt
    kept = not shortfalls(drawn, wanted) or _better_than(first[0], NEARLY * wanted, NEARLY_TRUSTED)
    return (drawn, mixture) if kept else first


def _better_than(found: WeightedSamples, effective: float, tail_shape: float) -> bool:
    return found.effective > effective and found.tail_shape < tail_shape
