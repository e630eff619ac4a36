from __future__ import annotations

import gemmi
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.material.crystal.crystal import Crystal, Site
from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.diffractometer import Diffractometer, beamline_11bm, laboratory_copper
from lmct.technique.diffraction.reflection import Reflections, reflections_of
from lmct.technique.diffraction.scattering import (
    dispersion,
    form_factor,
    lorentz_polarization,
    positions_of,
    site_structure_factors,
    squared_structure_factors,
    tabulated_ion,
)

CU = 1.54056
SALT = Crystal(
    name="rock salt",
    space_group="F m -3 m",
    cell=(4.144,) * 3 + (90.0,) * 3,
    sites=(
        Site(label="4a", occupancy={"Li1+": 0.58, "Ti4+": 0.29, "Ni2+": 0.125}, position=(0, 0, 0), b_iso=0.8),
        Site(label="8c", occupancy={"Ti4+": 0.004}, position=(0.25, 0.25, 0.25), b_iso=0.8),
        Site(label="4b", occupancy={"O2-": 1.0}, position=(0.5, 0.5, 0.5), b_iso=1.1),
    ),
)
ZINCITE = Crystal(
    name="ZnO",
    space_group="P 63 m c",
    cell=(3.2495, 3.2495, 5.2069, 90.0, 90.0, 120.0),
    sites=(
        Site(label="Zn", occupancy={"Zn": 1.0}, position=(1 / 3, 2 / 3, 0.0), b_iso=0.5),
        Site(label="O", occupancy={"O": 1.0}, position=(1 / 3, 2 / 3, 0.3819), b_iso=0.6),
    ),
)


def test_rock_salt_by_hand():
    """4 (f_cation +- f_O + 8c term): 4a and 4b in phase for even indices, against for odd ones."""
    lines = reflections_of(SALT, smallest_spacing=1.2)
    four_a, eight_c, four_b = SALT.sites

    def mean(site):
        sum_ = sum(o * form_factor(i, lines.spacing, wavelength=CU) for i, o in site.occupancy.items())
        return sum_ * np.exp(-site.b_iso / 4 / lines.spacing**2)

    parity = np.where(lines.hkl[:, 0] % 2, -1.0, 1.0)
    tetrahedra = np.array([2 * np.cos(np.pi / 2 * hkl.sum()) for hkl in lines.hkl])
    by_hand = 4 * (mean(four_a) + parity * mean(four_b) + tetrahedra * mean(eight_c))
    assert squared_structure_factors(SALT, lines, wavelength=CU) == pytest.approx(abs(by_hand) ** 2, rel=1e-12)


def test_against_the_structure_factor_calculator_of_gemmi_where_the_group_is_centric():
    """Neutral atoms, which is what gemmi takes unless told otherwise."""
    rutile = Crystal(
        name="TiO2",
        space_group="P 42/m n m",
        cell=(4.5937, 4.5937, 2.9587, 90.0, 90.0, 90.0),
        sites=(
            Site(label="Ti", occupancy={"Ti": 0.97}, position=(0, 0, 0), b_iso=0.4),
            Site(label="O", occupancy={"O": 1.0}, position=(0.3048, 0.3048, 0), b_iso=0.6),
        ),
    )
    for crystal in (rutile, ZINCITE):
        lines = reflections_of(crystal, smallest_spacing=1.0)
        expected = [0.5 * (gemmi_squared(crystal, h) + gemmi_squared(crystal, -h)) for h in lines.hkl]
        found = squared_structure_factors(crystal, lines, wavelength=CU)
        assert found == pytest.approx(expected, rel=2e-6, abs=1e-4)


def gemmi_squared(crystal, hkl):
    structure = gemmi.SmallStructure()
    structure.cell = gemmi.UnitCell(*crystal.cell)
    structure.spacegroup_hm = crystal.space_group
    structure.determine_and_set_spacegroup("H")
    calculator = gemmi.StructureFactorCalculatorX(structure.cell)
    for site in crystal.sites:
        for element, occupancy in site.occupancy.items():
            atom = gemmi.SmallStructure.Site()
            atom.label, atom.element = site.label, gemmi.Element(element)
            atom.fract = gemmi.Fractional(*site.position)
            atom.occ, atom.u_iso = occupancy, site.b_iso / (8 * np.pi**2)
            structure.add_site(atom)
            f1, f2 = gemmi.cromer_liberman(z=atom.element.atomic_number, energy=12398.4198433 / CU)
            calculator.addends.set(atom.element, f1)
            imaginary = {} if "addends" not in dir(calculator) else {element: f2}
            del imaginary
    structure.setup_cell_images()
    return abs(calculator.calculate_sf_from_small_structure(structure, [int(i) for i in hkl])) ** 2
