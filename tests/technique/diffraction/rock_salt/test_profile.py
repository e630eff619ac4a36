from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import voigt_profile

from lmct.technique.diffraction.rock_salt.profile import (
    axial_nodes,
    line_shape_rows,
    line_shapes,
    widths_from_parts,
)

GRID = np.linspace(0.0, 60.0, 60001)
parts = st.floats(0.02, 0.4)


@given(gaussian=parts, lorentzian=parts)
@settings(max_examples=30, deadline=None)
def test_width_is_that_of_the_voigt_function(gaussian, lorentzian):
    # Independent: half maximum of the true Voigt function, found on a fine grid.
    x = np.linspace(0.0, 2.0, 200001)
    true = voigt_profile(x, gaussian / np.sqrt(8.0 * np.log(2.0)), lorentzian / 2.0)
    half = x[np.searchsorted(-true, -true[0] / 2.0)]
    widths = widths_from_parts(gaussian=np.array([gaussian]), lorentzian=np.array([lorentzian]))
    assert widths.width[0] == pytest.approx(2.0 * half, rel=0.01)  # accuracy of the approximation


@given(gaussian=parts, lorentzian=parts)
@settings(max_examples=20, deadline=None)
def test_pseudo_voigt_is_within_a_percent_of_the_voigt_function(gaussian, lorentzian):
    widths = widths_from_parts(gaussian=np.array([gaussian]), lorentzian=np.array([lorentzian]))
    shape = line_shapes(
        two_theta=GRID, position=np.array([30.0]), width=widths.width, mixing=widths.mixing
    ).value[0]
    true = voigt_profile(GRID - 30.0, gaussian / np.sqrt(8.0 * np.log(2.0)), lorentzian / 2.0)
    assert np.abs(shape - true).max() < 0.013 * true.max()


@given(gaussian=parts, lorentzian=parts)
@settings(max_examples=30, deadline=None)
def test_derivatives_of_widths_are_differences(gaussian, lorentzian):
    def at(g, l):  # noqa: E741
        return widths_from_parts(gaussian=np.array([g]), lorentzian=np.array([l]))

    step = 1e-6
    here = at(gaussian, lorentzian)
    for name, more, less in (
        ("gaussian", at(gaussian + step, lorentzian), at(gaussian - step, lorentzian)),
        ("lorentzian", at(gaussian, lorentzian + step), at(gaussian, lorentzian - step)),
    ):
        for what in ("width", "mixing"):
            found = getattr(here, f"{what}_by_{name}")[0]
            expected = (getattr(more, what)[0] - getattr(less, what)[0]) / (2.0 * step)
            assert found == pytest.approx(expected, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("mixing", [0.0, 0.4, 1.0])
def test_lines_have_unit_area_and_exact_derivatives(mixing):
    def at(position=30.0, width=0.2, eta=mixing):
        return line_shapes(
            two_theta=GRID, position=np.array([position]), width=np.array([width]), mixing=np.array([eta])
        )

    here, step = at(), 1e-5
    lost = mixing * 2.0 / np.pi * 0.1 / 30.0  # tails of the Lorentzian beyond the grid
    assert np.trapezoid(here.value[0], GRID) == pytest.approx(1.0 - lost, abs=1e-5)
    for name, more, less in (
        ("by_position", at(position=30.0 + step), at(position=30.0 - step)),
        ("by_width", at(width=0.2 + step), at(width=0.2 - step)),
        ("by_mixing", at(eta=mixing + step), at(eta=mixing - step)),
    ):
        expected = (more.value[0] - less.value[0]) / (2.0 * step)
        assert np.allclose(getattr(here, name)[0], expected, atol=2e-6 * np.abs(expected).max()), name


def test_rows_are_the_shapes_one_kind_after_the_other():
    arguments = {
        "two_theta": GRID[::100],
        "position": np.array([20.0, 40.0]),
        "width": np.array([0.2, 0.3]),
        "mixing": np.array([0.3, 0.6]),
    }
    assert np.array_equal(line_shape_rows(**arguments), np.concatenate(line_shapes(**arguments)))


@pytest.mark.parametrize("two_theta", [5.0, 20.0, 60.0, 130.0])
@pytest.mark.parametrize("width", [0.02, 0.05])
def test_axial_divergence_is_that_of_finger_cox_and_jephcoat(two_theta, width):
    # Independent: their own integral over the angle with its pole, H = S, taken by brute force in the angle.
    axial = 0.04
    h_of = lambda angle: np.sqrt(  # noqa: E731
        np.maximum((np.cos(np.radians(angle)) / np.cos(np.radians(two_theta))) ** 2 - 1.0, 0.0)
    )
    extreme = np.degrees(np.arccos(np.cos(np.radians(two_theta)) * np.sqrt(1.0 + axial**2)))
    root = np.linspace(0.0, 1.0, 400001)[1:]  # square spacing tames the pole at the line itself
    angles = two_theta + (extreme - two_theta) * root**2
    density = (axial - h_of(angles)) / (h_of(angles) * np.abs(np.cos(np.radians(angles)))) * root
    density /= density.sum()
    offset, weight = axial_nodes(two_theta=two_theta, axial=axial, width=width)
    assert offset @ weight == pytest.approx((angles - two_theta) @ density, rel=2e-3, abs=1e-6)
    grid = two_theta + np.linspace(-3.0 * width + extreme - two_theta, 3.0 * width, 41)

    def line(x):
        return np.exp(-4.0 * np.log(2.0) * (x / width) ** 2)

    expected = np.array([density @ line(x - angles) for x in grid])
    found = line(grid[:, None] - two_theta - offset[None, :]) @ weight
    assert np.abs(found - expected).max() < 0.01 * expected.max()


def test_axial_divergence_draws_lines_to_low_angles_below_90_and_to_high_ones_above():
    assert axial_nodes(two_theta=20.0, axial=0.03, width=0.05)[0].max() < 0.0
    assert axial_nodes(two_theta=150.0, axial=0.03, width=0.05)[0].min() > 0.0


def test_symmetric_lines_cost_one_node():
    offset, weight = axial_nodes(two_theta=20.0, axial=0.0, width=0.05)
    assert offset.tolist() == [0.0]
    assert weight.tolist() == [1.0]
