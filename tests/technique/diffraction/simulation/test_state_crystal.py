from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.electrode.lattice import Lattice
from lmct.electrode.state import ElectrodeState
from lmct.material import load
from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.simulation.state_crystal import crystal_of_state

CHARGE = {"Li1+": 1, "Ti4+": 4, "Ni2+": 2, "Ni3+": 3, "Ni4+": 4}
MATERIAL = load("li-ti-ni-o")


def crystal(state, **more):
    return crystal_of_state(state, material=MATERIAL, lattice=Lattice(origin=4.144), **more)


@given(
    st.floats(0.0, 0.5), st.floats(0.0, 0.4), st.floats(0.0, 0.05), st.floats(0.0, 0.03), st.floats(0, 0.2)
)
def test_lithium_metal_charge_and_titanium_are_conserved(n, p, dark, gas, migrated):
    state = ElectrodeState(metal_holes=n, oxygen_holes=p, dark_holes=dark, oxygen_gas=gas, voltage=4.0)
    drawn = crystal(state, migrated=migrated)
    octahedra, tetrahedra = drawn.site("4a").occupancy, drawn.site("8c").occupancy
    lithium = 2 * octahedra.get("Li1+", 0.0)
    assert lithium == pytest.approx(7 / 6 - (n + p + dark + 4 * gas), abs=1e-9)
    titanium = 2 * octahedra["Ti4+"] + 4 * tetrahedra.get("Ti4+", 0.0)
    assert titanium == pytest.approx(7 / 12)
    nickel = {ion: 2 * share for ion, share in octahedra.items() if ion.startswith("Ni")}
    assert sum(nickel.values()) == pytest.approx(0.25)
    assert sum((CHARGE[ion] - 2) * amount for ion, amount in nickel.items()) == pytest.approx(n, abs=1e-9)
    # cations and oxide without its holes: what remains is the charge of the holes and of the gas on oxygen
    charge = lithium + 4 * titanium + sum(CHARGE[ion] * amount for ion, amount in nickel.items())
    oxide = 2 * drawn.site("4b").occupancy["O2-"]
    assert charge - 2 * oxide == pytest.approx(-(p + dark), abs=1e-9)


def test_constraint_of_the_refinement_holds():
    """occ(4a) = c - 2 occ(8c)."""
    moved = crystal(ElectrodeState(metal_holes=0.3, oxygen_holes=0.1, voltage=4.0), migrated=0.05)
    rest = crystal(ElectrodeState(metal_holes=0.3, oxygen_holes=0.1, voltage=4.0))
    tetrahedral = moved.site("8c").occupancy["Ti4+"]
    assert tetrahedral == pytest.approx(0.05 * 7 / 12 / 4)
    found = moved.site("4a").occupancy["Ti4+"]
    assert found == pytest.approx(rest.site("4a").occupancy["Ti4+"] - 2 * tetrahedral)


def test_cell_follows_any_lattice():
    state = ElectrodeState(metal_holes=0.4, oxygen_holes=0.2, voltage=4.0)
    law = Lattice(origin=4.15, per_metal_hole=-0.09, per_oxygen_hole=0.02, per_lithium=0.01)
    drawn = crystal_of_state(state, material=MATERIAL, lattice=law)
    assert drawn.cell[0] == pytest.approx(4.15 - 0.036 + 0.004 + 0.006)


def test_impossible_states_are_refused():
    state = ElectrodeState(metal_holes=0.4, oxygen_holes=0.2, voltage=4.0)
    with pytest.raises(OutOfRange, match="has lost"):
        crystal(replace(state, oxygen_holes=0.9))
    with pytest.raises(OutOfRange, match="share of migrated"):
        crystal(state, migrated=1.5)
    with pytest.raises(OutOfRange, match="has lost -0"):
        crystal(replace(state, oxygen_gas=-0.1))
    with pytest.raises(OutOfRange, match="valence"):
        crystal(replace(state, metal_holes=-1.0))


def test_a_member_that_is_no_disordered_rock_salt_is_refused():
    state = ElectrodeState(metal_holes=0.0, oxygen_holes=0.0, voltage=3.0)
    last = crystal_of_state(state, material=load("li-ti-ni-o", x=0.6), lattice=Lattice(origin=4.15))
    assert last.space_group == "F m -3 m"
    with pytest.raises(OutOfRange, match=r"Expected x from 0 to 0\.6"):
        crystal_of_state(state, material=load("li-ti-ni-o", x=0.9), lattice=Lattice(origin=4.15))
