"""From a local maximum that fits badly to a higher one: jumps along one unknown that the others follow.

Where a process sets in at a threshold (oxygen that leaves above a potential), the likelihood has terraces
with cliffs between them, and neither slopes nor ensembles find the way across.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from lmct.evidence.inference.climb import FARTHEST, Maximum, Search, climbed
from lmct.evidence.inference.evaluation import Progress, in_order
from lmct.evidence.likelihood.likelihood import Likelihood

TOO_FAR = 4.0
"""A sum of squares further above its expectation than so many of its standard deviations is a bad fit."""

MANY_OUTLIERS = 0.2
"""So is one that takes more than this share of the cells (and more than one) for outliers."""

STRIDES = (0.5, 1.0)
"""Lengths of the jumps, in turn [standard deviations of the priors]."""

ROUNDS = 6
"""Slopes that are made after each jump, to see whether it leads anywhere."""

MOST = 6
"""Rounds of jumps that are made at most."""

GAIN = 0.01
"""A jump that lowers the sum of squares by less than this share led nowhere."""


def hopped(
    likelihood: Likelihood,
    maximum: Maximum,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Maximum:
    """Return a higher maximum that jumps lead to when one fits badly, else the same.

    Each unknown in turn is set off to both sides, the others follow it as their covariance says, and a short
    descent shows where that leads; the best of all is where the next jumps begin.

    Parameters
    ----------
    likelihood
        The likelihood.
    maximum
        Where to begin.
    executor
        Where to compute; None for here. The result does not depend on it.
    progress
        Told how many rounds of jumps are done.
    """
    if not fits_badly(likelihood, maximum):
        return maximum
    began, search = time.process_time(), Search(likelihood)
    cells = {block.name: 0.0 for block in likelihood.blocks}
    position, cost, spent = maximum.coordinates, math.inf, 0.0
    covariance, stride, turn = maximum.covariance, 0, 0
    while stride < len(STRIDES) and turn < MOST:
        turn += 1
        here = search.climb(position, cells, most_rounds=ROUNDS)
        position, cost = here.position, here.cost
        pieces = [(likelihood, place) for place in places_around(position, covariance, STRIDES[stride])]
        tried = in_order(_tried, pieces, executor=executor, worth=0.0)
        search.evaluations += sum(one[2] for one in tried)
        spent += sum(one[3] for one in tried)
        best = min(tried, key=lambda one: one[1])
        if best[1] < (1.0 - GAIN) * cost:
            position, stride = best[0], 0
            slopes = search.slopes(position)
            covariance = np.linalg.inv(slopes.T @ slopes)
        else:
            stride += 1
        if progress is not None:
            progress(turn, MOST, "jumps from a maximum that fits badly")
    found = climbed(search, position, began)
    better = found if found.log_posterior > maximum.log_posterior else maximum
    return replace(
        better,
        evaluations=maximum.evaluations + found.evaluations,
        cpu_seconds=maximum.cpu_seconds + found.cpu_seconds + (spent if executor is not None else 0.0),
    )


def fits_badly(likelihood: Likelihood, maximum: Maximum) -> bool:
    """Tell whether a maximum leaves more misfit than noise explains, or takes many cells for outliers.

    Parameters
    ----------
    likelihood
        The likelihood.
    maximum
        One of its maxima.
    """
    outlier = likelihood.outlier_probabilities(maximum.values)
    out = sum(one > 0.5 for one in outlier.values())
    if out > max(1.0, MANY_OUTLIERS * len(outlier)):
        return True
    residuals = likelihood.weighed_residuals(maximum.values, outlier)
    points = sum(block.points * (1.0 - outlier[block.name]) for block in likelihood.blocks)
    return float(residuals @ residuals) > points + TOO_FAR * math.sqrt(2.0 * max(points, 1.0))


def places_around(
    position: Float[np.ndarray, "unknown"], covariance: Float[np.ndarray, "unknown unknown"], stride: float
) -> Sequence[Float[np.ndarray, "unknown"]]:
    """Return places at which one unknown is set off to either side and the others follow it.

    Parameters
    ----------
    position
        Where to begin.
    covariance
        Tells how the others follow.
    stride
        By how much [standard deviations of the priors].

    Examples
    --------
    >>> [place.tolist() for place in places_around(np.zeros(2), np.array([[1.0, -1.0], [-1.0, 4.0]]), 1.0)]
    [[1.0, -1.0], [-1.0, 1.0], [-0.25, 1.0], [0.25, -1.0]]
    """
    along = [stride * covariance[:, place] / covariance[place, place] for place in range(len(position))]
    return [np.clip(position + side * step, -FARTHEST, FARTHEST) for step in along for side in (1.0, -1.0)]


def _tried(
    likelihood: Likelihood, place: Float[np.ndarray, "unknown"]
) -> tuple[Float[np.ndarray, "unknown"], float, int, float]:
    """Return where a short descent leads, its cost, the evaluations and the processor time [s]."""
    began, search = time.process_time(), Search(likelihood)
    if search.data(place) is None:
        return place, math.inf, search.evaluations, time.process_time() - began
    found = search.climb(place, {block.name: 0.0 for block in likelihood.blocks}, most_rounds=ROUNDS)
    return found.position, found.cost, search.evaluations, time.process_time() - began
