"""Fractions interpolated from a few times against those of the rate laws at every scan."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.relaxation.laws import LAWS, laws_for
from lmct.technique.diffraction.relaxation.data import TemperatureProfile
from lmct.technique.diffraction.relaxation.smooth import KNOTS, knots_of

HOUR = 3600.0


@pytest.mark.parametrize(
    "profile",
    [
        TemperatureProfile(np.zeros(1), np.array([298.15])),
        TemperatureProfile(np.array([0.0, 40 * HOUR, 45 * HOUR]), np.array([298.15, 328.15, 298.15])),
    ],
)
@pytest.mark.parametrize("name", LAWS)
def test_few_times_tell_the_fractions_of_all_scans(name: str, profile: TemperatureProfile) -> None:
    heatings = tuple(profile.heating_until(float(t)) for t in np.linspace(60.0, 100 * HOUR, 500))
    (law,) = laws_for(heatings, 1e13, [name])
    knots = knots_of(heatings)
    assert len(knots.heating) <= KNOTS * len(profile.time)
    for start in law.starts:
        values = np.array(start)
        short = knots.fractions(lambda some, p=values: law.fractions(some, p))  # type: ignore[misc]
        assert np.max(np.abs(short - law.fractions(heatings, values))) < 2e-4


def test_few_scans_are_their_own_knots() -> None:
    profile = TemperatureProfile(np.zeros(1), np.array([298.15]))
    heatings = tuple(profile.heating_until(t) for t in (0.0, 60.0, 600.0))
    (law,) = laws_for(heatings, 1e13, [LAWS[0]])
    values = np.array([5.0, 0.5])
    found = knots_of(heatings).fractions(lambda some: law.fractions(some, values))
    assert found == pytest.approx(law.fractions(heatings, values), abs=0.0)
