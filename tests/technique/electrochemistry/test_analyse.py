from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
import xarray as xr

from lmct.instrument.cycler.record import CURRENT, TIME, VOLTAGE, CyclerRecord
from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.electrochemistry import analyse as technique
from lmct.technique.electrochemistry.options import read_options


@pytest.fixture
def one_cycle(record, plateaus):
    """Rest, charge 250 mAh, rest 15 min at 4.3 V, discharge 100 + 150 mAh; 1 g."""
    return record(
        (0.5, lambda s: 3.0, 0.0),
        (12.5, lambda s: 3.8 + 0.7 * s, 2e-2),
        (0.25, lambda s: 4.3, 0.0),
        (12.5, plateaus(), -2e-2),
        noise=1e-4,
        mass=2.0,
    )


def by_name(measurement, quantity):
    (one,) = (f for f in measurement.findings if f.quantity == quantity)
    return one


@pytest.mark.parametrize(
    ("quantity", "truth", "unit", "condition"),
    [
        ("charge_capacity", 125.0, "mAh/g", "cycle 1, charge"),
        ("discharge_capacity", 125.0, "mAh/g", "cycle 1, discharge"),
        ("metal_plateau_capacity", 50.0, "mAh/g", "cycle 1, discharge"),
        ("oxygen_plateau_capacity", 75.0, "mAh/g", "cycle 1, discharge"),
        ("open_circuit_voltage", 4.3, "V", "cycle 1, end of 14.0 min rest before discharge"),
        ("coulombic_efficiency", 1.0, "", "cycle 1"),
        ("mean_charge_voltage", 4.15, "V", "cycle 1, charge"),
        ("mean_discharge_voltage", (100 * 3.85 + 150 * 2.075) / 250, "V", "cycle 1, discharge"),
        ("mean_voltage_gap", 4.15 - (100 * 3.85 + 150 * 2.075) / 250, "V", "cycle 1"),
        ("energy_efficiency", (100 * 3.85 + 150 * 2.075) / 250 / 4.15, "", "cycle 1"),
        ("loop_area", 125.0 * (4.15 - (100 * 3.85 + 150 * 2.075) / 250), "mWh/g", "cycle 1"),
    ],
)
def test_every_finding_of_a_known_cell(analyse, one_cycle, quantity, truth, unit, condition):
    finding = by_name(analyse(one_cycle), quantity)
    assert finding.value.value == pytest.approx(truth, rel=3e-3)
    assert abs(finding.value.value - truth) < 3.0 * finding.value.uncertainty
    assert finding.value.unit == unit
    assert finding.condition == condition
    assert (finding.source_file, finding.source_sha256) == ("synthetic.mpt", "0" * 64)
    assert (finding.technique, finding.sample) == ("electrochemistry", "sample")


def test_the_data_set_keeps_the_clock(analyse, one_cycle):
    assert "start_time" not in analyse(one_cycle).dataset.attrs
    dated = replace(one_cycle, start_time=datetime(2026, 1, 5, 8))
    assert analyse(dated).dataset.attrs["start_time"] == "2026-01-05T08:00:00"


def test_the_given_mass_wins_over_that_of_the_file(analyse, one_cycle):
    assert by_name(analyse(one_cycle, mass=1.0), "charge_capacity").value.value == pytest.approx(
        250.0, rel=1e-3
    )


def test_without_any_mass_the_numbers_are_those_of_the_cell(analyse, record, plateaus):
    measurement = analyse(record((0.5, lambda s: 4.3, 0.0), (12.5, plateaus(), -2e-2)))
    finding = by_name(measurement, "discharge_capacity")
    assert finding.value.unit == "mAh"
    assert finding.value.value == pytest.approx(250.0, rel=1e-3)
    assert finding.value.uncertainty < 0.002 * 250.0
    assert "active_mass" in finding.note
    assert any("active_mass" in text for text in measurement.warnings)
    assert measurement.dataset.attrs["capacity_unit"] == "mAh"


@pytest.mark.parametrize("mass", [0.0, -1.0, math.inf, math.nan])
def test_impossible_masses_are_refused(analyse, one_cycle, mass):
    with pytest.raises(OutOfRange, match="active mass"):
        analyse(one_cycle, mass=mass)


def test_a_discharge_above_a_plateau_says_nothing_about_it(analyse, record):
    measurement = analyse(record((0.5, lambda s: 4.3, 0.0), (5.0, lambda s: 4.2 - s, -1e-3)), mass=1.0)
    assert not [f for f in measurement.findings if f.quantity == "oxygen_plateau_capacity"]
    assert by_name(measurement, "metal_plateau_capacity").note.startswith("Lower bound:")


