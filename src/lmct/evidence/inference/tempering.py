"""Sequential Monte Carlo by tempering: from samples that are easily drawn to the posterior, step by step."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.evidence.inference.evaluation import Evaluator, Progress
from lmct.evidence.inference.mixture import log_prior_density
from lmct.evidence.inference.moves import CHAIN, LogDensity, Particles, Walk

GROUPS = 8
"""Of particles that never exchange any: the scatter of their evidences is the error of the evidence."""

STUDENT = (GROUPS - 1.0) / (GROUPS - 3.0)
"""Variance of Student's t: an error from the scatter of so few groups is uncertain itself."""

SHARE = 0.5
"""A step of the temperature leaves at least this share of the particles effective."""

STUCK = 0.5
"""Particles that remember more of where they were at some temperature are not independent."""

LEAST_STEP = 1e-12
"""A smaller step of the temperature is none."""

FIRST = 2
"""So many times as many samples of the priors as particles are where the way from the priors begins."""


@dataclass(frozen=True, eq=False)
class TemperedSamples:
    """Particles that have arrived at the posterior.

    Parameters
    ----------
    coordinates, log_likelihood
        Of the particles, in standard-normal coordinates.
    log_weights
        The evidence of its group for each, and what the last temperature left open.
    log_evidence_error
        Standard error of the logarithm of the evidence: from the scatter between the groups, or what
        independent particles would have, whichever is larger.
    effective
        Independent samples that they are worth.
    temperatures
        How many there were.
    memory
        Largest correlation of the end of a chain of moves with its beginning, at any temperature.
    complete
        Whether the posterior was reached within the likelihoods allowed.
    """

    coordinates: Float[np.ndarray, "sample unknown"]
    log_likelihood: Float[np.ndarray, "sample"]
    log_weights: Float[np.ndarray, "sample"]
    log_evidence_error: float
    effective: float
    temperatures: int
    memory: float
    complete: bool

    @property
    def weights(self) -> Float[np.ndarray, "sample"]:
        """Weights whose sum is 1."""
        return _normalised(self.log_weights)

    @property
    def log_evidence(self) -> float:
        """Logarithm of the evidence."""
        return float(np.logaddexp.reduce(self.log_weights) - math.log(len(self.log_weights)))

    @property
    def trusted(self) -> bool:
        """Whether the posterior was reached by particles that moved freely."""
        return self.complete and self.memory < STUCK


def prior_particles(evaluator: Evaluator, count: int, seed: int) -> Particles:
    """Return independent samples of the priors, to begin with when nothing better can be trusted.

    Parameters
    ----------
    evaluator
        Computes likelihoods.
    count
        Particles that will be moved; at first there are twice as many.
    seed
        Of the random numbers.
    """
    at = np.random.default_rng([seed, 4]).standard_normal((FIRST * count, len(evaluator.likelihood.unknowns)))
    return Particles(at, evaluator.log_likelihoods(at), log_prior_density(at))


def tempered_samples(
    evaluator: Evaluator,
    start: Particles,
    log_base: LogDensity,
    *,
    count: int,
    wanted: float,
    most: int,
    seed: int,
    progress: Progress | None = None,
) -> TemperedSamples:
    """Lead samples of another density to the posterior.

    The way is the geometric one from the density they were drawn from to the posterior. After each step
    some are resampled within their group and begin chains of moves, all positions of which are the next
    particles: nothing that was computed is thrown away. Moves are independent proposals of a mixture that
    learnt from the particles (Chopin, Biometrika 89 (2002) 539), in turn with differences of particles (ter
    Braak, Stat. Comput. 16 (2006) 239), which follow curved ridges and jump between hills.

    Parameters
    ----------
    evaluator
        Computes likelihoods.
    start
        Independent samples.
    log_base
        Logarithm of the density that they were drawn from, normalised.
    count
        Particles, at least.
    wanted
        Effective samples.
    most
        Largest number of likelihoods.
    seed
        Of the random numbers.
    progress
        Told after each temperature.

    Returns
    -------
    :
        The particles.

    Source
    ------
    Del Moral, Doucet and Jasra, J. R. Stat. Soc. B 68 (2006) 411, doi 10.1111/j.1467-9868.2006.00553.x;
    chains of which nothing is wasted: Dau and Chopin, J. R. Stat. Soc. B 84 (2022) 114.
    """
    walk = Walk(evaluator, log_base, np.random.default_rng([seed, 3]))
    particles = start.rows(walk.random.permutation(len(start.at)))
    log_evidence, variance, memory, power, stages = np.zeros(GROUPS), 0.0, 0.0, 0.0, 0
    until = evaluator.evaluations + most
    while power < 1.0:
        gain = particles.gain
        step = next_step(gain, 1.0 - power, SHARE * min(count, len(gain)))
        complete = evaluator.evaluations + count <= until and step > LEAST_STEP
        step = step if complete else 1.0 - power
        groups = np.array_split(np.arange(len(gain)), GROUPS)
        log_evidence += [float(np.logaddexp.reduce(step * gain[own])) - math.log(len(own)) for own in groups]
        variance += 1.0 / _effective(step * gain) - 1.0 / len(gain)
        each = count // (CHAIN * GROUPS)
        rows = np.concatenate(
            [own[resampled(_normalised(step * gain[own]), each, walk.random)] for own in groups]
        )
        power, stages = (1.0 if step == 1.0 - power else power + step), stages + 1
        last = 0.0 if power < 1.0 else wanted
        chains = walk.chains(particles, _normalised(step * gain), rows, power, wanted=last, until=until)
        particles, memory = chains.particles, max(memory, chains.memory)
        if progress is not None:
            progress(int(1000 * power), 1000, "tempering")
    apart = _normalised(log_evidence) * GROUPS
    return TemperedSamples(
        particles.at,
        particles.log_likelihood,
        np.repeat(log_evidence, len(particles.at) // GROUPS),
        math.sqrt(max(variance, STUDENT * float(np.var(apart, ddof=1)) / GROUPS)),
        chains.effective * GROUPS / float(np.sum(apart**2)),
        stages,
        memory,
        complete,
    )


def next_step(gain: Float[np.ndarray, "particle"], longest: float, fewest: float) -> float:
    """Return the longest step of the power of the weights that leaves so many particles effective.

    Parameters
    ----------
    gain
        Logarithms of the weights of the whole way.
    longest
        What is left of the way.
    fewest
        Effective particles.

    Examples
    --------
    >>> next_step(np.array([0.0, 0.1]), 1.0, 1.5)
    1.0
    """
    if _effective(longest * gain) >= fewest:
        return longest
    low, high = 0.0, longest
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _effective(middle * gain) >= fewest else (low, middle)
    return low


def resampled(weights: Float[np.ndarray, "sample"], count: int, random: np.random.Generator) -> np.ndarray:
    """Return rows so that each appears in proportion to its weight, up to rounding, in random order.

    Parameters
    ----------
    weights
        Their sum is 1.
    count
        How many rows.
    random
        Random numbers.
    """
    edges = np.cumsum(weights)
    rows = np.searchsorted(edges, (np.arange(count) + random.random()) / count * edges[-1])
    return np.asarray(random.permutation(np.minimum(rows, len(weights) - 1)))


def _normalised(logs: Float[np.ndarray, "sample"]) -> Float[np.ndarray, "sample"]:
    raw = np.exp(logs - np.max(logs))
    return np.asarray(raw / np.sum(raw))


def _effective(logs: Float[np.ndarray, "sample"]) -> float:
    return float(1.0 / np.sum(_normalised(logs) ** 2))
