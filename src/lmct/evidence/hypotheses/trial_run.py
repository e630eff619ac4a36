"""Carry a trial out: the most probable values of a mechanism, then, if it has a chance, its posterior."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from lmct.evidence.hypotheses.predictive import MOST_SAMPLES, posterior_predictions
from lmct.evidence.hypotheses.trial import Trial
from lmct.evidence.hypotheses.wider_prior import WiderPriors
from lmct.evidence.inference.climb import Maximum
from lmct.evidence.inference.evaluation import Progress
from lmct.evidence.inference.laplace import laplace_posterior
from lmct.evidence.inference.posterior import NOT_TRUSTED, Posterior
from lmct.evidence.inference.search import Effort, maxima_of, posterior_of
from lmct.evidence.likelihood.block import Outliers
from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.likelihood.mechanism import Mechanism
from lmct.evidence.likelihood.observation import Campaign
from lmct.quantity.errors import NotConverged


@dataclass(frozen=True, kw_only=True)
class Court:
    """What all trials of a comparison share; parameters as in :func:`lmct.evidence.hypotheses.compare`."""

    campaign: Campaign
    seed: int
    executor: Executor | None = None
    checkpoint: Path | None = None
    progress: Progress | None = None
    effort: Effort = "usual"
    outliers: Outliers | None = None


class Candidate:
    """A mechanism with some priors before its trial.

    Parameters
    ----------
    mechanism
        The mechanism.
    court
        Data and means.
    narrower
        The same with narrower priors, whose maxima the search begins at; None to search everywhere.
    """

    def __init__(self, mechanism: Mechanism, court: Court, narrower: Candidate | None = None) -> None:
        self.mechanism = mechanism
        self._narrower = narrower
        self.likelihood = Likelihood(mechanism, court.campaign, outliers=court.outliers)
        self._court = court
        entropy = [court.seed, zlib.crc32(mechanism.name.encode())]
        self._seed = int(np.random.SeedSequence(entropy).generate_state(1)[0])

    @cached_property
    def maxima(self) -> tuple[Maximum, ...]:
        """The most probable values, best first; none when it cannot do what was done to the samples."""
        court = self._court
        near = () if self._narrower is None else [one.values for one in self._narrower.maxima]
        try:
            return maxima_of(
                self.likelihood,
                seed=self._seed,
                executor=court.executor,
                checkpoint=self._file,
                progress=court.progress,
                effort=court.effort,
                near=near,
            )
        except NotConverged:
            return ()

    @property
    def log_evidence(self) -> float:
        """Evidence by Laplace's approximation; minus infinity when it cannot do it at all."""
        return max((one.log_evidence for one in self.maxima), default=-math.inf)

    def sampled(self) -> Posterior:
        """Return the posterior from samples."""
        court = self._court
        return posterior_of(
            self.likelihood,
            seed=self._seed,
            executor=court.executor,
            checkpoint=self._file,
            progress=court.progress,
            effort=court.effort,
            maxima=self.maxima,
        )

    def approximated(self) -> Posterior:
        """Return the posterior as if it were normal."""
        return laplace_posterior(
            self.likelihood,
            self.maxima,
            samples=MOST_SAMPLES,
            seed=self._seed,
            executor=self._court.executor,
        )

    @property
    def _file(self) -> Path | None:
        folder = self._court.checkpoint
        kind = "" if self._narrower is None else "_wider"
        return None if folder is None else folder / f"{self.mechanism.name}{kind}.npz"


def sampled_trial(candidate: Candidate, wider: Candidate | None) -> Trial:
    """Return the trial of a mechanism by samples of its posterior.

    Parameters
    ----------
    candidate
        The mechanism.
    wider
        The same with wider priors; None to do without.
    """
    if not candidate.maxima:
        return _impossible(candidate.mechanism)
    posterior = candidate.sampled()
    messages, wide, wide_error = posterior.messages, math.nan, math.nan
    if wider is not None and wider.maxima:
        other = wider.sampled()
        wide, wide_error = other.log_evidence, other.log_evidence_error
        messages = (*messages, *(f"with wider priors {text}" for text in other.messages))
    return _trial(candidate, posterior, wide=(wide, wide_error), messages=messages, sampled=True)


def approximate_trial(candidate: Candidate, wider: Candidate | None) -> Trial:
    """Return the trial of a mechanism that is out of the question, by its most probable values alone.

    Parameters
    ----------
    candidate
        The mechanism.
    wider
        The same with wider priors; None to do without.
    """
    if not candidate.maxima:
        return _impossible(candidate.mechanism)
    wide = math.nan if wider is None else wider.log_evidence
    message = (
        f"not sampled: already the most probable values of {len(candidate.maxima)} searches are out of the"
        " question; its evidence is Laplace's approximation, and half of its distance is claimed"
    )
    return _trial(
        candidate, candidate.approximated(), wide=(wide, math.inf), messages=(message,), sampled=False
    )


def wider_candidate(candidate: Candidate, court: Court) -> Candidate:
    """Return the same mechanism with wider priors.

    Parameters
    ----------
    candidate
        The mechanism.
    court
        Data and means.
    """
    return Candidate(WiderPriors(candidate.mechanism), court, candidate)


def _trial(
    candidate: Candidate,
    posterior: Posterior,
    *,
    wide: tuple[float, float],
    messages: Sequence[str],
    sampled: bool,
) -> Trial:
    mechanism = candidate.mechanism
    return Trial(
        name=mechanism.name,
        title=mechanism.title,
        unknowns=len(mechanism.unknowns),
        log_evidence=posterior.log_evidence,
        log_evidence_error=posterior.log_evidence_error,
        wide_log_evidence=wide[0],
        wide_log_evidence_error=wide[1],
        best_log_likelihood=max(posterior.best_log_likelihood, float(np.max(posterior.log_likelihood))),
        trusted=not any(NOT_TRUSTED in text for text in messages),
        sampled=sampled,
        predicted=posterior_predictions(candidate.likelihood, posterior),
        posterior=posterior,
        messages=tuple(messages),
    )


def _impossible(mechanism: Mechanism) -> Trial:
    return Trial(
        name=mechanism.name,
        title=mechanism.title,
        unknowns=len(mechanism.unknowns),
        log_evidence=-math.inf,
        log_evidence_error=0.0,
        wide_log_evidence=-math.inf,
        wide_log_evidence_error=0.0,
        messages=("for none of many sets of values from its priors could all samples be simulated",),
    )
