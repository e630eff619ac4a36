"""Tests of the small campaign."""

from __future__ import annotations

import numpy as np

from lmct.evidence.likelihood import Likelihood
from lmct.evidence.recovery import drawn_campaign, possible_truth, small_problem
from lmct.evidence.recovery.problem import HOLD_TIMES, REST_TIMES


def test_its_priors_allow_the_campaign():
    likelihood = Likelihood(*small_problem())
    random = np.random.default_rng(1)
    draws = [likelihood.unknowns.values_at(random.random(len(likelihood.unknowns))) for _ in range(20)]
    possible = [all(one is not None for one in likelihood.predictions(values)) for values in draws]
    assert np.mean(possible) > 0.9


def test_it_holds_titration_voltage_and_lattice():
    _, campaign = small_problem()
    shown = [one.observable for one in campaign.observations]
    assert shown.count("metal_plateau_capacity") == shown.count("end_voltage") == len(HOLD_TIMES)
    assert shown.count("lattice_parameter") == shown.count("voltage") == 1
    assert campaign.points == 3 * len(HOLD_TIMES) + 2 * len(REST_TIMES)


def test_errors_do_not_depend_on_the_truth():
    """The mass acts on the planned capacity, 2 % of it, whatever is measured."""
    mechanism, campaign = small_problem()
    likelihood = Likelihood(mechanism, campaign)
    random = np.random.default_rng(2)
    drawn = drawn_campaign(likelihood, possible_truth(likelihood, random), random)
    for planned, measured in zip(campaign.observations, drawn.observations, strict=True):
        assert not np.array_equal(planned.values, measured.values)
        for name, effect in planned.loadings.items():
            assert np.array_equal(measured.loadings[name], effect)
            if name == "mass":
                assert np.allclose(effect, 0.02 * planned.values)
