"""Over a closed cycle the terms of the budget sum to the loop area: every protocol, every rate law."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lmct.electrode import Electrode, load, rate_law
from lmct.protocol import PROTOCOLS, parse_steps, run_protocol
from lmct.protocol.hysteresis import PROCESSES, hysteresis_budget, hysteresis_budgets

RELATIVE = 1e-6

SIZES = {
    "attempt_frequency": 1e13,
    "reorganization_energy": 5.0,
    "barrier": 1.2,
    "first_barrier": 1.06,
    "barrier_rise": 0.29,
    "electronic_coupling": 0.003,
    "covalence_loss": 0.4,
    "lithium_slope": 0.5,
    "lithium_reference": 0.7,
}
"""Parameters of rate laws, of the size that the paper's statements ask for."""

cycles = st.sampled_from(
    [
        "Charge at {c} mA/g until 4.6 V; Discharge at {c} mA/g until 2 V",
        "Charge at {c} mA/g until 4.8 V; Rest for 30 h; Discharge at {c} mA/g until 2 V",
        "Charge at {c} mA/g until 4.5 V; Heat at 120 degC for 2 h; Discharge at {c} mA/g until 1.9 V",
        "Charge at {c} mA/g until 150 mAh/g; Discharge at 5 mA/g until 2 V",
        "Charge at {c} mA/g until 4.5 V; Discharge at {c} mA/g until 3 V; Charge at {c} mA/g until 4.6 V",
        "Sweep at 0.05 mV/s until 4.7 V; Sweep at 0.05 mV/s until 2 V",
        "Charge at {c} mA/g until 4.5 V; Hold at 4.5 V until 2 mA/g; Discharge at {c} mA/g until 2 V",
    ]
)
changes = st.fixed_dictionaries(
    {
        "metal_rate": st.floats(1e-7, 1e-5),
        "oxygen_rate": st.floats(1e-15, 1e-9),
        "metal_metal": st.floats(0.4, 1.2),
        "oxygen_oxygen": st.floats(-0.1, 0.4),
        "lithium_width": st.floats(0.15, 0.4),
        "dark_rate": st.sampled_from([0.0, 1e-8, 1e-7]),
        "gas_rate": st.sampled_from([0.0, 1e-9]),
    }
)


def electrode_with(law, **numbers):
    """Return an electrode with a rate law; parameters that neither the set nor SIZES has fail the test."""
    base = load("li-ti-ni-o-butler-volmer")  # the rates of the oxygen couple above are of its law
    own = {name: base.lmct_parameters.get(name, SIZES.get(name)) for name in rate_law.law(law).PARAMETERS}
    missing = [name for name, value in own.items() if value is None]
    assert not missing, f"add a size for {missing} of the rate law {law} to SIZES"
    return Electrode(base.replace(lmct_law=law, **own, **numbers))


@pytest.mark.parametrize("law", sorted(rate_law.LAWS))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cycles, st.sampled_from([5.0, 20.0, 100.0]), changes)
def test_the_terms_sum_to_the_loop_area(law, words, current, numbers):
    run = run_protocol(electrode_with(law, **numbers), parse_steps(words.format(c=current)))
    one = hysteresis_budget(run, pieces=10)
    assert one.cycle == 1
    gap = one.loop_area - one.stored - sum(one.processes[name] for name in PROCESSES)
    assert abs(gap) < RELATIVE * max(one.loop_area, one.dissipated)
    assert all(value >= -RELATIVE * one.dissipated for value in one.processes.values())
    lost = one.end.dark_holes - one.start.dark_holes + 4.0 * (one.end.oxygen_gas - one.start.oxygen_gas)
    assert any("lost" in text for text in one.remarks) == (lost > 1e-9)


@pytest.mark.parametrize("name", sorted(PROTOCOLS))
def test_every_named_protocol_balances_in_each_of_its_cycles(name):
    run = run_protocol(Electrode(load()), PROTOCOLS[name]())
    for one in hysteresis_budgets(run, pieces=20):
        assert one.closure_error < RELATIVE


def test_repeated_cycles_close_without_a_stored_difference():
    steps = parse_steps("Charge at 20 mA/g until 4.6 V; Discharge at 20 mA/g until 2 V") * 5
    run = run_protocol(Electrode(load("li-ti-ni-o-direct")), steps)  # a set that loses no oxygen
    last = hysteresis_budget(run)
    assert abs(last.stored) < 1e-4 * last.loop_area
    assert last.loop_area == pytest.approx(last.dissipated, rel=1e-4)
    assert last.remarks == ()
