from __future__ import annotations

import math

import numpy as np
import pytest

from lmct.electrode import parameters
from lmct.electrode.of_material import parameters_of_material
from lmct.quantity.errors import OutOfRange, UnknownName


def test_the_places_in_the_array_follow_the_fields():
    loaded = parameters.load()
    array = loaded.as_array()
    constants = {
        name: value for name, value in vars(parameters).items() if name.isupper() and isinstance(value, int)
    }
    assert sorted(constants.values()) == list(range(len(array)))
    assert array[parameters.METAL_HOLES_MAX] == loaded.metal_holes_max
    assert array[parameters.OXYGEN_OXYGEN] == loaded.oxygen_oxygen
    assert array[parameters.CAPACITANCE] == loaded.capacitance
    assert array[parameters.GAS_POTENTIAL] == loaded.gas_potential
    assert array[parameters.THERMAL_TIME] == loaded.thermal_time


def test_every_shipped_set_loads_and_names_its_source():
    for name in parameters.sets():
        loaded = parameters.load(name)
        assert "10.1038" in loaded.source
        assert np.all(np.isfinite(loaded.as_array()))


def test_replace_reaches_the_parameters_of_the_rate_law():
    changed = parameters.load().replace(metal_rate=1e-5, attempt_frequency=1e12)
    assert changed.metal_rate == 1e-5
    assert changed.lmct_parameters["attempt_frequency"] == 1e12
    assert parameters.load().lmct_parameters["attempt_frequency"] == 3.7e12


def test_unknown_names_get_a_suggestion():
    with pytest.raises(UnknownName, match="metal_rate"):
        parameters.load().replace(metal_rat=1.0)
    with pytest.raises(UnknownName, match="li-ti-ni-o"):
        parameters.load("li-ti-mi-o")
    with pytest.raises(UnknownName, match="marcus"):
        parameters.load().replace(lmct_law="markus")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("metal_rate", -1.0),
        ("metal_holes_max", 0.0),
        ("transfer_coefficient", 1.0),
        ("lithium_max", math.nan),
        ("molar_mass", 0.0),
        ("reorganization_energy", math.inf),
    ],
)
def test_impossible_numbers_are_refused(name, value):
    with pytest.raises(OutOfRange, match=name):
        parameters.load().replace(**{name: value})


def test_one_electron_is_the_capacity_of_the_paper():
    assert parameters.load().mah_per_gram == pytest.approx(324.12, abs=0.01)


def test_a_member_with_more_nickel_can_hold_more_holes_on_it():
    rich, poor = parameters_of_material("li-ti-ni-o", 0.2), parameters_of_material("li-ti-ni-o", 0.5)
    assert rich.metal_holes_max > parameters.load().metal_holes_max > poor.metal_holes_max
    assert rich.molar_mass == pytest.approx(87.021, abs=1e-3)


def test_a_material_without_a_set_or_without_a_redox_metal_is_refused():
    with pytest.raises(UnknownName, match="li-ru-sn-o"):
        parameters_of_material("li-ru-sn-o")
    with pytest.raises(OutOfRange, match="no metal"):
        parameters_of_material("li-ti-ni-o", 1.0)
