"""A plan: candidates ranked by what they would tell, and by what they would tell in an hour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lmct.evidence.plan.candidate import Candidate
from lmct.evidence.plan.gain import Gain

CLEAR = 2.0
"""A candidate is better than another one when its gain is higher by so many standard errors."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Rating:
    """What one candidate would tell.

    Parameters
    ----------
    candidate
        The candidate.
    gain
        Expected information gain, with its numerical error [nat].
    linear
        The cross-check: the same from covariances alone, as if everything were Gaussian and linear [nat].
    width
        Of the quantity after the measurement, on average, in the quantity's own unit; NaN without one.
    evidence
        Mean magnitude of the logarithm of the evidence ratio between mechanisms; NaN without mechanisms.
    possible
        Share of the samples of the posterior whose mechanism can do it.
    """

    candidate: Candidate
    gain: Gain
    linear: float
    width: float = math.nan
    evidence: float = math.nan
    possible: float = 1.0

    @property
    def per_hour(self) -> float:
        """Gain for each hour of hands and equipment [nat/h]."""
        return self.gain.value / self.candidate.cost.total

    @property
    def per_hour_error(self) -> float:
        """Numerical error of that [nat/h]."""
        return self.gain.error / self.candidate.cost.total

    def row(self) -> dict[str, float | str]:
        """Return the rating as a row of a table: name with unit -> number."""
        cost = self.candidate.cost
        return {
            "candidate": self.candidate.name,
            "technique": self.candidate.technique,
            "cells": float(self.candidate.cells),
            "gain [nat]": self.gain.value,
            "error [nat]": self.gain.error,
            "linear [nat]": self.linear,
            "resolved": self.gain.resolved,
            "width after": self.width,
            "ln evidence ratio": self.evidence,
            "hands [h]": cost.hands,
            "equipment [h]": cost.equipment,
            "waiting [h]": cost.waiting,
            "gain per hour [nat/h]": self.per_hour,
            "possible": self.possible,
        }


@dataclass(frozen=True, eq=False, kw_only=True)
class Plan:
    """Candidates with their expected gains.

    Parameters
    ----------
    target
        What is to be found out, in words.
    unit
        Of its width.
    width
        Of the target now, one standard deviation; NaN when it has none.
    ratings
        One for each candidate that could be rated, highest gain first.
    samples
        Samples of the posterior that were used.
    messages
        What a reader must know: the recommendation with its reservations, candidates that were left out.
    """

    target: str
    unit: str
    width: float
    ratings: tuple[Rating, ...]
    samples: int
    messages: tuple[str, ...] = ()

    @property
    def most_telling(self) -> tuple[Rating, ...]:
        """The candidate of the highest gain and all that cannot be told apart from it."""
        return self._equals(self.ratings, [one.gain.value for one in self.ratings], _errors(self.ratings))

    @property
    def most_telling_per_hour(self) -> tuple[Rating, ...]:
        """The candidate of the highest gain per hour and all that cannot be told apart from it."""
        ranked = sorted(self.ratings, key=lambda one: -one.per_hour)
        return self._equals(ranked, [one.per_hour for one in ranked], [one.per_hour_error for one in ranked])

    @property
    def recommended(self) -> Rating | None:
        """The cheapest of the most telling ones whose gain is sure; None when no gain is."""
        sure = [one for one in self.most_telling if one.gain.value >= CLEAR * one.gain.error > 0.0]
        return min(sure, key=lambda one: one.candidate.cost.total, default=None)

    @property
    def recommended_per_hour(self) -> Rating | None:
        """Of those that tell most in an hour the one of the highest sure gain; None when no gain is sure."""
        sure = [one for one in self.most_telling_per_hour if one.gain.value >= CLEAR * one.gain.error > 0.0]
        return max(sure, key=lambda one: one.gain.value, default=None)

    def rows(self) -> list[dict[str, float | str]]:
        """Return the table of the ratings."""
        return [one.row() for one in self.ratings]

    def to_json(self) -> dict[str, Any]:
        """Return the plan as plain JSON types (NaN becomes None)."""
        best, quick = self.recommended, self.recommended_per_hour
        return {
            "target": self.target,
            "unit": self.unit,
            "width": _plain(self.width),
            "samples": self.samples,
            "recommended": None if best is None else best.candidate.name,
            "recommended_per_hour": None if quick is None else quick.candidate.name,
            "ratings": [{name: _plain(cell) for name, cell in row.items()} for row in self.rows()],
            "messages": list(self.messages),
        }

    @staticmethod
    def _equals(
        ranked: Sequence[Rating], numbers: Sequence[float], errors: Sequence[float]
    ) -> tuple[Rating, ...]:
        return tuple(
            one
            for one, number, error in zip(ranked, numbers, errors, strict=True)
            if numbers[0] - number <= CLEAR * math.hypot(errors[0], error)
        )


def _errors(ratings: Sequence[Rating]) -> list[float]:
    return [one.gain.error for one in ratings]


def _plain(cell: float | str) -> float | str | None:
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell
