"""Line shapes against independent integrals; backgrounds and depth against closed forms."""

from __future__ import annotations

from math import gamma as gamma_function

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import voigt_profile as scipy_voigt

from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.combination.interpolation import cubic_interpolation
from lmct.technique.photoemission import electron_background as background
from lmct.technique.photoemission.line_shape import (
    FWHM,
    doniach_profile,
    doniach_with_derivatives,
    voigt_profile,
    voigt_with_derivatives,
)
from lmct.technique.photoemission.probe_depth import mean_free_path, probe_depth, solid_from_formula

X = np.linspace(-4.0, 6.0, 41)


def test_voigt_agrees_with_scipy():
    ours = voigt_profile(energy=X, position=0.3, gaussian=1.1, lorentzian=0.4)
    np.testing.assert_allclose(ours, scipy_voigt(X - 0.3, 1.1 / FWHM, 0.2), rtol=1e-12)


@given(st.floats(0.3, 3.0), st.floats(0.02, 2.0), st.floats(-1.0, 1.0))
@settings(max_examples=25, deadline=None)
def test_derivatives_of_voigt(gaussian, lorentzian, position):
    at = {"position": position, "gaussian": gaussian, "lorentzian": lorentzian}
    _, derivatives = voigt_with_derivatives(energy=X, **at)
    for row, name in enumerate(at):
        ends = [voigt_profile(energy=X, **(at | {name: at[name] + step})) for step in (1e-5, -1e-5)]
        np.testing.assert_allclose(derivatives[row], (ends[0] - ends[1]) / 2e-5, atol=2e-6)


@pytest.mark.parametrize("asymmetry", [0.05, 0.2])
def test_doniach_against_direct_folding(asymmetry):
    """The textbook formula of Doniach and Sunjic, folded with a Gaussian by quadrature."""
    gamma, sigma = 0.2, 0.4
    factor = gamma_function(1.0 - asymmetry) / np.pi

    def line(x):
        angle = np.pi * asymmetry / 2 + (1 - asymmetry) * np.arctan(x / gamma)
        return factor * np.cos(angle) / (x**2 + gamma**2) ** ((1 - asymmetry) / 2)

    for at in (-1.0, 0.0, 0.7, 5.0):
        # binding energies: the slow flank lies above the line, x is minus that of the formula
        folded, _ = quad(
            lambda y, at=at: line(-(at - y)) * np.exp(-0.5 * (y / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi)),
            -6 * sigma, 6 * sigma, limit=300,
        )  # fmt: skip
        ours = doniach_profile(
            energy=np.array([at]),
            position=0.0,
            gaussian=sigma * FWHM,
            lorentzian=2 * gamma,
            asymmetry=asymmetry,
        )
        assert ours[0] == pytest.approx(folded, rel=1e-6)


@pytest.mark.parametrize("gaussian", [0.2, 1.1])
def test_derivatives_of_doniach(gaussian):
    at = {"position": 0.3, "gaussian": gaussian, "lorentzian": 0.2, "asymmetry": 0.1}
    profile, derivatives = doniach_with_derivatives(energy=X, **at)
    np.testing.assert_array_equal(profile, doniach_profile(energy=X, **at))
    for row, name in enumerate(at):
        ends = [doniach_profile(energy=X, **(at | {name: at[name] + step})) for step in (1e-4, -1e-4)]
        slope = (ends[0] - ends[1]) / 2e-4
        np.testing.assert_allclose(derivatives[row], slope, atol=1e-3 * np.abs(slope).max())


def test_doniach_is_right_far_from_its_line():
    """A narrow line far away turns fast in the Fourier integral; there only its tail of a power is left."""
    asymmetry, away = 0.1, np.array([30.0, 45.0])
    tail = gamma_function(1.0 - asymmetry) / np.pi * np.sin(np.pi * asymmetry) * away ** -(
        1.0 - asymmetry
    ) + gamma_function(2.0 - asymmetry) / np.pi * 0.05 * np.cos(np.pi * asymmetry) * away ** -(
        2.0 - asymmetry
    )
    found = doniach_profile(energy=away, position=0.0, gaussian=0.2, lorentzian=0.1, asymmetry=asymmetry)
    np.testing.assert_allclose(found, tail, rtol=1e-4)


