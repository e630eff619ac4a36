from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from lmct.instrument.diffraction import read_pattern
from lmct.material.crystal import library
from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.rock_salt.fit import RockSaltEngine
from lmct.technique.diffraction.rock_salt.settings import RockSaltSettings

ROOT = Path(os.environ.get("LMCT_DATA", Path(__file__).resolve().parents[5] / "shared" / "data"))
HOLZER = Diffractometer(wavelengths=(1.5405929, 1.5444274), gaussian_w=0.003)
"""Wavelengths of the certificates."""

pytestmark = [
    pytest.mark.files,
    pytest.mark.skipif(not ROOT.is_dir(), reason="no real data here: set LMCT_DATA"),
]


def refined(path, phase, **instrument):
    settings = RockSaltSettings(refine_gaussian=True)
    engine = RockSaltEngine(replace(HOLZER, **instrument), library.load(phase), settings)
    return engine.refine(read_pattern(ROOT / "diffraction" / path))


def test_lanthanum_hexaboride_agrees_with_its_certificate_and_with_another_program():
    result = refined("gsas2_tutorials/NIST660CBI.gsas", "lab6", axial=0.06)
    a = result.values["a"].value
    assert a == pytest.approx(4.15719, abs=1.0e-4)  # rietx with axial divergence
    assert a == pytest.approx(4.156826, rel=1e-4)  # certificate; absolute cells are good to 100 ppm
    assert result.values["displacement"].value == pytest.approx(0.122, abs=0.015)
    assert result.goodness_of_fit < 1.6


def test_neglected_axial_divergence_shows_as_a_poor_fit_and_a_smaller_cell():
    result = refined("gsas2_tutorials/NIST660CBI.gsas", "lab6")
    assert result.values["a"].value == pytest.approx(4.15646, abs=1.0e-4)  # rietx without it
    assert "poor fit" in result.flags


@pytest.mark.parametrize(("axial", "cell"), [(0.0, 5.46264), (0.06, 5.46356)])
def test_fluorite_agrees_with_another_program(axial, cell):
    result = refined("rietx_tests/fluorite.prn", "fluorite", radius=173.0, monochromator=26.4, axial=axial)
    assert result.values["a"].value == pytest.approx(cell, abs=1.2e-4)


def test_another_cubic_crystal_is_not_found_in_it():
    result = refined("rietx_tests/fluorite.prn", "nio", radius=173.0)
    assert result.assessment != "good"
