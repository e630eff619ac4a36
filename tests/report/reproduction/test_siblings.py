import pytest

from lmct.protocol.screening_numbers import has_one_energy
from lmct.report.reproduction import siblings
from lmct.report.reproduction.sibling_statements import STATEMENTS
from lmct.report.reproduction.siblings import (
    IRON,
    NICKEL,
    RICH_NM,
    RICH_NMC,
    RUTHENIUM,
    sibling_heating,
    sibling_numbers,
    sibling_openings,
    sibling_parameters,
)


@pytest.mark.parametrize("name", [NICKEL, IRON, RUTHENIUM, RICH_NMC, RICH_NM])
def test_every_material_is_judged_by_a_set_with_one_energy(name):
    assert has_one_energy(sibling_parameters(name))
    assert sibling_parameters(name).name.startswith(name)


def test_openings_start_with_a_full_cycle():
    for limit, run in sibling_openings(RICH_NMC, (4.0, 4.6)).items():
        assert [round(step.end_voltage, 6) for step in run.steps] == [4.8, 2.0, limit, 2.0]


def test_heating_keeps_the_charge_but_for_losses():
    (metal, oxygen), (metal_after, oxygen_after) = sibling_heating(RICH_NMC)
    assert metal_after + oxygen_after < metal + oxygen + 0.05
    assert metal_after < metal


def test_numbers_are_those_of_the_screening():
    assert {"half_life", "inversion_index"} <= set(sibling_numbers(IRON))
    assert sibling_numbers(IRON) is sibling_numbers(IRON)


def test_without_a_difference_in_covalence_nothing_is_ordered(monkeypatch):
    """The verdicts come from the sets: with nickel's own set everywhere no order is left."""
    nickel = sibling_parameters(NICKEL)
    for function in (siblings.sibling_cycles, siblings.sibling_numbers, siblings.sibling_heating):
        function.cache_clear()
    monkeypatch.setattr(siblings, "sibling_parameters", lambda name: nickel)
    answers = {one.id: one.answer(None).verdict for one in STATEMENTS}
    for function in (siblings.sibling_cycles, siblings.sibling_numbers, siblings.sibling_heating):
        function.cache_clear()
    assert answers["lifetime-order"] == answers["inversion-order"] == "missed"
