"""Scans and cycler joined by clock, against rows whose means are known exactly."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from lmct.quantity.errors import DataError, OutOfRange
from lmct.technique.clock.clocks import Clocks, hours_that_overlap, seconds_between
from lmct.technique.clock.cycler_curve import (
    CyclerCurve,
    cycler_curve,
    cycler_curve_from_dataset,
    cycler_curve_from_record,
    half_cycles_from_current,
)
from lmct.technique.clock.join import join_scans
from lmct.technique.diffraction.refined import RefinedScan

NOON = datetime(2025, 7, 2, 12, 0, 0)


def scan(index: int, start: datetime | None, seconds: float | None = 600.0) -> RefinedScan:
    end = None if start is None or seconds is None else start + timedelta(seconds=seconds)
    return RefinedScan(index, f"{index}.xye", 0, {}, {}, 1.0, 0.1, start, end)


def ramp(start: datetime | None = NOON, mass: float | None = 0.01) -> CyclerCurve:
    """Two hours of charge at 1 mA, one of rest, two of discharge; the voltage rises and falls with time."""
    time = np.arange(0.0, 18001.0, 10.0)
    current = np.where(time <= 7200, 1e-3, np.where(time <= 10800, 0.0, -1e-3))
    voltage = 3.0 + time / 18000.0
    return cycler_curve(time=time, voltage=voltage, current=current, start_time=start, active_mass=mass)


def test_means_over_a_scan_are_those_of_the_ramp() -> None:
    joined = join_scans([scan(0, NOON + timedelta(hours=1))], ramp(), molar_mass=82.69)
    assert joined.time[0] == pytest.approx(3900.0)
    assert joined.voltage[0] == pytest.approx(3.0 + 3900.0 / 18000.0, abs=1e-12)
    assert joined.charge[0] == pytest.approx(3900.0 / 3600.0, rel=1e-9)
    assert joined.charge_width[0] == pytest.approx(600.0 / 3600.0, rel=1e-9)
    assert joined.specific_charge[0] == pytest.approx(108.333333, rel=1e-6)
    assert joined.lithium[0] == pytest.approx(108.333333 * 82.69 * 3.6 / 96485.33, rel=1e-5)
    assert joined.direction[0] == 1


def test_means_hold_between_rows_that_are_longer_than_the_scan() -> None:
    time = np.array([0.0, 36000.0])
    slow = cycler_curve(time=time, voltage=time / 1e4, current=np.array([1e-3, 1e-3]), start_time=NOON)
    joined = join_scans([scan(0, NOON + timedelta(seconds=7000), 100.0)], slow)
    assert joined.voltage[0] == pytest.approx(0.705)
    assert joined.charge[0] == pytest.approx(7050.0 / 3600.0)


def test_direction_and_half_cycle_follow_the_current() -> None:
    hours = (0.5, 2.5, 3.5)
    joined = join_scans([scan(k, NOON + timedelta(hours=h)) for k, h in enumerate(hours)], ramp())
    assert joined.direction.tolist() == [1, 0, -1]
    assert joined.half_cycle.tolist() == [0, 0, 1]


def test_a_pulse_of_next_to_no_charge_is_no_half_cycle() -> None:
    current = np.concatenate([np.ones(500), -np.ones(2), np.ones(500), -np.ones(900)])
    charge = np.concatenate([[0.0], np.cumsum(current)[:-1]])
    number = half_cycles_from_current(current=current, charge=charge)
    assert number.max() == 1
    assert number[700] == 0


def test_scans_outside_the_test_are_said_and_empty() -> None:
    scans = [scan(0, NOON - timedelta(minutes=5)), scan(1, NOON + timedelta(hours=1)), scan(2, None)]
    joined = join_scans(scans, ramp())
    assert joined.inside.tolist() == [False, True, False]
    assert np.isnan(joined.voltage[0])
    assert any("Scan 0 not wholly within" in text for text in joined.messages)
    assert any("Scan 2 without a time" in text for text in joined.messages)


def test_scans_that_do_not_tell_their_end_are_taken_at_their_beginning() -> None:
    joined = join_scans([scan(0, NOON + timedelta(hours=1), None)], ramp())
    assert joined.time[0] == 3600.0
    assert any("when they ended" in text for text in joined.messages)


def test_two_zones_are_compared_in_true_time() -> None:
    paris = timezone(timedelta(hours=2))
    joined = join_scans([scan(0, datetime(2025, 7, 2, 15, tzinfo=paris))], ramp(NOON.replace(tzinfo=UTC)))
    assert joined.time[0] == pytest.approx(3900.0)
    assert joined.messages == ()


def test_one_zone_alone_is_refused_with_the_hours_that_would_fit() -> None:
    aware = ramp(NOON.replace(tzinfo=UTC))
    with pytest.raises(DataError, match=r"clock of the cycler tells its zone.*scan_zone.*-7200"):
        join_scans([scan(0, datetime(2025, 7, 2, 18, 30))], aware)
    with pytest.raises(DataError, match="cycler_zone"):
        join_scans([scan(0, datetime(2025, 7, 2, 13, tzinfo=UTC))], ramp())


def test_one_zone_is_joined_with_a_zone_or_an_offset_of_the_user() -> None:
    aware, scans = ramp(NOON.replace(tzinfo=UTC)), [scan(0, datetime(2025, 7, 2, 15))]
    by_zone = join_scans(scans, aware, clocks=Clocks(scan_zone="Europe/Paris"))
    by_offset = join_scans(scans, aware, clocks=Clocks(offset=-7200.0))
    assert by_zone.time[0] == by_offset.time[0] == pytest.approx(3900.0)


def test_no_overlap_names_the_offsets_in_whole_hours() -> None:
    with pytest.raises(DataError, match=r"clock_offset = -21600"):
        join_scans([scan(0, NOON + timedelta(hours=10.5))], ramp())
    with pytest.raises(DataError, match="check the dates"):
        join_scans([scan(0, NOON + timedelta(days=30))], ramp())


def test_hours_that_overlap_prefer_all_scans_inside() -> None:
    assert hours_that_overlap(first=3600.0 * 5, last=3600.0 * 7, duration=3600.0 * 3) == (-4, -5)


def test_missing_clocks_and_numbers_out_of_range_are_refused() -> None:
    with pytest.raises(DataError, match="cycler_start"):
        join_scans([scan(0, NOON)], ramp(None))
    with pytest.raises(DataError, match="no scan tells when"):
        join_scans([scan(0, None)], ramp())
    with pytest.raises(OutOfRange, match="no time zone"):
        seconds_between([NOON], NOON, Clocks(scan_zone="Europe/Pari"))
    with pytest.raises(OutOfRange, match="molar mass"):
        join_scans([scan(0, NOON)], ramp(), molar_mass=-1.0)
    with pytest.raises(DataError, match="ends before"):
        join_scans([scan(0, NOON + timedelta(hours=1), -5.0)], ramp())


def test_time_running_backwards_is_refused_and_incomplete_rows_left_out() -> None:
    with pytest.raises(DataError, match="row 2"):
        cycler_curve(time=np.array([0.0, 2.0, 1.0]), voltage=np.ones(3), current=np.ones(3))
    curve = cycler_curve(
        time=np.array([0.0, 1.0, 2.0]), voltage=np.array([1.0, np.nan, 1.0]), current=np.ones(3)
    )
    assert curve.time.tolist() == [0.0, 2.0]


def test_curve_of_a_data_set_reads_start_time_and_mass() -> None:
    rows = {name: ("row", np.array([0.0, 1.0])) for name in ("time", "voltage", "current")}
    attributes = {"start_time": NOON.isoformat(), "active_mass_gram": 0.01}
    curve = cycler_curve_from_dataset(xr.Dataset(rows, attrs=attributes))
    assert (curve.start_time, curve.active_mass) == (NOON, 0.01)
    with pytest.raises(DataError, match="lacks current"):
        cycler_curve_from_dataset(xr.Dataset({"time": rows["time"], "voltage": rows["voltage"]}))
    with pytest.raises(DataError, match="no time"):
        cycler_curve_from_dataset(xr.Dataset(rows, attrs={"start_time": "noon"}))


@pytest.mark.files
def test_operando_coin_cell_is_joined_by_clock() -> None:
    """Five scans nine minutes apart; the first one was measured before the cycler was started."""
    given = os.environ.get("LMCT_DATA")
    shared = Path(given) if given else Path(__file__).resolve().parents[4] / "shared" / "data"
    folder = shared / "diffraction" / "datalab_insitu" / "coincell8_LDE2"
    if not folder.is_dir():
        pytest.skip("the operando coin cell of the shared data is not there")
    from lmct.instrument.cycler import read

    rows = (folder / "Log" / "log_operando_coincell8_LDE2_reduced.csv").read_text().splitlines()[1:]
    scans = []
    for index, row in enumerate(rows):
        name, _, start, end = row.split(",")
        times = (datetime.fromisoformat(start), datetime.fromisoformat(end))
        scans.append(RefinedScan(index, name, 0, {}, {}, 1.0, 0.1, *times))
    joined = join_scans(scans, cycler_curve_from_record(read(folder / "Echem" / "cc8.ndax")))
    assert joined.inside.tolist() == [False, True, True, True, True]
    assert np.diff(joined.time)[1:] == pytest.approx(544.0, abs=3.0)
    inside = joined.voltage[1:]
    assert np.all((inside > 0.0) & (inside < 5.0))
    assert any("Scan 0" in text for text in joined.messages)
