from __future__ import annotations

import pytest

from lmct.electrode import Drive, Electrode, load
from lmct.electrode.budget import Budget

CURRENT = 20e-3 * 82.690 / 96485.33212


def test_open_circuit_dissipates_what_the_electrode_loses():
    electrode = Electrode(load(), tolerance=1e-8)
    charged = electrode.advance(
        electrode.pristine(), Drive(current=CURRENT, duration=1e6, stop_voltage=4.5)
    ).end
    budget = electrode.advance(charged, Drive(duration=86400.0, surroundings=298.15)).budget()
    assert budget.supplied == 0.0
    assert budget.dissipated == pytest.approx(-budget.stored - budget.double_layer, rel=1e-6)


def test_without_exchange_nothing_but_lmct_dissipates():
    electrode = Electrode(load().replace(oxygen_rate=0.0))
    charged = electrode.advance(
        electrode.pristine(), Drive(current=CURRENT, duration=1e6, stop_voltage=4.5)
    ).end
    budget = electrode.advance(charged, Drive(duration=86400.0, surroundings=413.15)).budget()
    assert budget.oxygen == pytest.approx(0.0, abs=1e-8)
    assert budget.transfer > 100 * budget.metal > 0


def test_budgets_add_and_scale():
    one = Budget(supplied=2.0, stored=1.0, metal=0.5, transfer=0.5)
    assert (one + one).supplied == 4.0
    assert one.scaled(3.0).dissipated == 3.0
    assert one.imbalance == 0.0
    assert Budget(supplied=1.0).imbalance == 1.0


def test_a_closed_cycle_has_a_loop_area_equal_to_what_is_dissipated():
    electrode = Electrode(load())
    state, total = electrode.pristine(), Budget()
    for _ in range(3):
        total = Budget()
        for sign, limit in ((1, 4.5), (-1, 1.9)):
            segment = electrode.advance(
                state, Drive(current=sign * CURRENT, duration=1e6, stop_voltage=limit)
            )
            state, total = segment.end, total + segment.budget()
    assert total.stored == pytest.approx(0.0, abs=2e-3)  # the third cycle is closed
    assert total.supplied - total.stored - total.double_layer == pytest.approx(total.dissipated, rel=1e-5)