def test_doniach_tail_lies_at_high_binding_energy():
    low, high = doniach_profile(
        energy=np.array([-5.0, 5.0]), position=0.0, gaussian=0.5, lorentzian=0.3, asymmetry=0.1
    )
    assert high > 2.0 * low


def test_shirley_operator_integrates():
    energy = np.array([0.0, 1.0, 3.0, 4.0])
    np.testing.assert_allclose(background.shirley_operator(energy) @ energy, energy**2 / 2)


def test_tougaard_loses_all_in_the_end():
    energy = np.arange(0.0, 3000.0, 0.5)
    pulse = np.zeros(len(energy))
    pulse[4] = 2.0
    lost = background.tougaard_operator(energy) @ pulse
    weights = background.trapezoid_weights(energy)
    assert weights @ lost == pytest.approx(background.UNIVERSAL_B / (2 * background.UNIVERSAL_C), rel=2e-3)
    assert energy[np.argmax(lost)] == pytest.approx(2.0 + np.sqrt(background.UNIVERSAL_C / 3), abs=0.5)


def test_static_shirley_gives_back_what_was_put_on():
    energy = np.arange(845.0, 890.0, 0.1)
    signal = 1e4 * scipy_voigt(energy - 862.0, 1.0, 0.1)
    put_on = signal + 0.03 * (background.shirley_operator(energy) @ signal) + 500.0
    found = background.static_shirley(energy=energy, intensity=put_on)
    assert found.strength == pytest.approx(0.03, rel=0.02)
    assert found.signal.sum() == pytest.approx(signal.sum(), rel=0.01)
    bump = 1.0 * np.exp(-(((energy - 870.0) / 0.5) ** 2))
    again = background.static_shirley(energy=energy, intensity=put_on + bump)
    np.testing.assert_allclose(again.signal - found.signal, found.response @ bump, atol=2e-3)


def test_static_shirley_refuses_no_line():
    energy = np.arange(0.0, 20.0, 0.1)
    with pytest.raises(OutOfRange, match="no Shirley background"):
        background.static_shirley(energy=energy, intensity=np.linspace(900.0, 100.0, len(energy)))


def test_cubic_interpolation_and_its_noise():
    nodes = np.arange(20.0)
    at = np.arange(3.0, 15.0, 0.7)
    between = cubic_interpolation(nodes=nodes, at=at)
    np.testing.assert_allclose(between.applied(nodes**3 - nodes), at**3 - at)
    dense = np.array([between.applied(row) for row in np.eye(20)]).T
    variance = np.linspace(1.0, 2.0, 20)
    full = dense @ np.diag(variance) @ dense.T
    bands = between.noise_bands(variance)
    for offset, band in enumerate(bands):
        np.testing.assert_allclose(band[: len(at) - offset], np.diagonal(full, -offset), atol=1e-12)
    assert np.allclose(np.diagonal(full, -len(bands)), 0.0)
    np.testing.assert_allclose(between.transposed(at), dense.T @ at)


@pytest.mark.published
def test_probe_depth_of_the_paper():
    """About 40 nm at 10 keV (main text), three mean free paths."""
    solid = solid_from_formula("Li1.17Ti0.58Ni0.25O2", density=4.0, band_gap=2.0)
    nickel = probe_depth(photon_energy=10_000.0, binding_energy=855.0, solid=solid)
    oxygen = probe_depth(photon_energy=10_000.0, binding_energy=530.0, solid=solid)
    assert 37.0 < nickel.value < oxygen.value < 41.0
    soft = probe_depth(photon_energy=1486.6, binding_energy=855.0, solid=solid)
    assert soft.value / 3.0 == pytest.approx(1.5, abs=0.15)


def test_mean_free_path_of_gold_and_its_limits():
    """Tabulated by Tanuma, Powell and Penn 1991 for gold: about 1.6 nm at 1.5 keV (TPP-2M within 20 %)."""
    gold = solid_from_formula("Au", density=19.3, band_gap=0.0)
    assert mean_free_path(kinetic_energy=1500.0, solid=gold) == pytest.approx(1.7, rel=0.2)
    with pytest.raises(OutOfRange, match="kinetic"):
        mean_free_path(kinetic_energy=10.0, solid=gold)
    with pytest.raises(UnknownName, match="valence"):
        solid_from_formula("U", density=19.0, band_gap=0.0)
