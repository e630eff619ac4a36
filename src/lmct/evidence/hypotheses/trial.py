"""One mechanism on trial: its posterior, its evidence, and what it cannot make."""

from __future__ import annotations

import math
import zlib
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lmct.evidence.hypotheses.predictive import Predicted, failures_of, posterior_predictions
from lmct.evidence.hypotheses.wider_prior import WiderPriors
from lmct.evidence.inference.evaluation import Progress
from lmct.evidence.inference.posterior import Posterior
from lmct.evidence.inference.search import Effort, posterior_of
from lmct.evidence.likelihood.block import Outliers
from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.likelihood.mechanism import Mechanism
from lmct.evidence.likelihood.observation import Campaign
from lmct.quantity.errors import NotConverged

UNTRUSTED = "not to be trusted"
"""A posterior whose messages say so has an evidence whose numerical error is not known."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Trial:
    """What the data say of one mechanism.

    Parameters
    ----------
    name, title
        Of the mechanism.
    unknowns
        How many numbers of its own it has.
    log_evidence, log_evidence_error
        Natural logarithm of the probability of the data under it, with its numerical error; minus infinity
        when it cannot do what was done to the samples.
    wide_log_evidence, wide_log_evidence_error
        The same with its priors twice as wide; NaN when that was not asked for.
    best_log_likelihood
        The largest likelihood found; no evidence can be larger than the largest likelihood.
    trusted
        Whether the numerical error is known.
    predicted
        Every observation beside what the mechanism says of it.
    posterior
        Its posterior; None when it has none.
    messages
        What a reader must know.
    """

    name: str
    title: str
    unknowns: int
    log_evidence: float
    log_evidence_error: float
    wide_log_evidence: float = math.nan
    wide_log_evidence_error: float = math.nan
    best_log_likelihood: float = -math.inf
    trusted: bool = True
    predicted: tuple[Predicted, ...] = ()
    posterior: Posterior | None = None
    messages: tuple[str, ...] = ()

    @property
    def failures(self) -> tuple[Predicted, ...]:
        """Observations that it cannot make, worst first."""
        return failures_of(self.predicted)

    def to_json(self) -> dict[str, Any]:
        """Return plain data; a number that is not finite becomes None."""
        return {
            "mechanism": self.name,
            "title": self.title,
            "unknowns": self.unknowns,
            "log_evidence": _finite(self.log_evidence),
            "log_evidence_error": _finite(self.log_evidence_error),
            "wide_log_evidence": _finite(self.wide_log_evidence),
            "wide_log_evidence_error": _finite(self.wide_log_evidence_error),
            "best_log_likelihood": _finite(self.best_log_likelihood),
            "trusted": self.trusted,
            "best": None if self.posterior is None else dict(self.posterior.best),
            "failures": [one.sentence for one in self.failures],
            "predictions": [one.to_json() for one in self.predicted],
            "messages": list(self.messages),
        }


def try_mechanism(
    mechanism: Mechanism,
    campaign: Campaign,
    *,
    seed: int,
    executor: Executor | None = None,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    effort: Effort = "usual",
    outliers: Outliers | None = None,
    wider: bool = True,
) -> Trial:
    """Put a mechanism on trial.

    Parameters
    ----------
    mechanism
        The mechanism.
    campaign
        The data.
    seed
        Of the random numbers; they depend on the name of the mechanism as well, not on the other rivals.
    executor
        Where likelihoods are computed.
    checkpoint
        Folder that keeps what is done; None keeps nothing.
    progress
        Told how far it is.
    effort
        As in :func:`lmct.evidence.inference.posterior_of`.
    outliers
        How often cells go wrong.
    wider
        Whether to compute the evidence with wider priors as well, which takes as long again.

    Returns
    -------
    :
        The trial.
    """
    own_seed = int(np.random.SeedSequence([seed, zlib.crc32(mechanism.name.encode())]).generate_state(1)[0])

    def searched(one: Mechanism, kind: str) -> tuple[Likelihood, Posterior]:
        likelihood = Likelihood(one, campaign, outliers=outliers)
        file = None if checkpoint is None else checkpoint / f"{one.name}{kind}.npz"
        return likelihood, posterior_of(
            likelihood, seed=own_seed, executor=executor, checkpoint=file, progress=progress, effort=effort
        )

    try:
        likelihood, posterior = searched(mechanism, "")
    except NotConverged as error:
        return _impossible(mechanism, str(error))
    wide, wide_error = math.nan, math.nan
    more: tuple[str, ...] = ()
    if wider:
        try:
            other = searched(WiderPriors(mechanism), "_wider")[1]
            wide, wide_error = other.log_evidence, other.log_evidence_error
            more = tuple(f"with wider priors {text}" for text in other.messages)
        except NotConverged as error:
            more = (f"with wider priors: {error}",)
    messages = (*posterior.messages, *more)
    return Trial(
        name=mechanism.name,
        title=mechanism.title,
        unknowns=len(mechanism.unknowns),
        log_evidence=posterior.log_evidence,
        log_evidence_error=posterior.log_evidence_error,
        wide_log_evidence=wide,
        wide_log_evidence_error=wide_error,
        best_log_likelihood=max(posterior.best_log_likelihood, float(np.max(posterior.log_likelihood))),
        trusted=not any(UNTRUSTED in text for text in messages),
        predicted=posterior_predictions(likelihood, posterior),
        posterior=posterior,
        messages=messages,
    )


def _impossible(mechanism: Mechanism, why: str) -> Trial:
    return Trial(
        name=mechanism.name,
        title=mechanism.title,
        unknowns=len(mechanism.unknowns),
        log_evidence=-math.inf,
        log_evidence_error=0.0,
        wide_log_evidence=-math.inf,
        wide_log_evidence_error=0.0,
        messages=(why,),
    )


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
