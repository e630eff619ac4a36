from __future__ import annotations

import pytest

from lmct.material.crystal.library import load
from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.given_cell import six_numbers, with_given_cell


def test_one_number_is_the_edge_of_a_cube():
    assert six_numbers((4.14,)) == (4.14, 4.14, 4.14, 90.0, 90.0, 90.0)
    assert six_numbers((2.9, 2.9, 14.3, 90.0, 90.0, 120.0)) == (2.9, 2.9, 14.3, 90.0, 90.0, 120.0)


def test_a_structure_keeps_all_but_its_cell():
    crystal = load("linio2")
    changed = with_given_cell(crystal, (2.9, 2.9, 14.3, 90.0, 90.0, 120.0))
    assert changed.cell == (2.9, 2.9, 14.3, 90.0, 90.0, 120.0)
    assert changed.sites == crystal.sites
    assert with_given_cell(crystal, ()) is crystal


def test_a_cell_that_the_space_group_does_not_allow_is_refused():
    with pytest.raises(OutOfRange, match="does not allow"):
        with_given_cell(load("linio2"), (2.9,))
