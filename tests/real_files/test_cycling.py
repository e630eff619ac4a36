"""Every real cycler file reads with its measured facts, or is refused with the right reason."""

from __future__ import annotations

import contextlib
import re
import shutil

import numpy as np
import pytest

from lmct.instrument.cycler import read
from lmct.quantity.errors import DamagedFile, LmctError, UnknownFormat

pytestmark = pytest.mark.files
needs_mdbtools = pytest.mark.skipif(
    shutil.which("mdb-export") is None, reason="mdb-export (mdbtools) is not installed"
)

# file, format, rows, lowest and highest voltage, duration in h or None, words of a warning that must be there
B, N, A, C, Y = "beep/", "fastnda_neware/", "aurora_empa/", "cellpy/", "yadg_biologic/"
ROCK = "../absorption/perex_rock/EC/220726cell4operandoxas"
JDB = "navani/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr"
BS542 = "navani/bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx"
SINTEF = "bdf/SINTEF__"
FILES = [
    (Y + "cp.mpr", "biologic-mpr", 121, (-3.5944, -3.2463), None, ""),
    (Y + "cp.mpt", "biologic-mpt", 121, (-3.5944, -3.2463), None, ""),
    (Y + "cva.issue_202.mpr", "biologic-mpr", 455, (-5.0123, 2.8664), None, ""),
    (Y + "cva.issue_202.mpt", "biologic-mpt", 455, (-5.0123, 2.8664), None, ""),
    (Y + "gcpl.issue_211.mpr", "biologic-mpr", 2767, (-0.6001, 0.5001), None, "computed from dq"),
    (Y + "gcpl.issue_211.mpt", "biologic-mpt", 2767, (-0.6001, 0.5001), None, ""),
    (Y + "lsv.mpr", "biologic-mpr", 1186, (-4.0008, -0.0617), None, ""),
    (Y + "lsv.mpt", "biologic-mpt", 1186, (-4.0008, -0.0617), None, ""),
    (Y + "mb.mpr", "biologic-mpr", 1588 - 560, (-0.0040, 0.0040), None, "560 impedance rows among 1588"),
    (Y + "mb.mpt", "biologic-mpt", 1588 - 560, (-0.0040, 0.0040), None, "560 impedance rows among 1588"),
    (Y + "peis.mpr", "biologic-mpr", 32, (-3.5914, -3.5913), None, "all 32 rows are impedance"),
    (Y + "peis.mpt", "biologic-mpt", 32, (-3.5914, -3.5913), None, "all 32 rows are impedance"),
    (Y + "gcpl.mpr", "biologic-mpr", 12057, (-0.1141, 0.1137), None, "computed from dq"),
    (Y + "gcpl.issue_175.mpr", "biologic-mpr", 11399, (2.0, 4.2), None, "computed from dq"),
    (Y + "gcpl.issue_228.mpr", "biologic-mpr", 10914, (0.425, 4.6), None, "left from another cell"),
    (Y + "bcd.issue_241.mpr", "biologic-mpr", 2550, (0.01, 1.0), None, "left from another cell"),
    (A + "250116_kigr_gen6_01_02_GCPL_CD8.mpr", "biologic-mpr", 3791, (0.288, 4.901), None,
     "computed from dq"),
    (A + "nw4-120-6-1-36.ndax", "neware", 7257, (2.75, 4.2), None, ""),
    (JDB, "biologic-mpr", 46102, (2.0, 3.8), 126.8, "7000 mg"),
    ("navani/00_test_04_MB_C01.mpr", "biologic-mpr", 1501, (-1.6502, -1.6500), None, ""),
    ("navani/arbin_example.res", "arbin-res", 2150, (3.0, 4.3), None, ""),
    (BS542, "arbin-table", 4526, (0.05, 2.641), None, ""),
    ("navani/test.nda", "neware", 439, (-0.1010, -0.0849), None, "default"),
    ("navani/test.ndax", "neware", 1464, (1.4995, 4.3998), None, ""),
    (C + "20160805_test001_45_cc_01.res", "arbin-res", 10261, (0.05, 3.1167), None, ""),
    (C + "biol.mpr", "biologic-mpr", 23561 - 310, (0.1234, 0.9999), None, "310 impedance rows among 23561"),
    (C + "maccor_one.txt", "maccor-text", 4459, (2.5, 4.2), None, ""),
    (C + "maccor_two.txt", "maccor-text", 213, (0.1377, 0.1514), 3.5333, "multiplied by 60"),
    (C + "maccor_three.txt", "maccor-text", 4009, (1.3, 3.802), None, "millivolts"),
    (C + "pec.csv", "pec-csv", 16255, (2.4935, 3.7998), None, ""),
    (C + "neware_uio.csv", "neware-csv", 9065, (0.05, 2.957), None, ""),
    (B + "maccor_test_file_4267-66-6519.041", "maccor-text", 76 - 2, (3.908, 3.912), None, "current is zero"),
    (B + "PredictionDiagnostics_000109_tztest.010", "maccor-text", 2167 - 2, (2.7, 4.4), None,
     "jumps by an hour"),
    (B + "FastCharge_000025_CH8.csv", "arbin-table", 249 - 1, (3.3009, 3.3012), None, "current is zero"),
    (B + "2017-05-09_test-TC-contact_CH33.csv", "arbin-table", 288 - 1, (3.2987, 3.6), None, ""),
    (B + "test_Nova_Form-CH01-01_short.csv", "novonix-csv", 4000 - 58, (0.1371, 3.4274), None, "default"),
    (SINTEF + "LiGrR2032__2024-04-30__25degC__Landt.csv", "landt-csv", 25162, (0.010, 2.9215), 72.96, ""),
    (SINTEF + "LiGrR2032__2024-04-30__25degC__Landt.bdf.csv", "bdf", 25162, (0.010, 2.9215), 72.96, ""),
    (SINTEF + "G20M7-202512-Gru6mV__20251228__C30__25degC__Neware.bdf.csv", "bdf", 17587, (3.0, 4.2),
     175734 / 3600, "2 pi"),
    ("bdf/filetype14-0.ndax", "neware", 67, (0.0033, 0.0033), None, "current is zero"),
    ("bdf/mits7-0.res.gz", "arbin-res", 8, (0.1303, 0.1309), None, "current is zero"),
    (N + "BTS85-36-6-5-110-20240424.ndax", "neware", 699677, (1.399, 3.4001), None, "negative jumps"),
    (N + "nda_v26.nda.zip", "neware", 222330, (1.75, 2.8952), None, ""),
    (N + "nda8.nda.zip", "neware", 46805, (0.846, 2.7759), None, ""),
    (N + "new_nda_file.nda.zip", "neware", 439, (-0.1010, -0.0849), None, "default"),
    (N + "Unit27_Example_Data_File.ndax", "neware", 301, (2.9827, 2.9831), None, "current is zero"),
    (N + "TESTCELL0001-Test_Data_Collection_Ndc17.ndax", "neware", 80, (3.5659, 3.6112), None, ""),
    (N + "21_10_7_85.ndax", "neware", 141, (0.0, 0.0), None, "current is zero"),
    (N + "46_1_5_60_bts16.ndax", "neware", 84, (2.7983, 3.0676), None, ""),
    (N + "nw4-120-1-6-53.ndax", "neware", 18700, (1.6461, 5.0), None, ""),
    (N + "interp-test.ndax", "neware", 333, (0.0002, 0.0002), None, "current is zero"),
    (N + "interp-test.csv", "neware-csv", 333, (0.0002, 0.0002), None, "current is zero"),
    ("ixdat/Pt_poly_cv.mpt", "biologic-mpt", 4473, (-0.0501, 1.6999), None, ""),
    (ROCK + "_C06.mpt", "biologic-mpt", 6333, (3.0, 4.3), 38.9, "7000 mg"),
    (ROCK + "continuation_C06.mpt", "biologic-mpt", 1402, (3.0, 4.3015),
     9.6, "7000 mg"),
]  # fmt: skip
REFUSED = {
    A + "250116_kigr_gen6_01_02_GCPL_CD8.mpl": "BT-Lab LOG FILE",
    N + "46_1_5_60_bts16.parquet": "parquet table with the columns Cycle Index",
    N + "nda8.parquet": "parquet table with the columns Cycle Index",
    N + "nw4-120-1-6-53.parquet": "parquet table with the columns Cycle Index",
    "nmc_capacity_li/622.csv": "begins with 'Voltage",
    "nmc_capacity_li/811.csv": "begins with 'Voltage",
    "nmc_capacity_li/NCM MW & TC.xlsx": "spreadsheet",
}


