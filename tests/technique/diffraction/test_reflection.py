from __future__ import annotations

import gemmi
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.material.crystal.crystal import Crystal, Site
from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.reflection import reflections_of, two_theta_from_spacing

CUBIC, TRIGONAL = (4.144, 4.144, 4.144, 90.0, 90.0, 90.0), (2.88, 2.88, 14.19, 90.0, 90.0, 120.0)


def crystal(group, cell, position=(0.0, 0.0, 0.0)):
    return Crystal(
        name="test",
        space_group=group,
        cell=cell,
        sites=(Site(label="1", occupancy={"Ni2+": 1.0}, position=position),),
    )


def names(lines):
    return ["".join(str(i) for i in hkl) for hkl in lines.hkl]


def test_lines_of_a_rock_salt_with_their_multiplicities():
    lines = reflections_of(crystal("F m -3 m", CUBIC), smallest_spacing=0.79)
    assert names(lines) == ["111", "200", "220", "311", "222", "400", "331", "420", "422", "511", "333"]
    assert lines.multiplicity.tolist() == [8, 6, 12, 24, 8, 6, 24, 24, 24, 24, 8]
    assert lines.spacing == pytest.approx(4.144 / np.sqrt((lines.hkl**2).sum(axis=1)), rel=1e-12)


def test_lines_of_a_layered_oxide_have_their_usual_names():
    lines = reflections_of(crystal("R -3 m", TRIGONAL), smallest_spacing=1.4)
    assert names(lines)[:7] == ["003", "101", "006", "012", "104", "015", "009"]
    assert dict(zip(names(lines), lines.multiplicity, strict=True))["104"] == 6
    assert lines.multiplicity[0] == 2


def test_diamond_glide_leaves_out_200_and_222_stays_for_the_structure_factor():
    lines = reflections_of(crystal("F d -3 m :2", (5.431,) * 3 + (90.0,) * 3), smallest_spacing=1.5)
    assert names(lines) == ["111", "220", "311", "222"]


@pytest.mark.parametrize(
    ("group", "cell"),
    [
        ("F m -3 m", CUBIC),
        ("P 63 m c", (3.25, 3.25, 5.2, 90.0, 90.0, 120.0)),
        ("C 1 2/c 1", (5.06, 8.79, 9.75, 90.0, 100.2, 90.0)),
        ("R -3 m", TRIGONAL),
        ("P -1", (4.0, 5.0, 6.0, 80.0, 95.0, 100.0)),
    ],
)
def test_multiplicities_add_up_to_all_indices_that_are_not_absent(group, cell):
    """Counted one by one over a box of indices, without the reduction to one representative."""
    lines = reflections_of(crystal(group, cell), smallest_spacing=1.1)
    operations, box = gemmi.find_spacegroup_by_name(group).operations(), gemmi.UnitCell(*cell)
    every = np.stack(np.meshgrid(*[np.arange(-14, 15)] * 3), axis=-1).reshape(-1, 3).tolist()
    seen = [
        hkl
        for hkl in every
        if any(hkl) and box.calculate_d(hkl) >= 1.1 and not operations.is_systematically_absent(hkl)
    ]
    assert lines.multiplicity.sum() == len(seen)
    assert np.all(np.diff(lines.spacing) <= 1e-9)


@given(st.floats(3.0, 12.0), st.floats(0.8, 2.0))
def test_spacings_scale_with_the_cube_and_the_list_does_not_change(a, factor):
    small = reflections_of(crystal("P m -3 m", (a,) * 3 + (90.0,) * 3), smallest_spacing=a / 2.6)
    wide = a * factor
    large = reflections_of(crystal("P m -3 m", (wide,) * 3 + (90.0,) * 3), smallest_spacing=wide / 2.6)
    assert np.array_equal(small.hkl, large.hkl)
    assert large.spacing == pytest.approx(factor * small.spacing, rel=1e-12)


def test_bragg_angle_of_silicon_as_in_the_powder_diffraction_file():
    """Card 27-1402: a 5.43088, wavelength 1.540598, 111 at 28.443."""
    angles = two_theta_from_spacing(spacing=np.array([5.43088 / 3**0.5, 0.7]), wavelength=1.540598)
    assert angles[0] == pytest.approx(28.443, abs=1e-3)
    assert np.isnan(angles[1])


def test_angles_of_a_list():
    lines = reflections_of(crystal("F m -3 m", CUBIC), smallest_spacing=2.0)
    assert lines.two_theta(4.144).tolist() == pytest.approx([120.0, 180.0])
    assert len(lines) == 2


@pytest.mark.parametrize("spacing", [0.0, -1.0, 0.01, float("nan")])
def test_impossible_spacing_is_refused(spacing):
    with pytest.raises(OutOfRange, match="smallest spacing"):
        reflections_of(crystal("F m -3 m", CUBIC), smallest_spacing=spacing)


def test_unknown_group_and_impossible_cell_are_refused():
    with pytest.raises(OutOfRange, match="does not exist"):
        reflections_of(crystal("F m 3 q", CUBIC), smallest_spacing=1.0)
    with pytest.raises(OutOfRange, match="does not allow"):
        reflections_of(crystal("F m -3 m", (4.0, 4.1, 4.0, 90.0, 90.0, 90.0)), smallest_spacing=1.0)
