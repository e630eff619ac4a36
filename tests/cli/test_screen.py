"""`lmct screen`: document, table, files, exit codes."""

from __future__ import annotations

import csv
import json

import pytest

from lmct.cli import main
from lmct.protocol.screening_numbers import SCREENED

AXES = ("--covalence", "0:0.4:3", "--driving-force", "0.1,0.3")


@pytest.fixture
def lmct(capsys):
    """Return a function that runs `lmct screen` and gives exit code, stdout and stderr."""

    def run(*words):
        with pytest.raises(SystemExit) as stop:
            main(["screen", *map(str, words)])
        out, err = capsys.readouterr()
        return stop.value.code, out, err

    return run


def test_the_document_holds_maps_spread_and_materials(lmct):
    code, out, _ = lmct(*AXES, "--json")
    document = json.loads(out)
    assert code == 0
    assert document["covalence"] == [0.0, 0.2, 0.4]
    assert document["driving_force"] == [0.1, 0.3]
    assert [one["name"] for one in document["quantities"]] == list(SCREENED)
    for one in document["maps"]:
        assert set(one["values"]) == set(SCREENED)
        assert [len(row) for row in one["values"]["half_life"]] == [3, 3]
        assert one["values"]["half_life"][0][0] > one["values"]["half_life"][0][2]
        assert one["failed"] == []
    assert {one["name"] for one in document["materials"]} >= {"li-ti-ni-o"}
    assert all(one["limit"] > 0 for one in document["disagreement"])


def test_files_and_tables(lmct, tmp_path):
    code, out, err = lmct(*AXES, "--output", tmp_path / "maps", "--protocol-current", "40")
    assert code == 0
    assert "li-ti-ni-o" in out
    assert "at 40 mA/g" in out
    written = {one.suffix: one for one in (tmp_path / "maps").iterdir()}
    assert set(written) == {".csv", ".svg", ".pdf", ".png"}
    assert all(f"wrote {one}" in err for one in written.values())
    names, units, *rows = list(csv.reader(written[".csv"].read_text("utf-8").splitlines()))
    assert len(rows) == 6
    assert dict(zip(names, units, strict=True))["driving force"] == "eV"
    assert all(unit in ("eV", "h", "1", "mAh/g", "mWh/g", "V", "1/f.u.", "") for unit in units)


def test_a_driving_force_below_zero_is_a_value_and_no_option(lmct):
    _, out, _ = lmct("--covalence", "0:0.4:2", "--driving-force", "-0.05:0.3:2", "--json")
    assert json.loads(out)["driving_force"] == [-0.05, 0.3]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--covalence", "0:0.4"), "no number of points"),
        (("--covalence", "a,b"), "expected numbers"),
        (("--covalence", "0:9:3"), "half the reorganisation energy"),
        (("--driving-force", "1"), "increasing"),
        (("--material", "li-ti-ni"), "li-ti-ni-o"),
        (("--x", "1"), "no metal"),
        (("--protocol-current", "0"), "current"),
    ],
)
def test_bad_input_is_an_error_with_advice(lmct, words, message):
    code, _, err = lmct(*words)
    assert code == 2
    assert message in err
    assert "Traceback" not in err
