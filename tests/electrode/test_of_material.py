"""The family from one parameter set: limits, proportions and conservation of what each site does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.electrode.of_material import (
    lithium_axes,
    metal_holes,
    parameters_of_material,
    scaled_by_composition,
    sets_of_material,
)
from lmct.electrode.parameter_file import load, sets
from lmct.material import Material, RedoxCentre
from lmct.material import load as material
from lmct.quantity.errors import OutOfRange, UnknownName

MEMBERS = st.floats(0.0, 0.9)


def gassing():
    """The default set with two oxygen environments."""
    return load().replace(gas_rate=1e-4, gas_potential=3.1, gas_amounts=(0.004, 0.008), gas_steps=(0.1,))


def member(x, base=None):
    reference = material("li-ti-ni-o")
    return scaled_by_composition(base or gassing(), reference=reference, member=material("li-ti-ni-o", x=x))


def test_the_calibrated_member_is_the_set_itself():
    assert parameters_of_material("li-ti-ni-o") == load("li-ti-ni-o")
    assert parameters_of_material("li-ti-ni-o", 0.4) == load("li-ti-ni-o")
    scaled = member(0.4)
    assert scaled.as_array() == pytest.approx(gassing().as_array(), rel=1e-5, nan_ok=True)


@given(x=MEMBERS)
def test_every_site_keeps_its_own(x):
    """Holes, rates and O2 per site do not depend on x; nor does the potential of a metal of given valence."""
    one, base = member(x), gassing()
    nickel = one.metal_holes_max / base.metal_holes_max
    oxygen = one.oxygen_holes_max / base.oxygen_holes_max
    assert nickel == pytest.approx((1 - x) / (2 + x) / (0.6 / 2.4))
    assert one.metal_rate / base.metal_rate == pytest.approx(nickel)
    assert one.metal_metal * one.metal_holes_max == pytest.approx(base.metal_metal * base.metal_holes_max)
    assert one.oxygen_rate / base.oxygen_rate == pytest.approx(oxygen)
    assert one.dark_rate == pytest.approx(base.dark_rate * oxygen)
    assert one.capacitance / one.molar_mass == pytest.approx(base.capacitance / base.molar_mass, rel=1e-5)
    assert one.lithium_max / one.lithium == pytest.approx(base.lithium_max / base.lithium, rel=1e-5)
    titanium = material("li-ti-ni-o", x=x).composition["Ti"] / material("li-ti-ni-o").composition["Ti"]
    assert sum(one.gas_amounts) == pytest.approx(0.012 * titanium)
    assert one.gas_steps == base.gas_steps
    assert dict(one.lmct_parameters) == dict(base.lmct_parameters)
    for name in ("metal_potential", "oxygen_potential", "metal_oxygen", "oxygen_oxygen", "lithium_width"):
        assert getattr(one, name) == getattr(base, name)


@given(x=st.floats(0.0, 0.85), step=st.floats(0.01, 0.1))
def test_less_nickel_comes_with_more_oxygen_lithium_and_gas(x, step):
    rich, poor = member(x), member(min(x + step, 0.95))
    assert rich.metal_holes_max > poor.metal_holes_max
    assert rich.oxygen_holes_max < poor.oxygen_holes_max
    assert rich.lithium_max < poor.lithium_max
    assert sum(rich.gas_amounts) < sum(poor.gas_amounts)
    assert rich.molar_mass > poor.molar_mass


def test_scaling_there_and_back_changes_nothing():
    one, other = material("li-ti-ni-o", x=0.1), material("li-ti-ni-o", x=0.6)
    base = gassing().replace(molar_mass=one.molar_mass, lithium=one.lithium)
    there = scaled_by_composition(base, reference=one, member=other)
    back = scaled_by_composition(there, reference=other, member=one)
    assert back.as_array() == pytest.approx(base.as_array(), rel=1e-12, nan_ok=True)
    assert back.gas_amounts == pytest.approx(base.gas_amounts, rel=1e-12)


def test_without_nickel_there_is_nothing_to_simulate():
    with pytest.raises(OutOfRange, match="no metal"):
        parameters_of_material("li-ti-ni-o", 1.0)


def test_holes_of_the_metals():
    assert metal_holes(material("li-ti-ni-o", x=0.0)) == pytest.approx(1.0)
    assert metal_holes(material("li-ru-sn-o")) == pytest.approx(1.0)  # 0.75 Ru by two, of three oxygens
    assert metal_holes(material("li-ti-fe-o")) == pytest.approx(0.5)
    assert metal_holes(material("li-rich-nmc")) == pytest.approx(0.39)


def test_axes_with_lithium_at_both_ends():
    """By hand: three axes to each of two oxygens, f = 7/12 of the cations and 2/3 of those of Li2MO3."""
    assert lithium_axes(material("li-ti-ni-o")) == pytest.approx(6 * (7 / 12) ** 2)
    assert lithium_axes(material("li-ru-sn-o")) == pytest.approx(6 * (2 / 3) ** 2)


def test_without_lithium_there_is_nothing_to_extract():
    empty = Material(
        name="a",
        title="",
        formula="NiO",
        composition={"Ni": 1, "O": 1},
        redox_centres=(RedoxCentre("Ni", 2.0, 4.0, ""),),
    )
    with pytest.raises(OutOfRange, match="no lithium"):
        scaled_by_composition(load(), reference=material("li-ti-ni-o"), member=empty)


def test_a_member_without_spectators_releases_no_gas():
    composition = {"Li": 1.2, "Fe": 0.8, "O": 2}
    iron = Material(
        name="c",
        title="",
        formula="Li1.2Fe0.8O2",
        composition=composition,
        structure="rock-salt",
        redox_centres=(RedoxCentre("Fe", 3.5, 4.0, ""),),
    )
    made = scaled_by_composition(gassing(), reference=material("li-ti-ni-o"), member=iron)
    assert made.gas_rate == 0.0
    assert made.gas_amounts == ()


def test_every_set_belongs_to_one_material_on_file():
    names = ("li-ti-ni-o", "li-ti-fe-o", "li-ru-sn-o", "li-rich-nmc", "li-ni-mn-o", "li-ni-w-o")
    owned = [one for name in names for one in sets_of_material(name)]
    assert sorted(owned) == sorted(sets())
    assert sets_of_material("li-ti-ni-o")[0] == "li-ti-ni-o"


def test_a_rival_set_is_chosen_by_its_name():
    for name in sets_of_material("li-ti-ni-o"):
        assert parameters_of_material("li-ti-ni-o", parameter_set=name) == load(name)
    with pytest.raises(UnknownName, match="li-ti-ni-o-direct"):
        parameters_of_material("li-ti-ni-o", parameter_set="li-ti-ni-o-direkt")
    with pytest.raises(UnknownName, match="li-ni-w-o"):
        parameters_of_material("li-ni-w-o")
