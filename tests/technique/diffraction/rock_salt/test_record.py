from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lmct.technique.diffraction.rock_salt.levenberg_marquardt import CountNoise, GaussianNoise
from lmct.technique.diffraction.rock_salt.record import fitted_record, spikes
from tests.technique.diffraction.voigt_pattern import record

GRID = np.linspace(30.0, 60.0, 1501)
COUNTS = np.random.default_rng(1).poisson(200.0 + 800.0 * np.exp(-0.5 * ((GRID - 45.0) / 0.06) ** 2))


def test_counts_are_fitted_as_counts_and_other_uncertainties_as_they_are():
    pattern = record(GRID, COUNTS)
    assert isinstance(fitted_record(pattern, ()).noise, CountNoise)
    odd = replace(pattern, uncertainty=np.linspace(5.0, 50.0, 1501))
    noise = fitted_record(odd, ()).noise
    assert isinstance(noise, GaussianNoise)
    assert np.array_equal(noise.uncertainty, odd.uncertainty)


def test_gain_of_a_rate_is_one_over_its_time():
    pattern = record(GRID, COUNTS)
    rate = replace(
        pattern,
        intensity=pattern.intensity / 30.0,
        uncertainty=pattern.uncertainty / 30.0,
        intensity_unit="counts per second",
    )
    assert fitted_record(rate, ()).noise.gain == pytest.approx(1.0 / 30.0, rel=1e-6)


def test_unknown_noise_is_taken_from_the_scatter():
    unknown = replace(
        record(GRID, COUNTS), intensity=4.0 * COUNTS, uncertainty=None, intensity_unit="arbitrary"
    )
    found = fitted_record(unknown, ())
    assert found.noise.gain == pytest.approx(4.0, rel=0.15)
    assert "scatter" in found.message


def test_subtracted_intensities_below_zero_keep_their_uncertainties():
    pattern = record(GRID, COUNTS)
    below = replace(pattern, intensity=pattern.intensity - 250.0)
    assert isinstance(fitted_record(below, ()).noise, GaussianNoise)


def test_excluded_points_are_not_fitted():
    found = fitted_record(record(GRID, COUNTS), ((40.0, 50.0),))
    assert not np.any((found.two_theta > 40.0) & (found.two_theta < 50.0))
    assert len(found.intensity) == len(found.noise.observed) == len(found.two_theta)


def test_single_and_double_spikes_are_found_and_lines_are_not():
    spiked = COUNTS.astype(float)
    assert not spikes(intensity=spiked, variance=spiked).any()
    spiked[[100, 600, 601]] = 5000.0
    assert np.flatnonzero(spikes(intensity=spiked, variance=spiked)).tolist() == [100, 600, 601]
