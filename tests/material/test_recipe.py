import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.material import load, molar_mass, parse_formula, recipe
from lmct.quantity.errors import DataError, OutOfRange, UnknownName


def by_metal(**options):
    return {row.delivers: row for row in recipe(load("li-ti-ni-o", x=0.4), **options)}


def test_masses_of_a_five_gram_batch():
    # By hand: n = 5 g / 82.690 g/mol = 60.467 mmol;
    # Ni 0.25 n * 248.841 / 0.99; Li 7/6 n * 1.02 * 102.014; Ti 7/12 n * 340.327 / 0.97.
    rows = by_metal(batch_mass=5.0)
    assert rows["Ni"].mass == pytest.approx(3.7996, abs=2e-4)
    assert rows["Li"].mass == pytest.approx(7.3404, abs=4e-4)
    assert rows["Ti"].mass == pytest.approx(12.3753, abs=6e-4)


@given(st.floats(0.01, 0.99), st.floats(0.1, 100.0), st.floats(0, 0.2))
def test_pure_metal_weighed_in_is_the_metal_of_the_product(x, batch_mass, excess):
    material = load("li-ti-ni-o", x=x)
    moles = batch_mass / material.molar_mass
    for row in recipe(material, batch_mass=batch_mass, lithium_excess=excess):
        reagent = parse_formula(row.formula)
        delivered = row.mass * row.purity / molar_mass(reagent) * reagent[row.delivers]
        wanted = moles * material.composition[row.delivers] * (1 + excess if row.delivers == "Li" else 1)
        assert delivered == pytest.approx(wanted, rel=1e-12)


def test_lithium_excess_touches_lithium_only():
    with_excess, without = by_metal(batch_mass=1.0), by_metal(batch_mass=1.0, lithium_excess=0.0)
    assert with_excess["Li"].mass == pytest.approx(1.02 * without["Li"].mass)
    assert with_excess["Ni"] == without["Ni"]
    assert with_excess["Ti"] == without["Ti"]


def test_own_purity_is_used_and_said():
    row = by_metal(batch_mass=1.0, purity={"Ti": 1.0})["Ti"]
    assert row.mass == pytest.approx(0.97 * by_metal(batch_mass=1.0)["Ti"].mass)
    assert row.note == "purity given by the user"


def test_hydrate_water_counts():
    assert by_metal(batch_mass=1.0)["Ni"].molar_mass == pytest.approx(248.84, abs=0.01)


def test_end_member_needs_no_nickel():
    assert {row.delivers for row in recipe(load("li-ti-ni-o", x=1.0), batch_mass=1.0)} == {"Li", "Ti"}


def test_material_without_recipe():
    with pytest.raises(DataError, match="no synthesis recipe"):
        recipe(load("li-rich-nmc"), batch_mass=1.0)


@pytest.mark.parametrize(
    "options",
    [
        {"batch_mass": 0.0},
        {"batch_mass": -1.0},
        {"batch_mass": float("inf")},
        {"batch_mass": 1.0, "lithium_excess": -0.1},
        {"batch_mass": 1.0, "lithium_excess": 2.0},
        {"batch_mass": 1.0, "purity": {"Ti": 97.0}},
        {"batch_mass": 1.0, "purity": {"Ti": 0.0}},
    ],
)
def test_impossible_numbers(options):
    with pytest.raises(OutOfRange):
        by_metal(**options)


def test_purity_of_a_metal_that_is_not_used():
    with pytest.raises(UnknownName, match="'Mn'"):
        by_metal(batch_mass=1.0, purity={"Mn": 0.9})
