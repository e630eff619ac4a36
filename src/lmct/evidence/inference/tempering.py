"""Sequential Monte Carlo by tempering: from samples that hardly fit to the posterior, one temperature at a time.

Del Moral, Doucet and Jasra, J. R. Stat. Soc. B 68 (2006) 411, doi 10.1111/j.1467-9868.2006.00553.x.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from lmct.evidence.inference.evaluation import Evaluator, Progress
from lmct.evidence.inference.importance import WeightedSamples, log_base_density
from lmct.evidence.inference.mixture import Mixture, mixture_learnt_from
from lmct.evidence.likelihood.likelihood import IMPOSSIBLE

GROUPS = 8
"""Groups of particles that never exchange any: the scatter of their evidences is the error of the evidence."""

SHARE = 0.5
"""A step of the temperature leaves at least this share of the particles effective."""

DECORRELATED, SWEEPS = 0.2, 16
"""Particles are moved until no principal coordinate remembers more of where it was, or so often."""

STUCK = 0.5
"""Particles that remember more at some temperature are not independent."""

LEAST_STEP = 1e-12
"""A smaller step of the temperature is none."""

HILLS = 0.1
"""Share of the moves along differences of particles that take the whole difference, from hill to hill."""

FARTHEST = 8.0
"""Moves do not leave so many standard deviations of the prior."""

EACH, MOST_LEARNT = 8, 10
"""A component of the mixture needs so many effective particles for each unknown; and the most components."""


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
        Standard error of the logarithm of the evidence: from the scatter between the groups, or what independent
        particles would have, whichever is larger.
    effective
        Independent samples that they are worth.
    temperatures
        How many there were.
    memory
        Largest correlation that moves left between a particle and where it had been.
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


@dataclass(frozen=True, eq=False)
class _Particles:
    """Positions with the logarithms of likelihood, prior and base density."""

    at: Float[np.ndarray, "particle unknown"]
    log_likelihood: Float[np.ndarray, "particle"]
    log_base: Float[np.ndarray, "particle"]

    @property
    def gain(self) -> Float[np.ndarray, "particle"]:
        """Logarithm of posterior over base."""
        prior = -0.5 * np.sum(self.at**2, axis=1) - 0.5 * self.at.shape[1] * math.log(2.0 * math.pi)
        return np.asarray(prior + self.log_likelihood - self.log_base)

    def target(self, power: float) -> Float[np.ndarray, "particle"]:
        """Logarithm of the density on the way from base to posterior."""
        return np.asarray(self.log_base + power * self.gain)

    def rows(self, rows: Int[np.ndarray, "chosen"]) -> _Particles:
        return _Particles(self.at[rows], self.log_likelihood[rows], self.log_base[rows])


def tempered_samples(
    evaluator: Evaluator,
    found: WeightedSamples,
    mixture: Mixture,
    *,
    count: int,
    most: int,
    seed: int,
    progress: Progress | None = None,
) -> TemperedSamples:
    """Lead importance samples whose weights are too uneven to the posterior.

    The way is the geometric one from the density they were drawn from to the posterior. After each step
    particles are resampled within their group and moved: by independent proposals of a mixture that learnt from
    them (Chopin, Biometrika 89 (2002) 539), in turn with differences of particles (ter Braak, Stat. Comput. 16
    (2006) 239), which follow curved ridges and jump between hills.

    Parameters
    ----------
    evaluator
        Computes likelihoods.
    found
        Independent samples of the mixture and the priors; nothing of them is computed again.
    mixture
        That they were drawn from.
    count
        Particles.
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
    Del Moral, Doucet and Jasra, J. R. Stat. Soc. B 68 (2006) 411; number of moves from how much particles
    remember: Buchholz, Chopin and Jacob, Bayesian Anal. 16 (2021) 745.
    """
    walk = _Walk(evaluator, mixture, np.random.default_rng([seed, 3]))
    base = log_base_density(mixture, found.coordinates)
    particles = _Particles(found.coordinates, found.log_likelihood, base)
    particles = particles.rows(walk.random.permutation(len(base)))
    power, stages, memory, variance, effective = 0.0, 0, 0.0, 0.0, 0.0
    log_evidence = np.zeros(GROUPS)
    until = evaluator.evaluations + most
    while True:
        gain = particles.gain
        step = next_step(gain, 1.0 - power, SHARE * min(count, len(gain)))
        complete = evaluator.evaluations + count <= until and step > LEAST_STEP
        step = step if complete else 1.0 - power
        worth = _effective(step * gain)
        variance += 1.0 / worth - 1.0 / len(gain)
        groups = np.array_split(np.arange(len(gain)), GROUPS)
        log_evidence += [float(np.logaddexp.reduce(step * gain[own])) - math.log(len(own)) for own in groups]
        rows = [own[resampled(_normalised(step * gain[own]), count // GROUPS, walk.random)] for own in groups]
        power, stages = (1.0 if step == 1.0 - power else power + step), stages + 1
        weights = _normalised(step * gain)
        particles, left = walk.moved(particles, weights, np.concatenate(rows), power, until=until)
        memory = max(memory, left)
        if progress is not None:
            progress(int(1000 * power), 1000, "tempering")
        if power == 1.0:
            effective = len(particles.at) / (1.0 + left**2 * (len(particles.at) / worth - 1.0))
            break
    apart = _normalised(log_evidence) * GROUPS
    scatter = float(np.var(apart, ddof=1)) / GROUPS
    return TemperedSamples(
        particles.at,
        particles.log_likelihood,
        np.repeat(log_evidence, count // GROUPS),
        math.sqrt(max(variance, scatter)),
        effective * GROUPS / float(np.sum(apart**2)),
        stages,
        memory,
        complete,
    )


class _Walk:
    """Moves particles without changing the density they stand for."""

    def __init__(self, evaluator: Evaluator, base: Mixture, random: np.random.Generator) -> None:
        self.evaluator, self.base, self.random = evaluator, base, random

    def moved(
        self,
        before: _Particles,
        weights: Float[np.ndarray, "before"],
        rows: Int[np.ndarray, "particle"],
        power: float,
        *,
        until: int,
    ) -> tuple[_Particles, float]:
        """Return the chosen particles after their moves, and the largest correlation with where they were."""
        size = before.at.shape[1]
        components = int(np.clip(1.0 / np.sum(weights**2) / (EACH * size), 1, MOST_LEARNT))
        learnt = mixture_learnt_from(before.at, weights, components=components, random=self.random)
        particles = before.rows(rows)
        axes = _principal_axes(before.at, weights)
        start, left = particles.at @ axes, 1.0
        for sweep in range(SWEEPS):
            if self.evaluator.evaluations + len(rows) > until:
                break
            if sweep % 2 == 0:
                there = learnt.drawn(len(rows), self.random)[self.random.permutation(len(rows))]
                extra = learnt.log_density(particles.at) - learnt.log_density(there)
            else:
                there, extra = particles.at + self._differences(before.at, weights, len(rows)), np.zeros(1)
            particles = self._accepted(particles, there, extra, power)
            left = _memory(start, particles.at @ axes)
            if sweep % 2 == 1 and left < DECORRELATED:
                break
        return particles, left

    def _differences(
        self, at: Float[np.ndarray, "before unknown"], weights: Float[np.ndarray, "before"], count: int
    ) -> Float[np.ndarray, "particle unknown"]:
        """Return scaled differences of two particles each; small ones follow a curved ridge."""
        pairs = self.random.choice(len(at), size=(2, count), p=weights)
        scale = 2.38 / math.sqrt(2.0 * at.shape[1]) * 10.0 ** -self.random.random(count)
        scale = np.where(self.random.random(count) < HILLS, 1.0, scale)
        noise = 1e-5 * self.random.standard_normal((count, at.shape[1]))
        return np.asarray(scale[:, None] * (at[pairs[0]] - at[pairs[1]]) + noise)

    def _accepted(
        self,
        particles: _Particles,
        there: Float[np.ndarray, "particle unknown"],
        extra: Float[np.ndarray, "particle"],
        power: float,
    ) -> _Particles:
        """Return each particle where Metropolis and Hastings let it be."""
        inside = np.all(np.abs(there) < FARTHEST, axis=1)
        there = np.where(inside[:, None], there, particles.at)
        log_likelihood = np.where(inside, IMPOSSIBLE, particles.log_likelihood)
        log_likelihood[inside] = self.evaluator.log_likelihoods(there[inside])
        other = _Particles(there, log_likelihood, log_base_density(self.base, there))
        odds = other.target(power) - particles.target(power) + extra
        accepted = (np.log(self.random.random(len(there))) < odds) & inside
        return _Particles(
            np.where(accepted[:, None], other.at, particles.at),
            np.where(accepted, other.log_likelihood, particles.log_likelihood),
            np.where(accepted, other.log_base, particles.log_base),
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


def _principal_axes(
    at: Float[np.ndarray, "sample unknown"], weights: Float[np.ndarray, "sample"]
) -> Float[np.ndarray, "unknown unknown"]:
    apart = at - weights @ at
    return np.asarray(np.linalg.eigh((apart * weights[:, None]).T @ apart)[1])


def _memory(
    before: Float[np.ndarray, "particle unknown"], after: Float[np.ndarray, "particle unknown"]
) -> float:
    """Return the largest correlation of a coordinate with what it was."""
    apart, then = before - np.mean(before, axis=0), after - np.mean(after, axis=0)
    scale = np.sqrt(np.sum(apart**2, axis=0) * np.sum(then**2, axis=0))
    return float(np.max(np.abs(np.sum(apart * then, axis=0)) / np.maximum(scale, 1e-300)))
