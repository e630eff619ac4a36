from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode.model import Electrode
from lmct.electrode.parameter_file import load
from lmct.protocol.charged_lattice import CHARGED_LATTICE, lattice_of_electrode
from lmct.protocol.plain_words import parse_steps
from lmct.protocol.simulation import run_protocol
from lmct.quantity.errors import OutOfRange


@pytest.fixture(scope="module")
def electrode():
    return Electrode(load("li-ti-ni-o"))


@pytest.fixture(scope="module")
def charged(electrode):
    """The charge of the paper, written in words."""
    return run_protocol(electrode, parse_steps("Charge at 20 mA/g until 4.8 V")).segments[0].end


@pytest.mark.parametrize("length", [CHARGED_LATTICE, 4.2])
def test_the_charged_electrode_has_the_lattice_that_is_known(electrode, charged, length):
    law = lattice_of_electrode(electrode, length)
    assert law.of_states(charged.as_array()[None, :])[0] == pytest.approx(length, abs=1e-9)


def test_only_the_origin_is_moved(electrode, charged):
    low, high = lattice_of_electrode(electrode, 4.111), lattice_of_electrode(electrode, 4.121)
    assert high.origin - low.origin == pytest.approx(0.01)
    assert (low.per_metal_hole, low.per_oxygen_hole) == (high.per_metal_hole, high.per_oxygen_hole)
    # Nickel oxidised by 0.8 electrons in all, half on oxygen: hard spheres give 0.04 to 0.05 Å.
    pristine = low.of_states(np.zeros((1, 6)))[0]
    expected = 4.111 + 0.105 * charged.metal_holes + 0.0105 * charged.oxygen_holes
    assert pristine == pytest.approx(expected, abs=1e-9)


def test_an_electrode_with_less_nickel_oxidised_starts_from_a_smaller_lattice(electrode):
    other = Electrode(load("li-ti-ni-o").replace(metal_potential=4.3))
    ends = [
        run_protocol(one, parse_steps("Charge at 20 mA/g until 4.8 V")).segments[0].end
        for one in (electrode, other)
    ]
    assert ends[1].metal_holes < ends[0].metal_holes
    assert lattice_of_electrode(other).origin < lattice_of_electrode(electrode).origin


@pytest.mark.parametrize("length", [0.0, -4.1, float("nan"), float("inf")])
def test_impossible_lattices_are_refused(electrode, length):
    with pytest.raises(OutOfRange, match="must be positive"):
        lattice_of_electrode(electrode, length)
