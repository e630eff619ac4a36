"""What candidates would show for every sample of a posterior: each history simulated once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import repeat

import numpy as np
from jaxtyping import Bool, Float, Int

from lmct.evidence.likelihood.mechanism import Mechanism
from lmct.evidence.plan.candidate import Candidate
from lmct.evidence.plan.shown import Shown, shown_for_sets
from lmct.evidence.virtual.planned import PlannedMeasurement

PORTION = 10
"""Samples that are sent to a worker together."""


@dataclass(frozen=True, eq=False)
class Prediction:
    """What one candidate would show.

    Parameters
    ----------
    means
        For each sample of the posterior the mean over its cells; not a number where it cannot be done.
    covariances
        Of the errors of this mean, with constants of instruments that nothing is known of but their priors.
    origins
        Number of the distinct set of values that each sample is.
    """

    means: Float[np.ndarray, "sample point"]
    covariances: Float[np.ndarray, "sample point point"]
    origins: Int[np.ndarray, "sample"]

    @property
    def possible(self) -> Bool[np.ndarray, "sample"]:
        """Whether the sample's mechanism can do what the candidate asks."""
        return np.asarray(np.isfinite(self.means).all(axis=1))


def predictions_of(
    mechanism: Mechanism,
    candidates: Sequence[Candidate],
    sets: Sequence[Mapping[str, float]],
    *,
    executor: Executor | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> tuple[Prediction, ...]:
    """Return what each candidate would show for each sample.

    Errors of different cells are independent, so the mean over the cells of one measurement says all that
    they say together.

    Parameters
    ----------
    mechanism
        The mechanism of the samples.
    candidates
        The candidates.
    sets
        Samples of its posterior, values by name.
    executor
        Where to simulate; None for here. The result does not depend on it.
    progress
        Told how many samples are done.

    Returns
    -------
    :
        One prediction for each candidate.
    """
    measurements, places = _distinct(candidates)
    distinct, origins = _distinct_sets(sets)
    portions = [distinct[first : first + PORTION] for first in range(0, len(distinct), PORTION)]
    run = map if executor is None else executor.map
    found: list[tuple[Shown, ...]] = []
    many = len(portions)
    for part in run(shown_for_sets, repeat(mechanism, many), repeat(measurements, many), portions):
        found += part
        if progress is not None:
            progress(len(found), len(distinct), "samples of the posterior")
    rows = [found[origin] for origin in origins]
    return tuple(
        _assembled(one, wanted, rows, origins) for one, wanted in zip(candidates, places, strict=True)
    )


def _distinct(
    candidates: Sequence[Candidate],
) -> tuple[list[PlannedMeasurement], list[list[int]]]:
    """Return all measurements of one cell, each once, and their places for each candidate."""
    known: list[PlannedMeasurement] = []
    places = []
    for candidate in candidates:
        wanted = [replace(one, cells=1) for one in candidate.measurements]
        known += [one for one in wanted if one not in known]
        places.append([known.index(one) for one in wanted])
    named = [replace(one, name=f"{number} {one.name}") for number, one in enumerate(known)]
    return named, places


def _distinct_sets(
    sets: Sequence[Mapping[str, float]],
) -> tuple[list[Mapping[str, float]], Int[np.ndarray, "sample"]]:
    """Return every set of values once, and which one each sample is."""
    known: dict[tuple[float, ...], int] = {}
    origins = [known.setdefault(tuple(values.values()), len(known)) for values in sets]
    members = dict(zip(origins, sets, strict=True))
    return [members[number] for number in range(len(known))], np.array(origins)


def _assembled(
    candidate: Candidate,
    wanted: Sequence[int],
    rows: Sequence[tuple[Shown, ...]],
    origins: Int[np.ndarray, "sample"],
) -> Prediction:
    """Put the measurements of a candidate side by side."""
    means = [np.concatenate([row[place].values for place in wanted]) for row in rows]
    cells = [one.cells for one in candidate.measurements]
    covariances = [_covariance([row[place] for place in wanted], cells) for row in rows]
    return Prediction(np.array(means), np.array(covariances), origins)


def _covariance(parts: Sequence[Shown], cells: Sequence[int]) -> Float[np.ndarray, "point point"]:
    """Return the covariance of the means over the cells, new constants of instruments included."""
    ends = np.cumsum([len(one.values) for one in parts])
    total = np.zeros((ends[-1], ends[-1]))
    effects: dict[str, Float[np.ndarray, "point"]] = {}
    for one, count, end in zip(parts, cells, ends, strict=True):
        place = slice(end - len(one.values), end)
        total[place, place] = one.covariance / count
        for name, effect in one.effects.items():
            effects.setdefault(name, np.zeros(ends[-1]))[place] += effect
    for effect in effects.values():
        total += np.outer(effect, effect)
    return total
