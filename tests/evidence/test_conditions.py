"""Truths of one condition among several findings of the same quantity and sample."""

from __future__ import annotations

import json
import math
from dataclasses import asdict

import pytest

from lmct.evidence import Truth, compare, read_truths
from lmct.quantity import Finding, Value

FOUND = [
    Finding("a", Value(4.144, 1e-4, "Å"), "cell", condition="first scan"),
    Finding("a", Value(4.111, 1e-4, "Å"), "cell", condition="last scan"),
    Finding("a", Value(4.130, 1e-4, "Å"), "powder", condition="last scan"),
]


def test_a_condition_picks_its_finding():
    rows = compare(FOUND, [Truth("a", "cell", 4.1111, "Å", "last scan")])
    assert [row.value for row in rows] == [4.111]
    assert rows[0].sigmas == pytest.approx(-1.0)


def test_without_a_condition_every_finding_is_compared():
    rows = compare(FOUND, [Truth("a", "cell", 4.111, "Å")])
    assert [row.value for row in rows] == [4.144, 4.111]
    assert [row.inside_95 for row in rows] == [False, True]


def test_a_condition_that_was_not_found_cannot_be_overlooked():
    (row,) = compare(FOUND, [Truth("a", "cell", 4.111, "Å", "end of cycle 1, charge")])
    assert math.isnan(row.value)
    assert not row.inside_95


def test_a_condition_is_compared_as_a_whole():
    (row,) = compare(FOUND, [Truth("a", "cell", 4.111, "Å", "last")])
    assert math.isnan(row.value)


def test_conditions_survive_a_file_and_old_files_have_none(tmp_path):
    truths = (Truth("a", "cell", 4.111, "Å", "last scan"), Truth("gap", "cell", 1.3, "V"))
    path = tmp_path / "truth.json"
    path.write_text(json.dumps([asdict(truth) for truth in truths]))
    assert read_truths(path) == truths
    path.write_text('[{"quantity": "gap", "sample": "a", "truth": 1}]')
    assert read_truths(path) == (Truth("gap", "a", 1.0),)
