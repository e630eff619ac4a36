"""Parameter sets written and read again."""

from __future__ import annotations

import tomllib

import pytest

from lmct.electrode import load
from lmct.electrode.parameter_file import parameters_from_text, sets
from lmct.evidence.calibration.parameter_space import numbers_of
from lmct.evidence.calibration.set_file import set_text


def again(parameters, **words):
    return parameters_from_text(set_text(parameters, **({"notes": {}} | words)), "mine")


@pytest.mark.parametrize("name", sets())
def test_shipped_sets_survive(name):
    parameters = load(name)
    found = again(parameters)
    assert numbers_of(found) == pytest.approx(numbers_of(parameters), rel=1e-9)
    assert (found.lmct_law, found.oxygen_law) == (parameters.lmct_law, parameters.oxygen_law)
    assert (found.gas_amounts, found.gas_steps) == (parameters.gas_amounts, parameters.gas_steps)


def test_texts_notes_and_comments_survive():
    parameters = load("li-ti-ni-o-direct").replace(metal_potential=3.123456789, source='with "quotes" and µ')
    text = set_text(parameters, notes={"metal_potential": "free"}, comment="two\nlines")
    assert text.startswith("# two\n# lines\n")
    row = tomllib.loads(text)["parameter"]["metal_potential"]
    assert row == {"value": 3.123456789, "unit": "V", "note": "free"}
    assert again(parameters).source == parameters.source


def test_other_laws_lists_and_shared_numbers_survive():
    parameters = load("li-ti-ni-o-direct").replace(
        lmct_law="landau-zener",
        electronic_coupling=0.1,
        covalence_loss=0.0,
        oxygen_law="marcus",
        gas_amounts=(0.01, 0.02),
        gas_steps=(0.1,),
        series_resistance=2.0,
    )
    found = again(parameters)
    assert found.lmct_parameters == pytest.approx(dict(parameters.lmct_parameters))
    assert found.oxygen_law == "marcus"
    assert (found.gas_amounts, found.gas_steps) == ((0.01, 0.02), (0.1,))
    assert found.shared("electronic_coupling") == 0.1
    own = parameters.replace(oxygen_reorganization_energy=5.0)
    assert again(own).oxygen_reorganization_energy == 5.0
