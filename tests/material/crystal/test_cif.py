from __future__ import annotations

import os
from pathlib import Path

import pytest

from lmct.material.crystal.cif import read_cif, write_cif
from lmct.material.crystal.crystal import Crystal, Site
from lmct.material.crystal.library import load, names
from lmct.quantity.errors import DataError, OutOfRange

ROCK_SALT = """data_x
_cell_length_a 4.144
_cell_length_b 4.144
_cell_length_c 4.144
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_name_H-M_alt 'F m -3 m'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
_atom_site_B_iso_or_equiv
Li1 Li1+ 0 0 0 0.58 0.8
Ti1 Ti4+ 0 0 0 0.29 0.8
Ni1 Ni2+ 0 0 0 0.13 0.8
O1 O2- 0.5 0.5 0.5 1 ?
"""


@pytest.fixture
def cif(tmp_path):
    def write(text, name="rock.cif"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_atoms_of_one_place_share_a_site(cif):
    crystal = read_cif(cif(ROCK_SALT))
    assert crystal.space_group == "F m -3 m"
    assert crystal.is_cubic
    cations, oxygen = crystal.sites
    assert cations.label == "Li1/Ti1/Ni1"
    assert cations.occupancy == {"Li1+": 0.58, "Ti4+": 0.29, "Ni2+": 0.13}
    assert cations.b_iso == pytest.approx(0.8)
    assert oxygen.b_iso == 0.5
    assert "assumed" in crystal.notes["displacement of O1"]


@pytest.mark.parametrize("name", names())
def test_every_phase_survives_writing_and_reading(name, tmp_path):
    crystal, file = load(name), tmp_path / "one.cif"
    write_cif(crystal, file)
    again = read_cif(file)
    assert again.cell == crystal.cell
    for old, new in zip(crystal.sites, again.sites, strict=True):
        assert new.position == old.position
        assert dict(new.occupancy) == dict(old.occupancy)
        assert new.b_iso == pytest.approx(old.b_iso, rel=1e-6)


def test_space_group_from_operations_alone(cif):
    operations = "loop_\n_space_group_symop_operation_xyz\nx,y,z\n-x,-y,-z\n"
    text = ROCK_SALT.replace("_space_group_name_H-M_alt 'F m -3 m'\n", operations)
    assert read_cif(cif(text)).space_group == "P -1"


def test_rounded_occupancies_are_scaled_and_wrong_ones_refused(cif):
    crystal = read_cif(cif(ROCK_SALT.replace("0.13 0.8", "0.14 0.8")))
    assert sum(crystal.sites[0].occupancy.values()) == pytest.approx(1.0)
    assert "1.01" in crystal.notes["Li1/Ti1/Ni1"]
    with pytest.raises(OutOfRange, match="add up to 1"):
        read_cif(cif(ROCK_SALT.replace("0.13 0.8", "0.9 0.8")))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("data_x", "no cif"), "is not a CIF file"),
        (("_cell_length_a 4.144\n", ""), "no unit cell"),
        (("'F m -3 m'", "'Q 9'"), "no space group"),
        (("O1 O2- 0.5", "O1 O2- ?"), "has the coordinates"),
        (("O1 O2-", "Q1 Qq"), "is no element"),
        (("_atom_site_fract_x", "_atom_site_fract_w"), "lists no atoms"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(cif, change, message):
    with pytest.raises(DataError, match=message):
        read_cif(cif(ROCK_SALT.replace(*change)))


def test_absent_large_and_binary_files(tmp_path, cif):
    with pytest.raises(DataError, match="cannot be read"):
        read_cif(tmp_path / "absent.cif")
    (tmp_path / "binary.cif").write_bytes(bytes(range(256)) * 4)
    with pytest.raises(DataError, match="not a CIF file"):
        read_cif(tmp_path / "binary.cif")
    with pytest.raises(DataError, match="larger than"):
        read_cif(cif("#" * 20_000_001, "large.cif"))


def test_labels_must_differ():
    site = Site(label="a", occupancy={"Ni2+": 1.0}, position=(0, 0, 0))
    with pytest.raises(OutOfRange, match="label of its own"):
        Crystal(name="x", space_group="P 1", cell=(4, 4, 4, 90, 90, 90), sites=(site, site))


@pytest.mark.files
def test_files_of_other_programs():
    root = Path(os.environ.get("LMCT_DATA", Path(__file__).parents[4] / "shared" / "data")) / "diffraction"
    if not root.is_dir():
        pytest.skip("the real patterns are absent")
    boride = read_cif(root / "rietx_tests" / "cod_1000055.cif")
    assert (boride.cell[0], boride.space_group, len(boride.sites)) == (4.157597, "P m -3 m", 2)
    nac = read_cif(root / "gsas2_tutorials" / "NAC.cif")
    assert nac.space_group == "I 21 3"
    assert [site.label for site in nac.sites] == ["Ca1", "Al1", "Na1", "F1", "F2", "F3"]