@pytest.mark.parametrize(
    ("file", "form", "rows", "volts", "hours", "warned"),
    [pytest.param(*case, marks=needs_mdbtools) if ".res" in case[0] else case for case in FILES],
    ids=[case[0] for case in FILES],
)
def test_file_reads_with_its_facts(data, file, form, rows, volts, hours, warned):
    found = read(data / "cycling" / file)
    assert (found.format, found.rows) == (form, rows)
    assert (found.voltage.min(), found.voltage.max()) == pytest.approx(volts, abs=1.1e-3)
    assert np.all(np.diff(found.time) >= 0)
    assert np.all(np.isfinite([found.time, found.voltage, found.current]))
    if hours is not None:
        assert (found.time[-1] - found.time[0]) / 3600 == pytest.approx(hours, abs=0.06)
    assert warned in " ".join(found.warnings)


@pytest.mark.parametrize(("file", "reason"), REFUSED.items())
def test_file_is_refused_with_the_right_reason(data, file, reason):
    with pytest.raises(UnknownFormat, match=re.escape(reason)):
        read(data / "cycling" / file)


def test_no_file_is_forgotten(data):
    named = {case[0] for case in FILES} | set(REFUSED)
    there = {
        str(path.relative_to(data / "cycling"))
        for path in (data / "cycling").rglob("*")
        if path.is_file() and not path.name.startswith("LICENSE")
    }
    assert there <= named