def test_options_reach_the_analysis(analyse, one_cycle):
    measurement = analyse(
        one_cycle, plateaus={"upper": [4.5, 3.0]}, mass_relative_uncertainty=0.1, resolution=0.05
    )
    finding = by_name(measurement, "upper_plateau_capacity")
    assert finding.value.uncertainty == pytest.approx(0.1 * finding.value.value, rel=0.01)
    assert measurement.dataset.attrs["dqdv_resolution_volt"] == 0.05


def test_in_cycling_becomes_a_condition(analyse, one_cycle):
    assert analyse(one_cycle, in_cycling=True).condition == {"in_cycling": 1.0}
    assert analyse(one_cycle, condition={"hold_time": 0.0}).condition == {"hold_time": 0.0}


def test_data_set_survives_netcdf(analyse, one_cycle, tmp_path):
    data = analyse(one_cycle).dataset
    data.to_netcdf(tmp_path / "cell.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "cell.nc", engine="h5netcdf") as read:
        xr.testing.assert_identical(data, read.load())


def test_data_set_holds_rows_half_cycles_curves_and_peaks(analyse, one_cycle):
    data = analyse(one_cycle).dataset
    assert data.sizes["row"] == one_cycle.rows
    assert data["direction"].to_numpy().tolist() == [1, -1]
    assert all(
        "units" in data[name].attrs
        for name in ("time", "voltage", "current", "capacity", "differential_capacity")
    )
    area = np.trapezoid(data["differential_capacity"].to_numpy(), data["grid_voltage"].to_numpy(), axis=1)
    assert area == pytest.approx([125.0, 125.0], rel=2e-3)
    last = data["capacity"].to_numpy()[data["half_cycle"].to_numpy() == 1][-1]
    assert last == pytest.approx(125.0, rel=1e-3)
    assert set(data["peak_half_cycle"].to_numpy()) <= {0, 1}


def test_a_record_without_current_is_analysed_and_warned_about(analyse, tmp_path):
    flat = CyclerRecord({TIME: np.arange(10.0), VOLTAGE: np.full(10, 3.0), CURRENT: np.zeros(10)})
    measurement = analyse(flat, mass=1.0)
    assert measurement.findings == ()
    assert any("No current flows" in text for text in measurement.warnings)
    measurement.dataset.to_netcdf(tmp_path / "flat.nc", engine="h5netcdf")
    assert technique.figures([measurement]) == ()


def test_one_row_is_not_an_error(analyse):
    single = CyclerRecord({TIME: np.zeros(1), VOLTAGE: np.ones(1), CURRENT: np.ones(1)})
    assert analyse(single, mass=1.0).findings == ()


def test_warnings_of_the_reader_are_kept(analyse, one_cycle):
    assert analyse(one_cycle.with_warnings("repaired")).warnings[0] == "repaired"


def test_contract():
    assert technique.NAME == "electrochemistry"
    assert set(technique.GROUP_ANALYSES) == {
        "titration",
        "equilibrium_potential",
        "relaxation",
        "gitt",
        "voltammetry",
        "rate_series",
        "window_opening",
    }


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ({"plateau": {}}, "plateaus"),
        ({"mass_uncertainty": 0.1}, "mass_relative_uncertainty"),
        ({"resolutoin": 0.1}, "resolution"),
    ],
)
def test_misspelt_options_get_a_hint(given, hint):
    with pytest.raises(UnknownName, match=f"Did you mean '{hint}'"):
        read_options(given)


@pytest.mark.parametrize(
    "given",
    [
        {"plateaus": {}},
        {"plateaus": {"metal": [4.5]}},
        {"plateaus": {"metal": [4.5, 4.5]}},
        {"plateaus": {"metal": "4.5-2.5"}},
        {"resolution": 0.0},
        {"resolution": "20 mV"},
        {"minimum_swing": 2.0},
        {"voltage_uncertainty": -1.0},
        {"mass_relative_uncertainty": True},
        {"in_cycling": "yes"},
    ],
)
def test_senseless_options_are_refused(given):
    with pytest.raises(OutOfRange):
        read_options(given)


def test_defaults_are_those_of_the_paper():
    """Li 2022, Fig. 4 caption."""
    assert read_options({}).plateaus == {"metal": (4.5, 2.5), "oxygen": (2.5, 1.85)}
