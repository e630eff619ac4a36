"""The verdict claims no more than evidence, numerical error and priors leave."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from lmct.evidence.hypotheses import Comparison, Trial, judgement
from lmct.evidence.hypotheses.verdict import odds_of
from lmct.quantity.errors import UnknownName

Make = Callable[..., Trial]


def test_a_large_and_robust_ratio_is_strong(trial: Make) -> None:
    found = judgement([trial("rival", -60.0), trial("lead", -50.0)])
    assert found.best == "lead"
    assert found.decided
    assert found.excluded == ("rival",)
    assert "speak strongly for lead against rival (at least" in found.words


def test_a_small_ratio_cannot_tell(trial: Make) -> None:
    found = judgement([trial("lead", -50.0), trial("rival", -51.0)])
    assert not found.decided
    assert "Cannot tell lead from rival (odds 2.7 : 1" in found.words
    assert "strongly" not in found.words


def test_numerical_error_takes_a_strong_ratio_back(trial: Make) -> None:
    rival = trial("rival", -54.0, error=1.0)
    assert judgement([trial("lead", -50.0), rival]).undecided == ("rival",)
    assert odds_of(trial("lead", -50.0), trial("rival", -54.0, error=0.0)).least == pytest.approx(4.0 - 0.2)


def test_priors_that_turn_the_odds_take_them_back(trial: Make) -> None:
    lead = trial("lead", -50.0, wide_log_evidence=-58.0)
    rival = trial("rival", -60.0, wide_log_evidence=-60.0)
    found = judgement([lead, rival])
    assert found.undecided == ("rival",)
    assert found.odds[0].least < math.log(10.0) < found.odds[0].log_odds


def test_without_wider_priors_nothing_is_strong(trial: Make) -> None:
    none = {"wide_log_evidence": math.nan, "wide_log_evidence_error": math.nan}
    found = judgement([trial("lead", -50.0, **none), trial("rival", -90.0, **none)])
    assert not found.decided
    assert "nothing is called strong" in found.words


def test_a_rival_of_unknown_error_is_out_only_by_its_largest_likelihood(trial: Make) -> None:
    lead = trial("lead", -50.0)
    near = trial("rival", -80.0, trusted=False, best_log_likelihood=-52.0)
    far = trial("rival", -80.0, trusted=False, best_log_likelihood=-70.0)
    assert judgement([lead, near]).undecided == ("rival",)
    assert judgement([lead, far]).excluded == ("rival",)


def test_a_best_of_unknown_error_decides_nothing(trial: Make) -> None:
    found = judgement([trial("lead", -50.0, trusted=False), trial("rival", -90.0)])
    assert not found.decided
    assert "numerical error" in found.words


def test_what_cannot_be_done_to_a_sample_is_out(trial: Make) -> None:
    impossible = trial("rival", -math.inf, error=0.0, wide_log_evidence=-math.inf)
    found = Comparison((impossible, trial("lead", -50.0)))
    assert found.judgement.excluded == ("rival",)
    assert found.probabilities == {"rival": 0.0, "lead": 1.0}
    assert found.to_json()["trials"][0]["log_evidence"] is None
    assert judgement([impossible]).best == ""


def test_probabilities_and_ranks(trial: Make) -> None:
    found = Comparison((trial("a", -50.0 - math.log(3.0)), trial("b", -50.0)))
    assert found.probabilities == pytest.approx({"a": 0.25, "b": 0.75})
    assert [one.name for one in found.ranked] == ["b", "a"]
    assert found.trial("a").name == "a"
    with pytest.raises(UnknownName, match="Did you mean"):
        found.trial("aa")


def test_one_mechanism_alone_is_not_judged(trial: Make) -> None:
    assert "nothing is said" in judgement([trial("lead", -50.0)]).words


def test_half_of_the_distance_is_claimed_to_one_that_was_not_sampled(trial):
    lead = trial("lead", -50.0, error=0.0)
    rival = trial("rival", -150.0, error=math.inf, sampled=False, wide_log_evidence=-112.0)
    (odds,) = judgement([lead, rival]).odds
    assert odds.log_odds == pytest.approx(100.0)
    assert odds.least == pytest.approx(0.5 * (-52.0 + 112.0))
    assert odds.strong
    assert rival.evidence_in_words == "about -150, not sampled"
