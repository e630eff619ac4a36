from __future__ import annotations

from dataclasses import replace

import pytest

from lmct.quantity.value import Value
from lmct.technique.diffraction.cell_error import AXIAL_UNKNOWN, UNCALIBRATED, relative_cell_error
from lmct.technique.diffraction.diffractometer import beamline_11bm, laboratory_copper


def test_a_calibrated_instrument_is_as_good_as_its_calibration():
    known = replace(laboratory_copper(), cell_systematic=3e-5)
    assert relative_cell_error({"displacement": Value(0.5, 0.01, "mm")}, known) == 3e-5


def test_what_is_not_known_adds_up():
    bare = laboratory_copper()
    aware = replace(bare, axial=0.05)
    assert relative_cell_error({}, beamline_11bm()) == UNCALIBRATED
    assert relative_cell_error({}, aware) == UNCALIBRATED
    assert relative_cell_error({}, bare) == pytest.approx((UNCALIBRATED**2 + AXIAL_UNKNOWN**2) ** 0.5)
    assert relative_cell_error({"axial": Value(0.06, 0.001)}, bare) == UNCALIBRATED


def test_a_displacement_may_be_a_zero():
    """0.3 s / R over the root of 3: 0.1 mm at 217.5 mm is 80 ppm."""
    aware = replace(laboratory_copper(), axial=0.05)
    moved = relative_cell_error({"displacement": Value(-0.1, 0.001, "mm")}, aware)
    assert moved**2 - UNCALIBRATED**2 == pytest.approx((0.3 * 0.1 / 217.5) ** 2 / 3.0)
    turned = relative_cell_error({"zero": Value(0.02, 0.001, "deg")}, aware)
    assert UNCALIBRATED < turned < 1e-4
