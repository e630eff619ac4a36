"""The bridge's laws and equations in plain numbers, against the electrode and against formulas."""

from __future__ import annotations

import dataclasses
import functools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from lmct.bridge.couple_law import OXYGEN_LAWS, butler_volmer, chidsey_integral, heated
from lmct.bridge.equations import State, gas_potential, loss, rates
from lmct.bridge.names import UNITS, electrode_numbers, pybamm_name
from lmct.bridge.transfer_law import TRANSFER_LAWS, activated
from lmct.electrode import Drive, Electrode, ElectrodeParameters, load, oxygen_law
from lmct.electrode.rate_law import LAWS
from lmct.quantity.errors import OutOfRange, UnknownName

BOLTZMANN = 8.617333262145179e-05


def test_every_rate_law_of_the_electrode_exists_here():
    assert set(TRANSFER_LAWS) == set(LAWS)


def test_every_law_of_the_oxygen_couple_exists_here():
    assert set(OXYGEN_LAWS) == set(oxygen_law.LAWS)


def complete():
    """Parameters in which no number is left out: two environments of O2, nothing shared."""
    own = {"oxygen_reorganization_energy": 2.0, "oxygen_coupling": 0.1}
    return load().replace(gas_amounts=(0.01, 0.02), gas_steps=(0.1,), **own)


def test_every_parameter_has_a_unit_and_a_name_of_its_own():
    names = [pybamm_name(name) for name in electrode_numbers(complete())]
    of_laws = {name for law in LAWS.values() for name in law.PARAMETERS}
    names += [pybamm_name(name, of_law=True) for name in of_laws]
    assert len(set(names)) == len(names)
    fields = {
        name for name in electrode_numbers(complete()) if not name.startswith(("gas_amount", "gas_step"))
    }
    assert set(UNITS) == fields | of_laws | {"gas_amount", "gas_step"}


def test_the_exported_numbers_are_all_the_numbers_of_the_electrode():
    structure = {"transport_time", "transport_activation", "barrier_width"}
    numbers = {
        f.name: getattr(complete(), f.name)
        for f in dataclasses.fields(ElectrodeParameters)
        if isinstance(getattr(complete(), f.name), float) and f.name not in structure
    }
    gas = {"gas_amount_1": 0.01, "gas_amount_2": 0.02, "gas_step_1": 0.1}
    assert electrode_numbers(complete()) == numbers | gas


def test_what_lmct_and_oxygen_share_has_no_number_of_its_own():
    shared = {"oxygen_reorganization_energy": math.nan, "oxygen_coupling": math.nan}
    assert not set(shared) & set(electrode_numbers(complete().replace(**shared)))


@pytest.mark.parametrize("name", ["transport_time", "barrier_width"])
def test_shells_and_classes_are_refused(name):
    with pytest.raises(OutOfRange, match=f"{name} = 0.05"):
        electrode_numbers(load().replace(**{name: 0.05}))


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


COUPLE = {
    "transfer_coefficient": 0.3, "oxygen_transfer_coefficient": 0.7, "metal_rate": 1.0, "oxygen_rate": 1.0,
    "metal_activation": 0.4, "oxygen_activation": 0.4, "reorganization_energy": 1.5, "oxygen_coupling": 0.1,
}  # fmt: skip


@pytest.mark.parametrize(
    "law",
    [functools.partial(butler_volmer, "metal")]
    + [functools.partial(law, "oxygen") for law in OXYGEN_LAWS.values()],
)
@given(filling=st.floats(0.01, 0.99), temperature=st.floats(250.0, 450.0))
def test_a_couple_stands_still_at_its_chemical_potential(law, filling, temperature):
    at_rest = BOLTZMANN * temperature * math.log(filling / (1 - filling))
    scale = abs(law(filling, at_rest + 0.1, temperature, COUPLE))
    assert law(filling, at_rest, temperature, COUPLE) == pytest.approx(0.0, abs=1e-11 * scale)


@pytest.mark.parametrize("couple", ["metal", "oxygen"])
def test_each_couple_has_its_own_symmetry(couple):
    thermal = BOLTZMANN * 298.15
    doubled = butler_volmer(couple, 0.0, 2 * thermal, 298.15, COUPLE) / butler_volmer(
        couple, 0.0, thermal, 298.15, COUPLE
    )
    assert math.log(doubled) == pytest.approx({"metal": 0.7, "oxygen": 0.3}[couple])


def test_marcus_slows_down_when_the_overpotential_passes_lambda():
    numbers = COUPLE | {"oxygen_coupling": 0.0}
    at = [OXYGEN_LAWS["marcus"]("oxygen", 0.0, eta, 298.15, numbers) for eta in (0.0, 1.5, 3.0)]
    assert at[1] == pytest.approx(1.0)
    assert at[0] == pytest.approx(math.exp(-1.5 / 4 / (BOLTZMANN * 298.15)))
    assert at[2] == pytest.approx(at[0])


