"""Statements of Li et al., Nature Materials 21, 1165 (2022) on other materials (T13), held against sets that
differ from Li-Ti-Ni-O by composition and the stated changes of calibration/siblings.toml.

"L123" is the line of the manuscript. The text orders the materials; it has no number for any of them.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from calibration.siblings import (
    BY_COMPOSITION,
    FOLDER,
    one_energy_set,
    sibling,
    stated_changes,
    text_of_sibling,
)
from lmct.electrode.model import Electrode
from lmct.electrode.of_material import parameters_of_material
from lmct.electrode.parameter_file import load
from lmct.electrode.parameters import ElectrodeParameters
from lmct.protocol import Portion, galvanostatic, run_protocol, titration
from lmct.protocol.screening_numbers import covalence, has_one_energy, screening_numbers

pytestmark = pytest.mark.published

NICKEL, IRON, RUTHENIUM = "li-ti-ni-o", "li-ti-fe-o", "li-ru-sn-o"
LAYERED = ("li-rich-nmc", "li-ni-mn-o")


def parameters(name):
    """The set of a sibling; of Li-Ti-Ni-O the one that the siblings are made from."""
    return one_energy_set() if name == NICKEL else parameters_of_material(name)


@pytest.fixture(scope="module")
def runs():
    names = (NICKEL, IRON, RUTHENIUM, *LAYERED)
    return {name: run_protocol(Electrode(parameters(name)), galvanostatic(cycles=2)) for name in names}


@pytest.fixture(scope="module")
def numbers(runs):
    return {name: screening_numbers(run) for name, run in runs.items()}


def test_lifetimes_fall_from_nickel_to_iron_to_ruthenium(numbers):
    """Ni3+/4+ > Fe4+ > Ru6+ due to increasing covalence (L353-355)."""
    lives = [numbers[name]["half_life"] for name in (NICKEL, IRON, RUTHENIUM)]
    assert lives[0] > 3.0 * lives[1] > 9.0 * lives[2]
    couplings = [covalence(parameters(name)) for name in (NICKEL, IRON, RUTHENIUM)]
    assert couplings == sorted(couplings)


def test_inversion_is_large_less_remarkable_and_absent(numbers):
    """Large for Ni, less remarkable for Fe, totally absent for Ru (L355-359)."""
    large, less, none = (numbers[name]["inversion_index"] for name in (NICKEL, IRON, RUTHENIUM))
    assert large > 0.7
    assert 0.1 < less < 0.75 * large
    assert abs(none) < 0.02


def test_ruthenium_loses_the_low_plateau_as_well(runs, numbers):
    """A consequence of the one coupling, of which the text does not speak: no plateau near 2.2 V, no loop."""
    shares = {}
    for name in (NICKEL, RUTHENIUM):
        discharge = runs[name].segments[3]
        times = np.linspace(0.0, discharge.duration, 2001)
        shares[name] = np.mean(discharge.at(times)[:, 4] < 2.8)
    assert shares[NICKEL] > 0.25
    assert shares[RUTHENIUM] < 0.05
    assert numbers[RUTHENIUM]["energy_efficiency"] > 0.95 > numbers[NICKEL]["energy_efficiency"]
    assert numbers[RUTHENIUM]["oxygen_capacity"] > 50.0


def test_ruthenium_is_oxidised_and_reduced_over_a_transient(runs):
    """The metal rises beyond what it keeps, and the discharge passes the same states (no asymmetry)."""
    charge, discharge = runs[RUTHENIUM].segments[2:]
    up, down = charge.states[:, :2], discharge.states[::-1, :2]
    holes = np.linspace(0.2, 0.9, 50) * up.sum(axis=1).max()
    metal = [np.interp(holes, one.sum(axis=1), one[:, 0]) for one in (up, down)]
    assert np.abs(metal[0] - metal[1]).max() < 0.02 * up[:, 0].max()


@pytest.mark.parametrize("name", LAYERED)
def test_the_layered_siblings_are_inverted_in_the_second_cycle(runs, numbers, name):
    """A very similar inversion in Li-rich NMC (L337-341); oxygen is reduced below the metal."""
    assert numbers[name]["inversion_index"] > 0.5
    discharge = runs[name].segments[3]
    states = discharge.at(np.linspace(0.0, discharge.duration, 1001))
    metal, oxygen = -np.gradient(states[:, 0]), -np.gradient(states[:, 1])
    mean = [float(np.average(states[:, 4], weights=np.maximum(one, 0.0))) for one in (metal, oxygen)]
    assert mean[0] > mean[1] + 0.5


@pytest.mark.parametrize("name", [NICKEL, *LAYERED])
def test_charge_rearranges_in_the_layered_siblings_as_in_the_disordered_one(name):
    """Relaxation moves charge from the metal to oxygen, whatever the order of the cations (L342-346)."""
    electrode = Electrode(parameters(name))
    states = []
    for portion in (Portion(in_cycling=True), Portion(hold_temperature=413.15, hold_time=90.0)):
        start = run_protocol(electrode, titration(portion)).segments[-1].start
        states.append((start.metal_holes, start.oxygen_holes))
    (metal, oxygen), (metal_after, oxygen_after) = states
    assert metal_after < 0.95 * metal
    assert oxygen_after - oxygen > 0.4 * (metal - metal_after)  # "not full" (L239-241)


def test_each_set_is_the_nickel_set_with_composition_and_the_stated_changes():
    """The files that ship are what the script writes from the set that ships."""
    base = one_energy_set()
    assert has_one_energy(base)
    for name in stated_changes():
        assert (FOLDER / f"{name}.toml").read_text("utf-8") == text_of_sibling(name, base)


WITH_COMPOSITION = {*BY_COMPOSITION, "molar_mass", "lithium", "name", "source", "lmct_parameters"}


@pytest.mark.parametrize("name", stated_changes())
def test_nothing_else_differs(name):
    base, made = one_energy_set(), load(name)
    stated = set(stated_changes()[name]["change"])
    allowed = WITH_COMPOSITION | ({"metal_potential"} if "driving_force" in stated else set())
    for field in dataclasses.fields(ElectrodeParameters):
        value, before = getattr(made, field.name), getattr(base, field.name)
        if field.name in allowed:
            continue
        if isinstance(value, float):
            assert value == pytest.approx(before, rel=1e-9, nan_ok=True), field.name
        else:
            assert value == before, field.name
    for law, value in made.lmct_parameters.items():
        if law not in stated:
            assert value == pytest.approx(base.lmct_parameters[law], rel=1e-9), law
    assert sibling(name, base).source == made.source
