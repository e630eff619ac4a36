"""Maps of the design guide: places, numbers, failures, disagreement of the sets."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lmct.electrode.model import Electrode
from lmct.electrode.of_material import parameters_of_material, sets_of_material
from lmct.electrode.parameter_file import load
from lmct.protocol import galvanostatic, parse_steps, run_protocol, screening, simulate
from lmct.protocol.cycle_numbers import cycle_numbers
from lmct.protocol.lifetime import lifetime
from lmct.protocol.screening import known_materials, screen
from lmct.protocol.screening_map import FailedPoint, Screening, ScreeningMap
from lmct.protocol.screening_numbers import (
    SCREENED,
    covalence,
    driving_force,
    has_one_energy,
    screening_numbers,
    with_driving_force,
)
from lmct.quantity.errors import NotConverged, OutOfRange, UnknownName


@pytest.fixture(scope="module")
def own_place():
    return driving_force(first_set())


def first_set():
    """The set whose map comes first."""
    usable = [one for one in map(load, sets_of_material("li-ti-ni-o")) if has_coupling(one)]
    return sorted(usable, key=lambda one: not has_one_energy(one))[0]


def has_coupling(parameters):
    return "electronic_coupling" in parameters.lmct_parameters


@pytest.fixture(scope="module")
def found(own_place):
    return screen(covalences=[0.0, 0.2, 0.6], driving_forces=[own_place, own_place + 0.2])


def test_the_driving_force_is_the_mean_over_the_oxidation_of_the_metal():
    from lmct.electrode.thermodynamics import standard_potentials

    parameters = load()
    par = Electrode(parameters).model.par
    holes = (np.arange(1000) + 0.5) / 1000 * parameters.metal_holes_max
    by_hand = np.mean([np.subtract(*standard_potentials(n, 0.0, n, par)) for n in 0.8 * holes])
    scaled = parameters.replace(metal_holes_max=0.8 * parameters.metal_holes_max)
    assert driving_force(scaled) == pytest.approx(by_hand, abs=1e-9)


def test_another_driving_force_moves_the_metal_alone():
    changed = with_driving_force(load(), 0.3)
    assert driving_force(changed) == pytest.approx(0.3)
    assert changed.replace(metal_potential=load().metal_potential) == load()


def test_only_sets_with_a_coupling_have_a_place():
    other = load().replace(oxygen_law="butler-volmer", lmct_law="constant-barrier", barrier=1.0)
    with pytest.raises(OutOfRange, match="no electronic_coupling"):
        covalence(other)
    assert covalence(load().replace(electronic_coupling=0.2)) == 0.2


def test_one_energy_means_that_the_oxygen_couple_shares_both():
    marcus = load().replace(oxygen_law="marcus")
    assert has_one_energy(marcus)
    assert not has_one_energy(marcus.replace(oxygen_reorganization_energy=3.0))
    assert not has_one_energy(marcus.replace(oxygen_coupling=0.1, electronic_coupling=0.2))
    assert not has_one_energy(load().replace(oxygen_law="butler-volmer"))


def test_the_numbers_of_a_run():
    run = simulate(galvanostatic(cycles=2))
    numbers = screening_numbers(run)
    assert list(numbers) == list(SCREENED)
    cycle = cycle_numbers(run)
    for name in ("inversion_index", "energy_efficiency", "mean_discharge_voltage"):
        assert numbers[name] == cycle[name]
    discharge = run.steps[3]
    assert numbers["discharge_energy"] == pytest.approx(
        -discharge.capacity_mah_g * discharge.mean_voltage, rel=1e-5
    )
    lost = run.segments[3].end.dark_holes - run.segments[3].start.dark_holes
    lost += 4.0 * (run.segments[3].end.oxygen_gas - run.segments[3].start.oxygen_gas)
    layer = run.parameters.capacitance * (run.segments[3].start.voltage - run.segments[3].end.voltage)
    whole = numbers["metal_capacity"] + numbers["oxygen_capacity"]
    expected = -discharge.capacity_mah_g - (layer - lost) * run.parameters.mah_per_gram
    assert whole == pytest.approx(expected, abs=0.01)
    end = run.segments[2].end
    own = lifetime(Electrode(run.parameters), end)
    assert numbers["half_life"] == pytest.approx(own.half_life / 3600.0)
    with pytest.raises(OutOfRange, match="two cycles"):
        screening_numbers(simulate(parse_steps("Charge at 20 mA/g until 4.5 V")))


def test_a_place_of_the_map_is_a_simulation_with_that_metal(found, own_place):
    """At its own place without covalence the material is itself; another place is another metal."""
    parameters = first_set()
    assert found.maps[0].parameter_set == parameters.name
    for row, shift in enumerate((0.0, 0.2)):
        for column, coupling in enumerate((0.0, 0.2, 0.6)):
            metal = parameters.metal_potential + shift
            one = parameters.replace(metal_potential=metal, electronic_coupling=coupling)
            numbers = screening_numbers(run_protocol(Electrode(one), galvanostatic(cycles=2)))
            for name, value in numbers.items():
                assert found.maps[0].values[name][row, column] == pytest.approx(value, rel=1e-6, abs=1e-9)


def test_every_set_with_a_coupling_has_a_map_and_the_others_a_reason(found):
    names = sets_of_material("li-ti-ni-o")
    with_map = {one.parameter_set for one in found.maps}
    assert with_map == {name for name in names if has_coupling(load(name))}
    assert set(found.left_out) == set(names) - with_map
    assert all("electronic_coupling" in reason for reason in found.left_out.values())


def test_other_sets_get_the_same_change_of_their_metal(found):
    """The first row is the material as it is, for every set."""
    for one in found.maps:
        numbers = screening_numbers(run_protocol(Electrode(load(one.parameter_set)), galvanostatic(cycles=2)))
        for name, value in numbers.items():
            assert one.values[name][0, 0] == pytest.approx(value, rel=1e-6, abs=1e-9)


def test_covalence_shortens_the_life_and_takes_the_inversion(found):
    for one in found.maps:
        assert np.all(np.diff(one.values["half_life"], axis=1) < 0.0)
        assert np.all(np.diff(one.values["inversion_index"], axis=1) < 0.0)


def test_threads_give_the_same_maps(found, own_place):
    with ThreadPoolExecutor(2) as pool:
        again = screen(covalences=[0.0, 0.2, 0.6], driving_forces=[own_place, own_place + 0.2], executor=pool)
    for one, other in zip(found.maps, again.maps, strict=True):
        for name in SCREENED:
            np.testing.assert_array_equal(one.values[name], other.values[name])


def test_the_known_materials_stand_at_the_places_of_their_sets():
    known = {one.name: one for one in known_materials()}
    nickel = known["li-ti-ni-o"]
    assert nickel.driving_force == pytest.approx(driving_force(first_set()))
    assert nickel.covalence == 0.0
    assert list(nickel.numbers) == list(SCREENED)
    for name, one in known.items():
        if name != "li-ti-ni-o":
            assert one.covalence == covalence(load(name))


def test_a_point_that_cannot_be_run_is_recorded_and_left_white(own_place, monkeypatch):
    def fails_where_covalent(run):
        if run.parameters.lmct_parameters["electronic_coupling"] == 0.3:
            raise NotConverged("the integration step became too short.")
        return screening_numbers(run)

    monkeypatch.setattr(screening, "screening_numbers", fails_where_covalent)
    one = screen(covalences=[0.0, 0.3], driving_forces=[own_place, own_place + 0.1])
    for part in one.maps:
        assert [(p.covalence, p.driving_force) for p in part.failed] == [
            (0.3, own_place),
            (0.3, own_place + 0.1),
        ]
        assert all("too short" in p.error for p in part.failed)
        assert np.isnan(part.values["half_life"][:, 1]).all()
        assert np.isfinite(part.values["half_life"][:, 0]).all()
    assert len(one.failed) == 2 * len(one.maps)


def test_the_map_of_a_member_has_its_composition(own_place):
    member = screen(covalences=[0.0, 0.2], driving_forces=[0.2, 0.4], x=0.2)
    assert "Ni0.3636" in member.formula
    richer = parameters_of_material("li-ti-ni-o", 0.2).metal_holes_max
    assert richer > load().metal_holes_max


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"covalences": [0.1]}, "covalence needs"),
        ({"covalences": [0.2, 0.1]}, "increasing"),
        ({"covalences": [-0.1, 0.1]}, "between 0 and"),
        ({"covalences": [0.0, 2.5]}, "half the reorganisation energy"),
        ({"driving_forces": [0.0, math.nan]}, "driving force needs"),
        ({"specific_current": -1.0}, "current"),
    ],
)
def test_axes_that_make_no_sense_are_refused(changes, message):
    given = {"covalences": [0.0, 0.1], "driving_forces": [0.1, 0.2]} | changes
    with pytest.raises(OutOfRange, match=message):
        screen(**given)


def test_a_material_without_a_set_is_refused():
    with pytest.raises(UnknownName, match="li-ni-w-o"):
        screen(covalences=[0.0, 0.1], driving_forces=[0.1, 0.2], material="li-ni-w-o")


def two_maps(first, second, quantity):
    blank = {name: np.full((1, 3), np.nan) for name in SCREENED}
    maps = tuple(
        ScreeningMap(name, True, blank | {quantity: np.array([values])}, ())
        for name, values in (("a", first), ("b", second))
    )
    axis = np.array([0.0, 0.1, 0.2])
    return Screening("X", 20.0, axis, np.array([0.0]), maps, {}, ())


def test_spread_and_disagreement_by_hand():
    plain = two_maps([0.9, 0.5, math.nan], [0.6, 0.4, 0.1], "inversion_index")
    np.testing.assert_allclose(plain.spread("inversion_index"), [[0.3, 0.1, math.nan]])
    np.testing.assert_array_equal(plain.disagree("inversion_index"), [[True, False, False]])
    assert plain.share_of_disagreement("inversion_index") == 0.5
    lives = two_maps([100.0, 1.0, 3.0], [2.0, 5.0, 3.0], "half_life")
    np.testing.assert_allclose(lives.spread("half_life"), [[50.0, 5.0, 1.0]])
    np.testing.assert_array_equal(lives.disagree("half_life"), [[True, False, False]])
    assert math.isnan(lives.share_of_disagreement("energy_efficiency"))
    failed = ScreeningMap("a", True, {}, (FailedPoint(0.0, 0.1, "why"),))
    assert Screening("X", 20.0, np.array([0.0]), np.array([0.0]), (failed,), {}, ()).failed[0].error == "why"
