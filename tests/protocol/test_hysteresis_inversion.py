"""The inversion index on paths whose index is known in closed form."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.protocol.hysteresis_inversion import (
    enclosed_area_from_path,
    inversion_index_from_path,
    order_index_from_path,
)
from lmct.quantity.errors import OutOfRange

METAL, OXYGEN = 0.4, 0.7
CORNERS = {
    "metal first on charge and on discharge": ([0, 1, 1, 0], [0, 0, 1, 1], 1.0),
    "oxygen first on discharge: retraced": ([0, 1, 1, 1], [0, 0, 1, 0], 0.0),
    "both at once, retraced": ([0, 0.5, 1, 0.5], [0, 0.5, 1, 0.5], 0.0),
    "both at once on charge, metal first on discharge": ([0, 1, 0], [0, 1, 1], 0.5),
    "oxygen first on charge and on discharge": ([0, 0, 1, 1], [0, 1, 1, 0], -1.0),
    "half of the metal moves, inverted": ([0, 0.5, 0.5, 0], [0, 0, 1, 1], 0.5),
}


def fine(corners, points=50):
    """Return the closed path through the corners, with many points on its sides."""
    closed = np.array([*corners, corners[0]], dtype=float)
    return np.concatenate([np.linspace(a, b, points) for a, b in itertools.pairwise(closed)])


@pytest.mark.parametrize(("metal", "oxygen", "expected"), CORNERS.values(), ids=CORNERS)
def test_limits(metal, oxygen, expected):
    found = inversion_index_from_path(
        oxygen_holes=OXYGEN * fine(oxygen), metal_holes=METAL * fine(metal), metal_capacity=METAL
    )
    assert found == pytest.approx(expected, abs=1e-12)


def test_the_index_is_the_mean_difference_of_the_metal_at_equal_oxygen():
    p = np.linspace(0.0, OXYGEN, 2001)
    up, down = METAL * (1.0 - 0.4 * (p / OXYGEN) ** 2), METAL * 0.2 * p / OXYGEN
    found = inversion_index_from_path(
        oxygen_holes=np.concatenate([p, p[::-1]]),
        metal_holes=np.concatenate([up, down[::-1]]),
        metal_capacity=METAL,
    )
    assert found == pytest.approx((1.0 - 0.4 / 3.0) - 0.1, abs=1e-6)


def test_an_ellipse_fills_pi_quarters_of_its_box():
    angle = np.linspace(0.0, 2.0 * np.pi, 4000, endpoint=False)
    p, n = 0.4 - 0.3 * np.cos(angle), 0.2 + 0.1 * np.sin(angle)
    assert enclosed_area_from_path(oxygen_holes=p, metal_holes=n) == pytest.approx(np.pi * 0.03, rel=1e-5)
    assert order_index_from_path(oxygen_holes=p, metal_holes=n) == pytest.approx(np.pi / 4.0, rel=1e-5)


@given(st.floats(0.2, 8.0), st.floats(0.2, 8.0), st.floats(0.2, 5.0))
def test_neither_capacities_nor_the_pace_matter(metal, oxygen, pace):
    share = np.linspace(0.0, 1.0, 400) ** pace
    x, z = 1.0 - 0.3 * share, share
    path = np.concatenate([[0.0], x, [0.0]]), np.concatenate([[0.0], z, [1.0]])
    found = inversion_index_from_path(
        oxygen_holes=oxygen * path[1], metal_holes=metal * path[0], metal_capacity=metal
    )
    assert found == pytest.approx(0.85, abs=1e-4)


def test_the_same_path_run_backwards_has_the_opposite_index():
    p, n = OXYGEN * fine([0, 0, 1, 1]), METAL * fine([0, 1, 0.8, 0])
    forward = order_index_from_path(oxygen_holes=p, metal_holes=n)
    assert order_index_from_path(oxygen_holes=p[::-1], metal_holes=n[::-1]) == pytest.approx(-forward)


def test_a_metal_that_holds_little_is_hardly_inverted_whatever_its_order():
    p, n = OXYGEN * fine([0, 0, 1, 1]), 0.05 * METAL * fine([0, 1, 1, 0])
    path = {"oxygen_holes": p, "metal_holes": n}
    assert inversion_index_from_path(**path, metal_capacity=METAL) == pytest.approx(0.05)
    assert order_index_from_path(**path) == pytest.approx(1.0)


def test_a_couple_that_takes_no_part_gives_no_index():
    still, moves = np.zeros(4), np.array([0.0, 0.3, 0.3, 0.0])
    path = {"oxygen_holes": still, "metal_holes": moves}
    assert math.isnan(inversion_index_from_path(**path, metal_capacity=0.3))
    assert math.isnan(order_index_from_path(oxygen_holes=moves, metal_holes=still))


@pytest.mark.parametrize("capacity", [0.0, -1.0, math.nan, math.inf])
def test_a_metal_without_capacity_is_refused(capacity):
    with pytest.raises(OutOfRange, match="n_max"):
        inversion_index_from_path(
            oxygen_holes=np.arange(3.0), metal_holes=np.arange(3.0), metal_capacity=capacity
        )


def test_paths_of_unequal_length_are_refused():
    with pytest.raises(OutOfRange, match="as many"):
        order_index_from_path(oxygen_holes=np.arange(3.0), metal_holes=np.arange(2.0))