@pytest.mark.parametrize("name", ["cp", "cva.issue_202", "gcpl.issue_211", "lsv", "mb", "peis"])
def test_binary_and_text_export_of_one_run_agree(data, name):
    binary, text = (read(data / "cycling" / Y / f"{name}.{kind}") for kind in ("mpr", "mpt"))
    shared = set(binary.columns) & set(text.columns)
    assert {"test_time_second", "voltage_volt", "current_ampere", "net_capacity_ah"} <= shared
    for column in shared:
        scale = np.max(np.abs(text.columns[column]))
        # single precision in the .mpr against eight printed digits in the .mpt
        assert np.allclose(binary.columns[column], text.columns[column], rtol=6e-8, atol=6e-8 * scale), column
    assert binary.start_time == text.start_time
    assert binary.active_mass == text.active_mass
    assert binary.metadata["technique"] == text.metadata["technique"]


def test_masses_that_the_files_state(data):
    masses = {
        A + "250116_kigr_gen6_01_02_GCPL_CD8.mpr": 17.233e-3,
        Y + "gcpl.issue_211.mpr": 0.790e-3,
        Y + "gcpl.issue_175.mpr": 3.42e-3,
        Y + "cp.mpr": None,
    }
    for file, mass in masses.items():
        assert read(data / "cycling" / file).active_mass == mass, file


@pytest.mark.parametrize("name", ["46_1_5_60_bts16.ndax", "nda8.nda.zip", "nw4-120-1-6-53.ndax"])
def test_neware_equals_the_vendors_own_export(data, name):
    import polars as pl

    found = read(data / "cycling" / N / name)
    truth = pl.read_parquet(data / "cycling" / N / f"{name.split('.')[0]}.parquet")
    assert found.rows == truth.height
    assert np.allclose(found.time, truth["Total Time"], atol=1e-6)
    # The export is rounded to 0.1 mV and 1 uA.
    assert np.allclose(found.voltage, truth["Voltage(mV)"] / 1e3, atol=5.1e-5)
    assert np.allclose(found.current, truth["Current(uA)"] / 1e6, atol=5.1e-7)
    assert np.array_equal(found.columns["cycle_count"], truth["Cycle Index"])
    assert np.array_equal(found.columns["step_index"], truth["Step Index"])
    assert np.array_equal(found.columns["step_count"], truth["Step Count"])


def test_neware_binary_equals_the_vendors_csv(data):
    binary, text = (read(data / "cycling" / N / f"interp-test.{kind}") for kind in ("ndax", "csv"))
    assert np.allclose(binary.time, text.time, atol=1e-6)
    assert np.allclose(binary.voltage, text.voltage, atol=5.1e-5)
    assert np.array_equal(binary.current, text.current)


def test_the_same_neware_test_zipped_and_plain(data):
    plain, zipped = (
        read(data / "cycling" / file) for file in ("navani/test.nda", N + "new_nda_file.nda.zip")
    )
    assert all(np.array_equal(plain.columns[name], zipped.columns[name]) for name in plain.columns)
    assert plain.source_sha256 != zipped.source_sha256


def test_landt_export_equals_its_bdf_conversion(data):
    raw, bdf = (
        read(data / "cycling" / f"{SINTEF}LiGrR2032__2024-04-30__25degC__Landt{kind}.csv")
        for kind in ("", ".bdf")
    )
    for name in bdf.columns:
        assert np.allclose(raw.columns[name], bdf.columns[name], atol=1e-9), name


def test_neware_capacity_by_file_and_by_integration(data):
    found = read(data / "cycling" / FILES[38][0])
    assert found.columns["charging_capacity_ah"].max() == pytest.approx(3.802, abs=5e-4)
    assert found.columns["discharging_capacity_ah"].max() == pytest.approx(3.716, abs=5e-4)
    assert found.capacity() == pytest.approx((3838.77, 3855.17), abs=0.05)


