"""One mechanism on trial: its posterior, its evidence, and what it cannot make."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from lmct.evidence.hypotheses.predictive import Predicted, failures_of
from lmct.evidence.inference.posterior import Posterior


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
    sampled
        Whether the evidence comes from samples; otherwise it is Laplace's approximation at the best maximum.
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
    sampled: bool = True
    predicted: tuple[Predicted, ...] = ()
    posterior: Posterior | None = None
    messages: tuple[str, ...] = ()

    @property
    def evidence_in_words(self) -> str:
        """Its evidence with the numerical error, as far as that is known."""
        if self.sampled:
            return f"{self.log_evidence:.1f} ± {self.log_evidence_error:.1g}"
        return f"about {self.log_evidence:.0f}, not sampled"

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
            "sampled": self.sampled,
            "best": None if self.posterior is None else dict(self.posterior.best),
            "failures": [one.sentence for one in self.failures],
            "predictions": [one.to_json() for one in self.predicted],
            "messages": list(self.messages),
        }


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
