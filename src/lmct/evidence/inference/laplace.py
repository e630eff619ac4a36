"""A posterior as if it were normal about its maximum: what a mechanism says that is out of the question."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np

from lmct.evidence.inference.climb import Maximum
from lmct.evidence.inference.evaluation import Evaluator
from lmct.evidence.inference.posterior import Posterior
from lmct.evidence.likelihood.likelihood import IMPOSSIBLE, Likelihood

SAMPLER = "Laplace's approximation, not sampled"


def laplace_posterior(
    likelihood: Likelihood,
    maxima: Sequence[Maximum],
    *,
    samples: int,
    seed: int,
    executor: Executor | None = None,
) -> Posterior:
    """Return samples of a normal distribution about the best maximum, and the evidence it would have.

    Parameters
    ----------
    likelihood
        The likelihood.
    maxima
        Most probable first.
    samples
        How many are drawn, the maximum beside them; those that are impossible are left out.
    seed
        Of the random numbers.
    executor
        Where likelihoods are computed.

    Returns
    -------
    :
        The posterior. The error of its evidence is not known, hence infinite.
    """
    from scipy.special import ndtr

    best, unknowns = maxima[0], likelihood.unknowns
    factor = np.linalg.cholesky(best.covariance)
    normal = np.random.default_rng([seed, 7]).standard_normal((samples, len(unknowns)))
    at = np.vstack([best.coordinates, best.coordinates + normal @ factor.T])
    evaluator = Evaluator(likelihood, executor=executor)
    found = evaluator.log_likelihoods(at)
    kept = found > IMPOSSIBLE
    return Posterior(
        unknowns=unknowns,
        samples=np.array([list(unknowns.values_at(row).values()) for row in ndtr(at[kept])]),
        log_likelihood=found[kept],
        log_evidence=best.log_evidence,
        log_evidence_error=np.inf,
        best=best.values,
        best_log_likelihood=best.log_likelihood,
        effective_samples=float(np.count_nonzero(kept)),
        evaluations=evaluator.evaluations + sum(one.evaluations for one in maxima),
        cpu_seconds=evaluator.cpu_seconds + sum(one.cpu_seconds for one in maxima),
        sampler=SAMPLER,
    )
