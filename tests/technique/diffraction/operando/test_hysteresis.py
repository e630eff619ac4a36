"""Structural loops against integrals known in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmct.technique.diffraction.operando.hysteresis import (
    Branch,
    LoopSystematics,
    StructuralLoop,
    area_weights,
    structural_loop,
)

SPREAD = 1.6e-4


def loop(seed: int, height: float = 0.04, points: int = 40, **systematics: float) -> StructuralLoop:
    """A lens between a line and a parabola: area height / 6, largest gap height / 4 in the middle."""
    draw = np.random.default_rng(seed)
    up, down = np.linspace(0.0, 1.0, points), np.linspace(1.0, 0.0, points + 7)
    rising = 4.144 - 0.03 * up + draw.normal(0.0, SPREAD, len(up))
    falling = 4.144 - 0.03 * down + height * down * (1.0 - down) + draw.normal(0.0, SPREAD, len(down))
    found = structural_loop(
        Branch(up, rising, np.full(len(up), SPREAD)),
        Branch(down, falling, np.full(len(down), SPREAD)),
        systematics=LoopSystematics(**systematics),
    )
    assert found is not None
    return found


def test_area_gap_and_fill_of_a_lens() -> None:
    found = [loop(seed) for seed in range(100)]
    pulls = np.array([(one.area.value - 0.04 / 6) / one.area.uncertainty for one in found])
    assert abs(pulls.mean()) < 0.5
    assert 0.8 < np.sqrt(np.mean(pulls**2)) < 1.25
    assert all(one.significant for one in found)
    # Lines through stretches of the parabola miss its top by height * reach**2 / 3.
    gap = np.array([one.largest_gap.value for one in found])
    assert gap.mean() == pytest.approx(0.01, abs=2e-4)
    assert gap.std() < 1.5 * np.mean([one.largest_gap.uncertainty for one in found])
    assert np.mean([one.largest_at for one in found]) == pytest.approx(0.5, abs=0.05)
    assert found[0].filled.value == pytest.approx(0.04 / 6 / 0.03, rel=0.05)


def test_no_loop_is_found_where_there_is_none() -> None:
    """At two standard uncertainties 4.6 % of closed loops look open."""
    found = [loop(500 + seed, height=0.0) for seed in range(200)]
    assert sum(one.significant for one in found) <= 20
    gap = np.array([one.largest_gap.value for one in found])
    spread = np.array([one.largest_gap.uncertainty for one in found])
    assert np.mean(np.abs(gap)) < 2.0 * spread.mean()
    assert "no loop can be told" in next(one.message for one in found if not one.significant)


def test_a_common_displacement_drops_out() -> None:
    y = np.linspace(0.0, 1.0, 30)
    up, down = 4.15 - 0.02 * y, 4.15 - 0.02 * y + 0.01 * y * (1 - y)
    error = np.full(30, SPREAD)
    plain = structural_loop(Branch(y, up, error), Branch(y, down, error))
    moved = structural_loop(Branch(y, up + 1e-3, error), Branch(y, down + 1e-3, error))
    assert plain is not None
    assert moved is not None
    assert moved.area.value == pytest.approx(plain.area.value, abs=1e-12)


def test_a_drift_between_the_directions_is_not_averaged_out() -> None:
    many = loop(1, height=0.0006, points=400, drift=2e-4)
    assert not many.significant
    assert many.contributions["drift"] == pytest.approx(2e-4)
    assert many.contributions["scans"] < 2e-5
    assert "drift" in many.message
    assert loop(1, height=0.0006, points=400).significant


def test_a_shift_of_the_charge_acts_through_the_slope() -> None:
    found = loop(2, charge_shift=0.01)
    assert found.contributions["charge shift"] == pytest.approx(0.01 * 0.03, rel=0.03)


def test_interpolation_error_is_near_the_true_one() -> None:
    """Chords of a parabola of curvature 2 h over width w lose h w**2 / 6 of area per unit of length."""
    coarse = np.linspace(0.0, 1.0, 7)
    exact, none = np.full(7, 1e-9), np.full(41, 1e-9)
    even = np.linspace(0.0, 1.0, 41)
    found = structural_loop(
        Branch(even, 0.0 * even + 4.0, none), Branch(coarse, 4.0 + 0.04 * coarse * (1.0 - coarse), exact)
    )
    assert found is not None
    lost = 0.04 / 6.0 - found.area.value
    assert lost == pytest.approx(0.04 / 36.0 / 6.0, rel=1e-6)
    assert found.contributions["interpolation"] == pytest.approx(lost, rel=0.35)


def test_sense_and_order_of_the_branches() -> None:
    y = np.linspace(0.0, 1.0, 20)
    up, down = Branch(y, 4.1 + 0 * y, y * 0 + 1e-4), Branch(y[::-1], 4.0 + 0 * y, y * 0 + 1e-4)
    found = structural_loop(up, down)
    assert found is not None
    assert found.area.value == pytest.approx(-0.1)
    assert found.largest_gap.value == pytest.approx(-0.1, abs=3e-4)


def test_only_the_common_range_counts() -> None:
    up, down = np.linspace(0.0, 1.0, 30), np.linspace(0.4, 1.4, 30)
    error = np.full(30, 1e-4)
    found = structural_loop(Branch(up, up * 0.0, error), Branch(down, down * 0.0 + 1.0, error))
    assert found is not None
    assert found.common == pytest.approx((0.4, 1.0))
    assert found.area.value == pytest.approx(0.6)


def test_too_few_scans_or_no_common_range_give_no_loop() -> None:
    y, error = np.linspace(0.0, 1.0, 20), np.full(20, 1e-4)
    assert structural_loop(Branch(y[:4], y[:4], error[:4]), Branch(y, y, error)) is None
    assert structural_loop(Branch(y, y, error), Branch(y + 2.0, y, error)) is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0.0, 1.0), min_size=3, max_size=30, unique=True),
    st.floats(-5.0, 5.0),
    st.floats(-5.0, 5.0),
)
def test_weights_integrate_every_line_exactly(places: list[float], height: float, slope: float) -> None:
    charge = np.sort(np.array(places))
    low, high = float(charge[0]), float(charge[-1])
    weights = area_weights(charge=charge, low=low, high=high)
    exact = height * (high - low) + 0.5 * slope * (high**2 - low**2)
    assert math.isclose(float(weights @ (height + slope * charge)), exact, rel_tol=1e-9, abs_tol=1e-9)
