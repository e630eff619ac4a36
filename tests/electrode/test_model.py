from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from lmct.electrode import Drive, Electrode, ElectrodeState, load, thermodynamics
from lmct.quantity.errors import NotConverged, OutOfRange

CURRENT = 20e-3 * 82.690 / 96485.33212


@pytest.fixture(scope="module")
def electrode():
    return Electrode(load())


@pytest.fixture(scope="module")
def charged(electrode):
    return electrode.advance(electrode.pristine(), Drive(current=CURRENT, duration=1e6, stop_voltage=4.5))


def test_a_voltage_limit_is_met_to_a_microvolt(electrode, charged):
    assert charged.stopped_by == "voltage"
    assert charged.end.voltage == pytest.approx(4.5, abs=1e-6)
    down = electrode.advance(charged.end, Drive(current=-CURRENT, duration=1e6, stop_voltage=1.85))
    assert down.end.voltage == pytest.approx(1.85, abs=1e-6)


def test_a_capacity_limit_is_met_exactly(electrode):
    segment = electrode.advance(electrode.pristine(), Drive(current=CURRENT, duration=1e6, stop_charge=0.3))
    assert segment.stopped_by == "capacity"
    assert segment.charge == pytest.approx(0.3, abs=1e-9)


def test_a_time_limit_is_met_exactly(electrode):
    segment = electrode.advance(
        electrode.pristine(), Drive(current=CURRENT, duration=3600.0, stop_voltage=4.8)
    )
    assert (segment.stopped_by, segment.duration) == ("time", 3600.0)


def test_the_first_of_several_limits_ends_the_segment(electrode):
    both = Drive(current=CURRENT, duration=1e6, stop_voltage=4.0, stop_charge=0.9)
    assert electrode.advance(electrode.pristine(), both).stopped_by == "voltage"
    both = replace(both, stop_charge=0.05)
    assert electrode.advance(electrode.pristine(), both).stopped_by == "capacity"


def test_a_limit_already_passed_ends_at_once(electrode, charged):
    again = electrode.advance(charged.end, Drive(current=CURRENT, duration=1e6, stop_voltage=4.2))
    assert (again.stopped_by, again.duration) == ("voltage", 0.0)
    assert again.end == charged.end
    assert again.mean_voltage == charged.end.voltage


def test_a_hold_ends_at_its_current_and_the_current_is_what_the_couples_carry(electrode, charged):
    hold = electrode.advance(charged.end, Drive(current=None, duration=1e6, stop_current=CURRENT / 10))
    assert hold.stopped_by == "current"
    assert hold.end.voltage == charged.end.voltage
    currents = hold.current_at(hold.times)
    assert currents[-1] == pytest.approx(CURRENT / 10, rel=1e-5)
    assert np.all(np.diff(currents) < 0)
    assert hold.charge == pytest.approx(hold.end.lithium_extracted - hold.start.lithium_extracted, abs=1e-12)


def test_the_dense_output_passes_through_the_steps(charged):
    np.testing.assert_allclose(charged.at(charged.times), charged.states, atol=1e-12)


def test_the_mean_voltage_is_that_of_a_fine_sampling(charged):
    times = np.linspace(0, charged.duration, 20001)
    assert charged.mean_voltage == pytest.approx(
        np.trapezoid(charged.at(times)[:, 4], times) / charged.duration, abs=1e-6
    )


def test_the_pristine_electrode_is_in_equilibrium(electrode):
    start = electrode.pristine(voltage=3.0)
    later = electrode.advance(start, Drive(duration=1e6)).end
    assert later.voltage == pytest.approx(3.0, abs=1e-6)
    assert later.metal_holes == pytest.approx(start.metal_holes, abs=1e-9)


def test_heat_reaches_the_sample_with_its_lag(electrode, charged):
    heated = electrode.advance(charged.end, Drive(duration=60.0, surroundings=413.15))
    expected = 413.15 + (298.15 - 413.15) * math.exp(-1.0)
    assert heated.end.temperature == pytest.approx(expected, abs=1e-3)


def test_the_double_layer_follows_a_lone_capacitor():
    frozen = load().replace(metal_rate=1e-30, oxygen_rate=0.0, attempt_frequency=1e-30)
    electrode = Electrode(frozen)
    start = ElectrodeState(metal_holes=0.1, oxygen_holes=0.1, voltage=3.0)
    end = electrode.advance(start, Drive(current=1e-6, duration=1000.0)).end
    assert end.voltage == pytest.approx(3.0 + 1e-3 / frozen.capacitance, rel=1e-9)


