from __future__ import annotations

import numpy as np
import pytest

from lmct.instrument.cycler import read
from lmct.quantity.errors import DamagedFile, DataError, MissingColumn, UnitMismatch, UnknownName

from .conftest import csv

HOURS = np.linspace(0, 1, 21)
VOLTS = 3 + HOURS


@pytest.fixture
def sheet(tmp_path):
    """Write rows into the named sheets of a workbook."""
    import openpyxl

    def make(**sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            page = book.create_sheet(name)
            for row in rows:
                page.append(row)
        path = tmp_path / "source data.xlsx"
        book.save(path)
        return path

    return make


BASIC = {"time": "Time (h)", "voltage": "E / V", "current": "I (mA)"}


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_decimal_comma_and_separator_are_found(write, separator):
    header = separator.join(["Time (h)", "E / V", "I (mA)"])
    path = write("a.txt", csv(header, HOURS, VOLTS, 0 * HOURS + 2.5, separator=separator, decimal=","))
    found = read(path, columns=BASIC | {"decimal": ","})
    assert np.allclose(found.time, HOURS * 3600)
    assert np.allclose(found.current, 2.5e-3)


def test_decimal_comma_without_being_told_is_refused_with_the_remedy(write):
    path = write(
        "a.txt", csv("Time (h);E / V;I (mA)", HOURS, VOLTS, 0 * HOURS + 2.5, separator=";", decimal=",")
    )
    with pytest.raises(DamagedFile, match=r"decimal = ','"):
        read(path, columns=BASIC | {"decimal": "."})


def test_blanks_as_separator_and_letters_without_header(write):
    rows = "\n".join(f"  {t:.4f}   {v:.4f}  1.0" for t, v in zip(HOURS, VOLTS, strict=True))
    columns = {
        "time": "A",
        "voltage": "B",
        "current": "C",
        "header_rows": 0,
        "time_unit": "h",
        "voltage_unit": "V",
        "current_unit": "µA",
    }
    found = read(write("a.dat", rows), columns=columns)
    assert np.allclose(found.current, 1e-6)
    assert np.allclose(found.time, HOURS * 3600, atol=0.2)


def test_discharge_positive_is_turned_round(write):
    path = write("a.csv", csv("Time (h),E / V,I (mA)", HOURS, VOLTS, 0 * HOURS + 2))
    assert np.allclose(read(path, columns=BASIC | {"charge_positive": False}).current, -2e-3)


def test_own_capacity_columns_are_cross_checked(write):
    text = csv("Time (h),E / V,I (mA),Q (mAh),D (mAh)", HOURS, VOLTS, 0 * HOURS + 2, 2000 * HOURS, 0 * HOURS)
    columns = BASIC | {"charge_capacity": "Q (mAh)", "discharge_capacity": "D (mAh)"}
    with pytest.raises(UnitMismatch, match=r"0\.001 times the capacity"):
        read(write("a.csv", text), columns=columns)


def test_misspelt_column_and_key_have_a_suggestion(write):
    path = write("a.csv", csv("Time (h),E / V,I (mA)", HOURS, VOLTS, HOURS))
    with pytest.raises(UnknownName, match=r"Did you mean 'I \(mA\)'"):
        read(path, columns=BASIC | {"current": "I (mV)"})
    with pytest.raises(UnknownName, match="Did you mean 'voltage'"):
        read(path, columns={"voltag": "E / V"})


def test_incomplete_maps_say_what_is_missing(write):
    path = write("a.csv", csv("Time (h),E / V,Q (mAh/g)", HOURS, VOLTS, 100 * HOURS))
    with pytest.raises(MissingColumn, match="does not name current"):
        read(path, columns={"time": "Time (h)", "voltage": "E / V"})
    with pytest.raises(MissingColumn, match="not specific_current"):
        read(path, columns={"specific_capacity": "Q (mAh/g)", "voltage": "E / V"})


@pytest.mark.parametrize(("key", "value"), [("header_rows", -1), ("skip_rows", "two"), ("decimal", ";")])
def test_layout_is_checked(write, key, value):
    path = write("a.csv", csv("Time (h),E / V,I (mA)", HOURS, VOLTS, HOURS))
    with pytest.raises(DataError, match=key):
        read(path, columns=BASIC | {key: value})


def test_active_mass_is_kept(write):
    path = write("a.csv", csv("Time (h),E / V,I (mA)", HOURS, VOLTS, HOURS))
    assert read(path, columns=BASIC | {"active_mass": "5.2 mg"}).active_mass == pytest.approx(5.2e-3)


def test_an_empty_map_is_no_map(write, bdf_text):
    assert read(write("a.csv", bdf_text()), columns={}).format == "bdf"


def test_publisher_sheet_with_pairs_of_unequal_length(sheet):
    rows = [
        ["charge", None, "discharge", None],
        ["Capacity (mAh g-1)", "Voltage (V)", "Capacity (mAh g-1)", "Voltage (V)"],
    ]
    for index in range(30):
        second = [index * 10.0, 4.0 - index / 20] if index < 20 else [None, None]
        rows.append([index * 10.0, 3.0 + index / 20, *second])
    path = sheet(Intro=[["nothing here"]], Fig4a=rows)
    both = {
        "sheet": "Fig4a",
        "skip_rows": 1,
        "specific_current": "20 mA/g",
        "curves": [
            {"specific_capacity": "A", "voltage": "B", "direction": "charge"},
            {"specific_capacity": "C", "voltage": "D", "direction": "discharge"},
        ],
    }
    found = read(path, columns=both)
    assert found.rows == 50
    assert found.active_mass == 1.0
    assert found.capacity() == pytest.approx((290.0, 190.0), rel=1e-3)
    assert found.columns["step_count"].tolist() == [1.0] * 30 + [2.0] * 20
    assert np.all(found.columns["cycle_count"] == 1)


def test_header_of_two_rows_gives_the_unit(sheet):
    rows = [["Time", "E", "I"], ["(h)", "(V)", "(mA)"], *[[float(h), 3.0, 1.0] for h in HOURS]]
    found = read(sheet(S=rows), columns={"time": "A", "voltage": "B", "current": "C", "header_rows": 2})
    assert np.allclose(found.time, HOURS * 3600)


def test_missing_sheet_has_a_suggestion(sheet):
    with pytest.raises(UnknownName, match="Did you mean 'Fig4a'"):
        read(sheet(Fig4a=[["Time (h)"], [0]]), columns=BASIC | {"sheet": "Fig4b"})


def test_truncated_workbook(sheet):
    path = sheet(S=[["Time (h)", "E / V", "I (mA)"], [0, 3, 1]])
    whole = path.read_bytes()
    for share in (0.1, 0.6, 0.95):
        path.write_bytes(whole[: int(share * len(whole))])
        with pytest.raises(DamagedFile, match="cut-off"):
            read(path, columns=BASIC)


def test_words_among_the_numbers_of_a_sheet_are_named(sheet):
    rows = [["Time (h)", "E / V", "I (mA)"], [0, 3, 1], [1, "broken", 1], [2, 3, 1]]
    with pytest.raises(DamagedFile, match=r"line 3, column 'E / V': 'broken'"):
        read(sheet(S=rows), columns=BASIC)


def test_parquet_by_column_map(tmp_path):
    import polars as pl

    pl.DataFrame({"Time (h)": HOURS, "E / V": VOLTS, "I (mA)": 0 * HOURS + 2}).write_parquet(
        tmp_path / "a.parquet"
    )
    assert np.allclose(read(tmp_path / "a.parquet", columns=BASIC).time, HOURS * 3600)


def test_binary_file_with_a_map_is_refused(write):
    with pytest.raises(DamagedFile, match="neither text, spreadsheet nor parquet"):
        read(write("a.csv", bytes(range(256)) * 10), columns=BASIC)
