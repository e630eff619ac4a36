"""Half-life of the intermediate: against a law that can be solved by hand, and its limits."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lmct.electrode.model import Electrode
from lmct.electrode.parameter_file import load
from lmct.electrode.state import Drive, ElectrodeState
from lmct.protocol.lifetime import LONGEST, SMALLEST, lifetime
from lmct.quantity.errors import OutOfRange


def first_order(rate, *, driving_force=1.0, **changes):
    """LMCT with one rate constant, far downhill, and oxygen so empty that dn/dt = -k n."""
    return load().replace(
        lmct_law="constant-barrier",
        attempt_frequency=rate,
        barrier=1e-9,
        metal_potential=3.0 + driving_force,
        oxygen_potential=3.0,
        metal_metal=0.0,
        metal_oxygen=0.0,
        oxygen_oxygen=0.0,
        oxygen_rate=0.0,
        oxygen_law="butler-volmer",
        **changes,
    )


def charged(parameters, *, metal=0.2, oxygen=0.01, temperature=298.15):
    return ElectrodeState(metal_holes=metal, oxygen_holes=oxygen, voltage=4.0, temperature=temperature)


@pytest.mark.parametrize("rate", [1e-6, 1e-3])
def test_a_law_that_is_solved_by_hand(rate):
    """dn/dt = -k n (1 - p/p_max) with n + p constant: logistic, solved in closed form."""
    parameters = first_order(rate, oxygen_holes_max=1.0)
    found = lifetime(Electrode(parameters, tolerance=1e-9), charged(parameters, metal=0.2, oxygen=0.1))
    free = 1.0 - 0.3  # 1 - p = free + n; n = n0 free / ((n0 + free) e^(k free t) - n0)
    time = math.log((0.2 / 0.1 * (0.1 + free)) / (0.2 + free)) / (rate * free)
    assert found.half_life == pytest.approx(time, rel=1e-4)
    assert found.ground_state == pytest.approx(0.0, abs=1e-9)
    assert found.intermediate == pytest.approx(0.2, abs=1e-9)


def test_losses_and_the_double_layer_do_not_count():
    plain = first_order(1e-4)
    lossy = first_order(
        1e-4, dark_rate=1e-3, dark_potential=0.0, gas_rate=1e-3, gas_potential=0.0, capacitance=0.05
    )
    pair = [lifetime(Electrode(one), charged(one)).half_life for one in (plain, lossy)]
    assert pair[0] == pytest.approx(pair[1], rel=1e-3)


def test_what_lasts_longer_than_a_century_is_cut_there():
    parameters = first_order(1e-12)
    assert lifetime(Electrode(parameters), charged(parameters)).half_life == LONGEST


def test_a_metal_whose_ground_state_is_full_has_no_intermediate():
    parameters = first_order(1e-4, driving_force=-1.0)
    state = charged(parameters, metal=0.9999 * parameters.metal_holes_max, oxygen=0.1)
    assert math.isnan(lifetime(Electrode(parameters), state).half_life)


def test_a_fast_material_is_judged_by_one_per_cent():
    """From the ground state itself the half-life is that of 1 % of n_max above it."""
    parameters = first_order(1e-3)
    electrode = Electrode(parameters)
    ground = electrode.relaxed(0.2)
    found = lifetime(electrode, ground)
    assert found.intermediate == pytest.approx(0.0, abs=1e-12)
    raised = dataclasses.replace(
        ground,
        metal_holes=ground.metal_holes + 1.001 * SMALLEST * parameters.metal_holes_max,
        oxygen_holes=ground.oxygen_holes - 1.001 * SMALLEST * parameters.metal_holes_max,
    )
    assert found.half_life == pytest.approx(lifetime(electrode, raised).half_life, rel=0.01)


@given(step=st.floats(0.02, 0.2), coupling=st.floats(0.0, 0.3))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_covalence_and_warmth_shorten_it(step, coupling):
    state = ElectrodeState(metal_holes=0.3, oxygen_holes=0.2, voltage=4.0)
    weak = Electrode(load().replace(electronic_coupling=coupling))
    strong = Electrode(load().replace(electronic_coupling=coupling + step))
    half_life = lifetime(weak, state).half_life
    assert lifetime(strong, state).half_life < half_life
    assert lifetime(weak, state, temperature=330.0).half_life < half_life


def test_the_end_of_a_charge_of_a_particle_with_shells_and_classes():
    parameters = load().replace(transport_time=3600.0, barrier_width=0.03, series_resistance=1.0)
    electrode = Electrode(parameters, shells=3, classes=3)
    charge = Drive(current=1.7e-5, duration=2e5, stop_voltage=4.5)
    end = electrode.advance(electrode.pristine(), charge).end
    found = lifetime(electrode, end)
    assert 0.0 < found.half_life < LONGEST
    assert found.intermediate > 0.1


def test_a_state_without_holes_is_refused():
    with pytest.raises(OutOfRange):
        lifetime(Electrode(load()), ElectrodeState(metal_holes=0.0, oxygen_holes=0.0, voltage=3.0))
