"""Chi square with something held: least at the best values, and as much above as a free fit says."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lmct.relaxation.remaining_time import log_time_left
from lmct.technique.diffraction.relaxation.fit import LatticeRelaxation
from lmct.technique.diffraction.relaxation.held_fit import HeldFit, chi_square_of_time
from lmct.technique.diffraction.relaxation.model import INFINITY
from tests.technique.diffraction.relaxation.made_decay import ROOM, decay, fitted


@pytest.fixture(scope="module")
def fit() -> LatticeRelaxation:
    return fitted(decay(3, hours=200.0))


def test_the_end_at_its_best_costs_nothing_and_one_uncertainty_off_costs_one(
    fit: LatticeRelaxation,
) -> None:
    place = fit.names.index(INFINITY)
    best, width = fit.value(INFINITY)
    held = HeldFit(fit, [place])
    assert held.chi_square(best, np.zeros(1)) == pytest.approx(fit.chi_square, abs=1e-4)
    above = held.chi_square(best + width, np.array([width]))
    assert above - fit.chi_square == pytest.approx(fit.scale, rel=0.25)


def test_a_parameter_held_is_where_it_is_held(fit: LatticeRelaxation) -> None:
    place = fit.names.index("stretching_exponent")
    best, width = fit.value("stretching_exponent")
    held = HeldFit(fit, [place])
    above = held.chi_square(None, np.array([width]), {place: best + width})
    assert above - fit.chi_square == pytest.approx(fit.scale, rel=0.25)
    assert held.last is not None
    assert held.last[1][place] == best + width


def test_the_best_half_life_costs_nothing_and_another_one_does(fit: LatticeRelaxation) -> None:
    count = len(fit.values)
    best = log_time_left(fit.model.law, fit.values, temperature=ROOM, share=0.5)
    slope = np.zeros(count)
    slope[0] = 1.0
    costs = [
        chi_square_of_time(
            fit,
            best + shift,
            temperature=ROOM,
            share=0.5,
            slope=slope,
            covariance=fit.covariance[:count, :count],
        )
        for shift in (0.0, math.log(2.0))
    ]
    assert costs[0] == pytest.approx(fit.chi_square, abs=1e-3)
    assert costs[1] > fit.chi_square + 4.0
