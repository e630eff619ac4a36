"""The drift of the charged lattice at room temperature (Li 2022, L187-192), and the radii of nickel."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode.lattice import NICKEL_2, NICKEL_4, change_per_hole_from_radii
from lmct.technique.diffraction.relaxation.points import drift_from_two_points

pytestmark = pytest.mark.published

DAY = 86400.0


def test_what_is_left_depends_on_the_lattice_at_infinity() -> None:
    """4.111 Å in situ (L188), 4.141 Å after two weeks (L190-192), 4.162 Å after two months (L187-189).

    The text does not tell where the drift ends; each end gives its own stretching exponent.
    """
    ends = np.array([4.163, 4.165, 4.170, 4.175, 4.180, 4.190, 4.200])
    drift = drift_from_two_points(
        start=4.111, first=4.141, last=4.162, first_time=14 * DAY, last_time=60 * DAY, at_infinity=ends
    )
    assert drift.first_fraction == pytest.approx([0.42, 0.44, 0.49, 0.53, 0.57, 0.62, 0.66], abs=0.006)
    assert drift.last_fraction == pytest.approx([0.02, 0.06, 0.14, 0.20, 0.26, 0.35, 0.43], abs=0.006)
    assert drift.stretching_exponent == pytest.approx([1.05, 0.87, 0.71, 0.64, 0.59, 0.53, 0.50], abs=0.006)
    assert drift.time_constant / DAY == pytest.approx([16, 18, 23, 29, 36, 56, 83], abs=0.6)


def test_whole_drift_is_that_of_all_nickel_from_four_to_two() -> None:
    """4.162 - 4.111 = 0.051 Å (L187-188) against 0.0525 Å for 0.25 Ni per formula unit by Shannon's radii."""
    slope = change_per_hole_from_radii(reduced=NICKEL_2, oxidised=NICKEL_4, electrons=2)
    assert -slope * 0.25 * 2 == pytest.approx(0.0525)
    assert pytest.approx(-slope * 0.25 * 2, rel=0.04) == 4.162 - 4.111
