"""What may be said of rival mechanisms: odds with what numerical error and priors leave of them, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lmct.evidence.hypotheses.trial import Trial

STRONG = math.log(10.0)
"""Odds of ten to one are called strong (Jeffreys; Kass and Raftery, J. Am. Stat. Assoc. 90 (1995) 773)."""

ERRORS = 2.0
"""So many standard numerical errors are taken off."""

CLAIMED = 0.5
"""Of the distance in the logarithm to a mechanism that was not sampled."""


@dataclass(frozen=True, slots=True)
class Odds:
    """The best mechanism against one rival.

    Parameters
    ----------
    rival
        Its name.
    log_odds
        Natural logarithm of the Bayes factor.
    least
        What two numerical errors and wider priors leave of it; NaN when that is not known.
    """

    rival: str
    log_odds: float
    least: float

    @property
    def strong(self) -> bool:
        """Whether the rival is out by more than ten to one, whatever the numerics and the priors."""
        return self.least > STRONG


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict.

    Parameters
    ----------
    best
        Name of the mechanism with the largest evidence; empty when none has any.
    odds
        Against each rival, the closest first.
    words
        The verdict in words.
    """

    best: str
    odds: tuple[Odds, ...]
    words: str

    @property
    def excluded(self) -> tuple[str, ...]:
        """Rivals with strong evidence against them."""
        return tuple(one.rival for one in self.odds if one.strong)

    @property
    def undecided(self) -> tuple[str, ...]:
        """Rivals of which the data cannot tell."""
        return tuple(one.rival for one in self.odds if not one.strong)

    @property
    def decided(self) -> bool:
        """Whether there is strong evidence against every rival."""
        return bool(self.best) and not self.undecided


def judgement(trials: Sequence[Trial]) -> Judgement:
    """Judge mechanisms by their evidence, each as probable as the others beforehand.

    Parameters
    ----------
    trials
        At least one.

    Returns
    -------
    :
        The verdict.
    """
    ranked = sorted(trials, key=lambda one: -one.log_evidence)
    best = ranked[0]
    if best.log_evidence == -math.inf:
        return Judgement("", (), "None of the mechanisms can do what was done to the samples.")
    odds = tuple(odds_of(best, rival) for rival in ranked[1:])
    return Judgement(best.name, odds, " ".join(_sentences(best, ranked[1:], odds)))


def odds_of(best: Trial, rival: Trial) -> Odds:
    """Return the odds of one mechanism against another, and what is left of them at the least.

    Parameters
    ----------
    best, rival
        The two. The evidence of a rival whose numerical error is not known counts as its largest likelihood,
        which no evidence exceeds. To one that was not sampled, half of the distance in the logarithm is
        claimed.

    Returns
    -------
    :
        The odds.
    """
    log_odds = best.log_evidence - rival.log_evidence
    if not best.trusted or math.isnan(best.wide_log_evidence):
        return Odds(rival.name, log_odds, math.nan)
    if rival.log_evidence == -math.inf:
        return Odds(rival.name, log_odds, math.inf)
    lowest = min(
        best.log_evidence - ERRORS * best.log_evidence_error,
        best.wide_log_evidence - ERRORS * best.wide_log_evidence_error,
    )
    if not rival.sampled and not math.isnan(rival.wide_log_evidence):
        nearest = max(rival.log_evidence, rival.wide_log_evidence)
        return Odds(rival.name, log_odds, CLAIMED * (lowest - nearest))
    if not rival.trusted or math.isnan(rival.wide_log_evidence):
        return Odds(rival.name, log_odds, lowest - rival.best_log_likelihood)
    numerical = ERRORS * math.hypot(best.log_evidence_error, rival.log_evidence_error)
    wide_numerical = ERRORS * math.hypot(best.wide_log_evidence_error, rival.wide_log_evidence_error)
    wide = best.wide_log_evidence - rival.wide_log_evidence
    return Odds(rival.name, log_odds, min(log_odds - numerical, wide - wide_numerical))


def in_words(log_odds: float) -> str:
    """Return odds as a reader wants them.

    Examples
    --------
    >>> in_words(math.log(20.0)), in_words(-math.log(2.0)), in_words(60.0)
    ('20 : 1', '1 : 2', '10^26 : 1')
    """
    if math.isnan(log_odds):
        return "unknown"
    if math.isinf(log_odds):
        return "certain" if log_odds > 0.0 else "impossible"
    if abs(log_odds) > math.log(1e4):
        power = f"10^{abs(log_odds) / math.log(10.0):.0f}"
        return f"{power} : 1" if log_odds > 0.0 else f"1 : {power}"
    return f"{math.exp(log_odds):.2g} : 1" if log_odds >= 0.0 else f"1 : {math.exp(-log_odds):.2g}"


def _sentences(best: Trial, rivals: Sequence[Trial], odds: Sequence[Odds]) -> list[str]:
    """Return the verdict, sentence by sentence."""
    out = [one for one in odds if one.strong]
    open_ = [one for one in odds if not one.strong]
    sentences = []
    if out:
        against = ", ".join(f"{one.rival} ({_at_least(one)})" for one in out)
        sentences.append(f"The data speak strongly for {best.name} against {against}.")
    if open_:
        undecided = ", ".join(
            f"{one.rival} (odds {in_words(one.log_odds)}, at the least {in_words(one.least)})"
            for one in open_
        )
        sentences.append(f"Cannot tell {best.name} from {undecided}.")
    if not odds:
        sentences.append(f"Only {best.name} was tried, so nothing is said for it or against it.")
    sentences += _reservations(best, rivals)
    return sentences


def _at_least(one: Odds) -> str:
    return (
        "cannot do what was done to the samples"
        if math.isinf(one.least)
        else f"at least {in_words(one.least)}"
    )


def _reservations(best: Trial, rivals: Sequence[Trial]) -> list[str]:
    """Return what takes back some of the verdict."""
    said = []
    if not best.trusted:
        said.append(
            f"The numerical error of the evidence of {best.name} is not known; a longer search may tell."
        )
    if math.isnan(best.wide_log_evidence) and rivals:
        said.append("How much depends on the priors was not computed, so nothing is called strong.")
    failures = best.failures
    if failures:
        said.append(
            f"Even {best.name} cannot make {len(failures)} of {len(best.predicted)} measurements"
            f" ({failures[0].sentence}), so the odds are only between mechanisms none of which is complete."
        )
    return said
