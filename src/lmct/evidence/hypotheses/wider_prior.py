"""The same mechanism with less certain priors: how much of the evidence is a matter of opinion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lmct.evidence.likelihood.mechanism import Mechanism, Simulator
from lmct.evidence.likelihood.prior import Normal, Prior, Uniform
from lmct.evidence.likelihood.unknown import Unknown
from lmct.protocol.step import Step

NEAR_ZERO = 0.02
"""A positive lower bound goes no closer to zero than this, of the width of the prior [1]."""


@dataclass(frozen=True)
class WiderPriors:
    """A mechanism whose own priors are wider; those of the instruments stay.

    Parameters
    ----------
    mechanism
        The mechanism.
    factor
        Every prior becomes so many times wider.
    """

    mechanism: Mechanism
    factor: float = 2.0

    @property
    def name(self) -> str:
        """Name of the mechanism."""
        return self.mechanism.name

    @property
    def title(self) -> str:
        """What it claims."""
        return self.mechanism.title

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """The unknowns with wider priors."""
        return tuple(replace(one, prior=wider(one.prior, self.factor)) for one in self.mechanism.unknowns)

    def simulator(self, protocols: Sequence[tuple[Step, ...]]) -> Simulator:
        """Return what simulates these protocols for any values of the unknowns."""
        return self.mechanism.simulator(protocols)


def wider(prior: Prior, factor: float) -> Prior:
    """Return a wider prior around the same middle; what was never negative stays so.

    Parameters
    ----------
    prior
        Uniform or normal.
    factor
        How many times wider.

    Returns
    -------
    :
        The prior; one of another kind as it is.

    Examples
    --------
    >>> wider(Uniform(1.0, 100.0, logarithmic=True), 2.0).interval[1] > 100.0
    True
    >>> wider(Uniform(0.0, 1.0), 2.0).value_at(1.0)
    2.0
    """
    if isinstance(prior, Normal):
        return replace(prior, deviation=factor * prior.deviation)
    if not isinstance(prior, Uniform):
        return prior
    if prior.logarithmic:
        more = (prior.high / prior.low) ** (0.5 * (factor - 1.0))
        return replace(prior, low=prior.low / more, high=prior.high * more)
    width = prior.high - prior.low
    low = prior.low - 0.5 * (factor - 1.0) * width
    if prior.low >= 0.0:
        low = max(low, min(prior.low, NEAR_ZERO * width))
    return replace(prior, low=low, high=low + factor * width)
