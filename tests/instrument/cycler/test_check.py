from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.instrument.cycler import CyclerRecord
from lmct.instrument.cycler.check import checked
from lmct.quantity.errors import DamagedFile, UnitMismatch


def record(**columns):
    names = {
        "time": "test_time_second",
        "voltage": "voltage_volt",
        "current": "current_ampere",
        "charge": "charging_capacity_ah",
        "discharge": "discharging_capacity_ah",
        "net": "net_capacity_ah",
        "cycle": "cycle_count",
        "clock": "instrument_clock_second",
    }
    arrays = {names[key]: np.asarray(value, dtype=float) for key, value in columns.items()}
    return CyclerRecord(columns=arrays, source_file="x.csv")


def said(found, *words):
    return any(all(word in sentence for word in words) for sentence in found.warnings)


def test_a_sound_record_passes_unchanged(cycle):
    before = record(**cycle)
    after = checked(before)
    assert after.warnings == ()
    assert all(np.array_equal(after.columns[name], column) for name, column in before.columns.items())


def test_few_nan_rows_are_dropped_and_named(cycle):
    cycle["voltage"][7] = np.nan
    after = checked(record(**cycle))
    assert after.rows == 120
    assert said(after, "row 8", "dropped")


def test_many_nan_rows_are_refused(cycle):
    cycle["current"][3:10] = np.nan
    with pytest.raises(DamagedFile, match=r"7 of 121 rows .*rows 4, 5, 6, 7, 8"):
        checked(record(**cycle))


def test_all_nan_is_refused(cycle):
    with pytest.raises(DamagedFile):
        checked(record(time=[0.0], voltage=[np.nan], current=[1.0]))


def test_no_rows_are_refused():
    with pytest.raises(DamagedFile, match="no rows"):
        checked(record(time=[], voltage=[], current=[]))


def test_time_backwards_names_the_row(cycle):
    cycle["time"][50] = 100.0
    with pytest.raises(DamagedFile, match=r"backwards at row 51 \(2940 s, then 100 s\)"):
        checked(record(**cycle))


def test_restarted_time_is_joined(cycle):
    twice = {key: np.concatenate([column, column]) for key, column in cycle.items()}
    twice["voltage"][121:] += 0.01
    after = checked(record(**twice))
    assert said(after, "starts again at row 122")
    assert after.time[-1] == 2 * cycle["time"][-1]
    assert np.all(np.diff(after.time) >= 0)


def test_restart_uses_the_clock_for_the_pause(cycle):
    twice = {key: np.concatenate([column, column]) for key, column in cycle.items()}
    twice["voltage"][121:] += 0.01
    twice["clock"] = 1e9 + np.concatenate([cycle["time"], cycle["time"] + 7200.0 + 500.0])
    after = checked(record(**twice))
    assert after.time[121] - after.time[120] == pytest.approx(500.0)


def test_repeated_block_is_dropped(cycle):
    order = np.r_[0:60, 50:60, 60:121]
    after = checked(record(**{key: column[order] for key, column in cycle.items()}))
    assert said(after, "rows 61 to 70 repeat earlier rows")
    assert np.array_equal(after.time, cycle["time"])


def test_a_file_full_of_repeats_is_refused_soon(cycle):
    order = np.concatenate([[n, n + 1, n, n + 1] for n in range(0, 120, 2)])
    with pytest.raises(DamagedFile, match="repaired 50 times"):
        checked(record(**{key: column[order] for key, column in cycle.items()}))


def test_jitter_of_the_clock_is_held(cycle):
    cycle["time"][5] = cycle["time"][4] - 5e-4
    after = checked(record(**cycle))
    assert after.time[5] == after.time[4]
    assert said(after, "0.5 ms", "row 6")


def test_repeated_single_rows_are_kept_and_reported(cycle):
    order = np.r_[0:10, 9:121]
    after = checked(record(**{key: column[order] for key, column in cycle.items()}))
    assert after.rows == 122
    assert said(after, "row 11 (1 in all) repeat the row before")


