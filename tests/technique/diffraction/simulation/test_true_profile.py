from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.simulation.true_profile import (
    axial_spread,
    full_widths,
    line_at_points,
    voigt,
)


def test_voigt_is_the_convolution_of_its_parts():
    fine = np.arange(-60.0, 60.0, 0.002)
    gaussian = np.exp(-4 * np.log(2) * (fine / 0.3) ** 2) * 2 * np.sqrt(np.log(2) / np.pi) / 0.3
    for place in (0.0, 0.1, 0.5, 3.0):
        lorentzian = 0.2 / (2 * np.pi) / ((place - fine) ** 2 + 0.01)
        folded = np.sum(gaussian * lorentzian) * 0.002
        found = voigt(distance=np.array(place), gaussian=0.3, lorentzian=0.2)
        assert found == pytest.approx(folded, rel=1e-7)


@given(st.floats(0.01, 0.3), st.floats(0.0, 0.1))
def test_area_is_one(gaussian, lorentzian):
    places = np.linspace(-20.0, 20.0, 40_001)
    shape = voigt(distance=places, gaussian=gaussian, lorentzian=lorentzian)
    outside = lorentzian / (np.pi * 20.0)
    assert np.sum(shape) * 1e-3 == pytest.approx(1.0 - outside, abs=1e-6)


def test_axial_spread_is_that_of_rays_between_all_heights():
    """Every height of the sample with every height of the slit, counted one by one."""
    heights = 0.02 * ((np.arange(800) + 0.5) / 400 - 1)
    apart = (heights[:, None] - heights[None, :]).ravel()
    for position in (12.0, 60.0, 130.0):
        seen = np.degrees(np.arccos(np.cos(np.radians(position)) * np.sqrt(1 + apart**2)))
        places, shares = axial_spread(position, 0.04)
        assert places @ shares == pytest.approx(seen.mean(), abs=2e-5)
        assert places**2 @ shares - (places @ shares) ** 2 == pytest.approx(seen.var(), rel=0.01)


def test_axial_divergence_moves_lines_down_below_a_right_angle_and_up_beyond():
    down, up = (axial_spread(position, 0.04) for position in (30.0, 150.0))
    assert down[0].max() < 30.0
    assert up[0].min() > 150.0
    assert np.ptp(axial_spread(90.0, 0.04)[0]) < 1e-9
    # mean square of the height is axial² / 6
    assert 30.0 - down[0] @ down[1] == pytest.approx(
        np.degrees(0.04**2 / 12 / np.tan(np.radians(30))), rel=0.01
    )


@pytest.mark.parametrize("axial", [0.0, 0.02, 0.08])
def test_line_keeps_its_area_whatever_the_axial_divergence(axial):
    points = np.arange(5.0, 45.0, 0.002)
    near, shape = line_at_points(points, position=25.0, gaussian=0.05, lorentzian=0.02, axial=axial)
    assert shape.sum() * 0.002 == pytest.approx(1.0, abs=1e-3)
    assert points[near][np.argmax(shape)] <= 25.0 + 1e-9
    assert np.all(np.diff(shape[: np.argmax(shape)]) > -1e-6)


def test_widths_by_hand():
    instrument = Diffractometer(
        wavelengths=(1.54056,), gaussian_u=0.01, gaussian_v=-0.005, gaussian_w=0.004, lorentzian_x=0.03
    )
    gaussian, lorentzian = full_widths(
        np.array([60.0]), instrument, wavelength=1.54056, size=10.0, microstrain=1e-3
    )
    tangent, cosine = 1 / np.sqrt(3), np.sqrt(3) / 2
    assert gaussian[0] ** 2 == pytest.approx(0.01 / 3 - 0.005 * tangent + 0.004)
    scherrer = np.degrees(0.9 * 1.54056 / 100.0) / cosine
    assert lorentzian[0] == pytest.approx(0.03 / cosine + scherrer + np.degrees(4e-3) * tangent)


def test_impossible_widths_are_refused():
    instrument = Diffractometer(wavelengths=(1.54056,), gaussian_v=-0.1)
    with pytest.raises(OutOfRange, match="imaginary"):
        full_widths(np.array([60.0]), instrument, wavelength=1.54056)
    with pytest.raises(OutOfRange, match="positive"):
        full_widths(np.array([60.0]), instrument, wavelength=1.54056, size=-1.0)
