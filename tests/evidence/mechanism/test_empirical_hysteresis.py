"""Empirical hysteresis: closed form, and nothing at rest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmct.electrode.parameter_file import load
from lmct.evidence.mechanism import mechanism_named
from lmct.evidence.mechanism.hysteresis_curve import HysteresisCurve
from lmct.evidence.mechanism.hysteresis_step import metal_holes_from_lithium
from lmct.protocol.charge import charge, discharge
from lmct.protocol.heating import heating
from lmct.protocol.history import VOLTAGE, History, capacity_at_voltage
from lmct.protocol.rest import rest
from lmct.protocol.step import Step
from lmct.protocol.titration import time_series, titration
from lmct.quantity.errors import LmctError, NotConverged, OutOfRange

VALUES = {
    "charge_voltage": 3.6,
    "charge_slope": 1.2,
    "gap_charged": 0.3,
    "gap_discharged": 1.6,
    "gap_lithium": 0.35,
    "gap_width": 0.02,
    "reversal_charge": 0.02,
    "lithium_lost": 0.05,
}
CURVE = HysteresisCurve(**VALUES, lithium_max=load().lithium_max, lithium_width=load().lithium_width)


def history_of(*steps: Step, **changes: float) -> History:
    (found,) = mechanism_named("empirical-hysteresis").simulator([steps])(VALUES | changes)
    if isinstance(found, LmctError):
        raise found
    return found


def test_nothing_happens_at_rest_or_in_heating() -> None:
    history = history_of(charge(voltage=4.5), heating(413.15, 86400.0), rest(900.0), discharge(voltage=1.85))
    before = history.states(0, np.array([history.duration(0)]))[0]
    for step in (1, 2):
        rows = history.states(step, np.linspace(0.0, history.duration(step), 7))
        assert rows[:, :5] == pytest.approx(np.tile(before[:5], (7, 1)), abs=1e-12)
    assert history.states(1, np.array([60.0]))[0, 5] == pytest.approx(413.15 - 115.0 / np.e, abs=0.1)


def test_all_portions_of_a_titration_have_the_same_plateaus() -> None:
    protocols = [titration(portion) for portion in time_series()]
    found = mechanism_named("empirical-hysteresis").simulator(protocols)(VALUES)
    plateaus = [capacity_at_voltage(one, -1, 2.5) for one in found if not isinstance(one, LmctError)]
    assert len(plateaus) == 6
    assert np.ptp(plateaus) < 1e-9
    assert plateaus[0] > 50.0


def test_the_memory_solves_its_differential_equation() -> None:
    passed = np.linspace(0.0, 0.1, 20001)
    memory = CURVE.memory(passed, before=0.3, direction=-1.0)
    slope = np.gradient(memory, passed, edge_order=2)
    assert slope == pytest.approx((-1.0 - memory) / 0.02, abs=1e-3)
    assert memory[0] == pytest.approx(0.3)


def test_a_reversed_current_goes_from_one_branch_to_the_other_without_a_jump() -> None:
    history = history_of(charge(capacity=150.0), discharge(capacity=60.0))
    top = history.states(0, np.array([history.duration(0)]))[0]
    down = history.states(1, np.array([0.0, history.duration(1)]))
    assert down[0] == pytest.approx(top, abs=1e-12)
    lithium = down[1, 0] + down[1, 1]
    assert down[1, VOLTAGE] == pytest.approx(float(CURVE.discharge_branch(np.array([lithium]))[0]), abs=2e-3)
    assert top[VOLTAGE] == pytest.approx(float(CURVE.charge_branch(np.array([top[:2].sum()]))[0]), abs=1e-9)


@given(share=st.floats(0.02, 0.98))
@settings(max_examples=25, deadline=None)
def test_charge_passed_is_lithium_moved(share: float) -> None:
    history = history_of(charge(voltage=4.6), discharge(voltage=2.0))
    time = share * history.duration(1)
    rows = history.states(1, np.array([0.0, time]))
    moved = (rows[0, :2].sum() - rows[1, :2].sum()) * history.parameters.mah_per_gram
    assert moved == pytest.approx(20.0 * time / 3600.0, rel=1e-9)


def test_a_crossing_lies_where_the_voltage_is() -> None:
    history = history_of(charge(voltage=4.5), discharge(voltage=1.85))
    for step, voltage in ((0, 4.0), (0, 4.5), (1, 3.3), (1, 1.85)):
        time = history.time_at_voltage(step, voltage)
        assert history.states(step, np.array([time]))[0, VOLTAGE] == pytest.approx(voltage, abs=1e-6)
    assert np.isnan(history.time_at_voltage(1, 1.0))


def test_a_sweep_keeps_its_rate() -> None:
    sweep = Step(kind="sweep", stop_voltage=4.4, sweep_rate=5e-5)
    history = history_of(charge(capacity=80.0), sweep)
    times = np.linspace(0.0, history.duration(1), 50)
    voltages = history.states(1, times)[:, VOLTAGE]
    assert voltages == pytest.approx(voltages[0] + 5e-5 * times, abs=1e-3)


def test_impossible_steps_are_refused() -> None:
    with pytest.raises(NotConverged, match="Add a voltage limit"):
        history_of(charge(capacity=900.0))
    with pytest.raises(NotConverged, match="never met its limit"):
        history_of(charge(voltage=4.5), discharge(voltage=0.1), gap_discharged=0.4)
    with pytest.raises(OutOfRange, match="limit is already passed"):
        history_of(charge(voltage=4.5), charge(voltage=4.0))
    with pytest.raises(OutOfRange, match="gaps of a hysteresis"):
        history_of(charge(voltage=4.5), gap_charged=-0.1)


@given(lithium=st.floats(0.0, 1.0), most=st.floats(0.1, 0.6))
def test_the_metal_comes_first_and_is_never_overfilled(lithium: float, most: float) -> None:
    metal = float(metal_holes_from_lithium(lithium=np.array([lithium]), metal_holes_max=most)[0])
    assert 0.0 <= metal <= min(lithium, most)
    assert metal == pytest.approx(min(lithium, most), abs=0.02)
