"""Try mechanisms on the same data: the most probable values of all, then samples of those with a chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path

from lmct.evidence.hypotheses.comparison import Comparison
from lmct.evidence.hypotheses.trial import Trial
from lmct.evidence.hypotheses.trial_run import (
    Candidate,
    Court,
    approximate_trial,
    sampled_trial,
    wider_candidate,
)
from lmct.evidence.inference.evaluation import Progress
from lmct.evidence.inference.search import Effort
from lmct.evidence.likelihood.block import Outliers
from lmct.evidence.likelihood.mechanism import Mechanism
from lmct.evidence.likelihood.observation import Campaign
from lmct.quantity.errors import OutOfRange

OUT_OF_THE_QUESTION = 50.0
"""A mechanism whose evidence by Laplace's approximation lies by this below that of the best one, in the
logarithm and also with wider priors, is not sampled: the approximation errs by a few."""


def compare(
    campaign: Campaign,
    mechanisms: Sequence[Mechanism],
    *,
    seed: int,
    executor: Executor | None = None,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    effort: Effort = "usual",
    outliers: Outliers | None = None,
    wider: bool = True,
) -> Comparison:
    """Try mechanisms on the same data: evidence, what each cannot make, and a verdict.

    Parameters
    ----------
    campaign
        The data and the constants of the instruments, whose priors are the same for all mechanisms.
    mechanisms
        At least one, with distinct names.
    seed
        Of the random numbers; those of one mechanism do not depend on which others are tried. Whether it is
        sampled does: a mechanism far behind the best one is judged by its most probable values.
    executor
        Where likelihoods are computed; None for here.
    checkpoint
        Folder that keeps what is done, so that a killed run goes on; None keeps nothing.
    progress
        Told how far the search for each mechanism is.
    effort
        ``"quick"``, ``"usual"`` or ``"thorough"``.
    outliers
        How often cells go wrong.
    wider
        Whether every evidence is computed a second time with the mechanism's priors twice as wide; without
        that nothing is called strong.

    Returns
    -------
    :
        The comparison.

    Raises
    ------
    OutOfRange
        There is no mechanism, or two have one name.
    """
    names = [one.name for one in mechanisms]
    if not names or len(set(names)) < len(names):
        raise OutOfRange(f"a comparison needs mechanisms with distinct names, got {names}. Name each once.")
    if checkpoint is not None:
        checkpoint.mkdir(parents=True, exist_ok=True)
    court = Court(
        campaign=campaign,
        seed=seed,
        executor=executor,
        checkpoint=checkpoint,
        progress=progress,
        effort=effort,
        outliers=outliers,
    )
    candidates = [Candidate(one, court) for one in mechanisms]
    pairs = [(one, wider_candidate(one, court) if wider else None) for one in candidates]
    best = max(candidate.log_evidence for candidate, _ in pairs)
    return Comparison(tuple(_tried(candidate, wide, best) for candidate, wide in pairs))


def _tried(candidate: Candidate, wide: Candidate | None, best: float) -> Trial:
    """Return the trial of one mechanism, by samples when it comes near the best one."""
    nearest = max(candidate.log_evidence, -math.inf if wide is None else wide.log_evidence)
    out = nearest < best - OUT_OF_THE_QUESTION
    return (approximate_trial if out else sampled_trial)(candidate, wide)
