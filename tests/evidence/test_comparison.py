import json
import math

import pytest

from lmct.evidence import Truth, compare, read_truths
from lmct.quantity import Finding, Value
from lmct.quantity.errors import DamagedFile, UnitMismatch


def found(value, uncertainty=1.0, sample="a", quantity="gap", unit="V", freedom=math.inf):
    return Finding(quantity, Value(value, uncertainty, unit, freedom), sample)


@pytest.mark.parametrize(
    ("deviation", "inside"),
    [(0.9, (True, True)), (1.1, (False, True)), (-1.9, (False, True)), (2.1, (False, False))],
)
def test_intervals_of_the_normal_distribution(deviation, inside):
    (row,) = compare([found(5 + deviation)], [Truth("gap", "a", 5.0, "V")])
    assert row.sigmas == pytest.approx(deviation)
    assert (row.inside_68, row.inside_95) == inside


def test_few_degrees_of_freedom_widen_the_interval():
    (row,) = compare([found(4.0, freedom=2)], [Truth("gap", "a", 0.0, "V")])
    assert row.inside_95
    assert not compare([found(4.0)], [Truth("gap", "a", 0.0, "V")])[0].inside_95


def test_order_missing_and_surplus():
    findings = [found(1.0, sample="b"), found(2.0), found(3.0), found(9.0, quantity="other")]
    truths = [Truth("gap", "a", 2.0, "V"), Truth("gap", "c", 1.0, "V"), Truth("gap", "b", 1.0, "V")]
    rows = compare(findings, truths)
    assert [(row.sample, row.value) for row in rows if row.sample != "c"] == [
        ("a", 2.0),
        ("a", 3.0),
        ("b", 1.0),
    ]
    assert math.isnan(rows[2].value)
    assert not rows[2].inside_95
    assert json.loads(json.dumps(rows[2].to_json(), allow_nan=False))["value"] is None


def test_units_must_agree():
    with pytest.raises(UnitMismatch, match="mV"):
        compare([found(1.0, unit="mV")], [Truth("gap", "a", 1.0, "V")])


def test_read_truths(tmp_path):
    path = tmp_path / "truth.json"
    path.write_text(json.dumps([{"quantity": "gap", "sample": "a", "truth": 1.5, "unit": "V"}]))
    assert read_truths(path) == (Truth("gap", "a", 1.5, "V"),)


@pytest.mark.parametrize("text", ["", "{", '[{"quantity": "gap"}]', "[1]", '{"a": 1}'])
def test_damaged_truths(tmp_path, text):
    path = tmp_path / "truth.json"
    path.write_text(text)
    with pytest.raises(DamagedFile, match="not a list of truths"):
        read_truths(path)
