"""The kink fit against lines whose slopes and kink are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lmct.quantity.assessment import Assessment
from lmct.technique.diffraction.operando.lattice_kink import KinkFit, fit_kink


def noisy(seed: int, *, after: float = -0.02, points: int = 60, spread: float = 1.6e-4) -> KinkFit:
    """An operando charge: 4.144 Å, -0.105 Å f.u. until 0.35 lithium, then less."""
    draw = np.random.default_rng(seed)
    x = np.linspace(0.0, 0.9, points)
    y = 4.144 - 0.105 * np.minimum(x, 0.35) + after * np.maximum(x - 0.35, 0.0)
    fit = fit_kink(
        x=x, y=y + draw.normal(0.0, spread, points), uncertainty=np.full(points, spread), unit="Å f.u."
    )
    assert fit is not None
    return fit


def test_slopes_and_kink_are_recovered_with_pulls_of_one() -> None:
    fits = [noisy(seed) for seed in range(80)]
    for name, truth in (("before", -0.105), ("after", -0.02), ("kink", 0.35)):
        values = [getattr(fit, name) for fit in fits]
        pulls = np.array([(one.value - truth) / one.uncertainty for one in values])
        assert abs(pulls.mean()) < 0.4, name
        assert 0.8 < np.sqrt(np.mean(pulls**2)) < 1.25, name


def test_intervals_of_the_kink_hold_what_they_say() -> None:
    fits = [noisy(1000 + seed) for seed in range(200)]
    for place, share in ((0, 0.683), (1, 0.95)):
        inside = [fit.kink_intervals[place][0] <= 0.35 <= fit.kink_intervals[place][1] for fit in fits]
        assert np.mean(inside) == pytest.approx(share, abs=3.3 * math.sqrt(share * (1 - share) / 200))


def test_a_straight_line_has_no_kink_but_by_chance() -> None:
    """At a level of 0.01, at most a few of 200 straight lines get a kink."""
    found = [noisy(2000 + seed, after=-0.105) for seed in range(200)]
    assert sum(fit.kink is not None for fit in found) <= 7
    straight = next(fit for fit in found if fit.kink is None)
    assert straight.assessment is Assessment.DEGENERATE
    assert "not determined" in straight.message
    assert abs(straight.line.value + 0.105) < 4 * straight.line.uncertainty
    assert straight.at(np.array([0.0]))[0] == pytest.approx(4.144, abs=3e-4)


def test_a_kink_near_the_end_is_said_not_to_be_limited() -> None:
    draw = np.random.default_rng(5)
    x = np.linspace(0.0, 1.0, 60)
    y = np.maximum(x - 0.955, 0.0) + draw.normal(0.0, 0.002, 60)
    fit = fit_kink(x=x, y=y, uncertainty=np.full(60, 0.002))
    assert fit is not None
    assert fit.kink is not None
    assert "one side" in fit.message
    assert fit.assessment is Assessment.DEGENERATE


def test_a_curve_is_told_from_two_lines() -> None:
    x = np.linspace(0.0, 1.0, 80)
    y = (x - 1.0) ** 2 + np.random.default_rng(3).normal(0.0, 1e-3, 80)
    fit = fit_kink(x=x, y=y, uncertainty=np.full(80, 1e-3))
    assert fit is not None
    assert max(fit.curvature_probability) < 1e-6
    assert fit.assessment is Assessment.POOR_FIT
    assert fit.scale > 5.0


def test_errors_stated_too_small_do_not_make_a_kink() -> None:
    draw = np.random.default_rng(8)
    x = np.linspace(0.0, 1.0, 60)
    found = 0
    for _ in range(60):
        fit = fit_kink(x=x, y=draw.normal(0.0, 3.0, 60), uncertainty=np.ones(60))
        assert fit is not None
        found += fit.kink is not None
    assert found <= 4


def test_a_given_kink_is_used_and_has_no_uncertainty() -> None:
    x = np.linspace(0.0, 1.0, 40)
    fit = fit_kink(x=x, y=2.0 * x, uncertainty=np.full(40, 0.01), kink=0.5)
    assert fit is not None
    assert fit.kink is not None
    assert fit.before is not None
    assert (fit.kink.value, fit.kink.uncertainty) == (0.5, 0.0)
    assert fit.before.value == pytest.approx(2.0)
    assert fit.kink_intervals is None


def test_order_of_the_points_does_not_matter() -> None:
    x = np.linspace(0.0, 1.0, 40)
    y = np.maximum(x - 0.6, 0.0)
    shuffled = np.random.default_rng(1).permutation(40)
    one = fit_kink(x=x, y=y, uncertainty=np.full(40, 0.01))
    other = fit_kink(x=x[shuffled], y=y[shuffled], uncertainty=np.full(40, 0.01))
    assert one is not None
    assert other is not None
    assert one.kink == other.kink


def test_too_few_points_give_no_fit() -> None:
    x = np.linspace(0.0, 1.0, 7)
    assert fit_kink(x=x, y=x, uncertainty=np.ones(7)) is None
    assert fit_kink(x=np.zeros(20), y=np.zeros(20), uncertainty=np.ones(20)) is None
