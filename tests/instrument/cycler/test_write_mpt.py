from __future__ import annotations

import warnings
from datetime import datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lmct.instrument.cycler import CyclerRecord, read, write_mpt
from lmct.quantity.errors import OutOfRange

finite = st.floats(-1e3, 1e3, allow_nan=False).map(lambda value: value if abs(value) > 1e-12 else 0.0)


def sample(rows=200):
    time = np.linspace(0, 7200, rows)
    current = np.where(time < 3600, 1.23456789e-4, -2.3e-4)
    step = np.where(time < 3600, 1.0, 2.0)
    return CyclerRecord(
        columns={
            "test_time_second": time,
            "voltage_volt": 3.5 + np.sin(time / 1e3) / 7,
            "current_ampere": current,
            "step_count": step,
            "cycle_count": np.ones(rows),
        },
        active_mass=0.0123456,
        start_time=datetime(2024, 2, 29, 23, 59, 58, 123000),
        metadata={"technique": "Made by a simulator", "sample": "T140-1"},
    )


def test_round_trip_is_exact_to_the_printed_digits(tmp_path):
    before = sample()
    write_mpt(before, tmp_path / "a.mpt")
    after = read(tmp_path / "a.mpt")
    assert after.format == "biologic-mpt"
    assert after.warnings == ()
    for name in before.columns:
        assert np.allclose(after.columns[name], before.columns[name], rtol=1e-15, atol=0), name
    assert np.allclose(after.columns["net_capacity_ah"] * 3600, before.charge, rtol=1e-12, atol=1e-15)
    assert after.active_mass == before.active_mass
    assert after.start_time == before.start_time
    assert after.metadata["technique"] == "Made by a simulator"
    assert "sample = T140-1" in after.metadata["Comments"]


def test_second_round_trip_changes_no_number(tmp_path):
    write_mpt(sample(), tmp_path / "a.mpt")
    write_mpt(read(tmp_path / "a.mpt"), tmp_path / "b.mpt")
    rows = [
        (tmp_path / name).read_text(encoding="latin-1").splitlines()[-200:] for name in ("a.mpt", "b.mpt")
    ]
    columns = [np.array([[float(cell) for cell in line.split("\t")] for line in part]) for part in rows]
    assert np.allclose(columns[0], columns[1], rtol=1e-12, atol=1e-15)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(finite, finite), min_size=2, max_size=20))
def test_law_any_finite_numbers_survive(tmp_path, values):
    voltage, current = np.array(values).T
    before = CyclerRecord(
        columns={
            "test_time_second": np.arange(float(len(voltage))),
            "voltage_volt": voltage / 100,
            "current_ampere": current,
        }
    )
    write_mpt(before, tmp_path / "a.mpt")
    after = read(tmp_path / "a.mpt")
    assert np.allclose(after.voltage, before.voltage, rtol=1e-15, atol=0)
    assert np.allclose(after.current, before.current, rtol=1e-15, atol=0)


def test_galvani_reads_it(tmp_path):
    from galvani.BioLogic import MPTfile

    before = sample()
    write_mpt(before, tmp_path / "a.mpt")
    with (tmp_path / "a.mpt").open("rb") as stream:
        table, comments = MPTfile(stream)
    assert len(table) == before.rows
    assert np.allclose(table["Ewe/V"], before.voltage, rtol=1e-15)
    assert any(b"Acquisition started on : 02/29/2024 23:59:58.123" in line for line in comments)


def test_yadg_reads_it(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        extractors = pytest.importorskip(
            "yadg.extractors", reason="the optional second reader is not installed"
        )
        before = sample()
        write_mpt(before, tmp_path / "a.mpt")
        tree = extractors.extract(filetype="eclab.mpt", path=str(tmp_path / "a.mpt"))
    data = tree.to_dataset() if hasattr(tree, "to_dataset") else tree
    assert np.allclose(np.asarray(data["Ewe"]), before.voltage, rtol=1e-12)


def test_an_existing_file_survives_a_failed_write(tmp_path):
    path = tmp_path / "a.mpt"
    path.write_text("precious")
    bad = sample()
    bad.columns["voltage_volt"][3] = np.nan
    with pytest.raises(OutOfRange, match="voltage of row 4"):
        write_mpt(bad, path)
    assert path.read_text() == "precious"
    assert [found.name for found in tmp_path.iterdir()] == ["a.mpt"]


def test_no_temporary_file_is_left(tmp_path):
    write_mpt(sample(), tmp_path / "a.mpt")
    assert [found.name for found in tmp_path.iterdir()] == ["a.mpt"]


def test_a_record_without_mass_and_start_reads_back_without(tmp_path):
    plain = CyclerRecord(
        columns={
            name: sample().columns[name] for name in ("test_time_second", "voltage_volt", "current_ampere")
        }
    )
    write_mpt(plain, tmp_path / "a.mpt")
    after = read(tmp_path / "a.mpt")
    assert after.active_mass is None
    assert after.start_time is None
