"""Where a search for the maximum begins: an ensemble from the priors that the data draw together.

Slopes across a whole ensemble see past the local minima in which a search with slopes at a point ends.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

Data = Callable[[Float[np.ndarray, "unknown"]], Float[np.ndarray, "residual"] | None]
"""Residuals of unit variance of the data at a position; None where the campaign is impossible."""

MEMBERS, FEWEST = 4, 30
"""Members for each unknown, and at least."""

TRIES = 20
"""So many times as many draws from the priors as members are made to find possible ones."""

TOGETHER = 0.1
"""The ensemble has done its work when the data pull with this share of their weight."""

MOST_ROUNDS = 25
"""An ensemble moves no more often."""

AGAIN, WIDTH = 3, 0.4
"""So many further ensembles at most, each spread about the best place so far by this [standard deviations of
the priors]: one that was drawn together too early ends beside the maximum."""

GOOD = 2.0
"""No further ensemble where the mean squared residual is below this, or the last one did not halve it."""


@dataclass(frozen=True, eq=False)
class Start:
    """Where to begin.

    Parameters
    ----------
    position
        In standard-normal coordinates; None when no member of the ensemble was possible.
    evaluations
        Residuals that were computed.
    """

    position: Float[np.ndarray, "unknown"] | None
    evaluations: int


def start_of_ensemble(data: Data, *, unknowns: int, seed: Sequence[int], limit: float) -> Start:
    """Return a start near the highest maximum by ensemble Kalman inversion.

    An ensemble is led from the priors towards the posterior in steps; each tempers the data so that it stays
    about within one deviation of their scatter. Members that become impossible are drawn anew. Further
    ensembles begin about the best place found.

    Parameters
    ----------
    data
        Residuals of the data.
    unknowns
        Number of coordinates.
    seed
        Of the random numbers.
    limit
        No coordinate goes further from zero.

    Returns
    -------
    :
        The best of all members and means at the ends.

    Source
    ------
    Iglesias, Law and Stuart, Inverse Problems 29, 045001 (2013), doi 10.1088/0266-5611/29/4/045001; steps of
    Iglesias and Yang, Inverse Problems 37, 025008 (2021), doi 10.1088/1361-6420/abd29b.

    Examples
    --------
    >>> valley = lambda x: np.array([100.0 * (x[0] - 1.0), 1e3 * (x[1] - x[0] ** 2)])
    >>> start = start_of_ensemble(valley, unknowns=2, seed=[0], limit=3.0)
    >>> bool(np.max(np.abs(start.position - 1.0)) < 0.1)
    True
    """
    random = np.random.default_rng(list(seed))
    count = max(MEMBERS * unknowns, FEWEST)
    members, tried = _first_members(data, count, unknowns, limit, random)
    best, least = None, math.inf
    for _ in range(1 + AGAIN):
        members, used = _led(data, members, count, limit, random)
        place, cost = _best(members)
        before, tried = least, tried + used
        if cost < least:
            best, least = place, cost
        if best is None or least < GOOD * members.residuals.shape[1] or cost > 0.5 * before:
            break
        spread = best + WIDTH * random.standard_normal((count, unknowns))
        members, tried = _possible(data, np.clip(spread, -limit, limit)), tried + count
    return Start(best, tried)


def _led(
    data: Data, members: _Members, count: int, limit: float, random: np.random.Generator
) -> tuple[_Members, int]:
    """Return the members with their mean after the data have drawn them together, and how many were tried."""
    share, rounds = 0.0, 0
    while share < TOGETHER and rounds < MOST_ROUNDS and len(members.places) > 1:
        step = _step(members.residuals, rest=1.0 - share)
        moved = np.clip(_moved(members, step, random), -limit, limit)
        found = _possible(data, _filled(moved, count, limit, random))
        share, rounds = share + step, rounds + 1
        if len(found.places) < 2:
            break
        members = found
    if len(members.places) < 2:
        return members, rounds * count
    middle = np.mean(members.places, axis=0)
    return members.with_those_of(_possible(data, middle[None, :])), rounds * count + 1


def _best(members: _Members) -> tuple[Float[np.ndarray, "unknown"] | None, float]:
    """Return the most probable member and its sum of squares with the priors."""
    if len(members.places) == 0:
        return None, math.inf
    costs = np.sum(members.residuals**2, axis=1) + np.sum(members.places**2, axis=1)
    best = int(np.argmin(costs))
    return members.places[best], float(costs[best])


@dataclass(frozen=True, eq=False)
class _Members:
    """Positions, and the residuals of the data there."""

    places: Float[np.ndarray, "member unknown"]
    residuals: Float[np.ndarray, "member residual"]

    def with_those_of(self, other: _Members) -> _Members:
        if len(other.places) == 0:
            return self
        if len(self.places) == 0:
            return other
        return _Members(np.vstack([self.places, other.places]), np.vstack([self.residuals, other.residuals]))


def _first_members(
    data: Data, count: int, unknowns: int, limit: float, random: np.random.Generator
) -> tuple[_Members, int]:
    """Return members drawn from the priors that are possible, and how many were tried; maybe none."""
    members, tried = _Members(np.empty((0, unknowns)), np.empty((0, 0))), 0
    while len(members.places) < count and tried < TRIES * count:
        drawn = np.clip(random.standard_normal((count - len(members.places), unknowns)), -limit, limit)
        members, tried = members.with_those_of(_possible(data, drawn)), tried + len(drawn)
    return members, tried


def _possible(data: Data, places: Float[np.ndarray, "place unknown"]) -> _Members:
    """Return the places at which the campaign is possible."""
    found = [(place, shown) for place in places if (shown := data(place)) is not None]
    if not found:
        return _Members(np.empty((0, places.shape[1])), np.empty((0, 0)))
    return _Members(np.array([place for place, _ in found]), np.array([shown for _, shown in found]))


def _step(residuals: Float[np.ndarray, "member residual"], *, rest: float) -> float:
    """Return by how much more of their weight the data may pull: about one deviation of their misfit."""
    misfit, number = 0.5 * np.sum(residuals**2, axis=1), residuals.shape[1]
    mean, scatter = float(np.mean(misfit)), float(np.var(misfit))
    if mean == 0.0 or scatter == 0.0:
        return rest
    return float(min(rest, max(0.5 * number / mean, math.sqrt(0.5 * number / scatter))))


def _moved(
    members: _Members, step: float, random: np.random.Generator
) -> Float[np.ndarray, "member unknown"]:
    """Return the members moved by the data with a share of their weight, each with its own noise."""
    count, noise = len(members.places), 1.0 / step
    apart = members.places - np.mean(members.places, axis=0)
    scatter = members.residuals - np.mean(members.residuals, axis=0)
    drawn = math.sqrt(noise) * random.standard_normal(members.residuals.shape)
    wanted = -(members.residuals + drawn - np.mean(drawn, axis=0))
    inner = scatter @ scatter.T / (count - 1) + noise * np.eye(count)
    gain = np.linalg.solve(inner, scatter @ wanted.T / (count - 1))
    return np.asarray(members.places + gain.T @ apart)


def _filled(
    moved: Float[np.ndarray, "member unknown"], count: int, limit: float, random: np.random.Generator
) -> Float[np.ndarray, "place unknown"]:
    """Return as many places as wanted: those that are missing are drawn like the others."""
    missing = count - len(moved)
    middle = np.mean(moved, axis=0)
    mixing = random.standard_normal((missing, len(moved))) / math.sqrt(len(moved) - 1)
    return np.vstack([moved, np.clip(middle + mixing @ (moved - middle), -limit, limit)])
