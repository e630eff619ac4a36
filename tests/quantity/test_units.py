import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.quantity.errors import UnitMismatch
from lmct.quantity.units import INTERNAL_UNITS, convert, parse


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("20 mA/g", "mA/g", 20.0),
        ("20 mA g-1", "mA/g", 20.0),
        ("20 mA g⁻¹", "mA/g", 20.0),
        ("0.2 Ah/g", "mAh/g", 200.0),
        ("200 mA h g−1", "mAh/g", 200.0),
        ("3 mA.h", "mAh", 3.0),
        ("3 mWh/g", "Wh/g", 0.003),
        ("5 µA", "A", 5e-6),
        ("5 μA", "A", 5e-6),
        ("7.02 mg", "g", 0.00702),
        ("25 °C", "K", 298.15),
        ("-20 degC", "K", 253.15),
        ("300 K", "degC", 26.85),
        ("8 hours", "s", 28800.0),
        ("4.1 Å", "angstrom", 4.1),
        ("1e-13 1/s", "1/s", 1e-13),
        ("1.5e-13 1/s", "1/h", 5.4e-10),
        ("  .5V ", "V", 0.5),
        ("1e3 mV", "V", 1.0),
        ("100 kJ/mol", "kJ/mol", 100.0),
    ],
)
def test_text_with_a_unit_is_read(text, unit, expected):
    assert parse(text, unit) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("20", "V"),
        ("20 V", "A"),
        ("4,8 V", "V"),
        ("V", "V"),
        ("", "V"),
        ("20 blobs", "V"),
        ("20 mA", "mA/g"),
        ("nan V", "V"),
        ("2 C", "K"),
        ("20 V/", "V"),
        ("1 2 V", "V"),
        ("20 __import__('os')", "V"),
        ("1 m^9^9^9^9", "m"),
        ("1 m^999999999", "m"),
        ("1 m^(9^9)", "m"),
        ("1 V" + "/s*s" * 50, "V"),
    ],
)
def test_other_text_is_refused(text, unit):
    with pytest.raises(UnitMismatch):
        parse(text, unit)


def test_the_message_names_text_and_unit():
    with pytest.raises(UnitMismatch, match=r"cannot convert 20 'mA' to 'mA/g'"):
        parse("20 mA", "mA/g")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_same_unit_changes_nothing(number):
    assert convert(number, "mA/g", "mA/g") == number


@given(st.floats(min_value=1e-30, max_value=1e30))
def test_there_and_back(number):
    assert convert(convert(number, "mAh/g", "C/kg"), "C/kg", "mAh/g") == pytest.approx(number, rel=1e-13)


@pytest.mark.parametrize("unit", INTERNAL_UNITS.values())
def test_internal_units_are_known(unit):
    assert parse(f"2.5 {unit}", f"1*{unit}") == 2.5
