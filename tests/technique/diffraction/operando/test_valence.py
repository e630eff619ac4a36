"""Valence from the lattice against numbers worked out by hand."""

from __future__ import annotations

import math

import pytest

from lmct.quantity.errors import OutOfRange
from lmct.quantity.value import Value
from lmct.technique.diffraction.operando.valence import (
    BY_SLOPE,
    LatticeCalibration,
    calibration_by_slope,
    metal_valence,
    slope_by_radii,
)

EXACT = Value(0.0, 0.0)


def test_complete_oxidation_by_radii_is_nickel_four() -> None:
    """0.25 Ni per formula unit from 2+ to 4+ shrinks the lattice by 0.0525 Å."""
    calibration = LatticeCalibration(slope_by_radii(), Value(4.162, 0.0), EXACT)
    found = metal_valence(Value(4.162 - 0.0525, 0.0), calibration, metal=0.25, oxygen_holes=EXACT,
        lithium_extracted=EXACT)  # fmt: skip
    assert found.valence.value == pytest.approx(4.0)
    assert found.holes.value == pytest.approx(0.5)
    # sqrt(2) * 0.01 Å / 2 electrons over 0.105 Å f.u., of 0.5 holes
    assert found.holes.uncertainty == pytest.approx(0.5 * math.sqrt(2) * 0.005 / 0.105)


def test_contributions_add_in_squares_and_the_largest_is_named() -> None:
    calibration = LatticeCalibration(
        Value(-0.1, 0.01), Value(4.16, 3e-4), Value(0.02, 0.01), Value(-0.01, 0.005), Value(0.0, 0.002)
    )
    found = metal_valence(
        Value(4.12, 4e-4), calibration, metal=0.25, oxygen_holes=Value(0.4, 0.1),
        lithium_extracted=Value(0.8, 0.0),
    )  # fmt: skip
    assert found.holes.value == pytest.approx(0.02 + (0.04 - 0.004) / 0.1)
    expected = {
        "lattice parameter": 0.004,
        "reference state": math.hypot(0.003, 0.01),
        "coefficient of the metal": 0.036,
        "holes on oxygen": math.hypot(0.005 * 0.4, 0.01 * 0.1) / 0.1,
        "lithium vacancies": 0.002 * 0.8 / 0.1,
    }
    assert found.contributions == pytest.approx(expected)
    assert found.holes.uncertainty == pytest.approx(math.hypot(*expected.values()))
    assert found.valence.uncertainty == pytest.approx(found.holes.uncertainty / 0.25)
    assert "coefficient of the metal" in found.note


def test_amounts_that_are_not_given_widen_the_result_and_are_named() -> None:
    calibration = LatticeCalibration(slope_by_radii(), Value(4.162, 1e-4), EXACT)
    open_ended = metal_valence(Value(4.12, 1e-4), calibration, metal=0.25)
    told = metal_valence(Value(4.12, 1e-4), calibration, metal=0.25, oxygen_holes=EXACT,
        lithium_extracted=EXACT)  # fmt: skip
    assert open_ended.holes.value == pytest.approx(told.holes.value)
    assert open_ended.holes.uncertainty > 2 * told.holes.uncertainty
    assert "oxygen and lithium is not given" in open_ended.note


def test_own_slope_contains_the_lithium_and_the_share_of_the_metal() -> None:
    calibration = calibration_by_slope(
        Value(-0.1, 0.001), Value(4.16, 0.0), reference_holes=EXACT, metal_share=Value(0.8, 0.04)
    )
    assert calibration.source == BY_SLOPE
    assert calibration.per_hole.value == pytest.approx(-0.125)
    assert calibration.per_hole.uncertainty == pytest.approx(0.125 * math.hypot(0.01, 0.05))
    assert calibration.per_lithium.uncertainty == 0.0


def test_impossible_results_and_inputs() -> None:
    calibration = LatticeCalibration(slope_by_radii(), Value(4.162, 1e-4), EXACT)
    assert "outside 0 to 2" in metal_valence(Value(4.08, 1e-4), calibration, metal=0.25).note
    with pytest.raises(OutOfRange, match="metal per formula unit"):
        metal_valence(Value(4.1, 1e-4), calibration, metal=0.0)
    with pytest.raises(OutOfRange, match="slope of 0"):
        LatticeCalibration(EXACT, Value(4.1, 0.0), EXACT)
    with pytest.raises(OutOfRange, match="share"):
        calibration_by_slope(Value(-0.1, 0.0), Value(4.1, 0.0), reference_holes=EXACT, metal_share=EXACT)
