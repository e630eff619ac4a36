from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.instrument.cycler.columns import known_factor, meaning
from lmct.instrument.header import factor_between, is_unit, plain_unit, split_header, words_of
from lmct.quantity.errors import UnitMismatch


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        ("Time (h)", "s", ("Time", "h")),
        ("time/s", "s", ("time", "s")),
        ("E / V", "V", ("E", "V")),
        ("E vs. Li/Li+ / V", "V", ("E vs. Li/Li+", "V")),
        ("<I>/mA", "A", ("<I>", "mA")),
        ("Current(µA)", "A", ("Current", "µA")),
        ("Capacity(mAs)", "Ah", ("Capacity", "mA*s")),
        ("Capacity [mA.h]", "Ah", ("Capacity", "mAh")),
        ("(Q-Qo)/mA.h", "Ah", ("(Q-Qo)", "mAh")),
        ("Specific capacity (mAh g−1)", "mAh/g", ("Specific capacity", "mAh/g")),
        ("Q / mA h g⁻¹", "mAh/g", ("Q", "mAh/g")),
        ("j (A g-1)", "mA/g", ("j", "A/g")),
        ("voltage_V", "V", ("voltage", "V")),
        ("Elapsed, hours", "s", ("Elapsed", "h")),
        ("电压（V）", "V", ("电压", "V")),
        ("Voltage", "V", ("Voltage", None)),
        ("Time (V)", "s", ("Time (V)", None)),
    ],
)
def test_name_and_unit(text, target, expected):
    assert split_header(text, target) == expected


@pytest.mark.parametrize(
    ("unit", "target", "factor"),
    [
        ("mA", "A", 1e-3),
        ("nA", "A", 1e-9),
        ("h", "s", 3600.0),
        ("mAs", "Ah", 1 / 3.6e6),
        ("C", "Ah", 1 / 3600),
    ],
)
def test_factors_are_exact_to_double_precision(unit, target, factor):
    assert factor_between(unit, target) == pytest.approx(factor, rel=1e-13)


def test_foreign_units_are_refused():
    assert not is_unit("V", "A")
    assert not is_unit("furlongs of nothing", "s")
    assert not is_unit("", "s")
    with pytest.raises(UnitMismatch):
        factor_between("V", "A")


def test_plain_unit_keeps_what_it_does_not_know():
    assert plain_unit("degC") == "degC"


@given(st.text(max_size=20))
def test_any_header_is_split_without_a_crash(text):
    name, unit = split_header(text, "V")
    assert unit is None or is_unit(unit, "V")
    assert words_of(name) == words_of(words_of(name))


def test_meaning_prefers_the_whole_header():
    words = {
        "charge capacity": "charging_capacity_ah",
        "charge capacity (mwh)": ("charging_energy_wh", "mWh"),
    }
    assert meaning("Charge Capacity (mAh)", words) == ("charging_capacity_ah", "mAh")
    assert meaning("Charge Capacity (mWh)", words) == ("charging_energy_wh", "mWh")
    assert meaning("Something else", words) is None


@given(st.sampled_from([60.0, 3600.0, 1000.0, 1 / 60]), st.floats(-0.019, 0.019))
def test_known_factor_allows_two_per_cent(factor, deviation):
    assert known_factor(factor * (1 + deviation)) == factor


def test_no_factor_near_one():
    assert known_factor(1.0) is None
    assert known_factor(0.0) is None
    assert known_factor(float("nan")) is None
