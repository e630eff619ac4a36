from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from lmct.electrode import load, parameter_index, read, sets
from lmct.electrode.of_material import parameters_of_material
from lmct.quantity.errors import DataError, OutOfRange, UnknownName


def test_the_places_in_the_array_follow_the_fields():
    loaded = load()
    array = loaded.as_array()
    constants = {
        name: value
        for name, value in vars(parameter_index).items()
        if name.isupper() and isinstance(value, int)
    }
    assert sorted(constants.values()) == list(range(len(array)))
    assert array[parameter_index.METAL_HOLES_MAX] == loaded.metal_holes_max
    assert array[parameter_index.OXYGEN_OXYGEN] == loaded.oxygen_oxygen
    assert array[parameter_index.CAPACITANCE] == loaded.capacitance
    assert array[parameter_index.GAS_POTENTIAL] == loaded.gas_potential
    assert array[parameter_index.THERMAL_TIME] == loaded.thermal_time


def test_every_shipped_set_loads_and_names_its_source():
    for name in sets():
        loaded = load(name)
        assert "10.1038" in loaded.source
        shared = [parameter_index.OXYGEN_REORGANIZATION]
        assert np.all(np.isfinite(np.delete(loaded.as_array(), shared)))


def test_replace_reaches_the_parameters_of_the_rate_law():
    before = load().lmct_parameters["attempt_frequency"]
    changed = load().replace(metal_rate=1e-5, attempt_frequency=1e12)
    assert changed.metal_rate == 1e-5
    assert changed.lmct_parameters["attempt_frequency"] == 1e12
    assert load().lmct_parameters["attempt_frequency"] == before != 1e12


def test_unknown_names_get_a_suggestion():
    with pytest.raises(UnknownName, match="metal_rate"):
        load().replace(metal_rat=1.0)
    with pytest.raises(UnknownName, match="li-ti-ni-o"):
        load("li-ti-mi-o")
    with pytest.raises(UnknownName, match="marcus"):
        load().replace(lmct_law="markus")


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
        load().replace(**{name: value})


def test_one_electron_is_the_capacity_of_the_paper():
    assert load().mah_per_gram == pytest.approx(324.12, abs=0.01)


def test_a_member_with_more_nickel_can_hold_more_holes_on_it():
    rich, poor = parameters_of_material("li-ti-ni-o", 0.2), parameters_of_material("li-ti-ni-o", 0.5)
    assert rich.metal_holes_max > load().metal_holes_max > poor.metal_holes_max
    assert rich.molar_mass == pytest.approx(87.021, abs=1e-3)


def test_a_material_without_a_set_or_without_a_redox_metal_is_refused():
    with pytest.raises(UnknownName, match="li-ni-w-o"):
        parameters_of_material("li-ni-w-o")
    with pytest.raises(OutOfRange, match="no metal"):
        parameters_of_material("li-ti-ni-o", 1.0)


@pytest.mark.parametrize(
    "change",
    [
        {"gas_amounts": (0.01, -0.01), "gas_steps": (0.1,)},
        {"gas_amounts": (0.01, 0.01), "gas_steps": ()},
        {"gas_amounts": (math.nan,), "gas_steps": ()},
        {"gas_amounts": (), "gas_steps": (0.1,)},
    ],
)
def test_oxygen_environments_that_make_no_sense_are_refused(change):
    with pytest.raises(OutOfRange, match="gas_"):
        load().replace(**change)


def test_a_set_can_be_read_from_a_file_of_ones_own(tmp_path):
    import lmct.electrode

    shipped = Path(lmct.electrode.__file__).parent / "parameter_set" / "li-ti-ni-o.toml"
    own = tmp_path / "mine.toml"
    own.write_text(shipped.read_text("utf-8"), "utf-8")
    assert read(own).replace(name="li-ti-ni-o") == load()
    own.write_text("source = 1\n[parameter]\n", "utf-8")
    with pytest.raises(DataError, match="mine"):
        read(own)
    own.write_text("source = = 1", "utf-8")
    with pytest.raises(DataError, match="TOML"):
        read(own)
    with pytest.raises(DataError, match="does not exist"):
        read(tmp_path / "missing.toml")
