from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lmct.material.crystal import library
from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.background import Hump
from lmct.technique.diffraction.diffractometer import CAPILLARY, laboratory_copper
from lmct.technique.diffraction.reflection import reflections_of
from lmct.technique.diffraction.rock_salt.lines import cubic_lines
from lmct.technique.diffraction.rock_salt.model import PatternModel
from lmct.technique.diffraction.rock_salt.settings import ForeignPhase, Migration, RockSaltSettings
from lmct.technique.diffraction.scattering import squared_structure_factors
from tests.technique.diffraction.voigt_pattern import Truth, crystal, pattern_mean

GRID = np.linspace(30.0, 100.0, 1401)
EVERYTHING = RockSaltSettings(
    background_terms=4,
    humps=(Hump(42.0, 6.0),),
    foreign=(ForeignPhase(library.load("beryllium")),),
    refine_gaussian=True,
    migration=Migration(),
)


def model_of(salt, diffractometer, settings, grid=GRID):
    lines = cubic_lines(
        salt, wavelength=1.54056, smallest_spacing=0.95, reach=0.03, migration=settings.migration
    )
    return PatternModel(grid, diffractometer, lines, settings)


@pytest.mark.parametrize("geometry", ["reflection", CAPILLARY])
@pytest.mark.parametrize("axial", [0.0, 0.04])
def test_derivatives_are_differences(geometry, axial):
    instrument = replace(laboratory_copper(), geometry=geometry, axial=axial)
    model = model_of(crystal(4.13), instrument, EVERYTHING)
    values = {
        "a": 4.15,
        "displacement": 0.1,
        "zero": 0.02,
        "lorentzian_x": 0.08,
        "lorentzian_y": 0.1,
        "gaussian_u": 0.01,
        "occupancy(8c, Ti4+)": 0.01,
    }
    vector = model.start(values)
    vector[model.first_linear :] = np.linspace(1.0, 2.0, len(vector) - model.first_linear)
    vector[model.place["scale"]] = 0.005
    jacobian = model.evaluate(vector).jacobian
    for number, name in enumerate(model.names):
        step = 1e-6 * max(abs(vector[number]), 0.01)
        more, less = vector.copy(), vector.copy()
        more[number] += step
        less[number] -= step
        expected = (model.evaluate(more).calculated - model.evaluate(less).calculated) / (2.0 * step)
        worst = np.abs(jacobian[number] - expected).max()
        assert worst < 2e-5 * np.abs(expected).max(), name


def test_pattern_is_that_of_the_independent_generator():
    # Pseudo-Voigt against Voigt: within 1.5 % of the strongest line; areas within 0.5 %.
    truth = Truth(titanium_8c=0.01, background=0.0, hump=0.0)
    settings = RockSaltSettings(background_terms=1, migration=Migration())
    model = model_of(crystal(4.13), laboratory_copper(), settings)
    values = {
        "a": truth.a,
        "displacement": truth.displacement,
        "lorentzian_x": truth.lorentzian_x,
        "lorentzian_y": truth.lorentzian_y,
        "b_iso(4a)": truth.b_cation,
        "b_iso(4b)": truth.b_oxygen,
        "occupancy(8c, Ti4+)": truth.titanium_8c,
    }
    vector = model.start(values)
    vector[model.place["scale"]] = 0.005
    found = model.evaluate(vector).calculated
    # The generator has the usual factor 2 less in its polarisation and 2 less in its Lorentz factor.
    expected = pattern_mean(truth, GRID)
    ratio = found.sum() / expected.sum()
    assert ratio == pytest.approx(1.0, rel=5e-3)
    assert np.abs(found - expected).max() < 0.015 * expected.max()


@pytest.mark.parametrize("name", ["li-ti-ni-o", "lab6", "silicon", "fluorite", "nio"])
@pytest.mark.parametrize("change", [-0.03, -0.01, 0.0, 0.02])
def test_strengths_are_those_of_the_crystal_at_any_cell(name, change):
    salt = library.load(name)
    lines = cubic_lines(salt, wavelength=1.54056, smallest_spacing=0.8, reach=0.03, migration=None)
    cell = salt.cell[0] * (1.0 + change)
    stretched = salt.with_cell(cell)
    reflections = reflections_of(stretched, smallest_spacing=0.8 * (1.0 + change) * 0.99999)
    squares = squared_structure_factors(stretched, reflections, wavelength=1.54056)
    expected = np.zeros(len(lines.index))
    for spacing, multiplicity, square in zip(
        reflections.spacing, reflections.multiplicity, squares, strict=True
    ):
        index = int(np.rint((cell / spacing) ** 2))
        expected[np.searchsorted(lines.index, index)] += multiplicity * square
    anions = {key: lines.displacement[key] for key in lines.groups}
    free = {label: label for label in lines.displacement}
    if name in ("li-ti-ni-o", "nio"):  # B of all sites in a group agree
        found, _, _ = lines.strengths(cell=cell, displacement=anions, migration=None, moved=0.0)
    else:
        apart = replace(lines, groups={label: (label,) for label in free})
        found, _, _ = apart.strengths(
            cell=cell, displacement=dict(lines.displacement), migration=None, moved=0.0
        )
    assert np.allclose(found, expected, rtol=2e-3, atol=2e-3 * expected.max())


def test_ions_that_move_are_neither_lost_nor_made():
    lines = cubic_lines(
        crystal(), wavelength=1.54056, smallest_spacing=0.9, reach=0.03, migration=Migration()
    )
    assert lines.groups == {"4a": ("4a", "8c"), "4b": ("4b",)}
    displacement = {"4a": 0.8, "4b": 1.1}
    moved, _, _ = lines.strengths(cell=4.13, displacement=displacement, migration=Migration(), moved=0.05)
    still, _, _ = lines.strengths(cell=4.13, displacement=displacement, migration=Migration(), moved=0.0)
    # 400: every site scatters in phase, so that two ions on 8c for each that leaves a 4a change nothing.
    assert moved[lines.index == 16] == pytest.approx(still[lines.index == 16], rel=1e-9)
    assert moved[lines.index == 3] != pytest.approx(still[lines.index == 3], rel=1e-3)


def test_ion_that_is_not_there_cannot_move():
    with pytest.raises(OutOfRange, match="no Fe3\\+ sits on 4a"):
        cubic_lines(
            crystal(), wavelength=1.5, smallest_spacing=0.9, reach=0.03, migration=Migration(ion="Fe3+")
        )


def test_settings_out_of_range_are_refused():
    with pytest.raises(OutOfRange, match="terms"):
        RockSaltSettings(background_terms=0)
    with pytest.raises(OutOfRange, match="relative"):
        RockSaltSettings(cell_reach=0.5)
