"""Coverage of the joint fit when its lines are asymmetric; the truth is a closed form folded numerically."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import fftconvolve
from scipy.special import gamma

from lmct.technique.photoemission.joint_fit import fit_series
from lmct.technique.photoemission.line_model import Line
from lmct.technique.photoemission.series_data import SpectrumData

ENERGY = np.arange(524.0, 538.01, 0.1)
SHARES = np.array([0.15, 0.25, 0.30])
ASYMMETRY = 0.08
TRUE_LINES = ((529.5, 1.1), (530.6, 1.3))


def doniach(energy, position, width, lorentzian=0.25, asymmetry=ASYMMETRY):
    """Doniach and Sunjic 1970, folded with a Gaussian by sums on a fine grid."""
    grid, half = np.arange(-60.0, 60.0, 0.01), 0.5 * lorentzian
    angle = 0.5 * np.pi * asymmetry + (1.0 - asymmetry) * np.arctan(-grid / half)
    sharp = gamma(1.0 - asymmetry) / np.pi * np.cos(angle) / (grid**2 + half**2) ** (0.5 * (1.0 - asymmetry))
    spread = width / 2.354820045
    near = np.arange(-6.0 * spread, 6.0 * spread + 0.005, 0.01)
    kernel = np.exp(-0.5 * (near / spread) ** 2)
    folded = fftconvolve(sharp, kernel / kernel.sum(), mode="same")
    return np.interp(energy - position, grid, folded)


def spectrum(share, counts, generator, shift):
    signal = sum(
        part * doniach(ENERGY, position + shift, width)
        for part, (position, width) in zip((1.0 - share, share), TRUE_LINES, strict=True)
    )
    area = np.concatenate([[0.0], np.cumsum(0.5 * np.diff(ENERGY) * (signal[1:] + signal[:-1]))])
    expected = signal + 0.02 * area + 0.02
    drawn = generator.poisson(expected / expected.max() * counts).astype(float)
    return SpectrumData(f"{share}", ENERGY, drawn, np.sqrt(np.maximum(drawn, 1.0)))


def lines():
    common = {"lorentzian": 0.25, "lorentzian_range": (0.25, 0.25)}
    common |= {"asymmetry": 0.05, "asymmetry_range": (0.0005, 0.3)}
    return (
        Line(name="lattice", position=529.5, gaussian=1.0, **common),
        Line(name="oxidised", position=1.1, position_range=0.4, anchor="lattice", gaussian=1.2, **common),
    )


@pytest.mark.slow
def test_coverage_of_shares_and_asymmetry():
    shares, asymmetries, chi = [], [], []
    for seed in range(40):
        generator = np.random.default_rng(seed)
        shifts = np.append(0.0, generator.normal(0.0, 0.1, 2))
        series = [spectrum(share, 1e5, generator, shift) for share, shift in zip(SHARES, shifts, strict=True)]
        fit = fit_series(series, lines())
        found, covariance = fit.shares(["oxidised"], ["lattice", "oxidised"])
        shares.append((found - SHARES) / np.sqrt(np.diag(covariance)))
        value, spread = fit.value("lattice asymmetry")
        asymmetries.append((value - ASYMMETRY) / spread)
        chi.append(fit.reduced_chi_square)
    assert 0.58 <= np.mean(np.abs(shares) < 1.0) <= 0.80
    assert 0.52 <= np.mean(np.abs(asymmetries) < 1.0) <= 0.84
    assert abs(np.mean(shares)) < 0.5
    assert np.mean(chi) == pytest.approx(1.0, abs=0.05)
