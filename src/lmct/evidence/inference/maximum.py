"""The most probable values: searches from ensembles, and jumps where the best of them fits badly."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor

import numpy as np

from lmct.evidence.inference.climb import FARTHEST, Maximum, Search, climbed
from lmct.evidence.inference.ensemble import start_of_ensemble
from lmct.evidence.inference.evaluation import Progress, in_order
from lmct.evidence.inference.hop import hopped
from lmct.evidence.likelihood.likelihood import IMPOSSIBLE, Likelihood
from lmct.quantity.errors import NotConverged


def maximum_of(
    likelihood: Likelihood,
    *,
    starts: int,
    seed: int,
    executor: Executor | None = None,
    progress: Progress | None = None,
    near: Sequence[Mapping[str, float]] = (),
) -> tuple[Maximum, ...]:
    """Return the maxima of the posterior density, most probable first.

    Parameters
    ----------
    likelihood
        The likelihood.
    starts
        How many searches are made, each from an ensemble of its own (:func:`start_of_ensemble`).
    seed
        Of the random numbers.
    executor
        Where to compute; None for here. The result does not depend on it.
    progress
        Told when they are done.
    near
        Values from which to search instead, one search each, without jumps; ensembles when there are none.

    Returns
    -------
    :
        One for each start, equal ones not removed; before them the one that jumps led to, if the best fits
        badly (:func:`hopped`).

    Raises
    ------
    NotConverged
        The mechanism can do what was done to the samples at none of the positions looked at.
    """
    maxima: Sequence[Maximum | None]
    if near:
        maxima = in_order(
            _searched_near, [(likelihood, values) for values in near], executor=executor, worth=0.0
        )
    else:
        pieces = [(likelihood, [seed, 0, start]) for start in range(starts)]
        maxima = in_order(_searched, pieces, executor=executor, worth=0.0)
    if progress is not None:
        progress(len(maxima), len(maxima), "most probable values")
    ranked = sorted((one for one in maxima if one is not None), key=lambda one: -one.log_posterior)
    if not ranked or ranked[0].log_likelihood <= IMPOSSIBLE:
        raise NotConverged(
            f"{likelihood.mechanism.title}: for none of many sets of values from the priors"
            " could all samples be simulated. Expected priors under which the protocols can be carried out."
            " Look at the limits of the protocols and at the priors."
        )
    if near:
        return tuple(ranked)
    best = hopped(likelihood, ranked[0], executor=executor, progress=progress)
    return tuple(ranked) if best is ranked[0] else (best, *ranked)


def _searched(likelihood: Likelihood, seed: Sequence[int]) -> Maximum | None:
    """Climb from where an ensemble leads."""
    began, search = time.process_time(), Search(likelihood)
    start = start_of_ensemble(search.data, unknowns=len(likelihood.unknowns), seed=seed, limit=FARTHEST)
    return None if start.position is None else climbed(search, start.position, began)


def _searched_near(likelihood: Likelihood, values: Mapping[str, float]) -> Maximum:
    """Climb from values of the unknowns."""
    from scipy.special import ndtri

    began, start = time.process_time(), ndtri(likelihood.unknowns.position_of(values))
    return climbed(Search(likelihood), np.clip(start, -FARTHEST, FARTHEST), began)