@pytest.mark.parametrize(("factor", "text"), [(60.0, "60"), (3600.0, "3600")])
def test_time_in_another_unit_is_found_by_the_clock(cycle, factor, text):
    clock = 1.7e9 + cycle["time"] * (1 if factor == 60 else 60)
    time = (clock - 1.7e9) / factor
    after = checked(
        record(
            **(
                cycle
                | {
                    "time": time,
                    "clock": clock,
                    "current": 0 * time,
                    "charge": 0 * time,
                    "discharge": 0 * time,
                }
            )
        )
    )
    assert np.allclose(after.time, clock - 1.7e9)
    assert said(after, f"multiplied by {text}")


def test_time_in_minutes_is_found_by_the_capacity(cycle):
    after = checked(record(**(cycle | {"time": cycle["time"] / 60})))
    assert np.allclose(after.time, cycle["time"])
    assert said(after, "taken as minutes")


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_current_in_a_wrong_unit_is_refused(cycle, factor):
    with pytest.raises(UnitMismatch, match="the capacity that the file itself states"):
        checked(record(**(cycle | {"current": cycle["current"] * factor})))


def test_inverted_sign_is_turned_round(cycle):
    after = checked(record(**(cycle | {"current": -cycle["current"]})))
    assert np.array_equal(after.current, cycle["current"])
    assert said(after, "sign was turned round")


def test_unsigned_current_is_refused(cycle):
    with pytest.raises(UnitMismatch, match="one direction only"):
        checked(record(**(cycle | {"current": np.abs(cycle["current"])})))


def test_capacity_off_by_no_unit_is_reported(cycle):
    after = checked(record(**(cycle | {"current": cycle["current"] * 1.3})))
    assert said(after, "1.300 times the file's own capacity")


@given(st.floats(1e-6, 1e3), st.booleans())
def test_law_capacity_check_accepts_any_scale_and_either_kind_of_counter(scale, net):
    time = np.arange(0.0, 100.0)
    current = scale * np.where(time < 50, 1.0, -0.5)
    charge = np.r_[0, np.cumsum(0.5 * (current[1:] + current[:-1])) / 3600]
    columns = (
        {"net": charge}
        if net
        else {
            "charge": np.r_[0, np.cumsum(np.maximum(np.diff(charge), 0))],
            "discharge": np.r_[0, np.cumsum(np.maximum(-np.diff(charge), 0))],
        }
    )
    assert checked(record(time=time, voltage=3 + 0 * time, current=current, **columns)).warnings == ()


def test_counters_reset_in_each_step_do_not_disturb(cycle):
    cycle["charge"] = np.where(cycle["current"] > 0, cycle["charge"], 0.0)
    assert checked(record(**cycle)).warnings == ()


def test_millivolts_are_recognised(cycle):
    after = checked(record(**(cycle | {"voltage": cycle["voltage"] * 1000})))
    assert np.allclose(after.voltage, cycle["voltage"])
    assert said(after, "millivolts")


def test_cycle_count_in_radians_is_repaired(cycle):
    after = checked(record(**cycle, cycle=np.full(121, 2 * np.pi)))
    assert np.all(after.columns["cycle_count"] == 1)
    assert said(after, "radians")


def test_cycle_count_that_is_no_number_of_cycles_is_left_out(cycle):
    after = checked(record(**cycle, cycle=np.full(121, 1.37)))
    assert "cycle_count" not in after.columns
    assert said(after, "1.37")


def test_zero_current_and_a_single_row_are_reported():
    after = checked(record(time=[0.0], voltage=[3.0], current=[0.0]))
    assert said(after, "single row")
    assert said(after, "current is zero")


def test_gap_under_current_is_reported_and_a_rest_is_not(cycle):
    time = cycle["time"].copy()
    time[30:] += 8000.0
    plain = {key: cycle[key] for key in ("voltage", "current")}
    assert said(checked(record(**plain, time=time)), "gaps of up to 8060 s", "row 30")
    plain["current"] = np.where(np.arange(121) == 0, 1.0, 0.0)
    assert not said(checked(record(**plain, time=time)), "gaps")


def test_clock_change_is_reported(cycle):
    clock = 1.5e9 + cycle["time"]
    clock[40:] -= 3600.0
    after = checked(record(**cycle, clock=clock))
    assert said(after, "jumps by an hour at row 41")
    assert np.array_equal(after.time, cycle["time"])
