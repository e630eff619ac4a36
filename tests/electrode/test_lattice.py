import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.electrode.lattice import (
    NICKEL_2,
    NICKEL_4,
    Lattice,
    change_per_hole_from_radii,
    lattice_parameter_from_holes,
)
from lmct.electrode.state import ElectrodeState
from lmct.quantity.errors import OutOfRange

slopes = st.floats(-0.2, 0.2)


def test_full_reduction_of_nickel_grows_the_lattice_as_hard_spheres_do():
    # Ni4+ to Ni2+ at 0.25 Ni of 2 cations: the mean radius grows by 0.125 * 0.21 Å, a by twice that.
    slope = change_per_hole_from_radii(reduced=NICKEL_2, oxidised=NICKEL_4, electrons=2)
    assert -0.5 * slope == pytest.approx(2 * 0.125 * 0.21, abs=1e-12)
    assert Lattice(origin=4.1).per_metal_hole == pytest.approx(slope)


def test_one_electron_of_low_spin_nickel_three():
    slope = change_per_hole_from_radii(reduced=0.69, oxidised=0.56, electrons=1)
    assert -0.25 * slope == pytest.approx(0.0325)


def test_radii_that_make_no_sense_are_refused():
    with pytest.raises(OutOfRange, match="positive"):
        change_per_hole_from_radii(reduced=0.69, oxidised=0.48, electrons=0)
    with pytest.raises(OutOfRange, match="positive"):
        change_per_hole_from_radii(reduced=0.69, oxidised=float("nan"), electrons=2)


def test_each_population_has_its_own_slope():
    a = lattice_parameter_from_holes(
        metal_holes=np.array([0.0, 1.0, 0.0, 0.0]),
        oxygen_holes=np.array([0.0, 0.0, 1.0, 0.0]),
        lithium_extracted=np.array([0.0, 0.0, 0.0, 1.0]),
        origin=4.0,
        per_metal_hole=-0.1,
        per_oxygen_hole=-0.02,
        per_lithium=0.03,
    )
    np.testing.assert_allclose(a, [4.0, 3.9, 3.98, 4.03])


def test_lithium_counts_dark_oxygen_and_gas():
    lattice = Lattice(origin=4.0, per_metal_hole=0.0, per_oxygen_hole=0.0, per_lithium=-0.1)
    states = np.array([[0.1, 0.2, 0.05, 0.01, 4.0, 298.15]])
    assert lattice.of_states(states)[0] == pytest.approx(4.0 - 0.1 * (0.1 + 0.2 + 0.05 + 0.04))


@given(metal=slopes, oxygen=slopes, lithium=slopes, n=st.floats(0, 0.5), p=st.floats(0, 1))
def test_the_anchor_holds_and_moves_nothing_else(metal, oxygen, lithium, n, p):
    state = ElectrodeState(metal_holes=n, oxygen_holes=p, voltage=4.8)
    free = Lattice(origin=4.2, per_metal_hole=metal, per_oxygen_hole=oxygen, per_lithium=lithium)
    anchored = free.through(state, 4.111)
    assert anchored.of_states(state.as_array()[None, :])[0] == pytest.approx(4.111, abs=1e-12)
    both = np.array([[0.3, 0.1, 0, 0, 4, 298], [0.0, 0.4, 0, 0, 4, 298]])
    np.testing.assert_allclose(np.diff(anchored.of_states(both)), np.diff(free.of_states(both)), atol=1e-12)


@given(oxygen=slopes, lithium=slopes, moved=st.floats(0, 0.5))
def test_transfer_at_rest_feels_the_difference_of_metal_and_oxygen_alone(oxygen, lithium, moved):
    """LMCT moves holes from metal to oxygen at constant lithium content."""
    lattice = Lattice(origin=4.1, per_oxygen_hole=oxygen, per_lithium=lithium)
    a = lattice.of_states(np.array([[0.5, 0.2, 0, 0, 4, 298], [0.5 - moved, 0.2 + moved, 0, 0, 4, 298]]))
    assert a[1] - a[0] == pytest.approx(moved * (oxygen - lattice.per_metal_hole), abs=1e-12)


@pytest.mark.parametrize("value", [0.0, -4.1, float("nan"), float("inf")])
def test_an_impossible_anchor_is_refused(value):
    state = ElectrodeState(metal_holes=0.1, oxygen_holes=0.1, voltage=4.0)
    with pytest.raises(OutOfRange, match="lattice parameter"):
        Lattice(origin=4.1).through(state, value)
