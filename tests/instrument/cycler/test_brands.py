"""Small files written here in each brand's layout, all of one truth: 1 A charge, 2 A discharge."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from lmct.instrument.cycler import FORMATS, identify, read
from lmct.quantity.errors import DamagedFile, MissingColumn

from .conftest import csv

BEGUN = datetime(2020, 9, 13, 12, 26, 40)


def days(seconds):
    whole = int(seconds)
    return f"  {whole // 86400}d {whole // 3600 % 24:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.00"


def clock(seconds):
    return f"{BEGUN + timedelta(seconds=seconds):%m/%d/%Y %H:%M:%S}"


def iso(seconds):
    return f"{BEGUN + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S}"


def rows(cycle):
    return list(
        zip(*(cycle[key] for key in ("time", "voltage", "current", "charge", "discharge")), strict=True)
    )


def neware(cycle, units=("A", "V", "Ah"), scale=(1.0, 1.0, 1.0)):
    head = "DataPoint,Cycle Index,Step Index,Step Type,Time,Total Time,"
    head += "Current({}),Voltage({}),Chg. Cap.({}),DChg. Cap.({}),Date"
    body = [
        f"{n},1,{1 if i > 0 else 2},x,0:00:00,{int(t) // 3600:02d}:{int(t) // 60 % 60:02d}:00,"
        f"{i * scale[0]:.9g},{v * scale[1]:.9g},{q * scale[2]:.9g},{d * scale[2]:.9g},{iso(t)}"
        for n, (t, v, i, q, d) in enumerate(rows(cycle), 1)
    ]
    return "\n".join([head.format(units[0], units[1], units[2], units[2]), *body]) + "\n"


def neware_chinese(cycle):
    head = "数据序号,循环号,工步号,工步类型,时间,总时间,电流(mA),电压(V),充电容量(mAh),放电容量(mAh),绝对时间"
    return "\n".join([head, *neware(cycle, scale=(1e3, 1.0, 1e3)).split("\n")[1:]])


def arbin(cycle):
    head = "Data_Point,Test_Time(s),Step_Index,Cycle_Index,Current(A),Voltage(V),"
    head += "Charge_Capacity(Ah),Discharge_Capacity(Ah)"
    numbers = [[n, t, 1, 1, i, v, q, d] for n, (t, v, i, q, d) in enumerate(rows(cycle), 1)]
    return csv(head, *zip(*numbers, strict=True))


def maccor(cycle, dialect):
    """The three dialects: day-clock times, seconds, decimal commas with minutes."""
    state = ["C" if i > 0 else "D" for i in cycle["current"]]
    lines = []
    for n, ((t, v, i, q, d), letter) in enumerate(zip(rows(cycle), state, strict=True), 1):
        amount = q if letter == "C" else d
        stamp = {"days": days(t), "seconds": f"{t:.4f}", "minutes": f"{t / 60:.6f}"}[dialect]
        cells = [
            f"{n}",
            "0",
            "1",
            stamp,
            stamp,
            f"{amount:.9f}",
            "0",
            f"{abs(i):.6f}",
            f"{v:.6f}",
            letter,
            "1",
            clock(t),
        ]
        lines.append("\t".join(cell.replace(".", ",") if dialect == "minutes" else cell for cell in cells))
    begin, end = "Rec#\tCyc#\tStep\t", "\tAmp-hr\tWatt-hr\tAmps\tVolts\tState\tES\tDPt Time"
    heads = {
        "days": "Today's Date 03/07/2018  Date of Test:\t09/13/2020\n" + begin + "TestTime\tStepTime" + end,
        "seconds": begin + "Test (Sec)\tStep (Sec)" + end,
        "minutes": "Name:\tX\nStarted\t09/13/2020 12:26:40\n\nRec\tCycle C\tStep\tTestTime\tStepTime"
        "\tCap. [Ah]\tEner. [Wh]\tCurrent [A]\tVoltage [V]\tMd\tES\tDPT Time\n",
    }
    return "\n".join([heads[dialect], *lines]) + "\n"


def landt(cycle):
    head = "cell id: 7,,,,\ntest: A,,,,\nchannel_index,test_time_s,current_A,voltage_V,"
    head += "discharge_capacity_Ah,charge_capacity_Ah,date_time_iso_string,step_name"
    return "\n".join(
        [head, *(f"1,{t:.9g},{i:.9g},{v:.9g},{d:.9g},{q:.9g},{clock(t)},x," for t, v, i, q, d in rows(cycle))]
    )


def pec(cycle):
    head = "Request Year:,2019\nTest:,187\n#RESULTS CHECK\nA,B,\n1,2,\n#END RESULTS CHECK\n"
    head += "Test,Cell,Step,Cycle,Total Time (Seconds),Real Time,Voltage (mV),Current (mA),"
    head += "Charge Capacity (mAh),Discharge Capacity (mAh),Charge Capacity (mWh)"
    return "\n".join(
        [
            head,
            *(
                f"1,1,1,1,{t:.9g},{clock(t)},{v * 1e3:.9g},{i * 1e3:.9g},{q * 1e3:.9g},{d * 1e3:.9g},0,,"
                for t, v, i, q, d in rows(cycle)
            ),
        ]
    )


def novonix(cycle, quote=""):
    head = "[Summary]\nNovonix HPC data file\nMass (g): 0.5\n[End Summary]\n[Protocol]\nx\n[Data]\n"
    names = "Date and Time,Cycle Number,Step Type,Run Time (h),Current (A),Potential (V),Capacity (Ah),T (°C)"
    body = [
        f"{iso(t)} AM,1,1,{t / 3600:.12g},{i:.9g},{v:.9g},{q - d:.9g},25.0" for t, v, i, q, d in rows(cycle)
    ]
    return head + "\n".join(f"{quote}{line}{quote}" for line in [names, *body]) + "\n"


MADE = {
    "neware-csv": [neware, lambda c: neware(c, ("µA", "mV", "mAs"), (1e6, 1e3, 3.6e6)), neware_chinese],
    "arbin-table": [arbin],
    "maccor-text": [
        lambda c: maccor(c, "days"),
        lambda c: maccor(c, "seconds"),
        lambda c: maccor(c, "minutes"),
    ],
    "landt-csv": [landt],
    "pec-csv": [pec],
    "novonix-csv": [novonix, lambda c: novonix(c, '"')],
}
CASES = [(name, make) for name, makers in MADE.items() for make in makers]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "other"])
@pytest.mark.parametrize(("name", "make"), CASES)
def test_every_layout_tells_the_same_truth(write, cycle, name, make, encoding):
    text = make(cycle)
    other = "gb18030" if "电" in text else "latin-1"
    path = write("noname", text, other if encoding == "other" else encoding)
    assert identify(path) == name
    found = read(path)
    assert np.allclose(found.time, cycle["time"], atol=1e-3)
    assert np.allclose(found.voltage, cycle["voltage"], atol=1e-6)
    assert np.allclose(found.current, cycle["current"], atol=1e-6)
    assert found.capacity() == pytest.approx((1000.0, 1966.7), rel=0.02)
    harmless = ("multiplied by 60", "default")
    assert all(any(word in sentence for word in harmless) for sentence in found.warnings), found.warnings


def test_windows_line_ends_change_nothing(write, cycle):
    for make in (neware, landt, lambda c: maccor(c, "seconds"), novonix):
        plain, windows = (read(write("a", make(cycle).replace("\n", end))) for end in ("\n", "\r\n"))
        assert np.array_equal(plain.time, windows.time)
        assert np.array_equal(plain.current, windows.current)


def test_dates_become_the_start_of_the_test(write, cycle):
    for make in (neware, landt, pec, lambda c: maccor(c, "days")):
        assert read(write("a", make(cycle))).start_time == BEGUN


def test_settings_above_the_table_are_kept(write, cycle):
    assert read(write("a", landt(cycle))).metadata["cell id"] == "7"
    assert read(write("a", pec(cycle))).metadata["Request Year"] == "2019"
    assert read(write("a", novonix(cycle))).active_mass == 0.5
    assert read(write("a", maccor(cycle, "days"))).metadata["Date of Test"] == "09/13/2020"


def test_maccor_millivolts_under_volts_are_repaired(write, cycle):
    text = maccor(cycle | {"voltage": cycle["voltage"] * 1000}, "seconds")
    found = read(write("a", text))
    assert np.allclose(found.voltage, cycle["voltage"])
    assert any("millivolts" in sentence for sentence in found.warnings)


def test_novonix_without_data_is_refused(write):
    with pytest.raises(DamagedFile, match=r"no \[Data\] block"):
        read(write("a", "[Summary]\nNovonix HPC data file\n[End Summary]\n"))


def test_missing_voltage_names_the_columns(write, cycle):
    text = pec(cycle).replace("Voltage (mV)", "Voltage (mV)x")
    with pytest.raises(MissingColumn, match=r"voltage_volt \(found: Test, Cell"):
        read(write("a", text))


def test_arbin_spreadsheet_joins_its_channel_sheets(tmp_path, cycle):
    import openpyxl

    lines = [line.split(",") for line in arbin(cycle).strip().split("\n")]
    book = openpyxl.Workbook()
    info = book.active
    info.title = "Global_Info"
    info.append([None, "TEST REPORT"])
    info.append(["Channel", "Schedule File Name"])
    info.append([11, "slow.sdx"])
    for number, part in enumerate((lines[1:60], lines[60:]), 1):
        page = book.create_sheet(f"Channel_11_{number}")
        page.append(lines[0])
        for line in part:
            page.append([float(cell) for cell in line])
    book.save(tmp_path / "a.xlsx")
    found = read(tmp_path / "a.xlsx")
    assert found.format == "arbin-table"
    assert np.allclose(found.time, cycle["time"])
    assert np.allclose(found.current, cycle["current"])
    assert found.metadata["Schedule File Name"] == "slow.sdx"


def test_bdf_csv_labels_and_parquet_agree(write, tmp_path, bdf_text):
    import polars as pl

    names = read(write("a.csv", bdf_text()))
    labels = bdf_text().replace("test_time_second", "Test Time / s").replace("voltage_volt", "Voltage / V")
    labels = labels.replace("current_ampere", "Current / A")
    other = read(write("b.csv", labels))
    pl.read_csv(tmp_path / "a.csv").write_parquet(tmp_path / "c.dat")
    third = read(tmp_path / "c.dat")
    assert {names.format, other.format, third.format} == {"bdf"}
    for one in (other, third):
        assert np.array_equal(one.time, names.time)
        assert np.array_equal(one.current, names.current)


def test_cut_off_parquet_is_refused(tmp_path, write, bdf_text):
    import polars as pl

    write("a.csv", bdf_text())
    pl.read_csv(tmp_path / "a.csv").write_parquet(tmp_path / "c.parquet")
    whole = (tmp_path / "c.parquet").read_bytes()
    with pytest.raises(DamagedFile, match="parquet"):
        read(write("d", whole[:-200]))


def test_every_format_has_a_unique_name_and_a_module():
    assert len(set(FORMATS)) == len(FORMATS) == 11
    assert set(MADE) < set(FORMATS)
