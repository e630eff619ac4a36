"""Pulse titrations of known truth: diffusion in a slab, decays of known limit, and the electrode model."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.electrode import Electrode, load
from lmct.instrument.cycler.record import CURRENT, TIME, VOLTAGE, CyclerRecord
from lmct.protocol import galvanostatic, gitt, run_protocol, simulate
from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.electrochemistry import analyse as technique
from lmct.technique.electrochemistry.gitt_diffusion import diffusion_from_pulse
from lmct.technique.electrochemistry.gitt_pulses import find_pulses
from lmct.technique.electrochemistry.gitt_rest import rest_limit_from_decay
from lmct.technique.electrochemistry.gitt_series import series_from_dataset
from lmct.technique.electrochemistry.simulate import Channel, record_from_run

PULSE, REST, AMPERES = 1800.0, 28800.0, 1e-3
RATE = 2e-5
"""D/L2 of the slab [1/s]."""


def slab(time, rate):
    """Surface concentration of a slab since a constant flux began, in units of the mean per second."""
    theta = rate * np.maximum(time, 0.0)[..., None]
    n = np.arange(1, 60)
    series = (np.exp(-((n * math.pi) ** 2) * theta) / n**2).sum(axis=-1)
    value = theta[..., 0] + 1 / 3 - 2 / math.pi**2 * series
    return np.where(time > 0, value / rate, 0.0)


def slab_record(pulses=12, rate=RATE, step=8e-3, gap=0.0, noise=5e-6, both=True):
    """GITT of a slab with a straight potential curve: ``step`` a pulse, the same less ``gap`` down."""
    directions = [1] * pulses + ([-1] * pulses if both else [])
    time, current, starts = [np.array([0.0])], [np.array([0.0])], []
    clock = 0.0
    for direction in directions:
        starts.append(clock)
        time += [clock + np.linspace(10.0, PULSE, 180), clock + PULSE + np.geomspace(1.0, REST, 300)]
        current += [np.full(180, direction * AMPERES), np.zeros(300)]
        clock += PULSE + REST
    t, i = np.concatenate(time), np.concatenate(current)
    surface = sum(
        direction * (slab(t - start, rate) - slab(t - start - PULSE, rate))
        for direction, start in zip(directions, starts, strict=True)
    )
    down = np.zeros(len(t)) if not both else np.where(t > starts[pulses], gap, 0.0)
    voltage = 3.5 + step * surface / PULSE - down + 0.02 * np.sign(i)
    voltage += noise * np.random.default_rng(3).standard_normal(len(t))
    return CyclerRecord({TIME: t, VOLTAGE: voltage, CURRENT: i}, active_mass=0.05, source_file="slab.mpt")


def analysed(record, name="cell", **options):
    measurement = technique.analyse_record(
        record, name=name, sample="sample", active_mass=None, condition={}, options={}
    )
    return measurement, technique.gitt([measurement], options)


ELECTRODE = Electrode(load("li-ti-ni-o-direct"))
"""An electrode whose slow end no rest of 8 h can see."""


@pytest.fixture(scope="module")
def electrode():
    """GITT of the electrode model as a noisy cycler would have recorded it."""
    run = run_protocol(ELECTRODE, gitt())
    channel = Channel(interval=120.0)
    record = record_from_run(run, active_mass=7e-3, channel=channel, random=np.random.default_rng(5))
    return run, *analysed(record)


def test_every_pulse_is_found_from_the_current_alone():
    record = slab_record(pulses=5)
    up, down = find_pulses(time=record.time, current=record.current)
    assert [len(up), len(down)] == [5, 5]
    assert [(one.direction) for one in (*up, *down)] == [1] * 5 + [-1] * 5
    for one in up:
        assert one.duration == pytest.approx(PULSE)
        assert record.time[one.rest_stop - 1] - one.end == pytest.approx(REST)
    mah = AMPERES * PULSE / 3.6
    assert [one.capacity for one in up] == pytest.approx([mah * k for k in range(1, 6)])
    assert down[-1].capacity == pytest.approx(0.0, abs=1e-9)


def test_the_pulses_of_a_simulated_file_are_those_of_its_protocol(electrode):
    run, measurement, _ = electrode
    found = series_from_dataset(measurement.dataset)
    assert [one.direction for one in found] == [1, -1]
    steps = [step for step in run.steps if step.kind != "rest"]
    ends = np.cumsum([step.capacity_mah_g for step in steps])
    assert np.concatenate([one.capacity for one in found]) == pytest.approx(ends, abs=0.02)
    voltages = [step.end_voltage for step in run.steps if step.kind == "rest"]
    rested = np.concatenate([one.column("end_voltage") for one in found])
    assert rested == pytest.approx(voltages, abs=3e-3)


def test_cycles_with_pauses_are_no_titration():
    run = simulate(galvanostatic(cycles=3))
    record = record_from_run(run, active_mass=7e-3)
    _, result = analysed(record, name="cycled")
    assert result.findings == ()
    assert result.messages == ("GITT: cycled has no series of at least four pulses with rests.",)


def test_noise_and_empty_records_have_no_pulses():
    random = np.random.default_rng(0)
    assert find_pulses(time=np.arange(500.0), current=1e-6 * random.standard_normal(500)) == ()
    assert find_pulses(time=np.arange(5.0), current=np.zeros(5)) == ()


TIMES = np.geomspace(1.0, REST, 400)


@given(st.floats(0.05, 0.9), st.floats(-0.2, 0.2).filter(lambda a: abs(a) > 0.01))
def test_an_exponential_ends_inside_the_stated_interval(share, amplitude):
    limit = rest_limit_from_decay(time=TIMES, voltage=3.7 + amplitude * np.exp(-TIMES / (share * REST)))
    if not limit.refusal:
        assert abs(limit.voltage - 3.7) <= 1.02 * limit.uncertainty + 1e-6


@given(st.floats(-0.1, 0.1).filter(lambda a: abs(a) > 1e-3), st.floats(0.3, 2.0))
def test_a_power_of_time_ends_inside_the_stated_interval(amplitude, power):
    limit = rest_limit_from_decay(time=TIMES, voltage=3.7 + amplitude * (TIMES / REST) ** -power)
    assert not limit.refusal
    assert abs(limit.voltage - 3.7) <= 1.02 * limit.uncertainty + 1e-6


@pytest.mark.parametrize(
    "law",
    [
        lambda t: 3.7 - 0.01 * np.log(t),
        lambda t: 3.7 - 1e-6 * t,
        lambda t: 3.7 + 0.05 * np.exp(-t / 600.0) - 1e-6 * t,
        lambda t: 3.7 + 0.02 * np.exp(-t / 10_000.0) - 3e-6 * t,
    ],
)
def test_a_voltage_without_a_limit_in_sight_gets_none(law):
    limit = rest_limit_from_decay(time=TIMES, voltage=law(TIMES))
    assert "no limit in sight" in limit.refusal
    assert math.isnan(limit.voltage)
    assert limit.end_voltage == pytest.approx(law(REST), abs=2e-3)


def test_a_settled_voltage_is_its_own_limit_and_is_uncertain_by_its_drift():
    noise = 1e-5 * np.random.default_rng(1).standard_normal(len(TIMES))
    still = rest_limit_from_decay(time=TIMES, voltage=3.7 + noise)
    drifting = rest_limit_from_decay(time=TIMES, voltage=3.7 + noise - 5e-5 * TIMES / REST)
    assert still.voltage == pytest.approx(3.7, abs=1e-5)
    assert still.uncertainty < drifting.uncertainty
    assert drifting.uncertainty == pytest.approx(5e-4, rel=0.6)


def test_a_rest_of_few_rows_tells_nothing():
    assert rest_limit_from_decay(time=np.array([1.0, 100.0, 200.0]), voltage=np.full(3, 3.7)) is None


def test_diffusion_in_a_slab_is_found():
    _, result = analysed(slab_record())
    found = [one for one in result.findings if one.quantity == "diffusion_rate"]
    assert [one.condition for one in found] == [
        "charge, median of 10 of 12 pulses", "discharge, median of 10 of 12 pulses",
    ]  # fmt: skip
    for one in found:
        assert one.value.value == pytest.approx(RATE, rel=0.1)
        assert abs(one.value.value - RATE) < 2.5 * one.value.uncertainty


def test_a_radius_turns_the_rate_into_a_coefficient():
    _, result = analysed(slab_record(both=False), particle_radius=3e-7)
    (found,) = (one for one in result.findings if one.quantity == "diffusion_coefficient")
    assert found.value.unit == "cm2/s"
    assert found.value.value == pytest.approx(RATE * 1e-10, rel=0.1)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (lambda: slab_record(rate=2e-4, both=False), "root of time|not short"),
        (lambda: slab_record(rate=5e-7, both=False), "not known well enough"),
        (lambda: slab_record(noise=3e-3, both=False), "not known well enough|root of time"),
    ],
)
def test_diffusion_is_refused_where_its_assumptions_fail(record, reason):
    import re

    _, result = analysed(record())
    assert not [one for one in result.findings if one.quantity == "diffusion_rate"]
    (message,) = (one for one in result.messages if "no diffusion from 12 of 12 pulses" in one)
    assert re.search(reason, message)


def test_a_bend_of_the_potential_curve_within_a_pulse_is_refused():
    time = np.linspace(10.0, PULSE, 100)
    settings = {"time": time, "voltage": 1e-3 * np.sqrt(time), "duration": PULSE, "step_uncertainty": 1e-4}
    assert diffusion_from_pulse(**settings, step=0.01, neighbour_step=0.009).refusal == ""
    assert "bends" in diffusion_from_pulse(**settings, step=0.01, neighbour_step=0.03).refusal
    assert "follow" in diffusion_from_pulse(**settings, step=-0.01, neighbour_step=-0.01).refusal


def test_kinetics_without_diffusion_give_no_diffusion_coefficient(electrode):
    """The electrode model has no transport: every pulse must be refused."""
    _, _, result = electrode
    assert not [one for one in result.findings if one.quantity.startswith("diffusion")]


@pytest.mark.parametrize("gap", [0.0, 0.3])
def test_the_gap_of_a_known_hysteresis(gap):
    _, result = analysed(slab_record(gap=gap))
    for quantity in ("rested_voltage_gap", "equilibrium_voltage_gap"):
        found = [one for one in result.findings if one.quantity == quantity]
        assert [one.condition.split(" of ")[0] for one in found] == ["middle", "smallest"]
        for one in found:
            assert abs(one.value.value - gap) <= max(2e-4, 1.02 * one.value.uncertainty)
            assert one.value.uncertainty < 2e-3
            assert one.value.unit == "V"


def test_the_rested_gap_of_the_electrode_is_the_true_one(electrode):
    run, _, result = electrode
    passed = np.cumsum([step.capacity_mah_g for step in run.steps])
    up = [i for i in range(1, len(run.steps), 2) if run.steps[i - 1].kind == "charge"]
    down = [i for i in range(1, len(run.steps), 2) if run.steps[i - 1].kind == "discharge"][::-1]
    volts = np.array([step.end_voltage for step in run.steps])
    truth = np.interp(140.0, passed[up], volts[up]) - np.interp(140.0, passed[down], volts[down])
    found = next(one for one in result.findings if one.condition.startswith("middle"))
    assert found.quantity == "rested_voltage_gap"
    assert "at 140 mAh/g; rests of 8 h" in found.condition
    assert found.value.value == pytest.approx(truth, abs=1e-3)


def test_slow_charge_transfer_to_the_metal_leaves_no_limit_in_sight(electrode):
    """LMCT goes on for years: rests of 8 h must not be extrapolated in the oxygen region."""
    _, measurement, result = electrode
    charge = series_from_dataset(measurement.dataset)[0]
    oxygen_region = (charge.capacity > 110.0) & (charge.capacity < 280.0)
    assert np.all(np.isnan(charge.column("voltage")[oxygen_region]))
    assert not [one for one in result.findings if one.quantity == "equilibrium_voltage_gap"]
    assert any("no limit in sight" in text for text in result.messages)


def test_what_is_stated_for_infinite_rest_holds_after_two_hundred_hours(electrode):
    """Extrapolations from 8 h on charge against the same pulses followed by 200 h."""
    _, measurement, _ = electrode
    charge = series_from_dataset(measurement.dataset)[0]
    known = np.flatnonzero(np.isfinite(charge.column("voltage")))
    assert len(known) > 0
    for index in known[:3]:
        steps = gitt(charge_capacity=10.0 * (index + 1), discharge_capacity=None)
        longer = gitt(charge_capacity=10.0, discharge_capacity=None, rest_time=720000.0)
        end = run_protocol(ELECTRODE, (*steps[:-1], longer[1])).steps[-1].end_voltage
        limit = charge.limits[index]
        assert abs(end - limit.voltage) < 3.0 * max(limit.uncertainty, 1e-3)


def test_the_figure_holds_its_numbers_and_draws(electrode):
    _, _, result = electrode
    (sheet,) = result.figures
    assert sheet.name == "gitt_cell"
    assert sheet.columns["capacity (charge, series 1)"][0] == "mAh/g"
    lengths = {len(column) for name, (_, column) in sheet.columns.items() if "series 2" in name}
    assert len(lengths) == 1
    figure = sheet.draw()
    assert len(figure.axes) == 2


def test_one_direction_alone_has_no_gap():
    _, result = analysed(slab_record(both=False))
    assert not [one for one in result.findings if one.quantity.endswith("gap")]


@pytest.mark.parametrize(
    ("options", "error"),
    [({"particle_radus": 1e-6}, UnknownName), ({"particle_radius": -1.0}, OutOfRange)],
)
def test_senseless_options_are_refused(options, error):
    with pytest.raises(error):
        technique.gitt([], options)
