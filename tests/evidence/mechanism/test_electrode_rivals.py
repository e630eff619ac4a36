"""Limits of the rivals that are electrodes of lmct."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode.parameter_file import load
from lmct.evidence.likelihood import Mechanism, Uniform, Unknown
from lmct.evidence.mechanism import mechanism_named
from lmct.protocol.charge import charge, discharge
from lmct.protocol.heating import heating
from lmct.protocol.history import VOLTAGE, SimulatedHistory
from lmct.protocol.rest import rest
from lmct.protocol.titration import Portion, titration

HEATED = titration(Portion(hold_temperature=413.15, hold_time=3600.0))
CAPACITANCE = load().capacitance


def history_of(mechanism: Mechanism, protocol=HEATED, **values: float) -> SimulatedHistory:
    (found,) = mechanism.simulator([protocol])(values)
    assert isinstance(found, SimulatedHistory), found
    return found


def holes(history: SimulatedHistory, step: int, time: float) -> np.ndarray:
    return history.states(step, np.array([time]))[0]


def test_no_width_of_the_barrier_is_one_barrier() -> None:
    numbers = {"attempt_frequency": 1e9, "barrier": 0.85}
    one = mechanism_named("constant-barrier", unknowns=["attempt_frequency", "barrier"])
    many = mechanism_named("barrier-distribution", unknowns=["attempt_frequency", "barrier", "barrier_width"])
    single = history_of(one, **numbers)
    narrow = history_of(many, **numbers, barrier_width=1e-6)
    wide = history_of(many, **numbers, barrier_width=0.08)
    end = 120.0
    assert holes(narrow, 2, end)[:2] == pytest.approx(holes(single, 2, end)[:2], abs=2e-4)
    assert abs(holes(wide, 2, end)[0] - holes(single, 2, end)[0]) > 0.005


def test_one_barrier_empties_the_metal_exponentially() -> None:
    """Against the closed form of first-order kinetics, with an oxygen that never fills."""
    base = load().replace(
        oxygen_rate=0.0, gas_rate=0.0, dark_rate=0.0, capacitance=1e-6, oxygen_holes_max=200.0
    )
    mechanism = mechanism_named(
        "constant-barrier",
        base=base,
        unknowns=[Unknown("attempt_frequency", Uniform(1.0, 2.0)), "barrier"],
    )
    still = (charge(capacity=100.0), rest(1e5))
    history = history_of(mechanism, still, attempt_frequency=1e-5, barrier=1e-9)
    before, after = holes(history, 1, 0.0), holes(history, 1, 1e5)
    assert after[0] / before[0] == pytest.approx(np.exp(-1.0), rel=0.02)


def test_without_lmct_a_slow_oxygen_leaves_the_metal_alone() -> None:
    mechanism = mechanism_named("no-lmct", unknowns=["oxygen_rate"])
    history = history_of(mechanism, oxygen_rate=1e-40)
    before, after = holes(history, 1, 0.0), holes(history, 3, history.duration(3))
    assert before[1] < 1e-6
    with_layer = np.array([1.0, 0.0, 0.0, 0.0, CAPACITANCE, 0.0])
    assert after @ with_layer == pytest.approx(before @ with_layer, abs=1e-4)


def test_without_lmct_charge_is_conserved_at_rest() -> None:
    mechanism = mechanism_named("no-lmct", unknowns=["oxygen_rate", "oxygen_activation"])
    history = history_of(mechanism, oxygen_rate=4e-14, oxygen_activation=0.8)
    weights = np.array([1.0, 1.0, 1.0, 4.0, CAPACITANCE, 0.0])
    before, after = holes(history, 1, 0.0), holes(history, 3, history.duration(3))
    assert after @ weights == pytest.approx(before @ weights, abs=1e-4)


def test_a_free_oxygen_couple_can_carry_the_charge_without_lmct() -> None:
    """The rival gets its best chance: within its prior lies an oxygen that charges by itself."""
    mechanism = mechanism_named("no-lmct")
    base = mechanism.base  # type: ignore[attr-defined]
    values = {one.name: getattr(base, one.name) for one in mechanism.unknowns}
    values |= {"oxygen_rate": 1e-12, "oxygen_transfer_coefficient": 0.3}
    assert holes(history_of(mechanism, **values), 0, 1e9)[1] > 0.2


def test_covalence_speeds_up_lmct_by_its_square_when_it_is_weak() -> None:
    mechanism = mechanism_named("marcus-covalence", unknowns=["electronic_coupling"])
    protocol = (charge(capacity=150.0), heating(353.15, 600.0))
    lost = []
    for coupling in (1e-12, 1e-6, 2e-6):
        history = history_of(mechanism, protocol, electronic_coupling=coupling)
        lost.append(holes(history, 1, 0.0)[0] - holes(history, 1, 600.0)[0])
    assert (lost[2] - lost[0]) / (lost[1] - lost[0]) == pytest.approx(4.0, rel=0.15)


def test_the_metal_potential_lets_a_current_drive_lmct_where_marcus_cannot() -> None:
    """Same numbers: the filled metal reacts faster by the logarithm of its filling (docs/explanation)."""
    protocol = (charge(voltage=4.5), discharge(voltage=2.0))
    oxygen = {}
    for name in ("metal-potential", "marcus"):
        mechanism = mechanism_named(name, unknowns=["attempt_frequency"])
        history = history_of(mechanism, protocol, attempt_frequency=1.2379e7)
        oxygen[name] = holes(history, 0, 1e9)[1]
        assert holes(history, 0, 1e9)[VOLTAGE] == pytest.approx(4.5, abs=1e-3)
    assert oxygen["metal-potential"] > 1.3 * oxygen["marcus"]
