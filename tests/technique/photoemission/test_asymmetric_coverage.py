"""Coverage of the joint fit when its lines are asymmetric; the truth is a closed form folded numerically."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import fftconvolve
from scipy.special import gamma

from lmct.technique.photoemission.analyser_plan import AnalyserPlan, SpeciesShares
from lmct.technique.photoemission.joint_fit import fit_series
from lmct.technique.photoemission.line_model import Line
from lmct.technique.photoemission.model_lines import NICKEL
from lmct.technique.photoemission.nickel_series import fit_nickel
from lmct.technique.photoemission.series_data import SpectrumData
from lmct.technique.photoemission.simulate import simulate_sample

ENERGY = np.arange(524.0, 538.01, 0.1)
SHARES = np.array([0.15, 0.25, 0.30])
ASYMMETRY = 0.08
TRUE_LINES = ((529.5, 1.1), (530.6, 1.3))
DRAWS = 200


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
@pytest.mark.parametrize("counts", [1e5, 1e4])
def test_coverage_of_shares_and_asymmetry(counts):
    shares, changes, asymmetries, chi = [], [], [], []
    for seed in range(DRAWS):
        generator = np.random.default_rng(seed)
        shifts = np.append(0.0, generator.normal(0.0, 0.1, 2))
        series = [
            spectrum(share, counts, generator, shift) for share, shift in zip(SHARES, shifts, strict=True)
        ]
        fit = fit_series(series, lines())
        pulls, moved = pulls_of(*fit.shares(["oxidised"], ["lattice", "oxidised"]), SHARES)
        shares.append(pulls)
        changes.append(moved)
        value, spread = fit.value("lattice asymmetry")
        asymmetries.append((value - ASYMMETRY) / spread)
        chi.append(fit.reduced_chi_square)
    for pulls in (shares, changes, asymmetries):
        assert 0.60 <= np.mean(np.abs(pulls) < 1.0) <= 0.76
    assert abs(np.mean(shares)) < 0.25
    assert np.mean(chi) == pytest.approx(1.0, abs=0.02)


@pytest.mark.slow
def test_coverage_of_nickel_with_asymmetric_lines_at_few_counts():
    """Spectra at 1e4 counts, references at 4e4, the lines of both with tails, charging of 0.1 eV."""
    plan = AnalyserPlan(peak_counts=1e4, asymmetry=0.1)
    truth = np.array([0.6, 0.5, 0.3])
    shares, changes, found = [], [], []
    for seed in range(DRAWS):
        generator = np.random.default_rng(seed)
        series = [nickel(share, plan, generator) for share in truth]
        references = [nickel(share, plan, generator, 4.0) for share in (1.0, 0.0)]
        result = fit_nickel(series, *references)
        pulls, moved = pulls_of(result.fractions, result.covariance, truth)
        shares.append(pulls)
        changes.append(moved)
        found.append(result.fractions)
    for pulls in (shares, changes):
        assert 0.60 <= np.mean(np.abs(pulls) < 1.0) <= 0.76
    assert np.mean(found, axis=0) == pytest.approx(truth, abs=0.005)


def nickel(share, plan, generator, factor=1.0):
    shares = SpeciesShares(nickel_2=share, oxidised_oxygen=0.0)
    one = simulate_sample(f"{share}", shares, plan, generator, counts_factor=factor).spectra[NICKEL]
    return SpectrumData(one.sample, one.binding_energy, one.intensity, one.uncertainty)


def pulls_of(found, covariance, truth):
    """Return the pulls of values and of their changes since the first."""
    since_first = np.eye(len(truth))[1:] - np.eye(len(truth))[0]
    spread = np.sqrt(np.diag(covariance))
    moved = np.sqrt(np.diag(since_first @ covariance @ since_first.T))
    return (found - truth) / spread, since_first @ (found - truth) / moved
