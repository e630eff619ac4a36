from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from lmct.instrument.cycler import identify, read
from lmct.quantity.errors import DamagedFile, MissingColumn

from .conftest import mpt_text

ROWS = [f"1\t{t:.6E}\t{3 + t / 1e4:.7E}\t{1.5:.7E}\t{1.5 * t / 3600:.7E}\t1.0" for t in range(0, 60, 10)]


def test_columns_units_mass_and_start(write):
    extra = ["Acquisition started on : 07/26/2022 22:38:30.190", "Mass of active material : 3.420 mg"]
    found = read(write("a.txt", mpt_text(ROWS, extra=extra)))
    assert found.format == "biologic-mpt"
    assert found.rows == 6
    assert np.allclose(found.current, 1.5e-3)
    assert np.allclose(found.columns["net_capacity_ah"], 1.5e-3 * found.time / 3600)
    assert found.active_mass == 0.00342
    assert found.start_time == datetime(2022, 7, 26, 22, 38, 30, 190000)
    assert found.metadata["technique"] == "Galvanostatic Cycling with Potential Limitation"
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("mode\ttime/s\tEwe/V\t<I>/mA\t(Q-Qo)/mA.h\tcycle number\t", "latin-1"),
        ("mode\ttemps/s\tEwe/V\t<I>/mA\t(Q-Qo)/mA.h\tnuméro de cycle\t", "latin-1"),
        ("mode\tZeit/s\tEcell/V\tI/mA\t(Q-Qo)/mA.h\tZyklusnummer\t", "utf-8-sig"),
        ("mode\t时间/s\tEwe/V\t<I>/mA\t(Q-Qo)/mA.h\t循环数\t", "gb18030"),
        ("mode\t时间/s\t电压/V\t电流/mA\t(Q-Qo)/mA.h\t循环数\t", "utf-16"),
    ],
)
def test_languages_encodings_and_decimal_comma_agree(write, header, encoding):
    plain = read(write("plain.mpt", mpt_text(ROWS)))
    comma = [row.replace(".", ",") for row in ROWS]
    other = read(write("other.mpt", mpt_text(comma, header=header), encoding))
    assert set(other.columns) == set(plain.columns)
    for name, column in plain.columns.items():
        assert np.array_equal(other.columns[name], column), name


def test_header_of_three_lines(write):
    text = "EC-Lab ASCII FILE\nNb header lines : 3\ntime/s\tEwe/V\tI/mA\n0\t3.0\t1.0\n1\t3.1\t1.0\n"
    assert read(write("a.mpt", text)).rows == 2


def test_current_follows_from_charge_increments(write):
    text = (
        "EC-Lab ASCII FILE\nNb header lines : 3\ntime/s\tEwe/V\tdq/mA.h\n0\t3\t0\n36\t3\t0.01\n72\t3\t-0.02\n"
    )
    found = read(write("a.mpt", text))
    assert np.allclose(found.current, [0, 1e-3, -2e-3])
    assert any("computed from dq" in sentence for sentence in found.warnings)


def test_impedance_rows_are_left_out_and_counted(write):
    text = (
        "EC-Lab ASCII FILE\nNb header lines : 3\ntime/s\tEwe/V\tI/mA\tfreq/Hz\n"
        "0\t3\t1\t0\n1\t9\t9\t1E3\n2\t9\t9\t1E2\n3\t3.1\t1\t0\n"
    )
    found = read(write("a.mpt", text))
    assert found.time.tolist() == [0, 3]
    assert any(sentence.startswith("2 impedance rows among 4") for sentence in found.warnings)


def test_placeholder_mass_is_kept_with_a_warning(write):
    extra = ["Mass of active material : 7000,000 mg", "Acquisition started at : xo = 0,900"]
    found = read(write("a.mpt", mpt_text(ROWS, extra=extra)))
    assert found.active_mass == 7.0
    assert any("left from another cell" in sentence for sentence in found.warnings)


def test_unset_mass_is_none(write):
    assert (
        read(write("a.mpt", mpt_text(ROWS, extra=["Mass of active material : 0.001 mg"]))).active_mass is None
    )


def test_voltage_prefers_the_working_electrode(write):
    text = "EC-Lab ASCII FILE\nNb header lines : 3\ntime/s\tEwe-Ece/V\tEwe/V\tI/mA\n0\t1\t3\t1\n1\t1\t3\t1\n"
    assert read(write("a.mpt", text)).voltage.tolist() == [3, 3]


def test_cut_off_last_row_is_dropped(write):
    text = mpt_text(ROWS)[:-40]
    found = read(write("a.mpt", text))
    assert found.rows == 5
    assert any("cut off" in sentence for sentence in found.warnings)


@pytest.mark.parametrize("keep", [30, 60, 120])
def test_cut_off_header_is_refused(write, keep):
    with pytest.raises(DamagedFile, match=r"header lines|ends after its header"):
        read(write("a.mpt", mpt_text(ROWS)[:keep]))


def test_word_among_the_numbers_names_line_and_column(write):
    rows = [*ROWS[:2], ROWS[2].replace("1.5000000E+00", "oops"), *ROWS[3:]]
    with pytest.raises(DamagedFile, match=r"line 10, column '<I>/mA': 'oops'"):
        read(write("a.mpt", mpt_text(rows)))


def test_missing_current_lists_what_was_found(write):
    text = "EC-Lab ASCII FILE\nNb header lines : 3\ntime/s\tEwe/V\n0\t3\n1\t3\n"
    with pytest.raises(MissingColumn, match=r"current_ampere \(found: time/s, Ewe/V\)"):
        read(write("a.mpt", text))


def test_log_file_is_not_taken_for_data(write):
    from lmct.quantity.errors import UnknownFormat

    with pytest.raises(UnknownFormat, match="BT-Lab LOG FILE"):
        identify(write("a.mpl", "BT-Lab LOG FILE\n\nGalvanostatic\n"))
