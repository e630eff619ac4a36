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
        Site(
            label="4a", occupancy={"Li1+": 0.58, "Ti4+": 0.29, "Ni2+": 0.125}, position=(0, 0, 0), b_iso=0.8
        ),
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
    assert squared_structure_factors(SALT, lines, wavelength=CU) == pytest.approx(
        abs(by_hand) ** 2, rel=1e-12
    )


def test_against_the_structure_factor_calculator_of_gemmi():
    """Neutral atoms, which gemmi takes unless told otherwise; it adds f', f'' is put on from outside."""
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
        expected = [0.5 * (squared_by_gemmi(crystal, h) + squared_by_gemmi(crystal, -h)) for h in lines.hkl]
        found = squared_structure_factors(crystal, lines, wavelength=CU)
        assert found == pytest.approx(expected, rel=2e-5, abs=1e-3)


def squared_by_gemmi(crystal, hkl):
    total = 0.0
    for site in crystal.sites:
        for element, occupancy in site.occupancy.items():
            f1, f2 = gemmi.cromer_liberman(z=gemmi.Element(element).atomic_number, energy=12398.4198433 / CU)
            of_site = [amplitude_by_gemmi(crystal, site, element, occupancy, f, hkl) for f in (f1, f1 + 1.0)]
            total += of_site[0] + 1j * f2 * (of_site[1] - of_site[0])
    return abs(total) ** 2


def amplitude_by_gemmi(crystal, site, element, occupancy, addend, hkl):
    structure = gemmi.SmallStructure()
    structure.cell = gemmi.UnitCell(*crystal.cell)
    structure.spacegroup_hm = crystal.space_group
    structure.determine_and_set_spacegroup("1")
    atom = gemmi.SmallStructure.Site()
    atom.label, atom.element = site.label, gemmi.Element(element)
    atom.fract = gemmi.Fractional(*site.position)
    atom.occ, atom.u_iso = occupancy, site.b_iso / (8 * np.pi**2)
    structure.add_site(atom)
    structure.setup_cell_images()
    structure.change_occupancies_to_crystallographic()
    calculator = gemmi.StructureFactorCalculatorX(structure.cell)
    calculator.addends.set(atom.element, addend)
    return calculator.calculate_sf_from_small_structure(structure, [int(i) for i in hkl])


def test_friedel_mates_of_zincite_differ_and_their_mean_is_returned():
    lines = reflections_of(ZINCITE, smallest_spacing=1.2)
    mates = Reflections(-lines.hkl, lines.multiplicity, lines.spacing)
    one = sum(site_structure_factors(ZINCITE, lines, wavelength=CU).values())
    other = sum(site_structure_factors(ZINCITE, mates, wavelength=CU).values())
    assert np.max(abs(abs(one) ** 2 / abs(other) ** 2 - 1.0)) > 0.02
    assert squared_structure_factors(ZINCITE, lines, wavelength=CU) == pytest.approx(
        squared_structure_factors(ZINCITE, mates, wavelength=CU)
    )


@given(st.tuples(*[st.floats(-1.0, 1.0)] * 3))
def test_origin_does_not_matter(shift):
    lines = reflections_of(triclinic((0.0, 0.0, 0.0)), smallest_spacing=1.5)
    here = squared_structure_factors(triclinic((0.0, 0.0, 0.0)), lines, wavelength=CU)
    there = squared_structure_factors(triclinic(shift), lines, wavelength=CU)
    assert there == pytest.approx(here, rel=1e-9, abs=1e-7)


def triclinic(shift):
    places = {"Ti4+": (0.1, 0.2, 0.3), "O2-": (0.6, 0.45, 0.15), "Ni2+": (0.85, 0.7, 0.55)}
    return Crystal(
        name="triclinic",
        space_group="P 1",
        cell=(4.0, 5.0, 6.0, 80.0, 95.0, 100.0),
        sites=tuple(
            Site(
                label=ion,
                occupancy={ion: 1.0},
                position=tuple(x + s for x, s in zip(place, shift, strict=True)),
            )
            for ion, place in places.items()
        ),
    )


def test_sites_are_summed_over_the_cell():
    assert [len(positions_of(SALT, site)) for site in SALT.sites] == [4, 8, 4]
    assert [len(positions_of(ZINCITE, site)) for site in ZINCITE.sites] == [2, 2]


@pytest.mark.parametrize(
    ("ion", "electrons"), [("O2-", 10), ("Ti4+", 18), ("Ni2+", 26), ("Ni3+", 25), ("Li1+", 2), ("Li+", 2)]
)
def test_form_factor_at_small_angles_counts_the_electrons_of_the_ion(ion, electrons):
    element = ion.rstrip("0123456789+-")
    real, imaginary = dispersion(element, CU)
    found = form_factor(ion, np.array([1e4]), wavelength=CU)[0]
    assert found.real - real == pytest.approx(electrons, abs=0.01)
    assert found.imag == imaginary


def test_dispersion_of_nickel_at_copper_radiation():
    """International Tables C, table 4.2.6.8: f' -3.003, f'' 0.509 for Cu Ka1."""
    assert dispersion("Ni", CU) == pytest.approx((-3.003, 0.509), abs=0.01)


def test_charge_that_is_not_tabulated_takes_the_nearest_that_is():
    assert tabulated_ion("Ni4+") == "Ni3+"
    four, three = (form_factor(ion, np.array([2.0, 1.0]), wavelength=CU) for ion in ("Ni4+", "Ni3+"))
    assert np.array_equal(four, three)


def test_tables_of_gemmi_are_left_as_they_were():
    before = gemmi.IT92_get_ignore_charge()
    form_factor("Mn3+", np.array([1.0]), wavelength=CU)
    assert gemmi.IT92_get_ignore_charge() == before


@pytest.mark.parametrize("ion", ["", "Xx2+", "ti4+", "Ti++", "4+"])
def test_what_is_no_ion_is_refused(ion):
    with pytest.raises(OutOfRange, match="is no ion"):
        form_factor(ion, np.array([1.0]), wavelength=CU)


def test_polarisation_of_a_tube_of_a_monochromator_and_of_a_synchrotron():
    angles = np.array([30.0, 90.0])
    lorentz = 1.0 / (np.sin(np.radians(angles / 2)) ** 2 * np.cos(np.radians(angles / 2)))
    tube = lorentz_polarization(angles, laboratory_copper()) / lorentz
    assert tube == pytest.approx([(1 + 0.75) / 2, 0.5])
    graphite = Diffractometer(wavelengths=(CU,), monochromator=26.6)
    crystal = np.cos(np.radians(26.6)) ** 2
    assert lorentz_polarization(angles, graphite) / lorentz == pytest.approx([(1 + 0.75 * crystal) / 2, 0.5])
    assert lorentz_polarization(angles, beamline_11bm()) / lorentz == pytest.approx([0.9975, 0.99])
