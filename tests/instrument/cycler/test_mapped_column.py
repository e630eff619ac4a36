"""Columns that a map names: units, letters, repeated headers, durations and dates."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.instrument.cycler import read
from lmct.quantity.errors import DataError, UnitMismatch

from .conftest import csv

HOURS = np.linspace(0, 1, 21)
VOLTS = 3 + HOURS
BASIC = {"time": "Time (h)", "voltage": "E / V", "current": "I (mA)"}


def test_units_come_from_the_header(write):
    path = write("a.csv", csv("Time (h),E / V,I (mA)", HOURS, VOLTS, 0 * HOURS + 2))
    found = read(path, columns=BASIC)
    assert found.format == "column-map"
    assert np.allclose(found.time, HOURS * 3600)
    assert np.allclose(found.voltage, VOLTS)
    assert np.allclose(found.current, 2e-3)
    assert found.capacity()[0] == pytest.approx(2.0)


def test_unknown_unit_is_refused_and_the_key_named(write):
    path = write("a.csv", csv("t,E / V,I (mA)", HOURS, VOLTS, HOURS))
    with pytest.raises(UnitMismatch, match=r'states no unit of time.*Add time_unit = "s"'):
        read(path, columns=BASIC | {"time": "t"})
    with pytest.raises(UnitMismatch, match="'parsec' is not a unit of time"):
        read(path, columns=BASIC | {"time": "t", "time_unit": "parsec"})


def test_wrong_dimension_is_refused(write):
    path = write("a.csv", csv("Time (h),E / V,I (mA)", HOURS, VOLTS, HOURS))
    with pytest.raises(UnitMismatch, match="'V' is not a unit of current"):
        read(path, columns=BASIC | {"current_unit": "V"})


def test_repeated_header_asks_for_letters(write):
    path = write("a.csv", csv("Time (h),E / V,E / V,I (mA)", HOURS, VOLTS, VOLTS, HOURS))
    with pytest.raises(DataError, match="Name it by its letter: B, C"):
        read(path, columns=BASIC)
    assert read(path, columns=BASIC | {"voltage": "C"}).rows == 21


def test_current_per_gram_is_for_one_gram(write):
    path = write("a.csv", csv("Time (h),E / V,j (mA/g)", HOURS, VOLTS, 0 * HOURS + 20))
    found = read(path, columns=BASIC | {"current": "j (mA/g)"})
    assert found.active_mass == 1.0
    assert np.allclose(found.current, 0.02)


def test_durations_as_text(write):
    rows = "\n".join(f"0{n}:30:00,3.0,1.0" for n in range(5))
    path = write("a.csv", "Elapsed,E / V,I (mA)\n" + rows)
    assert read(path, columns=BASIC | {"time": "Elapsed"}).time.tolist() == [
        1800 + 3600 * n for n in range(5)
    ]


def test_dates_count_from_the_first_row(write):
    rows = "\n".join(f"2024-03-0{day} 12:00:00,3.0,1.0" for day in range(1, 6))
    found = read(write("a.csv", "When,E / V,I (mA)\n" + rows), columns=BASIC | {"time": "When"})
    assert found.time.tolist() == [86400.0 * n for n in range(5)]
