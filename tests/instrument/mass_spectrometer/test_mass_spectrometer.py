"""Files of mass spectrometers: formats by content, round trip, checks, bad input."""

import os
import struct
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from lmct.instrument import mass_spectrometer as ms
from lmct.quantity.errors import (
    DamagedFile,
    MissingColumn,
    OutOfRange,
    UnitMismatch,
    UnknownFormat,
    UnknownName,
)

ROOT = Path(os.environ.get("LMCT_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))
FILES = ROOT / "gas" / "yadg_quadstar_ms"


def trace(rows=50):
    time = np.arange(rows) * 10.0
    currents = {32: 1e-12 * (1 + 0.1 * np.sin(time)), 44: np.linspace(-1e-14, 1e-12, rows)}
    return ms.GasTrace(
        time=time,
        currents=currents,
        conditions={"flow": np.full(rows, 0.5)},
        start_time=datetime(2026, 1, 5, 8),
        metadata={"operator": "A: B"},
    )


def text(tmp_path, content, name="x.csv"):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return path


def sac(steps=3, per_mass=10, width=4, first=30.0, exponent=-6, peak=32, unit=b"A"):
    """A Quadstar file by its description: a peak of height 1e-9 and width 1 at one m/z."""
    head = bytearray(0xC8)
    struct.pack_into("<hi8B", head, 0, 710, 1, 7, 1, 10, 49, 15, 19, 2, 120)
    length = 6 + 6 + 4 * width * per_mass
    struct.pack_into("<ihi", head, 0x64, steps, 1, length)
    struct.pack_into("<IH", head, 0xC2, 1582123750, 0)
    place = 0xC8 + 9 + 137
    trace_row = struct.pack("<Bii", 0x11, 0xC8 + 9, place + 6)
    info = bytearray(137)
    info[2:13], info[15 : 15 + len(unit)] = b"Ion Current", unit
    struct.pack_into("<fHB", info, 0x7A, first, width, per_mass)
    masses = first + np.arange(width * per_mass) / per_mass
    shape = np.where(np.abs(masses - peak) <= 0.45, 1e-9, 0.0).astype("<f4")
    blocks = b"".join(
        struct.pack("<IHih", 60 * n, 5000, len(shape), exponent) + shape.tobytes() for n in range(steps)
    )
    return bytes(head) + trace_row + bytes(info) + blocks


def test_round_trip(tmp_path):
    before = trace()
    after = ms.read(ms.write_table(before, tmp_path / "a.csv"))
    np.testing.assert_allclose(after.time, before.time)
    for mass in (32, 44):
        np.testing.assert_allclose(after.currents[mass], before.currents[mass], rtol=1e-8)
    np.testing.assert_allclose(after.conditions["flow"], 0.5)
    assert after.start_time == before.start_time
    assert after.format == "gas-table"
    assert after.metadata["operator"] == "A: B"
    assert len(after.source_sha256) == 64
    assert any("negative" in one for one in after.warnings)


def test_scan_is_reduced_to_peaks(tmp_path):
    path = tmp_path / "scan.bin"
    path.write_bytes(sac())
    assert ms.identify(path) == "quadstar-sac"
    found = ms.read(path)
    np.testing.assert_allclose(found.time, [0.0, 60.0, 120.0])
    np.testing.assert_allclose(found.currents[32], 1e-9, rtol=1e-6)
    np.testing.assert_allclose(found.currents[31], 0.0, atol=1e-16)
    assert found.start_time.isoformat() == "2020-02-19T15:49:10.500000+01:00"
    narrow = ms.read(path, columns={"channels": [32], "window": 0.2})
    assert list(narrow.currents) == [32]
    with pytest.raises(MissingColumn, match="44"):
        ms.read(path, columns={"channels": [44]})
    with pytest.raises(OutOfRange, match="window"):
        ms.read(path, columns={"window": 3})
    with pytest.raises(UnknownName, match="window"):
        ms.read(path, columns={"windw": 0.3})


def test_signal_beyond_the_scale_is_saturated(tmp_path):
    path = tmp_path / "scan.sac"
    path.write_bytes(sac(exponent=-10))
    found = ms.read(path)
    assert found.saturated == (32,)
    assert np.isnan(found.currents[32]).all()


@pytest.mark.parametrize("cut", [40, 150, 250, 400, -1])
def test_cut_scan_is_refused(tmp_path, cut):
    path = tmp_path / "scan.sac"
    path.write_bytes(sac()[:cut])
    with pytest.raises((DamagedFile, UnknownFormat)):
        ms.read(path)


def test_decimal_comma_and_other_units_through_a_map(tmp_path):
    path = text(tmp_path, "made by X\nZeit;Sauerstoff;Fluss\n0;1,5;0,4\n1;1,6;0,4\n2;1,7;0,4\n")
    columns = {"time": "Zeit", "time_unit": "min", "32": "Sauerstoff", "current_unit": "pA", "flow": 3}
    found = ms.read(path, columns={**columns, "skip_rows": 1, "start_time": "2026-01-05T08:00:00"})
    np.testing.assert_allclose(found.time, [0, 60, 120])
    np.testing.assert_allclose(found.currents[32], [1.5e-12, 1.6e-12, 1.7e-12])
    np.testing.assert_allclose(found.conditions["flow"], 0.4)
    assert found.start_time == datetime(2026, 1, 5, 8)


def test_dates_tell_the_clock(tmp_path):
    path = text(
        tmp_path, "Time,mass 32 (nA)\n2026-01-05 08:00:00,1\n2026-01-05 08:00:10,2\n2026-01-05 08:00:20,3\n"
    )
    found = ms.read(path)
    assert found.start_time == datetime(2026, 1, 5, 8)
    np.testing.assert_allclose(found.time, [0, 10, 20])
    np.testing.assert_allclose(found.currents[32], [1e-9, 2e-9, 3e-9])


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        ("time (s),m/z 32 (A)\n0,1e-12\n20,1e-12\n10,1e-12\n", DamagedFile, "backwards"),
        ("time (s),m/z 32 (A)\n0,1\n10,2\n", OutOfRange, "decimal mark"),
        ("time (s),m/z 32\n0,1e-12\n10,1e-12\n", UnitMismatch, "no unit"),
        ("time (s),m/z 32 (A)\n0,\n10,\n", DamagedFile, "no number"),
        ("time (s),m/z 32 (A)\n0,1e-12\n10,abc\n", DamagedFile, "line 3"),
        ("time (s);m/z 32 (A)\n0;1e-12;4\n", DamagedFile, "more cells"),
        ("time (s),m/z 32 (A)\n", DamagedFile, "ends after"),
        ("time (s),m/z 32 (A),flow (mL/min)\n0,1e-12,0\n10,1e-12,0\n", OutOfRange, "flow"),
        ("a,b\n1,2\n", UnknownFormat, "columns"),
    ],
)
def test_bad_tables(tmp_path, content, error, words):
    with pytest.raises(error, match=words):
        ms.read(text(tmp_path, content))


