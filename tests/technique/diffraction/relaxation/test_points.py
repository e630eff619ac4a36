"""Two rests against stretched exponentials, and the table of the paper's three lattice parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.quantity.errors import OutOfRange
from lmct.quantity.value import Value
from lmct.technique.diffraction.relaxation.points import (
    drift_from_two_points,
    intervals_from_two_points,
)

DAY = 86400.0


@given(st.floats(0.2, 2.0), st.floats(2.0, 100.0))
def test_a_stretched_exponential_is_found_again(exponent: float, days: float) -> None:
    left = [np.exp(-((t / days) ** exponent)) for t in (14.0, 60.0)]
    if min(left) < 1e-9 or max(left) > 1 - 1e-9:
        return
    drift = drift_from_two_points(
        start=4.1,
        first=4.2 - 0.1 * left[0],
        last=4.2 - 0.1 * left[1],
        first_time=14 * DAY,
        last_time=60 * DAY,
        at_infinity=np.array([4.2]),
    )
    assert drift.stretching_exponent[0] == pytest.approx(exponent, rel=1e-4)
    assert drift.time_constant[0] == pytest.approx(days * DAY, rel=1e-3)
    half = np.exp(-((drift.half_life[0] / days / DAY) ** exponent))
    assert half == pytest.approx(0.5, rel=1e-3)


def test_ends_that_are_passed_already_say_nothing() -> None:
    drift = drift_from_two_points(
        start=4.111, first=4.141, last=4.162, first_time=DAY, last_time=2 * DAY,
        at_infinity=np.array([4.15, 4.161, 4.17]),
    )  # fmt: skip
    assert np.isnan(drift.stretching_exponent[:2]).all()
    assert np.isfinite(drift.stretching_exponent[2])


def test_uncertain_lattices_open_the_exponent() -> None:
    """100 ppm between instruments is 4e-4 Å.

    By hand, with ln f2 uncertain by 4e-4 over what is left: 0.12 for the near end, 0.017 for the far one.
    """
    spread = 4e-4
    near, far = intervals_from_two_points(
        start=Value(4.111, spread, "Å"),
        first=Value(4.141, spread, "Å"),
        last=Value(4.162, spread, "Å"),
        first_time=14 * DAY,
        last_time=60 * DAY,
        at_infinity=np.array([4.1625, 4.18]),
    )
    assert 0.8 < near.possible < 0.95
    assert far.possible == 1.0
    widths = [one.stretching_exponent[2] - one.stretching_exponent[0] for one in (near, far)]
    assert widths[0] / 2 == pytest.approx(0.12, rel=0.2)
    assert widths[1] / 2 == pytest.approx(0.017, rel=0.2)
    assert far.stretching_exponent[1] == pytest.approx(0.59, abs=0.01)


def test_no_possible_end_is_nan_and_times_must_rise() -> None:
    sure = [Value(one, 1e-6, "Å") for one in (4.111, 4.141, 4.162)]
    (none,) = intervals_from_two_points(
        start=sure[0], first=sure[1], last=sure[2], first_time=DAY, last_time=2 * DAY,
        at_infinity=np.array([4.15]),
    )  # fmt: skip
    assert none.possible == 0.0
    assert np.isnan(none.time_constant).all()
    with pytest.raises(OutOfRange, match="rising times"):
        drift_from_two_points(
            start=4.1, first=4.2, last=4.3, first_time=2.0, last_time=1.0, at_infinity=np.array([5.0])
        )
