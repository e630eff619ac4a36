from __future__ import annotations

import numpy as np
import pytest

from lmct.instrument.diffraction.pattern import DiffractionPattern
from lmct.quantity.errors import DamagedFile, DataError, MissingColumn, OutOfRange, UnknownName
from lmct.technique.diffraction.diffractometer import CAPILLARY, COPPER_DOUBLET, REFLECTION, diffractometer
from lmct.technique.diffraction.diffractometer_file import (
    diffractometer_of_pattern,
    diffractometer_text,
    named_diffractometer,
    read_diffractometer,
)
from lmct.technique.diffraction.request import RefinementRequest


def pattern(**known):
    return DiffractionPattern(np.array([10.0, 10.1]), np.array([1.0, 2.0]), source_file="scan.xye", **known)


@pytest.mark.parametrize("name", ["laboratory-copper", "11-bm"])
def test_a_file_gives_the_instrument_back(tmp_path, name):
    path = tmp_path / "instrument.toml"
    path.write_text(diffractometer_text(diffractometer(name), comment="LaB6\nin the same geometry"))
    assert named_diffractometer(str(path)) == diffractometer(name) == named_diffractometer(name)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("nothing", DamagedFile, "lmct xrd calibrate"),
        ("[other]\na = 1", DamagedFile, "diffractometer"),
        ("[diffractometer]\nwavelength = [1.5]", UnknownName, "'wavelengths'"),
        ("[diffractometer]\nwavelengths = 1.5", OutOfRange, "list of numbers"),
        ("[diffractometer]\nwavelengths = [1.5]\nradius = inf", OutOfRange, "finite"),
        ("[diffractometer]\nwavelengths = [1.5]\nradius = true", OutOfRange, "radius"),
        ("[diffractometer]\nwavelengths = [1.5]\ngeometry = 3", OutOfRange, "capillary"),
        ("[diffractometer]\nwavelengths = [150.0]", OutOfRange, "wavelengths"),
    ],
)
def test_bad_files(tmp_path, text, error, words):
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(error, match=words):
        read_diffractometer(path)


def test_no_file(tmp_path):
    with pytest.raises(DataError, match="no file"):
        read_diffractometer(tmp_path / "absent.toml")


def test_the_user_goes_before_the_instrument_and_the_file():
    doublet = pattern(wavelengths=(1.5405, 1.5444), line_ratio=0.48, radius=173.0)
    own = diffractometer_of_pattern(doublet, RefinementRequest())
    assert (own.wavelengths, own.line_ratio, own.radius) == ((1.5405, 1.5444), 0.48, 173.0)
    assert own.geometry == REFLECTION
    preset = diffractometer_of_pattern(doublet, RefinementRequest(instrument="laboratory-copper"))
    assert preset == diffractometer("laboratory-copper")
    given = RefinementRequest(wavelengths=COPPER_DOUBLET, radius=250.0, geometry=CAPILLARY)
    asked = diffractometer_of_pattern(doublet, given)
    assert (asked.wavelengths, asked.radius, asked.geometry) == (COPPER_DOUBLET, 250.0, CAPILLARY)
    assert (
        diffractometer_of_pattern(pattern(wavelengths=(0.4139,)), RefinementRequest()).geometry == CAPILLARY
    )


def test_a_missing_wavelength_is_refused_with_the_way_to_give_it():
    with pytest.raises(MissingColumn, match="--wavelength"):
        diffractometer_of_pattern(pattern(), RefinementRequest())
