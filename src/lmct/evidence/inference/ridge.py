"""Where a posterior is a thin bent ridge: normal distributions along it, each short enough to be straight.

Two or three unknowns that only act together leave such a ridge. About the maximum it looks straight, and
samples drawn from there miss it as soon as it bends by more than its width.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from lmct.evidence.inference.climb import FARTHEST, Maximum, Search
from lmct.evidence.inference.descent import descend
from lmct.evidence.inference.evaluation import Evaluator
from lmct.evidence.inference.shoulder import Component, log_posteriors, middle_of

BENT = 3.0
"""A fall of the logarithm by more than this, one standard deviation from the maximum, is that of a bent
ridge; a normal distribution falls by 0.5."""

MOST_RIDGES = 2
"""The longest ridges that are followed."""

STRIDE = 0.4
"""Length of a step along a ridge [standard deviations there]."""

MOST_STEPS = 16
"""Steps to one side at most."""

LOW = 6.0
"""A ridge ends where the logarithm has fallen by this."""

ROUNDS = 2
"""Slopes that are made to come back to the ridge after a step."""


def ridges_of(evaluator: Evaluator, maximum: Maximum) -> list[Component]:
    """Return normal distributions along the bent ridges on which a maximum lies.

    Parameters
    ----------
    evaluator
        Computes likelihoods.
    maximum
        The highest one.

    Returns
    -------
    :
        Middles and covariances, cut to the length of a step along the ridge; none for most posteriors.
    """
    began, search = time.process_time(), Search(evaluator.likelihood)
    middle = middle_of(maximum)
    variances, directions = np.linalg.eigh(maximum.covariance)
    steps = np.sqrt(variances)[:, None] * directions.T
    places = np.vstack([[middle], middle + steps, middle - steps])
    found = log_posteriors(evaluator, places)
    top, falls = float(found[0]), found[0] - found[1:].reshape(2, -1)
    bent = [number for number in range(len(steps)) if np.max(falls[:, number]) > BENT]
    components: list[Component] = []
    for number in sorted(bent, key=lambda one: -variances[one])[:MOST_RIDGES]:
        components.append((middle, _cut(maximum.covariance, directions[:, number])))
        for side in (1.0, -1.0):
            components += _followed(search, evaluator, middle, side * directions[:, number], top)
    evaluator.add_work(search.evaluations, time.process_time() - began)
    return components


def _followed(
    search: Search,
    evaluator: Evaluator,
    place: Float[np.ndarray, "unknown"],
    direction: Float[np.ndarray, "unknown"],
    top: float,
) -> Iterator[Component]:
    """Go along a ridge until it is low."""
    covariance = search.covariance(place)
    for _ in range(MOST_STEPS):
        length = STRIDE * np.sqrt(direction @ covariance @ direction)
        place = _settled(search, place + length * direction, direction)
        fall = top - float(log_posteriors(evaluator, place[None, :])[0])
        if not fall < LOW or np.max(np.abs(place)) >= FARTHEST:
            return
        covariance = search.covariance(place)
        direction = _nearest_axis(covariance, direction)
        yield place, _cut(covariance, direction)


def _settled(
    search: Search, place: Float[np.ndarray, "unknown"], direction: Float[np.ndarray, "unknown"]
) -> Float[np.ndarray, "unknown"]:
    """Return the top of the ridge in the plane across a direction."""
    from scipy.linalg import null_space

    across = null_space(direction[None, :])
    found = descend(
        lambda apart: search.residuals(place + across @ apart),
        np.zeros(len(place) - 1),
        limit=FARTHEST,
        most_rounds=ROUNDS,
    )
    return np.asarray(place + across @ found.position)


def _nearest_axis(
    covariance: Float[np.ndarray, "unknown unknown"], direction: Float[np.ndarray, "unknown"]
) -> Float[np.ndarray, "unknown"]:
    """Return the principal axis next to a direction, on the same side."""
    _, axes = np.linalg.eigh(covariance)
    nearest = axes[:, np.argmax(np.abs(axes.T @ direction))]
    return np.asarray(nearest * np.sign(nearest @ direction))


def _cut(
    covariance: Float[np.ndarray, "unknown unknown"], axis: Float[np.ndarray, "unknown"]
) -> Float[np.ndarray, "unknown unknown"]:
    """Return a covariance whose deviation along a principal axis is that of a step."""
    along = float(axis @ covariance @ axis)
    return np.asarray(covariance - (1.0 - STRIDE**2) * along * np.outer(axis, axis))