@pytest.mark.parametrize(
    "drive",
    [
        Drive(duration=0.0),
        Drive(duration=math.nan),
        Drive(duration=10.0, current=math.inf),
        Drive(duration=10.0, surroundings=-1.0),
        Drive(duration=10.0, stop_voltage=math.nan),
    ],
)
def test_impossible_drives_are_refused(electrode, drive):
    with pytest.raises(OutOfRange, match="drive"):
        electrode.advance(electrode.pristine(), drive)


@pytest.mark.parametrize("change", [{"metal_holes": -0.1}, {"metal_holes": 2.0}, {"voltage": math.nan}])
def test_impossible_states_are_refused(electrode, change):
    with pytest.raises(OutOfRange, match="state"):
        electrode.advance(replace(electrode.pristine(), **change), Drive(duration=10.0))


def test_a_solve_that_cannot_go_on_says_where_and_why(electrode):
    with pytest.raises(NotConverged, match=r"stopped .* s into the segment: .*lithium"):
        electrode.advance(electrode.pristine(), Drive(current=CURRENT, duration=1e9))
    with pytest.raises(NotConverged, match="more than 5 integration steps"):
        Electrode(load(), most_steps=5).advance(electrode.pristine(), Drive(current=CURRENT, duration=1e5))


def test_the_tolerance_must_make_sense():
    with pytest.raises(OutOfRange, match="tolerance"):
        Electrode(load(), tolerance=0.0)


def test_no_relaxed_state_outside_the_lithium_content(electrode):
    with pytest.raises(OutOfRange, match="lithium extracted"):
        electrode.relaxed(0.95)
    with pytest.raises(NotConverged, match="pristine"):
        electrode.pristine(voltage=6.0)


def test_the_relaxed_state_exists_when_one_couple_is_all_but_full():
    """Potentials far apart: the smaller population is below the rounding of the larger one."""
    for metal, oxygen in ((2.0, 4.0), (4.5, 3.0)):
        parameters = load().replace(metal_potential=metal, oxygen_potential=oxygen, metal_oxygen=0.0)
        state = Electrode(parameters).relaxed(0.7)
        assert state.lithium_extracted == pytest.approx(0.7)
        assert math.isfinite(state.voltage)


@pytest.mark.parametrize("change", [{"shells": 0}, {"classes": 10_000}])
def test_an_electrode_has_a_sensible_number_of_parts(change):
    with pytest.raises(OutOfRange, match=next(iter(change))):
        Electrode(load(), **change)


def test_shells_without_a_limit_to_transport_are_refused():
    with pytest.raises(OutOfRange, match="transport_time"):
        Electrode(load(), shells=5)


def round_trip(electrode, current=CURRENT):
    charge = electrode.advance(electrode.pristine(), Drive(current=current, duration=1e6, stop_voltage=4.6))
    rest = electrode.advance(charge.end, Drive(duration=36000.0))
    sweep = electrode.advance(rest.end, Drive(current=None, sweep=-5e-5, duration=1e6, stop_voltage=3.0))
    return charge, rest, sweep


def test_classes_that_do_not_differ_are_one_class():
    one, many = round_trip(Electrode(load())), round_trip(Electrode(load(), classes=7))
    for first, second in zip(one, many, strict=True):
        assert second.end.voltage == pytest.approx(first.end.voltage, abs=1e-7)
        assert second.end.metal_holes == pytest.approx(first.end.metal_holes, abs=1e-7)


def test_fast_transport_makes_a_particle_uniform():
    one = round_trip(Electrode(load()))
    many = round_trip(Electrode(load().replace(transport_time=1.0), shells=6))
    for first, second in zip(one, many, strict=True):
        assert second.end.voltage == pytest.approx(first.end.voltage, abs=2e-5)
        assert second.end.oxygen_holes == pytest.approx(first.end.oxygen_holes, abs=2e-5)


def test_slow_transport_costs_voltage_and_capacity_and_finer_shells_converge():
    slow = load().replace(transport_time=1e5)
    ends = [round_trip(Electrode(slow, shells=shells))[0].charge for shells in (5, 10, 20, 40)]
    assert ends[-1] < round_trip(Electrode(load()))[0].charge - 0.01
    changes = np.abs(np.diff(ends))
    assert np.all(changes[1:] < 0.6 * changes[:-1])


def test_sites_with_low_barriers_relax_first():
    electrode = Electrode(load().replace(barrier_width=0.1))
    charge = electrode.advance(electrode.pristine(), Drive(current=CURRENT, duration=1e6, stop_voltage=4.5))
    rest = electrode.advance(charge.end, Drive(duration=3600.0, surroundings=350.0))
    classes = rest.model.sites.shape[1]
    filling = rest.inner[-1, :classes] / rest.model.sites[0]
    assert np.all(np.diff(filling) > 0)


