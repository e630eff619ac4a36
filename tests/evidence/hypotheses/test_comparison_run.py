"""A whole trial on a small campaign: evidence, what a rival cannot make, figures."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2

from lmct.evidence.hypotheses import Comparison, compare, comparison_figures
from lmct.evidence.hypotheses.predictive import chi_square_from_errors
from lmct.evidence.likelihood import Campaign, Outliers, Unknown
from lmct.evidence.likelihood.prior import Uniform
from lmct.evidence.mechanism import mechanism_named
from lmct.quantity.errors import OutOfRange

TRUSTING = Outliers(share=0.0)
FREQUENCY = Unknown("attempt_frequency", Uniform(1e6, 1e9, logarithmic=True), "1/s")


@pytest.fixture(scope="module")
def campaign(draw: Callable[..., Campaign | None]) -> Campaign:
    found = draw(mechanism_named(unknowns=[FREQUENCY]), {"attempt_frequency": 1.2379e7}, 5, few=True)
    assert isinstance(found, Campaign)
    return found


@pytest.fixture(scope="module")
def comparison(campaign: Campaign) -> Comparison:
    rivals = [
        mechanism_named(unknowns=[FREQUENCY]),
        mechanism_named("constant-barrier", unknowns=["barrier"]),
    ]
    return compare(campaign, rivals, seed=3, effort="quick", outliers=TRUSTING)


def test_the_truth_wins_and_the_rival_cannot_make_the_relaxation(comparison: Comparison) -> None:
    assert comparison.judgement.best == "metal-potential"
    assert comparison.judgement.excluded == ("constant-barrier",)
    assert not comparison.trial("metal-potential").failures
    sentences = [one.sentence for one in comparison.trial("constant-barrier").failures]
    assert sentences
    assert all("predicted" in one and "measured" in one for one in sentences)


def test_the_evidence_is_the_integral_of_the_likelihood(comparison: Comparison, campaign: Campaign) -> None:
    """Against a plain quadrature over the one unknown."""
    from lmct.evidence.likelihood import Likelihood

    likelihood = Likelihood(mechanism_named(unknowns=[FREQUENCY]), campaign, outliers=TRUSTING)
    positions = np.linspace(0.32, 0.4, 81)
    logs = np.array([likelihood.log_likelihood_at([one]) for one in positions])
    exact = np.log(np.trapezoid(np.exp(logs - logs.max()), positions)) + logs.max()
    found = comparison.trial("metal-potential")
    assert found.log_evidence == pytest.approx(exact, abs=max(5 * found.log_evidence_error, 0.05))
    assert found.log_evidence - found.wide_log_evidence == pytest.approx(np.log(2.0), abs=0.3)


def test_only_what_has_a_chance_is_sampled(comparison: Comparison) -> None:
    lead, rival = (comparison.trial(name) for name in ("metal-potential", "constant-barrier"))
    assert lead.sampled
    assert not rival.sampled
    assert rival.log_evidence < lead.log_evidence - 50.0
    assert any("not sampled" in text for text in rival.messages)
    assert rival.predicted


def test_plain_data_and_figures(comparison: Comparison) -> None:
    plain = json.loads(json.dumps(comparison.to_json(), allow_nan=False))
    assert plain["best"] == "metal-potential"
    assert plain["odds_of_the_best"]["constant-barrier"]["strong"] is True
    sheets = comparison_figures(comparison)
    assert [one.name for one in sheets] == [
        "evidence_of_mechanisms",
        "predictive_metal_potential",
        "predictive_constant_barrier",
    ]
    for sheet in sheets:
        assert len(sheet.draw().axes) == 1
        assert sheet.caption


def test_only_the_largest_distances_of_many_are_drawn(comparison: Comparison) -> None:
    trial = comparison.trial("constant-barrier")
    many = Comparison((replace(trial, predicted=trial.predicted * 20),))
    sheet = comparison_figures(many)[1]
    names = [one.get_text() for one in sheet.draw().axes[0].get_yticklabels()]
    assert len(names) == 40
    worst = max(trial.predicted, key=lambda one: float(np.max(np.abs(one.distances))))
    assert names[0] == worst.observation.name
    assert f"The 40 of {20 * len(trial.predicted)} measurements" in sheet.caption


def test_small_probabilities_are_not_written_out(comparison: Comparison) -> None:
    assert comparison.chance_in_words("metal-potential") == "1"
    assert comparison.chance_in_words("constant-barrier") == "< 1e-06"


def test_the_numbers_of_a_mechanism_do_not_depend_on_its_rivals(
    comparison: Comparison, campaign: Campaign
) -> None:
    alone = compare(
        campaign,
        [mechanism_named(unknowns=[FREQUENCY])],
        seed=3,
        effort="quick",
        outliers=TRUSTING,
        wider=False,
    )
    assert alone.trials[0].log_evidence == comparison.trial("metal-potential").log_evidence


def test_names_must_be_distinct(campaign: Campaign) -> None:
    with pytest.raises(OutOfRange, match="distinct names"):
        compare(campaign, [mechanism_named(), mechanism_named()], seed=1)


def test_chi_square_with_shared_errors_follows_its_distribution() -> None:
    """Drawn from the covariance itself, written out; mean and spread of chi-square, and its direct form."""
    random = np.random.default_rng(4)
    independent, shared = random.uniform(0.5, 2.0, 6), random.normal(size=(2, 6))
    covariance = np.diag(independent**2) + shared.T @ shared
    drawn = random.multivariate_normal(np.zeros(6), covariance, size=400)
    found = [chi_square_from_errors(residual=one, independent=independent, shared=shared) for one in drawn]
    assert found[0] == pytest.approx(drawn[0] @ np.linalg.inv(covariance) @ drawn[0])
    assert np.mean(found) == pytest.approx(chi2(6).mean(), abs=0.6)