def test_bad_maps(tmp_path):
    path = text(tmp_path, "t (s),b (A)\n0,1e-12\n1,1e-12\n")
    with pytest.raises(MissingColumn, match="no column 'c'"):
        ms.read(path, columns={"time": "t (s)", "32": "c"})
    with pytest.raises(UnknownName, match="time"):
        ms.read(path, columns={"tyme": "t (s)", "32": "b (A)"})
    with pytest.raises(MissingColumn, match="time and an m/z"):
        ms.read(path, columns={"time": 1})


def test_oddities_are_said(tmp_path):
    rows = [(10.0 * n, 1e-12 + 1e-15 * n) for n in range(60)]
    rows += [(5000.0 + 10.0 * n, 2e-12) for n in range(8)] + [(5200.0, 0.0), (5200.0, 0.0)]
    content = "time (s),m/z 32 (A)\n" + "".join(f"{t:g},{i:.6g}\n" for t, i in rows)
    found = ms.read(text(tmp_path, content))
    said = " ".join(found.warnings)
    for word in ("gap", "saturated in 8 rows", "time of the row before"):
        assert word in said
    assert found.saturated == (32,)
    with pytest.raises(MissingColumn, match="m/z 44"):
        found.current(44)


@pytest.mark.files
@pytest.mark.skipif(not FILES.is_dir(), reason="no real data here: set LMCT_DATA")
def test_real_scans():
    demo, test = ms.read(FILES / "airdemo.sac"), ms.read(FILES / "test.sac")
    assert (len(demo.time), demo.unit, len(test.time), test.unit) == (21, "1/s", 188, "A")
    assert test.start_time.isoformat().startswith("2020-02-19T15:49:10")
    assert test.saturated == (40,)
    # The air in test.sac: N2 over O2 is 3.73, the sensitivities being close to one another.
    ratio = np.nanmean(test.currents[28]) / np.nanmean(test.currents[32])
    assert ratio == pytest.approx(3.73, rel=0.1)
    # Argon: 36 over 40 is 0.0034 by its isotopes.
    assert np.mean(demo.currents[36]) / np.mean(demo.currents[40]) == pytest.approx(0.0034, rel=0.1)


@pytest.mark.files
@pytest.mark.skipif(not FILES.is_dir(), reason="no real data here: set LMCT_DATA")
def test_real_scans_as_another_reader_sees_them():
    pytest.importorskip("yadg", reason="needs the extra yadg")
    from yadg.extractors.quadstar.sac import extract

    tree = extract(FILES / "airdemo.sac")
    scans = tree["1"].to_dataset()
    near = np.abs(scans["mass_to_charge"].values - 40) <= 0.4
    expected = scans["y"].values[:, near].mean(axis=1)
    found = ms.read(FILES / "airdemo.sac")
    np.testing.assert_allclose(found.currents[40], expected, rtol=1e-6)
    times = scans["uts"].values
    np.testing.assert_allclose(found.time, times - times[0], atol=1e-3)
