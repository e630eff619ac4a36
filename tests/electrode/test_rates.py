from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmct.electrode import load, oxygen_law, rates
from lmct.electrode.jacobian import jacobian
from lmct.electrode.structure import charge_weights, model_from_parameters, state_size

LOSSES = load().replace(
    dark_rate=1e-6, gas_rate=2e-6, dark_potential=2.9, gas_potential=2.9, gas_amounts=(0.004, 0.006),
    gas_steps=(0.1,), oxygen_reorganization_energy=4.0, oxygen_coupling=0.2,
)  # fmt: skip
DIVIDED = {"transport_time": 3e4, "transport_activation": 0.4, "barrier_width": 0.08}


def of_law(name):
    rate = {"butler-volmer": 4e-14, "marcus": 1e4, "marcus-hush-chidsey": 1e2}[name]
    return LOSSES.replace(oxygen_law=name, oxygen_rate=rate)


def derivative(state, model, drive):
    out = np.empty(len(state))
    rates.right_hand_side(state, model, drive, np.empty(2 * model.sites.shape[1] + 3), out)
    return out


def dense_jacobian(state, model, drive):
    """Put the blocks of the compiled Jacobian together into one matrix."""
    shells, size = model.shells.shape[1], model.sites.shape[1] + 4
    last = len(state) - 1
    blocks, links = np.empty((shells, size, size + 1)), np.zeros((shells, 2))
    jacobian(state, model, drive, np.empty((2 * size - 5, size + 1)), blocks, links)
    whole = np.zeros((last + 1, last + 1))
    for s in range(shells):
        rows = slice(s * size, (s + 1) * size)
        whole[rows, rows], whole[rows, last - 1] = blocks[s, :, :size], blocks[s, :, size]
        potential = (s + 1) * size - 1
        if s > 0:
            whole[potential, potential - size] = links[s, 0]
        if s < shells - 1:
            whole[potential, potential + size] = links[s, 1]
    if drive[0] == rates.CURRENT_CONTROL:
        whole[last] = whole[size - 1]
    else:
        whole[size - 1, last] = links[0, 0]
    whole[last - 1, last - 1] = -1.0 / model.par[20]
    return whole


def some_state(model, n, p, voltage, temperature):
    """Return a state whose shells and classes differ."""
    shells, classes = model.shells.shape[1], model.sites.shape[1]
    spread = np.linspace(0.9, 1.0, classes)
    parts = [
        [*(n * spread * model.sites[0] * (1 - 0.02 * s)), p * (1 + 0.03 * s), 0.01, 0.004, voltage - 0.01 * s]
        for s in range(shells)
    ]
    return np.array([*itertools.chain(*parts), temperature, voltage + 0.02])


@settings(deadline=None, max_examples=30)
@given(
    st.floats(0.05, 0.35),
    st.floats(0.05, 0.45),
    st.floats(3.5, 4.6),
    st.floats(280, 420),
    st.sampled_from([0.0, 1.0]),
    st.sampled_from(sorted(oxygen_law.LAWS)),
    st.sampled_from([(1, 1, 0.0), (1, 1, 3.0), (1, 3, 0.0), (4, 1, 3.0), (3, 2, 0.0)]),
)
def test_the_jacobian_is_exact(n, p, voltage, temperature, control, law, division):
    shells, classes, resistance = division
    parameters = of_law(law).replace(series_resistance=resistance, **DIVIDED)
    model = model_from_parameters(parameters, shells=shells, classes=classes)
    state = some_state(model, n, p, voltage, temperature)
    drive = np.array([control, 1.7e-5, 5e-5, 330.0])
    exact = dense_jacobian(state, model, drive)
    for column in range(len(state)):
        gas = column % (classes + 4) == classes + 2
        step = 2e-6 if gas else 1e-5
        if column >= len(state) - 2:  # temperature, and the voltage at the terminals, which enters linearly
            step = 1e-3 if column == len(state) - 2 else 1e-2
        shift = np.zeros(len(state))
        shift[column] = step
        near = derivative(state + shift, model, drive) - derivative(state - shift, model, drive)
        far = derivative(state + 2 * shift, model, drive) - derivative(state - 2 * shift, model, drive)
        numerical = (8 * near - far) / (12 * step)
        scale = np.abs(numerical).max()
        np.testing.assert_allclose(exact[:, column], numerical, rtol=2e-5, atol=2e-7 * scale + 1e-12)


@pytest.mark.parametrize(("shells", "classes"), [(1, 1), (1, 5), (6, 1), (3, 2)])
@pytest.mark.parametrize("law", sorted(oxygen_law.LAWS))
def test_charge_is_conserved_by_the_right_hand_side(shells, classes, law):
    parameters = of_law(law).replace(**DIVIDED)
    model = model_from_parameters(parameters, shells=shells, classes=classes)
    drive = np.array([rates.CURRENT_CONTROL, 1.7e-5, 0.0, 298.15])
    change = derivative(some_state(model, 0.2, 0.3, 4.1, 298.15), model, drive)
    assert change @ charge_weights(model) == pytest.approx(1.7e-5, rel=1e-9)


def test_a_set_voltage_moves_at_its_sweep_rate():
    model = model_from_parameters(LOSSES)
    drive = np.array([rates.VOLTAGE_CONTROL, 0.0, 5e-5, 298.15])
    change = derivative(some_state(model, 0.2, 0.3, 4.1, 298.15), model, drive)
    assert change[4] == change[6] == 5e-5


def test_behind_a_resistance_the_electrode_follows_the_terminals():
    model = model_from_parameters(LOSSES.replace(series_resistance=5.0))
    drive = np.array([rates.VOLTAGE_CONTROL, 0.0, 0.0, 298.15])
    state = some_state(model, 0.2, 0.3, 4.1, 298.15)
    current = rates.current_entering(state, model, drive, np.empty(5))
    assert current == pytest.approx(0.02 / model.resistance)
    assert derivative(state, model, drive) @ charge_weights(model) == pytest.approx(current, rel=1e-9)


def test_lithium_moves_between_shells_with_the_drop_of_the_potential():
    model = model_from_parameters(LOSSES.replace(**DIVIDED), shells=2, classes=1)
    state = some_state(model, 0.2, 0.3, 4.1, 298.15)
    state[9] = state[4]
    drive = np.array([rates.CURRENT_CONTROL, 0.0, 0.0, 298.15])
    level = derivative(state, model, drive)
    state[9] -= 0.05
    dropped = derivative(state, model, drive)
    face = model.shells[1, 0] / 3e4 * 0.05
    gained = (dropped[4] - level[4]) * model.shells[0, 0] * model.par[14]
    assert gained == pytest.approx(-face, rel=1e-9)


def test_the_size_of_a_state_counts_every_shell_and_class():
    model = model_from_parameters(LOSSES.replace(**DIVIDED), shells=4, classes=3)
    assert state_size(model) == 4 * 7 + 2
    assert model.shells[0].sum() == pytest.approx(1.0)
    assert model.sites[0].sum() == pytest.approx(1.0)
