from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.instrument.text_grid import grid_from_text
from lmct.instrument.text_table import header_line_with, table_from_text
from lmct.quantity.errors import DamagedFile


def table(text, **options):
    return table_from_text(text, source_file="f.txt", header_line=0, **({"separator": "\t"} | options))


@given(
    st.lists(st.tuples(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12)), min_size=1, max_size=30),
    st.sampled_from([("\t", "."), (";", "."), (";", ","), ("\t", ","), (",", ".")]),
)
def test_law_numbers_survive_any_separator_and_decimal_mark(values, marks):
    separator, decimal = marks
    rows = [separator.join(repr(value).replace(".", decimal) for value in row) for row in values]
    found = table("a" + separator + "b\n" + "\n".join(rows), separator=separator, decimal=decimal)
    assert found.numbers(0).tolist() == [row[0] for row in values]
    assert found.numbers(1).tolist() == [row[1] for row in values]


def test_decimal_mark_is_found():
    assert table("a\tb\n1,5\t2,25E+003\n").decimal == ","
    assert table("a\tb\n1.5\t2.25E+003\n").decimal == "."
    assert table("a\tb\n1,5\t2,25E+003\n").numbers(1).tolist() == [2250.0]


def test_missing_cells_are_nan_and_other_words_are_refused():
    found = table("a\tb\tc\n1\tN/A\t\n2\tnan\n3\t4\tx\n")
    assert np.isnan(found.numbers(1)[:2]).all()
    with pytest.raises(DamagedFile, match=r"f\.txt: line 4, column 'c': 'x'"):
        found.numbers(2)


def test_line_numbers_count_the_header_and_skipped_lines():
    text = "junk\njunk\na\tb\nunits\trow\n1\t2\n3\toops\n"
    found = table_from_text(text, source_file="f", header_line=2, separator="\t", skip_after=1)
    assert found.rows == 2
    with pytest.raises(DamagedFile, match="line 6"):
        found.numbers(1)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("  0d 00:04:00.0000", 240.0),
        ("1d 10:10:12.75", 123012.75),
        ("26:03:04", 93784.0),
        ("0d 00:00:05,5", 5.5),
    ],
)
def test_durations(text, seconds):
    assert table(f"t\tb\n{text}\t1\n").seconds(0).tolist() == [seconds]


def test_numbers_are_no_durations_and_a_broken_duration_is_refused():
    assert table("t\tb\n12.5\t1\n").seconds(0) is None
    with pytest.raises(DamagedFile, match="'later'"):
        table("t\tb\n0:00:01\t1\nlater\t1\n").seconds(0)


@pytest.mark.parametrize(
    "text",
    [
        "2020-12-11 12:22:12.000",
        "12/11/2020 12:22:12",
        "12/11/2020 12:22:12 PM",
        "2020-12-11 12:22:12 PM",
        "2020-12-11T12:22:12",
    ],
)
def test_dates(text):
    assert table(f"t\tb\n{text}\t1\n").dates(0).tolist() == [1607689332.0]


def test_no_date_is_none():
    assert table("t\tb\nyesterday\t1\n").dates(0) is None


def test_too_many_cells_are_refused_and_trailing_separators_are_not():
    with pytest.raises(DamagedFile, match="line 3 has more cells"):
        table("a\tb\n1\t2\t\n1\t2\t3\n")
    assert table("a\tb\t\n1\t2\t\n").rows == 1


def test_header_line_is_found_by_all_its_words():
    assert header_line_with(["x", "Time V", "Time I V"], ["time", "i"]) == 1
    assert header_line_with(["x", "Time V", "Time Q V"], ["time", "q"]) == 2
    assert header_line_with(["x"], ["y"]) is None


def test_grid_finds_the_separator_and_keeps_the_header():
    assert grid_from_text("a;b\n1,5;2\n", source_file="f", skip_rows=1).rows() == [("a", "b"), ("1,5", "2")]
    assert grid_from_text("1.5,2\n3,4\n", source_file="f", skip_rows=0).rows() == [("1.5", "2"), ("3", "4")]
    with pytest.raises(DamagedFile, match="after 5 header lines"):
        grid_from_text("a\n", source_file="f", skip_rows=5)


def test_an_open_quotation_mark_is_one_clear_error():
    rows = "\n".join(f'{n}\t"oops {n}' if n == 3 else f"{n}\t{n}" for n in range(2000))
    with pytest.raises(DamagedFile, match=r"f\.txt"):
        table("a\tb\n" + rows).numbers(1)
