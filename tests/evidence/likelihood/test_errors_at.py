from dataclasses import replace

import numpy as np
import pytest

from lmct.evidence.likelihood import Campaign, Observation, Proportional, Shifted, Stretched, with_errors_at
from lmct.evidence.likelihood.errors_at import has_relative_errors
from lmct.evidence.likelihood.relative_error import effects_of
from lmct.protocol.rest import rest
from lmct.quantity.errors import OutOfRange


def plateau(name, value, cell="cell 1", **changes):
    values = np.array([value])
    relative = {"mass": Proportional(0.02)}
    about = {
        "relative": relative,
        "loadings": {**effects_of(relative, at=np.zeros(1), shown=values), "channel": np.array([0.3])},
        "uncertainty": np.array([2.0]),
        **changes,
    }
    return Observation(
        name=name, observable="voltage", protocol=(rest(60.0),), values=values, unit="", cell=cell, **about
    )


def test_errors_in_proportion_are_those_of_the_predictions_and_others_stay():
    campaign = Campaign((plateau("a", 80.0), plateau("b", 50.0, relative={})))
    first, second = with_errors_at(campaign, [np.array([100.0]), np.array([60.0])]).observations
    assert first.loadings == {"mass": [2.0], "channel": [0.3]}
    assert second.loadings == campaign.observations[1].loadings
    assert (first.values, first.uncertainty) == ([80.0], [2.0])


def test_scatter_is_a_share_of_all_that_the_cell_shows():
    cells = [plateau("a", 80.0, scatter=0.01), plateau("b", 120.0, scatter=0.02), plateau("c", 4.0)]
    campaign = Campaign((*cells, plateau("d", 10.0, cell="cell 2", scatter=0.1)))
    found = with_errors_at(campaign, [np.array([one]) for one in (90.0, 110.0, 4.0, 20.0)]).observations
    assert [one.uncertainty[0] for one in found] == [2.0, 4.0, 2.0, 2.0]


def test_errors_twice_at_one_prediction_are_the_same_and_an_impossible_history_changes_none():
    campaign = Campaign((plateau("a", 80.0, scatter=0.01), plateau("b", 50.0, cell="cell 2", scatter=0.01)))
    shown = [np.array([90.0]), None]
    once = with_errors_at(campaign, shown)
    twice = with_errors_at(once, shown)
    assert once.observations[0].loadings == twice.observations[0].loadings
    assert once.observations[0].uncertainty == twice.observations[0].uncertainty
    assert once.observations[1] is campaign.observations[1]


def test_places_that_are_wrong_move_values_along_their_slope():
    at = np.array([10.0, 20.0, 40.0])
    shown = 4.0 - 0.01 * at
    effects = effects_of({"mass": Stretched(-0.02), "shift": Shifted(3.0)}, at=at, shown=shown)
    np.testing.assert_allclose(effects["mass"], 0.0002 * at)
    np.testing.assert_allclose(effects["shift"], -0.03)


def test_a_relative_error_needs_its_effect_on_the_measured_values():
    with pytest.raises(OutOfRange, match="relative error 'mass'"):
        replace(plateau("a", 80.0), loadings={})


def test_whether_errors_are_relative_is_known():
    plain = plateau("a", 80.0, relative={})
    assert not has_relative_errors(Campaign((plain,)))
    assert has_relative_errors(Campaign((plain, plateau("b", 1.0))))
    assert has_relative_errors(Campaign((plain, plateau("b", 1.0, relative={}, scatter=0.1))))
