"""Where a posterior falls off more slowly than the normal distribution about its maximum: its shoulders.

A parameter that only acts beyond a threshold leaves a long flat shoulder before it. Samples drawn about the
maximum hardly see it, and their weights do not show that it is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float

from lmct.evidence.inference.climb import FARTHEST, Maximum, Search
from lmct.evidence.inference.evaluation import Evaluator

DISTANCES = (3.0, 6.0, 12.0, 24.0)
"""How far from the maximum one looks [standard deviations there]."""

DROPS = (3.0, 6.0, 6.0, 6.0)
"""A fall of the logarithm by less than this is a shoulder; a normal one falls by 4.5, 18, 72, 288."""

MOST = 6
"""Shoulders that are kept at most, the highest first."""

Component = tuple[Float[np.ndarray, "unknown"], Float[np.ndarray, "unknown unknown"]]
"""Middle and covariance."""


def shoulders_of(evaluator: Evaluator, maximum: Maximum) -> list[Component]:
    """Return a normal distribution for each shoulder of a maximum.

    One looks along each unknown to both sides, the others following as their covariance says.

    Parameters
    ----------
    evaluator
        Computes likelihoods.
    maximum
        The highest one.

    Returns
    -------
    :
        Middles and covariances from the slopes there; none for most posteriors.
    """
    middle, covariance = middle_of(maximum), maximum.covariance
    along = [covariance[:, place] / np.sqrt(covariance[place, place]) for place in range(len(middle))]
    steps = [side * step for step in along for side in (1.0, -1.0)]
    top = _log_posteriors(evaluator, [middle])[0]
    found: list[tuple[float, Float[np.ndarray, "unknown"]]] = []
    for distance, most in zip(DISTANCES, DROPS, strict=True):
        steps = [step for step in steps if np.max(np.abs(middle + distance * step)) < FARTHEST]
        if not steps:
            break
        places = [middle + distance * step for step in steps]
        drops = top - _log_posteriors(evaluator, places)
        found += [(drop, place) for drop, place in zip(drops.tolist(), places, strict=True) if drop < most]
        steps = [step for drop, step in zip(drops, steps, strict=True) if drop < most]
    found.sort(key=lambda one: one[0])
    return list(_components(evaluator, [place for _, place in found[:MOST]]))


def middle_of(maximum: Maximum) -> Float[np.ndarray, "unknown"]:
    """Return the middle of the posterior in standard-normal coordinates, as if it were normal there.

    A flat prior does not move the maximum, but it is normal in these coordinates.

    Parameters
    ----------
    maximum
        A maximum.
    """
    return np.asarray(maximum.covariance @ maximum.precision @ maximum.coordinates)


def _components(evaluator: Evaluator, places: Sequence[Float[np.ndarray, "unknown"]]) -> Iterator[Component]:
    """Return the covariance of data and priors at each place."""
    for place in places:
        search = Search(evaluator.likelihood)
        slopes = search.slopes(place)[: -len(place)]
        yield place, np.asarray(np.linalg.inv(slopes.T @ slopes + np.eye(len(place))))


def _log_posteriors(
    evaluator: Evaluator, places: Sequence[Float[np.ndarray, "unknown"]]
) -> Float[np.ndarray, "place"]:
    """Return the logarithms of the posterior density in standard-normal coordinates, up to a constant."""
    at = np.array(places)
    return np.asarray(evaluator.log_likelihoods(at) - 0.5 * np.sum(at**2, axis=1))
