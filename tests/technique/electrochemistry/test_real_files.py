"""Half-cycles and capacities of real cycler files, against what the cycler itself counted."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import numpy as np
import pytest

from lmct.instrument.cycler import read
from lmct.technique.electrochemistry.gitt_pulses import find_pulses
from lmct.technique.electrochemistry.half_cycle import find_half_cycles
from lmct.technique.electrochemistry.voltammetry_sweeps import find_sweeps

pytestmark = pytest.mark.files

DATA = Path(os.environ.get("LMCT_DATA", Path(__file__).parents[4] / "shared" / "data"))


def open_record(path):
    if not (DATA / path).exists():
        pytest.skip(f"{DATA / path} is not there (set LMCT_DATA)")
    return read(DATA / path)


def half_cycles_of(record):
    return find_half_cycles(time=record.time, voltage=record.voltage, current=record.current)


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("cycling/navani/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr", 13),
        ("cycling/yadg_biologic/gcpl.issue_228.mpr", 22),
        ("cycling/yadg_biologic/gcpl.issue_211.mpr", 10),
        ("cycling/aurora_empa/250116_kigr_gen6_01_02_GCPL_CD8.mpr", 6),
    ],
)
def test_number_of_half_cycles(path, count):
    found = half_cycles_of(open_record(path))
    assert len(found) == count
    assert all(one.kind != two.kind for one, two in itertools.pairwise(found))


def test_a_short_first_discharge_is_found_beside_nine_whole_half_cycles():
    """gcpl.issue_175: 2.0-4.2 V, nine half-cycles of about 0.5 mAh after one of 0.009 mAh."""
    found = half_cycles_of(open_record("cycling/yadg_biologic/gcpl.issue_175.mpr"))
    assert [one.total_capacity > 0.1 for one in found] == [False] + [True] * 9
    assert found[0].total_capacity == pytest.approx(0.00866, rel=0.02)


@pytest.mark.parametrize(
    ("path", "tolerance"),
    [
        ("cycling/navani/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr", 1e-5),
        ("cycling/yadg_biologic/gcpl.issue_211.mpr", 1e-5),
        ("cycling/yadg_biologic/gcpl.issue_228.mpr", 4e-3),
        ("cycling/aurora_empa/250116_kigr_gen6_01_02_GCPL_CD8.mpr", 2e-3),
    ],
)
def test_capacities_agree_with_the_counter_of_the_cycler(path, tolerance):
    """The instrument's own charge increments, which the analysis never sees, are the truth.

    gcpl.issue_228 has voltage holds after 3C charges; its file stores no current, and interval means
    integrated by trapezoids are 0.3 % too large there (1e-7 in its galvanostatic discharges).
    """
    from galvani import BioLogic

    record = open_record(path)
    with (DATA / path).open("rb") as file:
        counted = BioLogic.MPRfile(file).data["dq/mA.h"].astype(float)
    assert len(counted) == record.rows
    for one in half_cycles_of(record):
        assert one.total_capacity == pytest.approx(abs(counted[one.start : one.stop].sum()), rel=tolerance)


def test_operando_cell_of_the_beamline(analyse):
    """LiNiO2 at ROCK: 3.0-4.3 V; the mass in the file (7000 mg) is a left-over, so one is given."""
    record = open_record("absorption/perex_rock/EC/220726cell4operandoxas_C06.mpt")
    measurement = analyse(record, mass=0.010)
    names = {one.quantity for one in measurement.findings}
    assert {
        "charge_capacity",
        "discharge_capacity",
        "coulombic_efficiency",
        "metal_plateau_capacity",
    } <= names
    plateau = next(one for one in measurement.findings if one.quantity == "metal_plateau_capacity")
    assert plateau.note.startswith("Lower bound:")
    assert "oxygen_plateau_capacity" not in names


def test_a_charge_with_rests_and_impedance_is_one_half_cycle():
    """biol.mpr holds impedance rows and pauses in one long charge; its counter only ever rises."""
    record = open_record("cycling/cellpy/biol.mpr")
    (found,) = half_cycles_of(record)
    assert found.kind == "charge"
    assert found.total_capacity == pytest.approx(4.97689, rel=1e-3)


@pytest.mark.parametrize(
    "path",
    [
        "cycling/fastnda_neware/nw4-120-1-6-53.ndax",
        "cycling/cellpy/20160805_test001_45_cc_01.res",
        "cycling/cellpy/maccor_one.txt",
    ],
)
def test_other_brands_are_analysed_without_trouble(path, analyse, tmp_path):
    try:
        record = open_record(path)
    except Exception as error:
        if "mdb" not in str(error):
            raise
        pytest.skip("mdbtools is not installed")
    measurement = analyse(record, mass=0.01)
    measurement.dataset.to_netcdf(tmp_path / "cell.nc", engine="h5netcdf")
    assert len(measurement.findings) > 4
    for one in measurement.findings:
        assert np.isfinite(one.value.value), one
        assert np.isfinite(one.value.uncertainty), one


@pytest.mark.parametrize(
    ("path", "directions", "rate"),
    [
        ("cycling/ixdat/Pt_poly_cv.mpt", [-1, 1, -1, 1, -1, 1, -1, 1, -1], 0.1),
        ("cycling/yadg_biologic/lsv.mpr", [-1], 0.02),
    ],
)
def test_sweeps_of_real_voltammograms_have_the_rate_of_their_header(path, directions, rate):
    """Headers: dE/dt 100 and 20 mV/s."""
    record = open_record(path)
    found = find_sweeps(time=record.time, voltage=record.voltage)
    assert [one.direction for one in found] == directions
    assert [one.rate for one in found] == pytest.approx([rate] * len(found), rel=1e-3)


@pytest.mark.parametrize(
    "path",
    [
        "cycling/navani/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr",
        "cycling/yadg_biologic/gcpl.issue_211.mpr",
        "cycling/aurora_empa/250116_kigr_gen6_01_02_GCPL_CD8.mpr",
    ],
)
def test_real_cycles_are_neither_pulse_titration_nor_sweep(path):
    record = open_record(path)
    assert find_pulses(time=record.time, current=record.current) == ()
    assert find_sweeps(time=record.time, voltage=record.voltage) == ()
