from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmct.technique.electrochemistry.accuracy import Accuracy
from lmct.technique.electrochemistry.differential_capacity import (
    FWHM_PER_SIGMA,
    differential_capacity_from_curve,
    find_peaks,
)


def tanh_plateaus(points, *, areas=(60.0, 140.0), centres=(3.85, 2.2), widths=(0.08, 0.03)):
    """Return a discharge whose dQ/dV is a sum of sech^2: q(V) = sum of A/2 (1 - tanh((V - c)/w))."""
    voltage = np.linspace(4.6, 1.6, 400_001)
    capacity = sum(
        0.5 * area * (1.0 - np.tanh((voltage - centre) / width))
        for area, centre, width in zip(areas, centres, widths, strict=True)
    )
    even = np.linspace(capacity[0], capacity[-1], points)
    return even - even[0], np.interp(even, capacity, voltage)


@pytest.mark.parametrize("points", [400, 4000])
@pytest.mark.parametrize("noise", [0.0, 1e-4, 1e-3])
def test_positions_and_areas_of_known_peaks(points, noise):
    capacity, voltage = tanh_plateaus(points)
    voltage = voltage + noise * np.random.default_rng(0).standard_normal(points)
    curve = differential_capacity_from_curve(capacity=capacity, voltage=voltage, resolution=0.02)
    low, high = find_peaks(curve, accuracy=Accuracy(voltage=0.0, mass_relative=0.0, current_relative=0.0))
    assert low.voltage == pytest.approx(2.2, abs=2e-3)
    assert high.voltage == pytest.approx(3.85, abs=6e-3)
    assert low.area == pytest.approx(140.0, abs=0.5)
    assert high.area == pytest.approx(60.0, abs=0.5)


def test_height_is_that_of_the_smoothed_truth():
    capacity, voltage = tanh_plateaus(4000)
    curve = differential_capacity_from_curve(capacity=capacity, voltage=voltage, resolution=0.02)
    truth = 0.5 * 140.0 / 0.03 / np.cosh((curve.voltage - 2.2) / 0.03) ** 2
    truth += 0.5 * 60.0 / 0.08 / np.cosh((curve.voltage - 3.85) / 0.08) ** 2
    sigma, step = 0.02 / FWHM_PER_SIGMA, curve.voltage[1] - curve.voltage[0]
    kernel = np.exp(-0.5 * (np.arange(-20, 21) * step / sigma) ** 2)
    smooth = np.convolve(truth, kernel / kernel.sum(), mode="same")
    inside = (curve.voltage > 1.9) & (curve.voltage < 4.3)
    assert np.abs(curve.density - smooth)[inside].max() < 0.01 * smooth.max()


def test_the_spacing_of_the_rows_does_not_matter():
    capacity, voltage = tanh_plateaus(2001)
    keep = np.sort(np.random.default_rng(2).choice(np.arange(1, 2000), 900, replace=False))
    uneven = np.concatenate([[0], keep, [2000]])
    whole = differential_capacity_from_curve(capacity=capacity, voltage=voltage)
    part = differential_capacity_from_curve(capacity=capacity[uneven], voltage=voltage[uneven])
    assert np.abs(part.density - whole.density).max() < 0.01 * whole.density.max()


def test_repeated_and_flat_rows_do_no_harm():
    capacity = np.array([0.0, 0.0, 5.0, 5.0, 10.0])
    curve = differential_capacity_from_curve(capacity=capacity, voltage=np.full(5, 3.0))
    assert np.isfinite(curve.density).all()
    assert np.trapezoid(curve.density, curve.voltage) == pytest.approx(10.0)
    assert curve.voltage[np.argmax(curve.density)] == pytest.approx(3.0, abs=0.01)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.0, 5.0), st.floats(1.5, 4.8)), min_size=2, max_size=60).filter(
        lambda rows: sum(step for step, _ in rows[1:]) > 0.01
    ),
    st.floats(0.005, 0.1),
)
def test_the_integral_is_the_capacity_for_any_curve(rows, resolution):
    """Charge is conserved even where the voltage runs back and forth."""
    steps, voltage = np.array(rows).T
    capacity = np.concatenate([[0.0], np.cumsum(steps[1:])])
    curve = differential_capacity_from_curve(capacity=capacity, voltage=voltage, resolution=resolution)
    assert np.trapezoid(curve.density, curve.voltage) == pytest.approx(capacity[-1], rel=1e-5)
    assert (curve.density >= 0.0).all()


def test_stated_uncertainty_is_the_scatter_over_repeats():
    capacity, clean = tanh_plateaus(600)
    random = np.random.default_rng(7)
    noise = 1e-3
    repeats = [
        differential_capacity_from_curve(
            capacity=capacity, voltage=clean + noise * random.standard_normal(600), resolution=0.03
        )
        for _ in range(120)
    ]
    grid = np.linspace(2.0, 4.2, 300)
    scatter = np.std([np.interp(grid, one.voltage, one.density) for one in repeats], axis=0)
    stated = np.mean([np.interp(grid, one.voltage, one.uncertainty) for one in repeats], axis=0)
    seen = scatter > 0.2 * scatter.max()
    assert 0.85 < np.median(stated[seen] / scatter[seen]) < 1.2


def test_peak_position_uncertainty_covers():
    capacity, clean = tanh_plateaus(500)
    random = np.random.default_rng(11)
    exact = Accuracy(voltage=0.0, mass_relative=0.0, current_relative=0.0)
    found = [
        find_peaks(
            differential_capacity_from_curve(
                capacity=capacity, voltage=clean + 1e-3 * random.standard_normal(500), resolution=0.03
            ),
            accuracy=exact,
        )[0]
        for _ in range(150)
    ]
    scatter = np.std([one.voltage for one in found])
    assert 0.5 < np.mean([one.voltage_uncertainty for one in found]) / scatter < 2.0


def test_noise_makes_no_peaks():
    """A straight line has no maximum but its ends."""
    random = np.random.default_rng(4)
    voltage = np.linspace(4.0, 3.0, 800) + 1e-3 * random.standard_normal(800)
    curve = differential_capacity_from_curve(capacity=np.linspace(0.0, 100.0, 800), voltage=voltage)
    assert len(find_peaks(curve, accuracy=Accuracy())) <= 1
