"""Tests of simulation-based calibration on a problem whose posterior is known."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.evidence.likelihood import Likelihood, Outliers
from lmct.evidence.recovery import calibrate, calibration_figures
from lmct.evidence.recovery.calibration import DRAWS, LOG_LIKELIHOOD, Calibration, Recovery
from lmct.quantity.errors import UnknownName
from tests.evidence.recovery.conftest import level_campaign, level_mechanism

NAMES = ("level", "origin", LOG_LIKELIHOOD)
TRUSTED = Outliers(0.0)


def run(problem, campaigns, **options):
    return calibrate(*problem, campaigns=campaigns, seed=1, outliers=TRUSTED, **options)


@pytest.fixture(scope="module")
def found():
    return run((level_mechanism(), level_campaign()), 60)


def test_quantities_are_all_unknowns_and_the_likelihood(found):
    assert found.names == NAMES
    assert len(found.recoveries) == 60


def test_a_right_posterior_is_found_right(found):
    for name in NAMES:
        assert found.uniformity(name).p_value > 1e-3
        assert found.covered(name, 0.68) == pytest.approx(0.68, abs=0.2)
    distances = found.column("distances", "level")
    assert abs(distances.mean()) < 4.0 / np.sqrt(60)
    assert 0.7 < distances.std() < 1.35


def test_shrinkage_is_that_of_the_exact_posterior(found):
    """Nine readings in three cells against a normal prior: precision by hand."""
    data = 3.0 * 3.0 / (0.25 + 3.0 * 0.09)
    precision = np.array([[data + 1.0, data], [data, data + 1.0 / 0.04]])
    deviations = np.sqrt(np.diag(np.linalg.inv(precision))) / [1.0, 0.2]
    measured = np.mean([one.shrinkage for one in found.recoveries], axis=0)
    assert measured == pytest.approx(deviations, rel=0.05)


def test_ranks_and_shares_agree(found):
    for one in found.recoveries:
        assert np.all((one.ranks >= 0) & (one.ranks <= DRAWS))
        assert np.all(np.abs(one.ranks / DRAWS - one.shares) < 0.25)


def test_a_campaign_keeps_its_numbers_when_others_are_added(problem, found):
    few = run(problem, 2)
    for one, same in zip(few.recoveries, found.recoveries, strict=False):
        assert np.array_equal(one.truth, same.truth)
        assert np.array_equal(one.ranks, same.ranks)


def test_data_that_the_fit_misjudges_show(problem):
    """The fit believes in errors of a third of their size: intervals are too narrow, and it is seen."""
    from lmct.evidence.inference import posterior_of
    from lmct.evidence.recovery.drawn import drawn_campaign

    mechanism, campaign = problem
    planned = Likelihood(mechanism, campaign, outliers=TRUSTED)
    trusting = Likelihood(mechanism, level_campaign(deviation=0.17, shared=0.1), outliers=TRUSTED)
    random = np.random.default_rng(7)
    shares = []
    for _ in range(30):
        truth = planned.unknowns.values_at(random.random(2))
        data = drawn_campaign(planned, truth, random)
        wrong = [
            type(one)(**{**_fields(one), "values": measured.values})
            for one, measured in zip(trusting.campaign.observations, data.observations, strict=True)
        ]
        blind = Likelihood(mechanism, type(campaign)(tuple(wrong), campaign.unknowns), outliers=TRUSTED)
        posterior = posterior_of(blind, seed=1, effort="quick")
        total = truth["level"] + truth["origin"]
        shares.append(np.mean(posterior.of("level") + posterior.of("origin") < total))
    assert np.mean(np.abs(np.array(shares) - 0.5) <= 0.34) < 0.55


def _fields(one):
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def test_a_checkpoint_gives_the_same(problem, tmp_path):
    first = run(problem, 2, checkpoint=tmp_path / "kept")
    told = []
    again = run(problem, 2, checkpoint=tmp_path / "kept", progress=lambda *words: told.append(words))
    assert told == [(2, 2, "from the checkpoint")]
    assert np.array_equal(first.recoveries[1].distances, again.recoveries[1].distances)
    assert again.recoveries[1].messages == first.recoveries[1].messages


def test_figures_show_every_quantity(found):
    sheets = calibration_figures(found)
    assert [name for one in sheets for name in one.columns] == [*NAMES]
    assert sum(sheets[0].columns["level"][1]) == 60
    titles = [axes.get_title() for axes in sheets[0].draw().axes]
    assert titles[2].startswith("log likelihood")


def test_unknown_quantities_are_named():
    one = Recovery(
        truth=np.zeros(1),
        ranks=np.zeros(1, dtype=int),
        shares=np.zeros(1),
        distances=np.zeros(1),
        shrinkage=np.zeros(1),
        effective_samples=1.0,
        evaluations=1,
        cpu_seconds=0.0,
        messages=(),
    )
    with pytest.raises(UnknownName, match="level"):
        Calibration(("level",), (one,)).column("ranks", "levels")
