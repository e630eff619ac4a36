from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.material import load
from lmct.material.crystal.of_material import (
    cell_from_radii,
    ions_of_material,
    ions_of_valence,
    phases_of_family,
    rock_salt_of_material,
)
from lmct.material.material import Material
from lmct.quantity.errors import OutOfRange


@given(st.floats(0.0, 0.6))
def test_disordered_members_are_full_and_neutral(x):
    ((crystal, share),) = phases_of_family(x)
    cations = crystal.site("4a").occupancy
    assert share == 1.0
    assert crystal.space_group == "F m -3 m"
    assert sum(cations.values()) == pytest.approx(1.0)
    charge = {"Li1+": 1, "Ti4+": 4, "Ni2+": 2}
    assert sum(charge[ion] * amount for ion, amount in cations.items()) == pytest.approx(2.0)


def test_main_member_by_hand():
    ions = ions_of_material(load("li-ti-ni-o", 0.4))
    assert ions == pytest.approx({"Li1+": 7 / 6, "Ti4+": 7 / 12, "Ni2+": 0.25})


def test_layered_member_at_one_and_a_mixture_between():
    ((layered, _),) = phases_of_family(1.0)
    assert layered.space_group == "C 1 2/c 1"
    (salt, of_salt), (other, of_layered) = phases_of_family(0.8)
    assert (salt.space_group, other.space_group) == ("F m -3 m", "C 1 2/c 1")
    assert of_salt + of_layered == pytest.approx(1.0)
    # half of the formula units each: 1.3 and 1.5 oxygens of nearly equal volume
    assert of_layered == pytest.approx(1.5 / 2.8, abs=0.005)


def test_shares_change_without_a_step_at_the_ends_of_the_mixture():
    assert phases_of_family(0.6 + 1e-9)[0][1] == pytest.approx(1.0, abs=1e-6)
    assert phases_of_family(1.0 - 1e-9)[1][1] == pytest.approx(1.0, abs=1e-6)


def test_cell_of_hard_spheres_by_hand():
    assert cell_from_radii({"Li1+": 7 / 6, "Ti4+": 7 / 12, "Ni2+": 0.25}) == pytest.approx(4.144)
    reduced = cell_from_radii({"Li1+": 7 / 6, "Ti4+": 7 / 12, "Ni4+": 0.25})
    assert reduced - 4.144 == pytest.approx(-0.25 * 0.21)


def test_given_cell_goes_before_that_of_the_radii():
    assert rock_salt_of_material(load("li-ti-ni-o"), cell=4.2).cell[:3] == (4.2, 4.2, 4.2)


def test_valences_that_are_not_whole():
    assert ions_of_valence("Ni", 2.0) == {"Ni2+": 1.0}
    assert ions_of_valence("Mn", 3.25) == {"Mn3+": 0.75, "Mn4+": 0.25}


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(OutOfRange, match="does not say the valence of Mn"):
        ions_of_material(Material.from_formula("LiMnO2"))
    with pytest.raises(OutOfRange, match="radius of"):
        cell_from_radii({"Zr4+": 2.0})
    for x in (-0.1, 1.2, float("nan")):
        with pytest.raises(OutOfRange, match="between 0 and 1"):
            phases_of_family(x)
