"""A third column is kept when it can be an uncertainty, and only then."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmct.instrument.diffraction import read_pattern
from lmct.instrument.diffraction.check_uncertainty import reason_against, scatter_over_uncertainty


def pattern(seed, level, height):
    """Poisson counts, with their mean."""
    rng = np.random.default_rng(seed)
    x = np.linspace(0.0, 1.0, 3001)
    mean = level * (1.2 - 0.4 * x)
    for place in (0.2, 0.45, 0.7):
        mean = mean + height / (1.0 + ((x - place) / 0.004) ** 2)
    return rng.poisson(mean).astype(float), mean


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    level=st.floats(5.0, 5000.0),
    height=st.floats(0.0, 50_000.0),
    scale=st.floats(0.01, 100.0),
)
def test_the_square_root_of_scaled_counts_is_kept(seed, level, height, scale):
    counts, _ = pattern(seed, level, height)
    assert reason_against(intensity=scale * counts, column=scale * np.sqrt(np.maximum(counts, 1.0))) == ""


@pytest.mark.parametrize("level", [5.0, 50.0, 2000.0])
def test_the_uncertainty_of_the_mean_is_kept(level):
    counts, mean = pattern(1, level, 40 * level)
    assert reason_against(intensity=counts, column=np.sqrt(mean)) == ""


def test_dense_sharp_lines_do_not_hide_an_uncertainty():
    """Lines five points wide on half of the pattern, at 100 000 counts."""
    x = np.arange(4000)
    mean = 200.0 + 1e5 * np.exp(-(((x % 40) - 10.0) ** 2) / 8.0)
    counts = np.random.default_rng(21).poisson(mean).astype(float)
    assert reason_against(intensity=counts / 7.3, column=np.sqrt(counts) / 7.3) == ""


@pytest.mark.parametrize("points", [60, 300, 3000])
@pytest.mark.parametrize("level", [1.0, 2.0, 8.0])
def test_few_counts_have_uncertainties_too(points, level):
    kept = 0
    for seed in range(40):
        counts = np.random.default_rng(seed).poisson(level, points).astype(float)
        kept += reason_against(intensity=counts, column=np.sqrt(np.maximum(counts, 1.0))) == ""
    assert kept == 40


def test_uncertainties_after_a_background_was_taken_off_are_kept():
    counts, _ = pattern(2, 400.0, 3000.0)
    assert reason_against(intensity=counts - 400.0, column=np.sqrt(counts)) == ""


def test_uncertainties_of_merged_detectors_are_kept():
    """As at 11-BM: the number of detectors that saw a point varies, and so does sigma² over intensity."""
    rng = np.random.default_rng(3)
    _, mean = pattern(3, 300.0, 4000.0)
    detectors = np.repeat(rng.integers(1, 13, 61), 50)[:3001]
    counts = rng.poisson(mean * detectors)
    assert reason_against(intensity=counts / detectors, column=np.sqrt(counts) / detectors) == ""


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), level=st.floats(20.0, 5000.0))
def test_a_second_scan_is_no_uncertainty(seed, level):
    counts, mean = pattern(seed, level, 20 * level)
    second = np.random.default_rng(seed + 1).poisson(mean).astype(float)
    assert reason_against(intensity=counts, column=np.maximum(second, 1.0))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), level=st.floats(3.0, 5000.0))
def test_a_background_is_no_uncertainty(seed, level):
    counts, _ = pattern(seed, level, 20 * level)
    assert reason_against(intensity=counts, column=level * np.linspace(1.2, 0.8, 3001))


@pytest.mark.parametrize("level", [3.0, 100.0, 3000.0])
def test_a_calculated_pattern_is_no_uncertainty(level):
    counts, mean = pattern(5, level, 30 * level)
    assert reason_against(intensity=counts, column=mean)


def test_a_constant_is_no_uncertainty():
    counts, _ = pattern(6, 100.0, 1000.0)
    assert reason_against(intensity=counts, column=np.ones(3001)) == "it is 1 in every row"


@pytest.mark.parametrize("width", [1.0, 3.0])
def test_scatter_of_independent_points_is_one(width):
    noise = np.random.default_rng(8).normal(0.0, width, 40_000)
    # relative standard error of the quartile of absolute values of 40 000 correlated points: about 1.5 %
    found = scatter_over_uncertainty(intensity=noise, uncertainty=np.full(40_000, width))
    assert found == pytest.approx(1.0, abs=0.04)


def test_scatter_ignores_a_cubic_background():
    x = np.linspace(-1.0, 1.0, 4000)
    noise = np.random.default_rng(9).normal(0.0, 1.0, 4000)
    plain = scatter_over_uncertainty(intensity=noise, uncertainty=np.ones(4000))
    steep = scatter_over_uncertainty(intensity=noise + 1e4 * x**3, uncertainty=np.ones(4000))
    assert steep == pytest.approx(plain, rel=1e-6)


def test_a_second_intensity_is_dropped_with_the_reason(truth, write):
    rows = [f"{x:.3f} {y:.0f} {y + 7:.0f}" for x, y in zip(truth.two_theta, truth.counts, strict=True)]
    found = read_pattern(write("a.xy", "\n".join(rows)))
    assert "no standard uncertainty" in found.warnings[0]
    assert found.uncertainty == pytest.approx(truth.esd)


def test_points_with_zero_uncertainty_are_left_out(truth, write):
    esd = truth.esd.copy()
    esd[-6:] = 0.0
    rows = [f"{x:.3f} {y:.0f} {e:.4f}" for x, y, e in zip(truth.two_theta, truth.counts, esd, strict=True)]
    found = read_pattern(write("a.xye", "\n".join(rows)))
    assert len(found.two_theta) == len(truth.counts) - 6
    assert found.uncertainty.min() > 0
    assert "6 points with an uncertainty of zero" in found.warnings[0]


def test_a_column_of_many_zeros_is_dropped(truth, write):
    rows = [f"{x:.3f} {y:.0f} 0" for x, y in zip(truth.two_theta, truth.counts, strict=True)]
    found = read_pattern(write("a.xye", "\n".join(rows)))
    assert "not positive" in found.warnings[0]
    assert found.uncertainty == pytest.approx(truth.esd)


def test_declared_uncertainties_that_look_wrong_are_kept_with_a_warning(truth, write):
    rows = [f"{100 * x:.2f} {y:.0f} 1.0" for x, y in zip(truth.two_theta, truth.counts, strict=True)]
    bank = f"BANK 1 {len(rows)} {len(rows)} CONS 2000 2 0 0 FXYE"
    found = read_pattern(write("a.fxye", "\n".join(["title", bank, *rows])))
    assert "kept, check them" in found.warnings[0]
    assert np.all(found.uncertainty == 1.0)


def counted(write, values):
    rows = [f"{10 + 0.02 * i:.2f} {value:g}" for i, value in enumerate(values)]
    return read_pattern(write("a.xy", "\n".join(rows)))


def test_fractions_are_no_counts(write):
    found = counted(write, pattern(11, 100.0, 500.0)[0] / 7.3)
    assert (found.intensity_unit, found.uncertainty) == ("arbitrary", None)
    assert "not whole numbers" in found.warnings[0]


def test_multiples_of_ten_are_no_counts(write):
    found = counted(write, 10.0 * pattern(12, 100.0, 500.0)[0])
    assert (found.intensity_unit, found.uncertainty) == ("arbitrary", None)
    assert "multiples of 10" in found.warnings[0]


def test_negative_intensities_are_no_counts(write):
    found = counted(write, pattern(13, 100.0, 500.0)[0] - 90.0)
    assert (found.intensity_unit, found.uncertainty) == ("arbitrary", None)
    assert "are negative" in found.warnings[0]


def test_whole_numbers_that_do_not_scatter_like_counts_are_named(write):
    found = counted(write, np.round(pattern(14, 4000.0, 500.0)[1]))
    assert "times the square root" in found.warnings[0]
