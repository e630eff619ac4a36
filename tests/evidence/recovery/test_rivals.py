"""Campaigns drawn from mechanisms: the right one wins where the data can decide (slow).

All nine truths with twenty campaigns each: ``python -m calibration.rivals``, hours of work that can be ended.
"""

from __future__ import annotations

import numpy as np
import pytest

from lmct.evidence.recovery import mechanism_on_trial, rival_campaign, rival_design, try_rivals
from lmct.evidence.recovery.rivals import USUAL, _misfit
from lmct.quantity.errors import UnknownName

QUICKEST = ("constant-barrier", "cation-migration")
"""Truths that CI tries."""


@pytest.mark.parametrize("name", USUAL)
def test_every_mechanism_can_do_the_campaign_and_noise_is_what_is_stated(name):
    mechanism, values = mechanism_on_trial(name), dict(USUAL[name])
    clean = rival_campaign(mechanism, values, None)
    noisy = [rival_campaign(mechanism, values, np.random.default_rng(seed)) for seed in range(12)]
    assert [one.name for one in clean.observations] == [one.name for one in rival_design().observations]
    distances = [
        (made.values - true.values) / true.uncertainty
        for campaign in noisy
        for made, true in zip(campaign.observations, clean.observations, strict=True)
    ]
    assert np.std(np.concatenate(distances)) == pytest.approx(1.0, abs=0.15)


def test_heating_moves_the_plateaus_by_lmct_and_not_by_frozen_hysteresis():
    moved = {}
    for name in ("metal-potential", "empirical-hysteresis"):
        plateaus = [one.values[0] for one in _clean(name).observations if "metal_plateau" in one.name]
        moved[name] = np.ptp(plateaus[1:])
    assert moved["metal-potential"] > 30.0
    assert moved["empirical-hysteresis"] < 1e-6


@pytest.mark.slow
def test_a_mechanism_does_not_miss_its_own_data():
    assert _misfit(_clean("marcus"), mechanism_on_trial("marcus"), 1) < 0.1


def test_an_unknown_mechanism_is_named():
    with pytest.raises(UnknownName, match="marcus"):
        mechanism_on_trial("markus")


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICKEST)
def test_the_right_hypothesis_wins_where_the_data_can_decide(name):
    (found,) = try_rivals([name], campaigns=1, seed=100)
    assert not found.wrong
    assert found.right or not found.decidable


def _clean(name):
    return rival_campaign(mechanism_on_trial(name), dict(USUAL[name]), None)
