"""The outcome of a trial of mechanisms on one campaign."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lmct.evidence.hypotheses.trial import Trial
from lmct.evidence.hypotheses.verdict import Judgement, judgement
from lmct.quantity.errors import unknown_name

NEGLIGIBLE = 1e-6
"""Smaller probabilities are not written out: priors and the list of rivals are not that good [1]."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Mechanisms that were tried on the same data.

    Parameters
    ----------
    trials
        One for each mechanism, in the order in which they were given.
    """

    trials: tuple[Trial, ...]

    @cached_property
    def judgement(self) -> Judgement:
        """The verdict with its odds."""
        return judgement(self.trials)

    @property
    def verdict(self) -> str:
        """The verdict in words."""
        return self.judgement.words

    @property
    def ranked(self) -> tuple[Trial, ...]:
        """Trials, the largest evidence first."""
        return tuple(sorted(self.trials, key=lambda one: -one.log_evidence))

    @property
    def probabilities(self) -> dict[str, float]:
        """Probability of each mechanism, all equally probable beforehand and no other thinkable."""
        logs = np.array([one.log_evidence for one in self.trials])
        if not np.isfinite(logs.max()):
            return {one.name: math.nan for one in self.trials}
        weights = np.exp(logs - logs.max())
        return {one.name: float(w / weights.sum()) for one, w in zip(self.trials, weights, strict=True)}

    def chance_in_words(self, name: str) -> str:
        """Return the probability of one mechanism as a reader wants it."""
        chance = self.probabilities[name]
        return f"< {NEGLIGIBLE:g}" if chance < NEGLIGIBLE else f"{chance:.2g}"

    def trial(self, name: str) -> Trial:
        """Return the trial of one mechanism.

        Raises
        ------
        UnknownName
            It was not tried.
        """
        for one in self.trials:
            if one.name == name:
                return one
        raise unknown_name("mechanism on trial", name, [one.name for one in self.trials])

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        odds = {
            one.rival: {
                "log_bayes_factor": one.log_odds if math.isfinite(one.log_odds) else None,
                "at_least": one.least if math.isfinite(one.least) else None,
                "strong": one.strong,
            }
            for one in self.judgement.odds
        }
        return {
            "verdict": self.verdict,
            "best": self.judgement.best,
            "decided": self.judgement.decided,
            "odds_of_the_best": odds,
            "probabilities": {
                name: value if math.isfinite(value) else None for name, value in self.probabilities.items()
            },
            "trials": [one.to_json() for one in self.trials],
        }
