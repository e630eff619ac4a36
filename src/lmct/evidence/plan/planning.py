"""Rate candidates: what each would tell, expected over the data it may give."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from lmct.evidence.inference.posterior import Posterior
from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.plan.candidate import Candidate
from lmct.evidence.plan.density import VirtualData, virtual_data
from lmct.evidence.plan.gain import (
    expected_width,
    gain_of_quantity,
    gain_of_unknowns,
    normal_scores,
)
from lmct.evidence.plan.gaussian import (
    gaussian_gain_of_mechanisms,
    gaussian_gain_of_unknowns,
    linear_gain_of_quantity,
)
from lmct.evidence.plan.mechanism_gain import gain_between_mechanisms
from lmct.evidence.plan.plan import Plan, Rating
from lmct.evidence.plan.prediction import Prediction, predictions_of
from lmct.evidence.plan.recommendation import recommendation
from lmct.evidence.plan.target import (
    ALL_UNKNOWNS,
    MECHANISMS,
    Quantity,
    quantity_of_target,
    quantity_samples,
)
from lmct.quantity.errors import OutOfRange

MOST_SAMPLES = 400
"""Samples of a posterior that are used by default."""

REPEATS = 2
"""Virtual data from each sample."""

FEWEST_POSSIBLE = 0.9
"""A candidate that fewer of the samples can do is not rated."""


def plan_measurements(
    posteriors: Posterior | Sequence[Posterior],
    likelihoods: Likelihood | Sequence[Likelihood],
    candidates: Sequence[Candidate],
    *,
    target: str | Quantity = ALL_UNKNOWNS,
    seed: int,
    executor: Executor | None = None,
    progress: Callable[[int, int, str], None] | None = None,
    most: int = MOST_SAMPLES,
    probabilities: Sequence[float] | None = None,
) -> Plan:
    """Return what each candidate would tell about a target, on average over what it may show.

    Parameters
    ----------
    posteriors
        What is known now: one posterior, or one for each mechanism when the target is the choice between
        them.
    likelihoods
        The likelihood of each posterior; it holds the mechanism.
    candidates
        The experiments to choose from.
    target
        The name of an unknown, a quantity, :data:`~lmct.evidence.plan.target.ALL_UNKNOWNS`, or
        :data:`~lmct.evidence.plan.target.MECHANISMS`.
    seed
        Of the virtual data.
    executor
        Where to simulate; None for here. The result does not depend on it.
    progress
        Told how many samples are done.
    most
        Samples of each posterior that are used; the numerical errors fall with them.
    probabilities
        Of the mechanisms now; equal ones by default.

    Returns
    -------
    :
        The plan, highest gain first.

    Raises
    ------
    OutOfRange
        There is no candidate, the numbers of posteriors and likelihoods do not fit the target, or no
        candidate can be carried out.
    UnknownName
        There is no such target.
    """
    known = [posteriors] if isinstance(posteriors, Posterior) else list(posteriors)
    models = [likelihoods] if isinstance(likelihoods, Likelihood) else list(likelihoods)
    _check(known, models, candidates, target)
    sets = [list(one.sets(most)) for one in known]
    shares = np.full(len(known), 1.0 / len(known)) if probabilities is None else np.array(probabilities)
    quantity = None if target == MECHANISMS else quantity_of_target(target, known[0])
    numbers = None if quantity is None else quantity_samples(quantity, sets[0])
    found = [
        predictions_of(model.mechanism, candidates, part, executor=executor, progress=progress)
        for model, part in zip(models, sets, strict=True)
    ]
    ratings, left_out = [], []
    for candidate, parts in zip(candidates, zip(*found, strict=True), strict=True):
        virtual = _Virtual.drawn(candidate, parts, seed)
        if virtual.possible < FEWEST_POSSIBLE:
            left_out.append(candidate.name)
        elif target == MECHANISMS:
            ratings.append(_rated_for_mechanisms(candidate, virtual, shares))
        else:
            ratings.append(_rated(candidate, virtual, numbers))
    if not ratings:
        raise OutOfRange(
            "none of the candidates can be carried out for most samples of the posterior. Expected milder"
            " histories: lower voltages, shorter rests. Change the grid."
        )
    ratings.sort(key=lambda one: -one.gain.value)
    plan = Plan(
        target=target if isinstance(target, str) else target.name,
        unit="" if quantity is None else quantity.unit,
        width=float("nan") if numbers is None else float(np.std(numbers)),
        ratings=tuple(ratings),
        samples=sum(len(part) for part in sets),
    )
    return recommendation(plan, left_out)


@dataclass(frozen=True, eq=False)
class _Virtual:
    """Virtual data of one candidate, from every sample that can do what it asks."""

    means: Float[np.ndarray, "sample point"]
    covariances: Float[np.ndarray, "sample point point"]
    labels: Int[np.ndarray, "sample"]
    kept: Bool[np.ndarray, "all"]
    possible: float
    data: VirtualData

    @classmethod
    def drawn(cls, candidate: Candidate, predictions: Sequence[Prediction], seed: int) -> _Virtual:
        """Draw data from the predictions of each mechanism."""
        able = [one.possible for one in predictions]
        kept = np.concatenate(able)
        labels = np.repeat(np.arange(len(able)), [len(one) for one in able])
        starts = np.concatenate([[0], np.cumsum([len(one) for one in able])])
        origins = np.concatenate([one.origins for one in predictions]) + starts[labels]
        means = np.concatenate([one.means for one in predictions])[kept]
        covariances = np.concatenate([one.covariances for one in predictions])[kept]
        rng = np.random.default_rng([seed, zlib.crc32(candidate.name.encode())])
        data = virtual_data(
            means=means, covariances=covariances, repeats=REPEATS, rng=rng, origins=origins[kept]
        )
        possible = min(float(np.mean(one)) for one in able)
        return cls(means, covariances, labels[kept], kept, possible, data)


def _rated(candidate: Candidate, virtual: _Virtual, numbers: Float[np.ndarray, "all"] | None) -> Rating:
    spread = {"means": virtual.means, "covariances": virtual.covariances}
    if numbers is None:
        most = gaussian_gain_of_unknowns(**spread)
        return Rating(
            candidate=candidate,
            gain=gain_of_unknowns(virtual.data, most=most),
            linear=most,
            possible=virtual.possible,
        )
    inside = numbers[virtual.kept]
    return Rating(
        candidate=candidate,
        gain=gain_of_quantity(virtual.data, quantity=inside),
        linear=linear_gain_of_quantity(**spread, quantity=normal_scores(inside)),
        width=expected_width(virtual.data, quantity=inside),
        possible=virtual.possible,
    )


def _rated_for_mechanisms(
    candidate: Candidate, virtual: _Virtual, shares: Float[np.ndarray, "mechanism"]
) -> Rating:
    gain, evidence = gain_between_mechanisms(virtual.data, labels=virtual.labels, probabilities=shares)
    return Rating(
        candidate=candidate,
        gain=gain,
        linear=gaussian_gain_of_mechanisms(
            means=virtual.means,
            covariances=virtual.covariances,
            labels=virtual.labels,
            probabilities=shares,
        ),
        evidence=evidence,
        possible=virtual.possible,
    )


def _check(
    known: Sequence[Posterior],
    models: Sequence[Likelihood],
    candidates: Sequence[Candidate],
    target: str | Quantity,
) -> None:
    names = [one.name for one in candidates]
    if not names or len(set(names)) < len(names):
        raise OutOfRange("a plan needs candidates with distinct names. Make them with CandidateGrid.")
    several = target == MECHANISMS
    if len(known) != len(models) or (len(known) < 2 if several else len(known) != 1):
        raise OutOfRange(
            f"expected {'two or more posteriors' if several else 'one posterior'} with a likelihood each,"
            f" got {len(known)} and {len(models)}. The target is {target!r}."
        )