def test_a_resistance_adds_its_drop_and_the_limit_is_met_at_the_terminals():
    resistance = 5.0  # ohm g
    electrode = Electrode(load().replace(series_resistance=resistance))
    charge, rest, sweep = round_trip(electrode)
    assert charge.end.voltage == pytest.approx(4.6, abs=1e-6)
    drop = resistance * CURRENT * 96485.33212 / load().molar_mass
    assert charge.inner[-1, -1] - charge.inner[-1, 4] == pytest.approx(drop, rel=1e-9)
    assert rest.start.voltage == pytest.approx(4.6 - drop, abs=1e-6)
    assert sweep.end.voltage == pytest.approx(3.0, abs=1e-6)
    plain = Electrode(load())
    same = plain.advance(plain.pristine(), Drive(current=CURRENT, duration=1e6, stop_voltage=4.6 - drop))
    assert same.duration == pytest.approx(charge.duration, rel=1e-6)


def test_a_state_with_shells_goes_on_where_it_was():
    electrode = Electrode(load().replace(transport_time=1e5), shells=8)
    whole = electrode.advance(electrode.pristine(), Drive(current=CURRENT, duration=20000.0))
    first = electrode.advance(electrode.pristine(), Drive(current=CURRENT, duration=8000.0))
    second = electrode.advance(first.end, Drive(current=CURRENT, duration=12000.0))
    np.testing.assert_allclose(second.inner[-1], whole.inner[-1], atol=2e-6)
    with pytest.raises(OutOfRange, match="same electrode"):
        Electrode(load()).advance(first.end, Drive(duration=10.0))


@pytest.mark.parametrize("kind", ["rest", "hold"])
def test_a_rest_or_a_hold_below_or_above_a_limit_does_not_end_at_once(electrode, charged, kind):
    current = 0.0 if kind == "rest" else None
    for limit in (2.0, 5.5):
        drive = Drive(current=current, duration=60.0, stop_voltage=limit)
        segment = electrode.advance(charged.end, drive)
        assert (segment.stopped_by, segment.duration) == ("time", 60.0)


def test_a_rest_ends_where_its_voltage_falls_or_rises_to_a_limit(electrode, charged):
    low = electrode.advance(charged.end, Drive(current=-CURRENT, duration=1e6, stop_voltage=1.85)).end
    for state, falls in ((charged.end, True), (low, False)):
        free = electrode.advance(state, Drive(current=0.0, duration=1e5)).end.voltage
        assert (free < state.voltage) == falls
        limit = 0.5 * (state.voltage + free)
        rest = electrode.advance(state, Drive(current=0.0, duration=1e5, stop_voltage=limit))
        assert rest.stopped_by == "voltage"
        assert 0.0 < rest.duration < 1e5
        assert rest.end.voltage == pytest.approx(limit, abs=1e-6)


def test_the_charge_of_a_hold_is_limited_in_either_direction(electrode, charged):
    low = electrode.advance(charged.end, Drive(current=-CURRENT, duration=1e6, stop_voltage=1.85)).end
    for state, sign in ((charged.end, 1.0), (low, -1.0)):
        hold = electrode.advance(state, Drive(current=None, duration=1e6, stop_charge=1e-4))
        assert hold.stopped_by == "capacity"
        assert hold.charge == pytest.approx(sign * 1e-4, abs=2e-9)


def test_too_many_shells_and_classes_together_are_refused():
    parameters = load().replace(transport_time=1e4, barrier_width=0.05)
    with pytest.raises(OutOfRange, match="500 shells of 500 classes"):
        Electrode(parameters, shells=500, classes=500)


def test_a_failure_says_where_it_stopped_in_one_short_line():
    electrode = Electrode(load().replace(transport_time=1e4), shells=20, most_steps=5)
    with pytest.raises(NotConverged, match="more than 5 integration steps") as error:
        electrode.advance(electrode.pristine(), Drive(current=CURRENT, duration=1e6, stop_voltage=4.5))
    assert len(str(error.value)) < 450
    assert "of 0." in str(error.value)


@pytest.mark.parametrize("voltage", [2.8, 3.3, 3.6])
def test_the_pristine_state_is_found_where_the_metal_already_holds_holes(voltage):
    electrode = Electrode(load())
    start = electrode.pristine(voltage=voltage)
    metal, oxygen = thermodynamics.chemical_potentials(
        start.metal_holes, start.oxygen_holes, start.lithium_extracted, 298.15, electrode.model.par
    )
    assert metal == pytest.approx(voltage, abs=1e-9)
    assert oxygen == pytest.approx(voltage, abs=1e-9)
