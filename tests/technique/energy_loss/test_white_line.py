from dataclasses import replace

import numpy as np
import pytest

from lmct.instrument.energy_loss import EnergyLossSpectrum, read
from lmct.quantity.errors import OutOfRange
from lmct.technique.energy_loss.energy_scale import find_energy_scale
from lmct.technique.energy_loss.line_search import FoundPair
from lmct.technique.energy_loss.line_table import LINE_PAIRS
from lmct.technique.energy_loss.noise import noise_factor_from_counts
from lmct.technique.energy_loss.power_law import fit_power_law
from lmct.technique.energy_loss.white_line import white_line_ratio

ENERGY = 780.0 + 0.25 * np.arange(560)
PAIR = FoundPair(LINE_PAIRS["Ni"], 853.9, 871.2, (50.0, 20.0), 0.05)


def drawn(seed, *, ratio=2.5, counts=2e4):
    """Gaussian lines of a known ratio on two steps and a power law."""
    first = 6.0 * np.exp(-0.5 * ((ENERGY - 853.9) / 1.2) ** 2)
    second = 6.0 / ratio * np.exp(-0.5 * ((ENERGY - 871.2) / 1.2) ** 2)
    steps = 2 / 3 * (ENERGY > 853.9) + 1 / 3 * (ENERGY > 871.2)
    mean = counts * (5.0 * (ENERGY / 850.0) ** -3.0 + 0.3 * (first + second) + 0.3 * steps)
    return EnergyLossSpectrum(energy=ENERGY, counts=np.random.default_rng(seed).poisson(mean).astype(float))


def test_ratio_is_unbiased_and_its_uncertainty_honest():
    found = [white_line_ratio(drawn(seed), PAIR, noise_factor=1.0) for seed in range(150)]
    ratios = np.array([one.ratio.value for one in found])
    sigmas = np.array([one.ratio.uncertainty for one in found])
    assert ratios.mean() == pytest.approx(2.5, abs=0.03)
    inside = np.mean(np.abs(ratios - 2.5) < np.hypot(sigmas, [one.systematic for one in found]))
    assert inside > 0.6
    assert sigmas.mean() == pytest.approx(ratios.std(), rel=0.2)


def test_a_line_at_the_noise_gives_no_ratio():
    with pytest.raises(OutOfRange, match="L2 line of Ni has"):
        white_line_ratio(drawn(1, ratio=500.0, counts=2e3), PAIR)


def test_a_spectrum_that_ends_too_early_gives_no_ratio():
    whole = drawn(1)
    short = replace(whole, energy=ENERGY[:400], counts=whole.counts[:400])
    with pytest.raises(OutOfRange, match="continuum behind"):
        white_line_ratio(short, PAIR)


def test_power_law_is_unbiased_at_low_counts():
    energy = 400.0 + np.arange(100.0)
    random = np.random.default_rng(4)
    fits = [
        fit_power_law(
            energy=energy,
            counts=random.poisson(3.0 * (energy / 450.0) ** -3.0).astype(float),
            window=(400.0, 499.0),
        )
        for _ in range(400)
    ]
    exponents = np.array([fit.exponent for fit in fits])
    sigmas = np.array([np.sqrt(fit.covariance[1, 1]) for fit in fits])
    assert exponents.mean() == pytest.approx(3.0, abs=4 * exponents.std() / 20)
    assert 0.6 < np.mean(np.abs(exponents - 3.0) < sigmas) < 0.8


def test_noise_of_spread_electrons_is_not_underestimated():
    random = np.random.default_rng(5)
    counts = random.poisson(400.0, 20000).astype(float)
    spread = np.convolve(counts, [0.25, 0.5, 0.25], "same")
    assert noise_factor_from_counts(counts=counts) == pytest.approx(1.0, abs=0.06)
    assert noise_factor_from_counts(counts=spread) > 0.6


@pytest.mark.files
def test_real_cathode_after_repair(microscope):
    """Manganese and cobalt have ratios; the L2 line of nickel is not above noise: no ratio (it was 26)."""
    spectrum = read(microscope / "multimodal_eels/TM/TM+O EELS Spectrum Image.dm3").summed()
    scale = find_energy_scale(spectrum, elements=["O", "Mn", "Co", "Ni"])
    right = spectrum.rescaled(slope=scale.slope, offset=scale.offset)
    pairs = {
        pair.line.element: pair for pair in find_energy_scale(right, elements=["O", "Mn", "Co", "Ni"]).pairs
    }
    manganese = white_line_ratio(right, pairs["Mn"])
    assert manganese.ratio.value == pytest.approx(2.94, abs=2 * manganese.total.uncertainty)
    with pytest.raises(OutOfRange, match="L2 line of Ni"):
        white_line_ratio(right, pairs["Ni"])
