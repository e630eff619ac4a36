"""What techniques contribute to a fit, from measurements written down by hand."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from lmct.evidence.observed import at_the_end, diffraction, electrochemistry
from lmct.evidence.observed.campaign import campaign_of_samples
from lmct.evidence.observed.sample import SampleRecord
from lmct.protocol.plain_words import parse_steps
from lmct.quantity import Finding, Value
from lmct.quantity.errors import DataError
from lmct.technique.contract import Measurement

HISTORY = tuple(parse_steps(["Charge at 20 mA/g until 4.5 V", "Rest for 2 h", "Rest for 15 min"]))


def cell(number, metal, oxygen, voltage):
    data = {
        "direction": [-1.0],
        "total_capacity": [metal + oxygen],
        "start_time": [900.0],
        "duration": [(metal + oxygen) / 20.0 * 3600.0],
        "end_voltage": [1.85],
    }
    dataset = xr.Dataset(
        {name: (("half_cycle_number",), np.array(values)) for name, values in data.items()},
        attrs={"capacity_unit": "mAh/g", "mass_relative_uncertainty": 0.02},
    )
    findings = (
        Finding("metal_plateau_capacity", Value(metal, 0.02 * metal, "mAh/g")),
        Finding("oxygen_plateau_capacity", Value(oxygen, 0.02 * oxygen, "mAh/g")),
        Finding("open_circuit_voltage", Value(voltage, 1e-3, "V")),
    )
    return Measurement(f"cell{number}", "a", "electrochemistry", {}, dataset, findings)


def record(*measurements, history=HISTORY, findings=()):
    return SampleRecord("a", history, measurements, findings)


def test_a_cell_gives_two_plateaus_that_share_its_mass_and_a_voltage_that_does_not():
    found = electrochemistry.observed([record(cell(1, 80.0, 120.0, 4.2))])
    metal, oxygen, voltage = found.observations
    assert metal.loadings["mass"].tolist() == [1.6]
    assert oxygen.loadings["mass"].tolist() == [pytest.approx(2.4)]
    assert not voltage.loadings
    assert {one.cell for one in found.observations} == {"cell1"}
    assert (voltage.observable, voltage.step) == ("end_voltage", -2)
    assert metal.protocol[:3] == tuple(replace(step, text="") for step in HISTORY)


def test_the_scatter_of_cells_is_their_own_when_there_are_enough():
    shares = (0.38, 0.42, 0.40, 0.39, 0.41, 0.40)
    cells = [cell(k, 200.0 * one, 200.0 * (1 - one), 4.2 + 0.01 * k) for k, one in enumerate(shares)]
    found = electrochemistry.observed([record(*cells)]).observations
    assert found[0].uncertainty[0] == pytest.approx(200.0 * np.std(shares, ddof=1))
    spread = np.std([0.01 * k for k in range(6)], ddof=1)
    assert found[2].uncertainty[0] == pytest.approx(np.hypot(spread, 1e-3))


def test_masses_alone_do_not_look_like_scatter():
    cells = [
        cell(k, 80.0 * one, 120.0 * one, 4.2) for k, one in enumerate((0.96, 1.0, 1.04, 0.98, 1.02, 1.0))
    ]
    found = electrochemistry.observed([record(*cells)]).observations
    assert found[0].uncertainty[0] == pytest.approx(electrochemistry.LEAST_SCATTER * 0.96 * 200.0)


def test_a_cell_without_discharge_is_named():
    broken = cell(1, 80.0, 120.0, 4.2)
    broken.dataset["direction"][:] = 1.0
    found = electrochemistry.observed([record(broken)])
    assert not found.observations
    assert "cell1 (a) is not used" in found.messages[0]


def scans(times, values):
    clock = [f"2026-01-05T{8 + k:02d}:00:00" for k in range(len(times))]
    end = [f"2026-01-05T{8 + k:02d}:20:00" for k in range(len(times))]
    data = {
        "time": times,
        "a": values,
        "a_uncertainty": [1e-4] * len(times),
        "start_time": clock,
        "end_time": end,
    }
    dataset = xr.Dataset({name: (("scan",), np.array(one)) for name, one in data.items()})
    return Measurement("rest", "a", "diffraction", {}, dataset, ())


def test_scans_at_rest_are_taken_from_the_first_one_on():
    found = diffraction.observed([record(scans([0.0, 3600.0, 7200.0], [4.11, 4.12, 4.13]))])
    (one,) = found.observations
    assert one.at.tolist() == [0.0, 3600.0, 7200.0]
    assert one.values.tolist() == [4.11, 4.12, 4.13]
    assert {unknown.name for unknown in found.unknowns} == {
        "lattice_origin",
        "lattice_per_metal_hole",
        "lattice_per_oxygen_hole",
    }


def test_scans_of_a_working_cell_fall_into_its_half_cycles():
    data = {
        "direction": [1.0, -1.0],
        "total_capacity": [40.0, 40.0],
        "start_time": [0.0, 7200.0],
        "duration": [7200.0, 7200.0],
        "end_voltage": [4.5, 2.0],
    }
    dataset = xr.Dataset(
        {name: (("half_cycle_number",), np.array(values)) for name, values in data.items()},
        attrs={
            "capacity_unit": "mAh/g",
            "mass_relative_uncertainty": 0.02,
            "start_time": "2026-01-05T08:00:00",
        },
    )
    working = Measurement("work", "a", "electrochemistry", {}, dataset, ())
    pattern = scans([0.0, 3600.0, 7200.0, 10800.0], [4.16, 4.15, 4.14, 4.15])
    up, down = diffraction.observed([record(pattern, working, history=())]).observations
    assert (up.step, up.at.tolist(), up.values.tolist()) == (0, [600.0, 4200.0], [4.16, 4.15])
    assert (down.step, down.at.tolist(), down.values.tolist()) == (1, [600.0, 4200.0], [4.14, 4.15])
    slope = (4.15 - 4.16) / 3600.0
    np.testing.assert_allclose(up.loadings["mass"], 0.02 * slope * np.array([600.0, 4200.0]))


def test_patterns_without_a_clock_or_a_history_are_named():
    found = diffraction.observed([record(scans([0.0, 1.0], [4.1, 4.1]), history=())])
    assert not found.observations
    assert not found.unknowns
    assert "rest (a) is not used" in found.messages[0]


def test_findings_at_the_end_of_a_history():
    nickel = Finding("nickel_2_fraction", Value(0.3, 0.01), "a", "photoemission")
    edge = Finding("edge_energy", Value(8346.0, 0.05, "eV"), "a", "absorption", "at half height")
    other = Finding("edge_energy", Value(8346.5, 0.05, "eV"), "a", "absorption", "by the integral method")
    found = at_the_end.observed([record(findings=(nickel, edge, other))])
    one, two = found.observations
    assert (one.observable, one.values.tolist(), one.scale) == (
        "oxidised_metal_fraction",
        [0.7],
        "photoemission_scale",
    )
    assert (two.observable, two.values.tolist(), two.offset) == ("metal_holes", [8346.0], "edge_origin")
    assert one.at.tolist() == [900.0]
    assert {unknown.name for unknown in found.unknowns} == {
        "photoemission_scale",
        "edge_origin",
        "edge_per_hole",
    }


def test_a_finding_about_a_sample_without_history_is_named():
    gas = Finding("oxygen_released", Value(145.0, 5.0, "umol/g"), "a", "gas_evolution", "charge 1")
    found = at_the_end.observed([record(history=(), findings=(gas,))])
    assert not found.observations
    assert found.messages == (
        "oxygen released of a is not used: the study does not say the history of the sample.",
    )


def test_one_technique_alone_makes_a_campaign_and_none_is_refused():
    campaign, messages = campaign_of_samples([record(cell(1, 80.0, 120.0, 4.2))])
    assert campaign.points == 3
    assert messages == ()
    with pytest.raises(DataError, match="nothing that was measured"):
        campaign_of_samples([record()])


def test_gas_of_a_cell_without_history_is_that_of_its_first_charge():
    data = {
        "direction": [1.0, -1.0],
        "total_capacity": [40.0, 40.0],
        "start_time": [0.0, 7200.0],
        "duration": [7200.0, 7200.0],
        "end_voltage": [4.8, 2.0],
    }
    dataset = xr.Dataset(
        {name: (("half_cycle_number",), np.array(values)) for name, values in data.items()},
        attrs={"capacity_unit": "mAh/g"},
    )
    working = Measurement("work", "a", "electrochemistry", {}, dataset, ())
    trace = Measurement("gas", "a", "gas_evolution", {}, xr.Dataset(), ())
    first = Finding("oxygen_released", Value(145.0, 5.0, "umol/g"), "a", "gas_evolution", "charge 1")
    whole = Finding("oxygen_released", Value(190.0, 50.0, "umol/g"), "a", "gas_evolution", "whole run")
    found = at_the_end.observed([record(working, trace, history=(), findings=(first, whole))])
    (one,) = found.observations
    assert one.values.tolist() == [145.0]
    assert [step.kind for step in one.protocol] == ["charge"]
    assert one.at[0] > 7200.0
