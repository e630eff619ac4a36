"""Where a posterior falls off more slowly than the normal distribution about its maximum: its shoulders.

A parameter that only acts beyond a threshold leaves a long flat shoulder before it. Samples drawn about the
maximum hardly see it, and their weights do not show that it is missing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lmct.evidence.inference.climb import FARTHEST, Maximum, Search
from lmct.evidence.inference.descent import descend
from lmct.evidence.inference.evaluation import Evaluator

DISTANCES = (3.0, 6.0, 12.0, 24.0)
"""How far from the maximum one looks [standard deviations there]."""

DROPS = (3.0, 6.0, 6.0, 6.0)
"""A fall of the logarithm by less than this is a shoulder; a normal one falls by 4.5, 18, 72, 288."""

NORMAL = 0.3
"""A fall that differs from that of a normal distribution by less than this share needs no second look."""

ROUNDS = 2
"""Slopes that are made while the other unknowns are searched anew."""

MOST = 6
"""Shoulders that are kept at most, the highest first."""

Component = tuple[Float[np.ndarray, "unknown"], Float[np.ndarray, "unknown unknown"]]
"""Middle and covariance."""


def shoulders_of(evaluator: Evaluator, maximum: Maximum) -> list[Component]:
    """Return a normal distribution for each shoulder of a maximum.

    One looks along each unknown to both sides. The others follow as their covariance says; where the density
    does not fall like a normal one, they are searched anew.

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
    began, search = time.process_time(), Search(evaluator.likelihood)
    middle, covariance = middle_of(maximum), maximum.covariance
    top = float(log_posteriors(evaluator, middle[None, :])[0])
    rays = [
        _Ray(unknown, side * covariance[:, unknown] / np.sqrt(covariance[unknown, unknown]), middle)
        for unknown in range(len(middle))
        for side in (1.0, -1.0)
    ]
    found: list[tuple[float, Float[np.ndarray, "unknown"]]] = []
    gone = 0.0
    for distance, most in zip(DISTANCES, DROPS, strict=True):
        ahead = [ray.further(distance - gone) for ray in rays]
        rays, gone = [ray for ray in ahead if np.max(np.abs(ray.place)) < FARTHEST], distance
        if not rays:
            break
        drops = top - log_posteriors(evaluator, np.array([ray.place for ray in rays]))
        like_normal = np.abs(drops / (0.5 * distance**2) - 1.0) < NORMAL
        rays = [ray if good else ray.settled(search) for ray, good in zip(rays, like_normal, strict=True)]
        drops = top - log_posteriors(evaluator, np.array([ray.place for ray in rays]))
        rays = [ray for ray, drop in zip(rays, drops, strict=True) if drop < most]
        found += [(float(drop), ray.place) for ray, drop in zip(rays, drops[drops < most], strict=True)]
    found.sort(key=lambda one: one[0])
    components = [(place, search.covariance(place)) for _, place in found[:MOST]]
    evaluator.add_work(search.evaluations, time.process_time() - began)
    return components


@dataclass(frozen=True, eq=False)
class _Ray:
    """A place on the way from a maximum along one unknown."""

    unknown: int
    step: Float[np.ndarray, "unknown"]
    place: Float[np.ndarray, "unknown"]

    def further(self, distance: float) -> _Ray:
        return replace(self, place=self.place + distance * self.step)

    def settled(self, search: Search) -> _Ray:
        """Return the ray with all unknowns but its own searched anew."""
        held = self.place[self.unknown]

        def whole(others: Float[np.ndarray, "other"]) -> Float[np.ndarray, "unknown"]:
            return np.insert(others, self.unknown, held)

        found = descend(
            lambda others: search.residuals(whole(others)),
            np.delete(self.place, self.unknown),
            limit=FARTHEST,
            most_rounds=ROUNDS,
        )
        return replace(self, place=whole(found.position))


def middle_of(maximum: Maximum) -> Float[np.ndarray, "unknown"]:
    """Return the middle of the posterior in standard-normal coordinates, as if it were normal there.

    A flat prior does not move the maximum, but it is normal in these coordinates.

    Parameters
    ----------
    maximum
        A maximum.
    """
    return np.asarray(maximum.covariance @ maximum.precision @ maximum.coordinates)


def log_posteriors(
    evaluator: Evaluator, at: Float[np.ndarray, "place unknown"]
) -> Float[np.ndarray, "place"]:
    """Return logarithms of the posterior density in standard-normal coordinates, up to a constant.

    Parameters
    ----------
    evaluator
        Computes likelihoods.
    at
        Positions.
    """
    return np.asarray(evaluator.log_likelihoods(at) - 0.5 * np.sum(at**2, axis=1))
