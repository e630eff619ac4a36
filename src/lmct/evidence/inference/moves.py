"""Moves of particles that leave the density they stand for as it is: on curved ridges and between hills."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from lmct.evidence.inference.evaluation import Evaluator
from lmct.evidence.inference.mixture import log_prior_density, mixture_learnt_from
from lmct.evidence.likelihood.likelihood import IMPOSSIBLE

CHAIN, LONGEST = 16, 48
"""Positions of a chain, at least and at most."""

DECORRELATED = 0.2
"""Chains go on until neither a principal coordinate nor the likelihood remembers more of where they began."""

HILLS = 0.1
"""Share of the moves along differences of particles that take the whole difference, from hill to hill."""

FARTHEST = 8.0
"""Moves do not leave so many standard deviations of the prior."""

EACH, MOST_LEARNT = 8, 10
"""A component of the mixture needs so many effective particles for each unknown; and the most components."""

LogDensity = Callable[[Float[np.ndarray, "sample unknown"]], Float[np.ndarray, "sample"]]
"""Logarithm of a density in standard-normal coordinates."""


@dataclass(frozen=True, eq=False)
class Particles:
    """Positions with the logarithms of likelihood, prior and base density."""

    at: Float[np.ndarray, "particle unknown"]
    log_likelihood: Float[np.ndarray, "particle"]
    log_base: Float[np.ndarray, "particle"]

    @property
    def gain(self) -> Float[np.ndarray, "particle"]:
        """Logarithm of posterior over base."""
        return np.asarray(log_prior_density(self.at) + self.log_likelihood - self.log_base)

    def target(self, power: float) -> Float[np.ndarray, "particle"]:
        """Logarithm of the density on the way from base to posterior."""
        return np.asarray(self.log_base + power * self.gain)

    def rows(self, rows: Int[np.ndarray, "chosen"]) -> Particles:
        """Return some of them."""
        return Particles(self.at[rows], self.log_likelihood[rows], self.log_base[rows])


@dataclass(frozen=True, eq=False)
class Chains:
    """Chains of moves.

    Parameters
    ----------
    particles
        All positions, those of one chain after each other.
    memory
        Largest correlation of a principal coordinate at the end of a chain with that at its beginning.
    effective
        Independent samples that all positions are worth, from the scatter of the means of the chains.
    """

    particles: Particles
    memory: float
    effective: float


class Walk:
    """Moves particles without changing the density they stand for."""

    def __init__(self, evaluator: Evaluator, log_base: LogDensity, random: np.random.Generator) -> None:
        self.evaluator, self.log_base, self.random = evaluator, log_base, random

    def chains(
        self,
        before: Particles,
        weights: Float[np.ndarray, "before"],
        rows: Int[np.ndarray, "chain"],
        power: float,
        *,
        wanted: float,
        until: int,
    ) -> Chains:
        """Return chains of moves that begin at chosen particles.

        Parameters
        ----------
        before
            Particles that the moves learn from.
        weights
            Theirs.
        rows
            Where the chains begin.
        power
            Of the gain, which says how far on the way to the posterior the density is.
        wanted
            Independent samples that the chains shall be worth together.
        until
            Likelihoods after which they end.
        """
        size = before.at.shape[1]
        components = int(np.clip(1.0 / np.sum(weights**2) / (EACH * size), 1, MOST_LEARNT))
        learnt = mixture_learnt_from(before.at, weights, components=components, random=self.random)
        axes, states = _principal_axes(before.at, weights), [before.rows(rows)]
        while len(states) < LONGEST and self.evaluator.evaluations + len(rows) <= until:
            here = states[-1]
            if len(states) % 2:
                there = learnt.drawn(len(rows), self.random)[self.random.permutation(len(rows))]
                extra = learnt.log_density(here.at) - learnt.log_density(there)
            else:
                there, extra = here.at + self._differences(before.at, weights, len(rows)), np.zeros(1)
            states.append(self._accepted(here, there, extra, power))
            found = _chains(states, axes)
            if len(states) >= CHAIN and found.memory < DECORRELATED and found.effective >= wanted:
                break
        return _chains(states, axes)

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
        particles: Particles,
        there: Float[np.ndarray, "particle unknown"],
        extra: Float[np.ndarray, "particle"],
        power: float,
    ) -> Particles:
        """Return each particle where Metropolis and Hastings let it be."""
        inside = np.all(np.abs(there) < FARTHEST, axis=1)
        there = np.where(inside[:, None], there, particles.at)
        log_likelihood = np.where(inside, IMPOSSIBLE, particles.log_likelihood)
        log_likelihood[inside] = self.evaluator.log_likelihoods(there[inside])
        other = Particles(there, log_likelihood, self.log_base(there))
        odds = other.target(power) - particles.target(power) + extra
        accepted = (np.log(self.random.random(len(there))) < odds) & inside
        return Particles(
            np.where(accepted[:, None], other.at, particles.at),
            np.where(accepted, other.log_likelihood, particles.log_likelihood),
            np.where(accepted, other.log_base, particles.log_base),
        )


def _principal_axes(
    at: Float[np.ndarray, "sample unknown"], weights: Float[np.ndarray, "sample"]
) -> Float[np.ndarray, "unknown unknown"]:
    apart = at - weights @ at
    return np.asarray(np.linalg.eigh((apart * weights[:, None]).T @ apart)[1])


def _chains(states: Sequence[Particles], axes: Float[np.ndarray, "unknown unknown"]) -> Chains:
    """Return chains with what they remember and are worth; a single state remembers everything."""
    at = np.stack([one.at for one in states], axis=1)
    log_likelihood = np.stack([one.log_likelihood for one in states], axis=1)
    log_base = np.stack([one.log_base for one in states], axis=1)
    joined = Particles(at.reshape(-1, at.shape[2]), log_likelihood.ravel(), log_base.ravel())
    height = np.argsort(np.argsort(joined.gain)) / len(joined.at)
    along = np.concatenate([at @ axes, height.reshape(*log_base.shape, 1)], axis=2)
    scatter = np.maximum(np.var(along, axis=(0, 1)), 1e-300)
    times = np.var(np.mean(along, axis=1), axis=0, ddof=1) * along.shape[1] / scatter
    return Chains(joined, _memory(along[:, 0], along[:, -1]), len(joined.at) / max(float(np.max(times)), 1.0))


def _memory(
    before: Float[np.ndarray, "particle unknown"], after: Float[np.ndarray, "particle unknown"]
) -> float:
    """Return the largest correlation of a coordinate with what it was."""
    apart, then = before - np.mean(before, axis=0), after - np.mean(after, axis=0)
    scale = np.sqrt(np.sum(apart**2, axis=0) * np.sum(then**2, axis=0))
    return float(np.max(np.abs(np.sum(apart * then, axis=0)) / np.maximum(scale, 1e-300)))
