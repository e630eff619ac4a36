"""Free parameters, their bounds, and the unit cube."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.electrode import load
from lmct.evidence.calibration.parameter_space import (
    FreeParameter,
    ParameterSpace,
    numbers_of,
    starting_electrode,
)
from lmct.quantity.errors import OutOfRange, UnknownName


@given(share=st.floats(0.0, 1.0), logarithmic=st.booleans())
def test_value_and_position_are_the_same_thing(share, logarithmic):
    one = FreeParameter("oxygen_rate", 1e-20, 1e-12, logarithmic)
    value = one.value_at(share)
    assert one.low <= value <= one.high
    assert one.position_of(value) == pytest.approx(share, abs=1e-9)


def test_a_logarithmic_middle_is_the_geometric_mean():
    assert FreeParameter("k", 1e-4, 1.0, True).value_at(0.5) == pytest.approx(1e-2)
    assert FreeParameter("k", 1e-4, 1.0, True).span == pytest.approx(math.log(1e4))
    assert FreeParameter("k", 1.0, 3.0).value_at(0.5) == 2.0


def test_values_outside_go_to_the_nearer_bound():
    one = FreeParameter("metal_potential", 3.0, 4.0)
    assert one.position_of(2.0) == 0.0
    assert one.position_of(9.0) == 1.0


@pytest.mark.parametrize(
    ("low", "high", "logarithmic"),
    [(2.0, 1.0, False), (1.0, 1.0, False), (math.nan, 1.0, False), (0.0, 1.0, True), (0.0, math.inf, False)],
)
def test_impossible_bounds_are_refused(low, high, logarithmic):
    with pytest.raises(OutOfRange, match="metal_rate"):
        FreeParameter("metal_rate", low, high, logarithmic)


def test_only_the_free_parameters_change():
    start = load("li-ti-ni-o-direct")
    space = ParameterSpace(
        start, (FreeParameter("metal_potential", 3.3, 3.9), FreeParameter("lithium_slope", 0.0, 2.0))
    )
    changed = space.parameters_at(np.array([0.5, 0.25]))
    assert changed.metal_potential == pytest.approx(3.6)
    assert changed.lmct_parameters["lithium_slope"] == pytest.approx(0.5)
    assert changed.oxygen_rate == start.oxygen_rate
    assert space.position_of(changed) == pytest.approx([0.5, 0.25])


def test_an_unknown_parameter_gets_a_suggestion():
    with pytest.raises(UnknownName, match="metal_potential"):
        ParameterSpace(load("li-ti-ni-o-direct"), (FreeParameter("metal_potental", 3.3, 3.9),))


def test_a_bound_that_no_electrode_accepts_is_refused_at_once():
    with pytest.raises(OutOfRange, match=r"bound 1\.5 of transfer_coefficient"):
        ParameterSpace(load("li-ti-ni-o-direct"), (FreeParameter("transfer_coefficient", 0.3, 1.5),))


def test_no_and_double_parameters_are_refused():
    one = FreeParameter("metal_potential", 3.3, 3.9)
    with pytest.raises(OutOfRange, match="no parameter is free"):
        ParameterSpace(load("li-ti-ni-o-direct"), ())
    with pytest.raises(OutOfRange, match="twice"):
        ParameterSpace(load("li-ti-ni-o-direct"), (one, one))


def test_numbers_hold_those_of_the_rate_law():
    start = load("li-ti-ni-o-direct")
    numbers = numbers_of(start)
    assert numbers["metal_potential"] == start.metal_potential
    assert numbers["reorganization_energy"] == start.lmct_parameters["reorganization_energy"]
    assert "source" not in numbers


def test_another_rate_law_starts_in_the_middle_of_new_bounds():
    free = (FreeParameter("electronic_coupling", 0.1, 0.3), FreeParameter("covalence_loss", 0.0, 1.0))
    start = starting_electrode(load("li-ti-ni-o-direct"), changes={"lmct_law": "landau-zener"}, free=free)
    assert start.lmct_law == "landau-zener"
    assert start.lmct_parameters["electronic_coupling"] == pytest.approx(0.2)
    with pytest.raises(OutOfRange, match="covalence_loss"):
        starting_electrode(load("li-ti-ni-o-direct"), changes={"lmct_law": "landau-zener"}, free=free[:1])


def test_what_the_couples_share_can_be_set_free_and_starts_in_the_middle():
    free = (FreeParameter("oxygen_reorganization_energy", 4.0, 6.0),)
    start = starting_electrode(load("li-ti-ni-o-direct"), changes={"oxygen_law": "marcus"}, free=free)
    assert start.oxygen_law == "marcus"
    assert start.oxygen_reorganization_energy == pytest.approx(5.0)
    assert ParameterSpace(start, free).position_of(start) == pytest.approx([0.5])


def test_lists_and_names_cannot_be_free():
    for name in ("gas_amounts", "lmct_law"):
        with pytest.raises(OutOfRange, match="cannot be free"):
            starting_electrode(load("li-ti-ni-o-direct"), changes={}, free=(FreeParameter(name, 0.1, 0.2),))
