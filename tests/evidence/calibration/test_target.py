"""Targets: residuals, and what is refused."""

from __future__ import annotations

import math

import pytest

from lmct.evidence.calibration.target import FAILED, Target, targets_from_table
from lmct.quantity.errors import DataError, OutOfRange, UnitMismatch, UnknownName

ROW = {"value": 4.4, "tolerance": 0.02, "unit": "V", "line": "L234"}


def target(**numbers):
    return Target(name="t", observable="voltage_at_200", **numbers)


def test_residuals_count_in_tolerances_and_only_outside_limits():
    exact, limits = target(value=2.0, tolerance=0.5), target(above=1.0, below=3.0, tolerance=0.5)
    assert exact.residual(3.0) == 2.0
    assert exact.residual(1.0) == -2.0
    assert limits.residual(2.5) == 0.0
    assert limits.residual(0.5) == -1.0
    assert limits.residual(4.0) == 2.0
    assert target(above=1.0, tolerance=0.5).residual(1e9) == 0.0


def test_what_failed_or_misses_by_far_costs_the_most():
    assert target(value=2.0, tolerance=0.5).residual(math.nan) == FAILED
    assert target(value=2.0, tolerance=0.5).residual(1e6) == FAILED
    assert target(value=2.0, tolerance=0.5).residual(-1e6) == -FAILED


@pytest.mark.parametrize(
    "numbers",
    [
        {"value": 1.0, "tolerance": 0.0},
        {"value": 1.0, "tolerance": math.nan},
        {"value": math.nan, "tolerance": 1.0},
        {"tolerance": 1.0},
        {"value": 1.0, "above": 0.0, "tolerance": 1.0},
        {"above": 2.0, "below": 1.0, "tolerance": 1.0},
    ],
)
def test_targets_that_make_no_sense_are_refused(numbers):
    with pytest.raises(OutOfRange, match=r"target t|of target t"):
        target(**numbers)


def test_targets_are_read_from_a_table_under_their_own_or_another_name():
    read = targets_from_table({"voltage_at_200": ROW, "mine": ROW | {"observable": "voltage_at_200"}}, "f")
    assert [one.observable for one in read] == ["voltage_at_200"] * 2
    assert read[1].name == "mine"
    assert read[0].source == "L234"
    assert read[0].asked == "4.4 ± 0.02"


@pytest.mark.parametrize(
    ("name", "row", "error", "words"),
    [
        ("voltage_at_20", ROW, UnknownName, "voltage_at_200"),
        ("voltage_at_200", ROW | {"tolerranc": 1.0}, UnknownName, "tolerance"),
        ("voltage_at_200", {"value": 4.4, "line": "L1"}, DataError, "no 'tolerance'"),
        ("voltage_at_200", {"value": 4.4, "tolerance": 0.1}, DataError, "no 'line'"),
        ("voltage_at_200", ROW | {"unit": "mV"}, UnitMismatch, "'mV'"),
        ("voltage_at_200", ROW | {"value": "4.4"}, DataError, "without quotes"),
        ("voltage_at_200", ROW | {"value": True}, DataError, "without quotes"),
        ("voltage_at_200", ROW | {"line": 3}, DataError, "in quotes"),
        ("voltage_at_200", 4.4, DataError, "a table"),
        ("voltage_at_200", ROW | {"tolerance": math.inf}, OutOfRange, "tolerance"),
    ],
)
def test_bad_rows_say_where_and_what(name, row, error, words):
    with pytest.raises(error, match=words) as stop:
        targets_from_table({name: row}, "targets.toml")
    assert "targets.toml" in str(stop.value) or error is UnknownName
