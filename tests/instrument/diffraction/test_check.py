"""Angles that are wrong: repaired with a warning or refused with the reason."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmct.instrument.diffraction.check import checked
from lmct.instrument.diffraction.scan import RawScan
from lmct.quantity.errors import DamagedFile, OutOfRange

FACTS = {"name": "a.xy", "number": 0, "format_name": "xy-text", "reader": "test"}


def scan(truth, **changes):
    return RawScan(**{"two_theta": truth.two_theta, "intensity": truth.counts} | changes)


def test_a_good_scan_has_no_warnings(truth):
    assert checked(scan(truth), **FACTS).warnings == ()


def test_falling_angles_are_turned_round_without_a_word(truth):
    found = checked(scan(truth, two_theta=truth.two_theta[::-1], intensity=truth.counts[::-1]), **FACTS)
    assert np.array_equal(found.intensity, truth.counts)
    assert found.warnings == ()


@settings(max_examples=20, deadline=None)
@given(place=st.integers(10, 1900), other=st.integers(10, 1900))
def test_a_stray_point_is_sorted_back(truth, place, other):
    order = np.insert(np.delete(np.arange(2001), place), other, place)
    found = checked(scan(truth, two_theta=truth.two_theta[order], intensity=truth.counts[order]), **FACTS)
    assert np.array_equal(found.intensity, truth.counts)
    assert ("1 of 2001 points were out of order" in " ".join(found.warnings)) == (place != other)


@pytest.mark.parametrize("order", ["shuffled", "halves swapped"])
def test_points_in_any_order_are_sorted_and_it_is_said(truth, order):
    places = np.roll(np.arange(2001), 900)
    if order == "shuffled":
        places = np.random.default_rng(1).permutation(2001)
    esd = np.sqrt(np.maximum(truth.counts, 1.0))
    mixed = scan(
        truth,
        two_theta=truth.two_theta[places],
        intensity=truth.counts[places],
        claimed_uncertainty=esd[places],
    )
    found = checked(mixed, **FACTS)
    assert np.array_equal(found.two_theta, truth.two_theta)
    assert np.array_equal(found.intensity, truth.counts)
    assert np.allclose(found.uncertainty, esd)
    assert len(found.warnings) == 1
    assert "of 2001 points were out of order: sorted by angle" in found.warnings[0]


def test_two_scans_in_one_table_are_refused_with_the_rows(truth):
    twice = scan(
        truth, two_theta=np.tile(truth.two_theta, 2), intensity=np.append(truth.counts, truth.counts + 7)
    )
    first, second = truth.counts[0], truth.counts[0] + 7
    words = f"20 degrees, with {first:g} in row 1 and {second:g} in row 2002 of the data"
    with pytest.raises(DamagedFile, match=words):
        checked(twice, **FACTS)


def test_a_scan_written_twice_is_one_scan(truth):
    twice = scan(truth, two_theta=np.tile(truth.two_theta, 2), intensity=np.tile(truth.counts, 2))
    found = checked(twice, **FACTS)
    assert np.array_equal(found.intensity, truth.counts)
    assert "2001 repeated angles" in " ".join(found.warnings)


def test_overlapping_scans_with_their_own_steps_are_refused(truth):
    angles = np.append(truth.two_theta, truth.two_theta[1000:] + 0.007)
    joined = scan(truth, two_theta=angles, intensity=np.append(truth.counts, truth.counts[1000:]))
    with pytest.raises(DamagedFile, match=r"fall back at row 2002 .* Several scans were joined"):
        checked(joined, **FACTS)


def test_repeated_angles(truth):
    angle = truth.two_theta.copy()
    angle[101] = angle[100]
    found = checked(scan(truth, two_theta=angle), **FACTS)
    assert len(found.two_theta) == 2000
    assert "1 repeated angles" in found.warnings[0]


def test_many_angles_with_two_intensities_are_refused(truth):
    with pytest.raises(DamagedFile, match="occur twice"):
        checked(scan(truth, two_theta=np.repeat(truth.two_theta[::2], 2)[:2001]), **FACTS)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_rare_missing_numbers_are_left_out(truth, value):
    counts = truth.counts.copy()
    counts[[3, 700]] = value
    found = checked(scan(truth, intensity=counts), **FACTS)
    assert len(found.two_theta) == 1999
    assert "2 of 2001 points hold no number" in found.warnings[0]


def test_many_missing_numbers_are_refused(truth):
    counts = truth.counts.copy()
    counts[:50] = np.nan
    with pytest.raises(DamagedFile, match="50 of 2001 points hold no number"):
        checked(scan(truth, intensity=counts), **FACTS)


def test_angles_at_and_behind_the_beam_are_left_out(truth):
    found = checked(scan(truth, two_theta=truth.two_theta - 20.1), **FACTS)
    assert found.two_theta[0] > 0
    assert "outside 0 and 180 degrees were left out" in found.warnings[0]


@pytest.mark.parametrize("factor", [100.0, 1e4])
def test_an_axis_that_cannot_be_degrees_is_refused(truth, factor):
    with pytest.raises(OutOfRange, match="cannot be degrees"):
        checked(scan(truth, two_theta=factor * truth.two_theta), **FACTS)


def test_mostly_negative_angles_are_refused(truth):
    with pytest.raises(OutOfRange, match="outside 0 to 180"):
        checked(scan(truth, two_theta=truth.two_theta - 50.0), **FACTS)


def test_a_short_axis_without_wavelength_is_named(truth):
    found = checked(scan(truth, two_theta=truth.two_theta / 10.0), **FACTS)
    assert "if it is Q or d" in found.warnings[0]


def test_an_impossible_wavelength_is_left_out(truth):
    found = checked(scan(truth, wavelengths=(154.06,)), **FACTS)
    assert found.wavelengths == ()
    assert "154.06 Å cannot be" in found.warnings[0]


@pytest.mark.parametrize("place", [0, 800, 2000])
def test_a_single_spike_is_named_and_kept(truth, place):
    counts = truth.counts.copy()
    counts[place] = 1e6
    found = checked(scan(truth, intensity=counts), **FACTS)
    assert found.intensity[place] == 1e6
    assert f"a single point at {truth.two_theta[place]:g} degrees holds 1e+06" in found.warnings[0]


def test_a_tail_of_the_direct_beam_is_named(truth):
    counts = truth.counts + np.round(1e6 * np.exp(-np.arange(2001) / 3.0))
    assert "the direct beam?" in checked(scan(truth, intensity=counts), **FACTS).warnings[-1]


def test_a_sharp_real_line_is_no_spike(truth):
    counts = truth.counts.copy()
    counts[900:903] = [4000.0, 9000.0, 4100.0]
    assert checked(scan(truth, intensity=counts), **FACTS).warnings == ()


def test_too_few_points_are_refused():
    few = RawScan(two_theta=np.array([10.0, 11.0, 12.0]), intensity=np.array([1.0, 2.0, 3.0]))
    with pytest.raises(DamagedFile, match="holds 3 points"):
        checked(few, **FACTS)


def test_columns_of_unequal_length_are_refused(truth):
    with pytest.raises(DamagedFile, match="differ in number"):
        checked(scan(truth, intensity=truth.counts[:-1]), **FACTS)


def test_no_uncertainty_and_counts_from_an_attenuator(truth):
    """Counts behind a factor of ten: the uncertainty is that of what was counted, ten times."""
    factor = np.where(truth.two_theta > 43.0, 10.0, 1.0)
    found = checked(scan(truth, intensity=factor * truth.counts, attenuation=factor), **FACTS)
    assert found.uncertainty == pytest.approx(factor * truth.esd)