@pytest.mark.parametrize(
    ("file", "last"),
    [
        (Y + "gcpl.issue_175.mpr", 9),
        (Y + "gcpl.issue_228.mpr", 22),
        (A + "250116_kigr_gen6_01_02_GCPL_CD8.mpr", 5),
        (JDB, 13),
    ],
)
def test_half_cycles_by_current_are_those_that_ec_lab_counted(data, file, last):
    """The listed numbers are the last value of EC-Lab's counter, which begins at 0."""
    from galvani.BioLogic import MPRfile

    with (data / "cycling" / file).open("rb") as stream:
        counter = np.unique(MPRfile(stream).data["half cycle"])
    found = read(data / "cycling" / file)
    flowing = found.current[np.abs(found.current) > 0.02 * np.max(np.abs(found.current))]
    assert counter[-1] == last
    assert 1 + np.sum(np.diff(np.sign(flowing)) != 0) == len(counter)


def test_fallback_reader_gives_the_same_numbers_and_is_named(data, monkeypatch):
    pytest.importorskip("yadg", reason="the optional second reader is not installed")
    from galvani import BioLogic

    path = data / "cycling" / Y / "gcpl.issue_211.mpr"
    first = read(path)

    def unknown(self, stream):
        raise NotImplementedError("Column ID 999 after column time/s is unknown")

    monkeypatch.setattr(BioLogic.MPRfile, "__init__", unknown)
    second = read(path)
    assert first.reader.startswith("galvani")
    assert second.reader.startswith("yadg")
    assert "Column ID 999" in second.reader
    for name in first.columns:
        assert np.array_equal(first.columns[name], second.columns[name]), name


@pytest.mark.parametrize("share", [0.05, 0.3, 0.7, 0.99])
@pytest.mark.parametrize(
    "file",
    [
        Y + "gcpl.issue_211.mpr",
        A + "nw4-120-6-1-36.ndax",
        BS542,
    ],
)
def test_truncated_real_files_are_refused(data, tmp_path, file, share):
    whole = (data / "cycling" / file).read_bytes()
    cut = tmp_path / "cut"
    cut.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(DamagedFile):
        read(cut)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.7])
def test_truncated_text_and_nda_never_pass_silently(data, tmp_path, share):
    for file in (Y + "gcpl.issue_211.mpt", "navani/test.nda", C + "neware_uio.csv"):
        whole = (data / "cycling" / file).read_bytes()
        rows = read(data / "cycling" / file).rows
        cut = tmp_path / "cut"
        cut.write_bytes(whole[: int(share * len(whole))])
        try:
            found = read(cut)
        except LmctError:
            continue
        assert found.rows < rows
        assert np.all(np.isfinite(found.voltage))


@pytest.mark.parametrize("direction", ["charge", "discharge"])
def test_voltage_capacity_columns_of_nmc(data, direction):
    """Cycle 1: 246.87 mAh/g charge, 220.89 discharge; 622 and 811 are one and the same curve."""
    letters = {"charge": ("A", "B"), "discharge": ("D", "E")}[direction]
    columns = {
        "voltage": letters[0],
        "specific_capacity": letters[1],
        "specific_current": "20 mA/g",
        "direction": direction,
        "header_rows": 2,
    }
    found = [
        read(data / "cycling" / f"nmc_capacity_li/{name}.csv", columns=columns) for name in ("622", "811")
    ]
    capacity = max(found[0].capacity())
    # The axis begins at its first point, 0.25 mAh/g.
    assert capacity + 0.25 == pytest.approx({"charge": 246.87, "discharge": 220.89}[direction], abs=0.01)
    assert np.array_equal(found[0].voltage, found[1].voltage)
    assert np.array_equal(found[0].time, found[1].time)


@needs_mdbtools
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.85])
@pytest.mark.parametrize("file", ["navani/arbin_example.res", C + "20160805_test001_45_cc_01.res"])
def test_cut_off_databases_are_refused_although_the_command_ends_well(data, tmp_path, file, share):
    whole = (data / "cycling" / file).read_bytes()
    (tmp_path / "cut").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(DamagedFile, match="cannot be exported"):
        read(tmp_path / "cut")


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "file",
    [
        Y + "cp.mpr",
        Y + "cp.mpt",
        "navani/test.nda",
        N + "new_nda_file.nda.zip",
        N + "46_1_5_60_bts16.ndax",
        N + "interp-test.csv",
        C + "maccor_two.txt",
    ],
)
def test_altered_bytes_give_a_record_or_one_clear_error(data, tmp_path, file, seed):
    random = np.random.default_rng(seed)
    content = bytearray((data / "cycling" / file).read_bytes())
    for position in random.integers(0, len(content), 1 + 10 * seed):
        content[position] = random.integers(0, 256)
    (tmp_path / "altered").write_bytes(content)
    with contextlib.suppress(LmctError):  # one clear error, or a record of finite numbers
        found = read(tmp_path / "altered")
        assert np.all(np.isfinite([found.time, found.voltage, found.current]))
