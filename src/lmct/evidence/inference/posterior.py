"""What a fit leaves: samples of the unknowns, the evidence of the mechanism, and how well it was sampled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.evidence.likelihood.unknown import Unknowns
from lmct.quantity.errors import unknown_name
from lmct.quantity.value import Value

NOT_TRUSTED = "not to be trusted"
"""Messages that begin so say that the samples are not those of the posterior."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Posterior:
    """Equally probable values of the unknowns, and the evidence.

    Parameters
    ----------
    unknowns
        The unknowns with their priors.
    samples
        Equally weighted samples, a column for each unknown, in the unknown's own unit.
    log_likelihood
        Of each sample.
    log_evidence, log_evidence_error
        Natural logarithm of the probability of the data under the mechanism, and its numerical error.
    best
        The most probable values.
    best_log_likelihood
        Their likelihood.
    effective_samples
        Number of independent samples these are worth.
    evaluations
        Likelihoods that were computed.
    cpu_seconds
        Processor time of the search, where it is known [s].
    sampler
        Name, version and settings.
    messages
        What a reader must know: not converged, several maxima, a bound of a prior that decides.
    """

    unknowns: Unknowns
    samples: Float[np.ndarray, "sample unknown"]
    log_likelihood: Float[np.ndarray, "sample"]
    log_evidence: float
    log_evidence_error: float
    best: Mapping[str, float]
    best_log_likelihood: float
    effective_samples: float
    evaluations: int
    cpu_seconds: float
    sampler: str
    messages: tuple[str, ...] = ()

    @property
    def doubt(self) -> str:
        """Why the samples are not those of the posterior; empty when they are, as far as one can tell."""
        return next((one for one in self.messages if one.startswith(NOT_TRUSTED)), "")

    def of(self, name: str) -> Float[np.ndarray, "sample"]:
        """Return the samples of one unknown.

        Raises
        ------
        UnknownName
            There is no such unknown.
        """
        if name not in self.unknowns.names:
            raise unknown_name("unknown", name, self.unknowns.names)
        return self.samples[:, self.unknowns.names.index(name)]

    def value(self, name: str) -> Value:
        """Return mean and standard deviation of one unknown."""
        samples = self.of(name)
        unit = self.unknowns.members[self.unknowns.names.index(name)].unit
        return Value(float(np.mean(samples)), float(np.std(samples)), unit)

    def interval(self, name: str, probability: float = 0.68) -> tuple[float, float]:
        """Return the central interval of one unknown."""
        low, high = np.quantile(self.of(name), [0.5 - 0.5 * probability, 0.5 + 0.5 * probability])
        return float(low), float(high)

    def sets(self, most: int | None = None) -> Iterator[dict[str, float]]:
        """Yield samples as values by name, evenly spread over all when there are more than ``most``."""
        count = len(self.samples)
        chosen = range(count)
        if most is not None and most < count:
            chosen = np.linspace(0, count - 1, most).round().astype(int).tolist()
        for row in chosen:
            yield dict(zip(self.unknowns.names, self.samples[row].tolist(), strict=True))

    def derived(
        self, quantity: Callable[[Mapping[str, float]], float], most: int = 400
    ) -> Float[np.ndarray, "sample"]:
        """Return a quantity that follows from the unknowns, for up to ``most`` samples."""
        return np.array([quantity(values) for values in self.sets(most)])
