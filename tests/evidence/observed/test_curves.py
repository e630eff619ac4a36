"""Whole curves as observations: of straight lines, and of an electrode that is known."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import xarray as xr

from lmct.electrode.parameter_file import load
from lmct.evidence.likelihood import Campaign, ElectrodeMechanism, Likelihood, Normal, Unknown
from lmct.evidence.observed import electrochemistry
from lmct.evidence.observed.curves import Curves
from lmct.evidence.observed.recorded_curve import RecordedCurve, charge_between_voltages, recorded_curves
from lmct.evidence.observed.sample import SampleRecord
from lmct.protocol.charge import charge, discharge
from lmct.protocol.rest import rest
from lmct.quantity import Finding, Value
from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.contract import Measurement

CYCLE = (
    charge(specific_current=20.0, voltage=4.5),
    rest(3600.0),
    discharge(specific_current=20.0, voltage=1.85),
)
MASS, ROWS = 0.02, 600


@cache
def mechanism():
    base = load("li-ti-ni-o")
    unknown = Unknown("metal_potential", Normal(base.metal_potential, 0.05))
    return ElectrodeMechanism("electrode", "Electrode", base, (unknown,))


def file_of(half_cycles, *, constant=True):
    """Return the file of a cell from (direction, current, times, voltages) of its half-cycles."""
    rows, table, begin = [], [], 0.0
    for direction, current, time, voltage in half_cycles:
        capacity = current * time / 3600.0
        if not constant:
            capacity = capacity[-1] * (time / time[-1]) ** 1.2
        first = sum(len(one[0]) for one in rows)
        rows.append((begin + time, voltage, capacity))
        table.append((direction, capacity[-1], begin, time[-1], voltage[-1], first, first + len(time), 2e-4))
        begin += time[-1] + 3600.0
    names = ("direction", "total_capacity", "start_time", "duration", "end_voltage", "start_row", "stop_row")
    columns = zip((*names, "voltage_noise"), zip(*table, strict=True), strict=True)
    variables = {name: (("half_cycle_number",), np.array(one)) for name, one in columns}
    series = zip(("time", "voltage", "capacity"), zip(*rows, strict=True), strict=True)
    variables |= {name: (("row",), np.concatenate(one)) for name, one in series}
    attributes = {
        "capacity_unit": "mAh/g",
        "mass_relative_uncertainty": MASS,
        "voltage_uncertainty_volt": 1e-3,
    }
    findings = (
        Finding("metal_plateau_capacity", Value(80.0, 1.0, "mAh/g")),
        Finding("oxygen_plateau_capacity", Value(120.0, 1.0, "mAh/g")),
    )
    dataset = xr.Dataset(variables, attrs=attributes)
    return Measurement("cell1", "a", "electrochemistry", {}, dataset, findings)


@cache
def cycled(wrong=1.0):
    """Return the file of the known electrode, its mass too small by a factor, current and rest as planned."""
    base = mechanism().base
    driven = [replace(one, specific_current=one.specific_current / wrong) for one in CYCLE]
    (history,) = mechanism().simulator([tuple(driven)])({"metal_potential": base.metal_potential})
    half_cycles = []
    for step, direction in ((0, 1.0), (2, -1.0)):
        time = np.linspace(0.0, history.duration(step), ROWS)
        half_cycles.append((direction, 20.0, time, history.states(step, time)[:, 4]))
    return file_of(half_cycles)


def straight(capacity=200.0, constant=True):
    """Return the file of a discharge from 4 to 2 V along a line."""
    time = np.linspace(0.0, capacity / 20.0 * 3600.0, ROWS)
    return file_of([(-1.0, 20.0, time, np.linspace(4.0, 2.0, ROWS))], constant=constant)


def observations(measurement, kind, history=(), **options):
    record = SampleRecord("a", history, (measurement,))
    return electrochemistry.observed([record], Curves(kind=kind, **options)).observations


def deviations(measurement, kind):
    """Return the observations of a cycled cell with what the known electrode shows."""
    found = observations(measurement, kind)
    likelihood = Likelihood(mechanism(), Campaign(found))
    return zip(found, likelihood.predictions({"metal_potential": load().metal_potential}), strict=True)


def test_curves_are_not_compared_unless_asked_for():
    names = [one.observable for one in observations(straight(), "none")]
    assert names == ["metal_plateau_capacity", "oxygen_plateau_capacity"]


def test_a_line_gives_voltages_away_from_its_ends_and_its_whole_capacity():
    voltages, whole = observations(straight(), "voltage", points=20)
    assert (voltages.observable, whole.observable) == ("voltage_at_capacity", "step_capacity")
    np.testing.assert_allclose(voltages.at, np.linspace(6.0, 194.0, 20), atol=1e-9)
    np.testing.assert_allclose(voltages.values, 4.0 - voltages.at / 100.0)
    np.testing.assert_allclose(voltages.loadings["mass"], MASS * voltages.at / 100.0)
    np.testing.assert_allclose(voltages.uncertainty[:-1], np.hypot(2e-4, 0.01 / np.sqrt(2.0)), rtol=1e-6)
    assert (whole.values, whole.loadings["mass"]) == ([200.0], [pytest.approx(4.0)])


def test_a_line_has_an_even_differential_capacity():
    (curve,) = observations(straight(), "differential_capacity", points=20)
    np.testing.assert_allclose(curve.values, 100.0)
    np.testing.assert_allclose(curve.loadings["mass"], MASS * 100.0)
    width = (4.0 - 2.0 / 300.0 - 2.0) / 20
    moved = np.sqrt(2.0) * np.hypot(2e-4, 0.01 / np.sqrt(2.0)) * 100.0 / width
    scatter = electrochemistry.CAPACITY_SCATTER * 200.0 / width / np.sqrt(20)
    np.testing.assert_allclose(curve.uncertainty, np.hypot(moved, scatter), rtol=1e-3)


def test_errors_of_the_model_have_the_size_that_was_asked_for():
    (voltages, _) = observations(straight(), "voltage", points=60, model_error=0.02)
    shared = [effect for name, effect in voltages.loadings.items() if name.startswith("model")]
    own = voltages.uncertainty**2 - 2e-4**2
    assert np.sqrt(np.mean(np.sum(np.square(shared), axis=0) + own)) == pytest.approx(0.02, rel=0.02)


@pytest.mark.parametrize(("kind", "limit"), [("voltage", 5e-3), ("differential_capacity", 3.0)])
def test_what_is_read_from_a_file_is_what_its_electrode_shows(kind, limit):
    for one, shown in deviations(cycled(), kind):
        assert np.max(np.abs(one.values - shown)) < limit, one.name
        assert np.max(np.abs((one.values - shown) / one.uncertainty)) < 0.4, one.name


@pytest.mark.parametrize("kind", ["voltage", "differential_capacity"])
def test_a_wrong_mass_looks_like_its_own_shared_error(kind):
    """Residuals of a mass that is wrong by one standard deviation are its effect, with its sign and size."""
    for one, shown in deviations(cycled(1.0 + MASS), kind):
        residual = (one.values - shown) / one.uncertainty
        effect = one.loadings["mass"] / one.uncertainty
        assert effect @ residual / (effect @ effect) == pytest.approx(1.0, abs=0.2), one.name


def test_curves_take_the_place_of_the_plateaus_of_the_same_discharge():
    found = observations(cycled(), "voltage")
    assert {(one.observable, one.step) for one in found} == {
        ("voltage_at_capacity", 0),
        ("step_capacity", 0),
        ("voltage_at_capacity", 2),
        ("step_capacity", 2),
    }
    assert {one.cell for one in found} == {"cell1"}
    assert len({one.name for one in found}) == len(found)


def test_half_cycles_of_a_file_are_the_last_steps_of_a_history():
    known, _ = recorded_curves(cycled(), (CYCLE[0], rest(60.0), CYCLE[0], rest(60.0), CYCLE[2]))
    assert [one.step for one in known] == [2, 4]
    powder, _ = recorded_curves(straight(), (CYCLE[0], rest(60.0), CYCLE[2]))
    assert [one.step for one in powder] == [2]
    other, _ = recorded_curves(cycled(), (CYCLE[2], rest(60.0), CYCLE[2]))
    assert [one.step for one in other] == [2]


def test_of_many_half_cycles_the_first_and_the_last_are_compared():
    time = np.linspace(0.0, 3600.0, 50)
    cycle = [(1.0, 20.0, time, np.linspace(3.0, 4.0, 50)), (-1.0, 20.0, time, np.linspace(4.0, 3.0, 50))]
    steps = [CYCLE[0], CYCLE[2]] * 5
    curves, _ = recorded_curves(file_of(cycle * 5), steps)
    assert [one.step for one in curves] == [0, 1, 8, 9]


def test_a_current_that_is_not_constant_is_named_and_the_plateaus_stay():
    record = SampleRecord("a", (), (straight(constant=False),))
    found = electrochemistry.observed([record], Curves(kind="voltage"))
    assert [one.observable for one in found.observations] == [
        "metal_plateau_capacity",
        "oxygen_plateau_capacity",
    ]
    assert "cell1, steps 1, are not compared" in found.messages[0]


@pytest.mark.parametrize(("duration", "end"), [(500.0, 2.0), (36000.0, 3.95), (36000.0, 4.1)])
def test_a_half_cycle_that_is_too_short_is_no_curve(duration, end):
    time = np.linspace(0.0, duration, ROWS)
    short = file_of([(-1.0, 20.0, time, np.linspace(4.0, end, ROWS))])
    curves, messages = recorded_curves(short, CYCLE[2:])
    assert not curves
    assert "600 s or 0.1 V" in messages[0]


def test_noise_moves_no_charge_between_voltages():
    random = np.random.default_rng(1)
    capacity, edges = np.linspace(0.0, 200.0, 20001), np.linspace(3.9, 2.1, 19)
    noisy = 4.0 - capacity / 100.0 + 0.01 * random.standard_normal(len(capacity))
    found = charge_between_voltages(capacity=capacity, voltage=noisy, edges=edges)
    assert found == pytest.approx(10.0, abs=0.3)


def test_a_plateau_without_slope_belongs_to_one_interval():
    flat = np.array([3.0, 3.0, 3.0])
    found = charge_between_voltages(
        capacity=np.array([0.0, 1.0, 2.0]), voltage=flat, edges=np.array([3.2, 2.9, 2.0])
    )
    assert found.tolist() == [2.0, 0.0]


def test_a_bend_is_what_is_not_straight():
    capacity = np.linspace(0.0, 10.0, 101)
    about = {"name": "", "step": 0, "label": "", "noise": 0.0, "channel_error": 0.0, "mass_error": 0.0}
    curve = RecordedCurve(time=capacity, capacity=capacity, voltage=4.0 - 0.01 * capacity**2, **about)
    assert curve.bend(np.array([4.0, 5.0, 6.0]), np.full(3, 2.0))[1] == pytest.approx(0.04)
    step = RecordedCurve(time=capacity, capacity=capacity, voltage=np.tanh(5.0 - capacity), **about)
    assert step.bend(np.array([0.0, 5.0, 10.0]), np.full(3, 1.0))[1] > 0.5


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        ({"kind": "voltages"}, UnknownName, "voltage"),
        ({"points": 3}, OutOfRange, "5 to 200"),
        ({"model_error": 0.0}, OutOfRange, "no model"),
    ],
)
def test_impossible_curves_are_refused(content, error, words):
    with pytest.raises(error, match=words):
        Curves(**content)
