"""Parameter sets written and read, and files that are none."""

from __future__ import annotations

import tomllib

import pytest

from lmct.electrode import load
from lmct.evidence.calibration.parameter_space import numbers_of
from lmct.evidence.calibration.set_file import read_set, set_text
from lmct.quantity.errors import DamagedFile, DataError, LmctError, OutOfRange, UnknownName


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / "mine.toml"
    parameters = load("li-ti-ni-o").replace(metal_potential=3.123456789, source='with "quotes" and µ')
    path.write_text(set_text(parameters, notes={"metal_potential": "free"}, comment="two\nlines"), "utf-8")
    again = read_set(path)
    assert numbers_of(again) == pytest.approx(numbers_of(parameters), rel=1e-9)
    assert again.lmct_law == parameters.lmct_law
    assert again.source == parameters.source
    assert again.name == "mine"
    row = tomllib.loads(path.read_text("utf-8"))["parameter"]["metal_potential"]
    assert row == {"value": 3.123456789, "unit": "V", "note": "free"}


def test_another_rate_law_survives(tmp_path):
    path = tmp_path / "law.toml"
    law = load("li-ti-ni-o").replace(lmct_law="constant-barrier", barrier=1.0)
    path.write_text(set_text(law, notes={}), "utf-8")
    assert read_set(path).lmct_parameters == law.lmct_parameters


@pytest.mark.parametrize(
    ("old", "new", "error", "words"),
    [
        ("[parameter]", "[parameters]", LmctError, "parameter"),
        ("metal_potential =", "metal_potental =", DataError, "metal_potental"),
        ("lithium_slope =", "lithium_slop =", UnknownName, "lithium_slope"),
        ("molar_mass = 82.69", "", DataError, "molar_mass"),
        ("metal_rate = { value =", "metal_rate = { valu =", DataError, "value"),
        ("metal_rate = { value = ", "metal_rate = { value = -", OutOfRange, "metal_rate"),
        ("source", "source = ", DamagedFile, "TOML"),
    ],
)
def test_files_that_are_no_set_say_what_is_wrong(tmp_path, old, new, error, words):
    text = set_text(load("li-ti-ni-o"), notes={})
    assert old in text
    path = tmp_path / "bad.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(error, match=words) as stop:
        read_set(path)
    assert "bad.toml" in str(stop.value)


def test_missing_binary_and_large_files_are_refused(tmp_path):
    with pytest.raises(DataError, match="no parameter set"):
        read_set(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\x00\xfe")
    with pytest.raises(DamagedFile):
        read_set(tmp_path / "binary.toml")
    (tmp_path / "large.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(DamagedFile, match="1 MB"):
        read_set(tmp_path / "large.toml")