@pytest.mark.parametrize(
    ("reorganization", "downhill"), [(236.0, 0.0), (40.0, 3.0), (40.0, 40.0), (30.0, 90.0)]
)
def test_the_integral_over_the_electrons_of_a_metal(reorganization, downhill):
    def integrand(x):
        gauss = np.exp(-((x - reorganization + downhill) ** 2) / (4 * reorganization))
        return gauss / (1 + np.exp(x)) / math.sqrt(4 * math.pi * reorganization)

    exact = sum(
        quad(integrand, *ends, epsabs=0.0, epsrel=1e-11)[0]
        for ends in ((-300.0, -60.0), (-60.0, 0.0), (0.0, 60.0))
    )
    assert chidsey_integral(reorganization, downhill) == pytest.approx(exact, rel=1e-6)


def test_a_metal_has_no_inverted_region():
    numbers = COUPLE | {"oxygen_coupling": 0.0}
    fast = OXYGEN_LAWS["marcus-hush-chidsey"]("oxygen", 0.0, 3.0, 298.15, numbers)
    assert fast == pytest.approx(1.0, abs=1e-4)


def test_the_coupling_lifts_no_rate_above_its_prefactor():
    for name in ("marcus", "marcus-hush-chidsey"):
        assert OXYGEN_LAWS[name](
            "oxygen", 0.0, 1.4, 298.15, COUPLE | {"oxygen_coupling": 0.7}
        ) == pytest.approx(1.0)


def test_oxygen_leaves_in_steps():
    numbers = {"gas_potential": 3.0, "gas_amount_1": 0.01, "gas_amount_2": 0.03, "gas_step_1": 0.2}
    assert [gas_potential(released, numbers) for released in (0.0, 0.025, 0.05)] == pytest.approx(
        [3.0, 3.2, 8.2], abs=1e-3
    )
    assert gas_potential(0.01, numbers) == pytest.approx(3.1)
    assert gas_potential(1.0, {"gas_potential": 3.0}) == 3.0


def test_heat_follows_arrhenius():
    assert heated(0.0, 400.0) == 1.0
    assert heated(0.5, 400.0) == pytest.approx(math.exp(0.5 / BOLTZMANN * (1 / 298.15 - 1 / 400.0)))


@given(filling=st.floats(1e-6, 0.999), level=st.floats(2.0, 4.0))
def test_loss_is_that_of_the_documentation(filling, level):
    numbers = {"dark_rate": 2.0, "loss_activation": 0.0}
    thermal = BOLTZMANN * 300.0
    affinity = level + thermal * math.log(filling / (1 - filling)) - 3.0
    expected = 2.0 * filling * math.expm1(-affinity / thermal) ** 2 if affinity > 0 else 0.0
    assert loss("dark", filling, level, 3.0, 300.0, numbers) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("law", oxygen_law.LAWS)
def test_rates_give_the_change_of_the_electrode_itself(law):
    parameters = load().replace(
        dark_rate=1e-7, gas_rate=2e-7, dark_potential=2.9, gas_potential=2.8, gas_amounts=(0.001, 0.1),
        gas_steps=(0.05,), oxygen_law=law, oxygen_rate=1e-7, oxygen_reorganization_energy=0.9,
    )  # fmt: skip
    electrode, numbers = (
        Electrode(parameters),
        electrode_numbers(parameters) | dict(parameters.lmct_parameters),
    )
    segment = electrode.advance(electrode.pristine(), Drive(current=1.7e-5, duration=3e4, stop_voltage=4.6))
    times = np.linspace(0.2, 0.9, 5) * segment.duration
    for time, state in zip(times, segment.at(times), strict=True):
        passing = rates(State(**_named(state)), numbers, lmct_law=parameters.lmct_law, oxygen_law=law)
        before, after = segment.at(np.array([time - 1.0, time + 1.0]))
        slopes = (after - before)[:4] / 2
        expected = [
            passing.metal - passing.transfer,
            passing.oxygen + passing.transfer - passing.dark - passing.gas,
            passing.dark,
            passing.gas / 4,
        ]
        assert slopes == pytest.approx(expected, rel=1e-3, abs=1e-9)


def test_an_unknown_law_gets_a_suggestion():
    with pytest.raises(UnknownName, match="marcus"):
        rates(State(**_named(np.ones(6))), {}, lmct_law="marcuss", oxygen_law="marcus")


def _named(state):
    names = ("metal_holes", "oxygen_holes", "dark_holes", "oxygen_gas", "potential", "temperature")
    return dict(zip(names, state, strict=True))
