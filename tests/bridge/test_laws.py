"""The bridge's laws and equations in plain numbers, against the electrode and against formulas."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.bridge.couple_law import butler_volmer, heated
from lmct.bridge.equations import State, loss, rates
from lmct.bridge.names import UNITS, electrode_fields, pybamm_name
from lmct.bridge.transfer_law import TRANSFER_LAWS, activated
from lmct.electrode import Drive, Electrode, ElectrodeParameters, load
from lmct.electrode.rate_law import LAWS
from lmct.quantity.errors import UnknownName

BOLTZMANN = 8.617333262145179e-05


def test_every_rate_law_of_the_electrode_exists_here():
    assert set(TRANSFER_LAWS) == set(LAWS)


def test_every_parameter_has_a_unit_and_a_name_of_its_own():
    names = [pybamm_name(name) for name in electrode_fields()]
    of_laws = {name for law in LAWS.values() for name in law.PARAMETERS}
    names += [pybamm_name(name, of_law=True) for name in of_laws]
    assert len(set(names)) == len(names)
    assert set(UNITS) == set(electrode_fields()) | of_laws


def test_the_exported_fields_are_all_the_numbers_of_the_electrode():
    numbers = {
        f.name for f in dataclasses.fields(ElectrodeParameters) if isinstance(getattr(load(), f.name), float)
    }
    assert numbers <= set(electrode_fields())


@given(energy=st.floats(0.05, 2.0), temperature=st.floats(250.0, 500.0))
def test_the_slope_of_the_logarithm_is_the_barrier(energy, temperature):
    cold = activated(energy, temperature, {"attempt_frequency": 1e12})
    assert math.log(cold / 1e12) == pytest.approx(-energy / (BOLTZMANN * temperature))


def test_no_rate_exceeds_the_attempt_frequency():
    assert activated(-1.0, 300.0, {"attempt_frequency": 5.0}) == 5.0


def test_marcus_barrier_is_a_quarter_of_lambda_without_driving_force():
    numbers = {"attempt_frequency": 1e12, "reorganization_energy": 2.0}
    numbers |= {"lithium_slope": 1.0, "lithium_reference": 0.7}
    rate = TRANSFER_LAWS["marcus"](0.0, 0.7, 0.5, 300.0, numbers)
    assert rate == pytest.approx(1e12 * math.exp(-0.5 / (BOLTZMANN * 300.0)))


def test_a_weak_coupling_gives_a_rate_proportional_to_its_square():
    numbers = {
        "attempt_frequency": 1e13, "reorganization_energy": 2.0, "electronic_coupling": 1e-5,
        "covalence_loss": 0.0, "lithium_slope": 0.0, "lithium_reference": 0.0,
    }  # fmt: skip
    law = TRANSFER_LAWS["landau-zener"]
    once = law(0.4, 0.6, 0.5, 300.0, numbers)
    twice = law(0.4, 0.6, 0.5, 300.0, numbers | {"electronic_coupling": 2e-5})
    assert twice / once == pytest.approx(4.0, rel=1e-2)


@given(filling=st.floats(0.01, 0.99), temperature=st.floats(250.0, 450.0))
def test_a_couple_stands_still_at_its_chemical_potential(filling, temperature):
    numbers = {"transfer_coefficient": 0.3, "metal_rate": 1.0, "metal_activation": 0.4}
    at_rest = BOLTZMANN * temperature * math.log(filling / (1 - filling))
    exchange = butler_volmer("metal", filling, 0.5, temperature, numbers)
    assert butler_volmer("metal", filling, at_rest, temperature, numbers) == pytest.approx(
        0.0, abs=1e-12 * exchange
    )


def test_heat_follows_arrhenius():
    assert heated(0.0, 400.0) == 1.0
    assert heated(0.5, 400.0) == pytest.approx(math.exp(0.5 / BOLTZMANN * (1 / 298.15 - 1 / 400.0)))


@given(filling=st.floats(1e-6, 0.999), level=st.floats(2.0, 4.0))
def test_loss_is_that_of_the_documentation(filling, level):
    numbers = {"dark_rate": 2.0, "dark_potential": 3.0, "loss_activation": 0.0}
    thermal = BOLTZMANN * 300.0
    affinity = level + thermal * math.log(filling / (1 - filling)) - 3.0
    expected = 2.0 * filling * -math.expm1(-affinity / thermal) if affinity > 0 else 0.0
    assert loss("dark", filling, level, 300.0, numbers) == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_rates_give_the_currents_of_the_electrode_itself():
    parameters = load().replace(dark_rate=1e-7, gas_rate=2e-7, dark_potential=2.9, gas_potential=2.8)
    electrode = Electrode(parameters)
    segment = electrode.advance(electrode.pristine(), Drive(current=1.7e-5, duration=3e4, stop_voltage=4.6))
    states = segment.at(np.linspace(0.2, 0.9, 5) * segment.duration)
    numbers = {name: getattr(parameters, name) for name in electrode_fields()} | dict(
        parameters.lmct_parameters
    )
    held = dataclasses.replace(segment, drive=Drive(current=None, duration=1.0))
    for row, state in enumerate(states):
        passing = rates(State(**_named(state)), numbers, lmct_law=parameters.lmct_law)
        assert passing.metal + passing.oxygen == pytest.approx(held.current_at(states)[row], rel=1e-9)


def test_an_unknown_law_gets_a_suggestion():
    with pytest.raises(UnknownName, match="marcus"):
        rates(State(**_named(np.ones(6))), {}, lmct_law="marcuss")


def _named(state):
    names = ("metal_holes", "oxygen_holes", "dark_holes", "oxygen_gas", "voltage", "temperature")
    return dict(zip(names, state, strict=True))
