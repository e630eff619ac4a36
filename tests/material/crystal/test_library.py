from __future__ import annotations

import math

import gemmi
import pytest

from lmct.material.atomic_mass import molar_mass
from lmct.material.crystal.crystal import Crystal
from lmct.material.crystal.library import load, names
from lmct.quantity.errors import DataError, UnknownName

AVOGADRO = 6.02214076e23

DENSITIES = {
    "aluminium": 2.70,
    "anatase": 3.89,
    "beryllium": 1.85,
    "corundum": 3.99,
    "fluorite": 3.18,
    "graphite": 2.26,
    "lab6": 4.72,
    "li2co3": 2.11,
    "li2tio3": 3.43,
    "licoo2": 5.05,
    "lif": 2.64,
    "linio2": 4.78,
    "mno": 5.37,
    "nio": 6.81,
    "ptfe": 2.30,
    "rutile": 4.25,
    "silicon": 2.33,
    "zincite": 5.67,
}
"""Of the solid [g/cm³], handbook values; of PTFE that of its crystals."""

BONDS = {
    ("rutile", "Ti", "O"): (6, 1.94, 1.99),
    ("anatase", "Ti", "O"): (6, 1.93, 1.99),
    ("li2tio3", "Ti1", "O"): (6, 1.90, 2.02),
    ("li2tio3", "Ti2", "O"): (6, 1.90, 2.02),
    ("li2tio3", "Li1", "O"): (6, 2.00, 2.30),
    ("li2tio3", "Li2", "O"): (6, 2.00, 2.30),
    ("li2tio3", "Li3", "O"): (6, 2.00, 2.30),
    ("li2co3", "C", "O"): (3, 1.27, 1.30),
    ("li2co3", "Li", "O"): (4, 1.88, 2.05),
    ("licoo2", "3b", "6c"): (6, 1.91, 1.94),
    ("linio2", "3b", "6c"): (6, 1.96, 1.99),
    ("corundum", "12c", "18e"): (6, 1.85, 1.98),
    ("zincite", "Zn", "O"): (4, 1.96, 2.00),
    ("fluorite", "4a", "8c"): (8, 2.36, 2.37),
    ("silicon", "8a", "8a"): (4, 2.35, 2.36),
    ("graphite", "2b", "2c"): (3, 1.41, 1.43),
    ("lab6", "B", "B"): (5, 1.65, 1.77),
    ("beryllium", "2c", "2c"): (12, 2.22, 2.29),
}
"""Phase, central and surrounding sites -> number of bonds, shortest and longest one [Å]."""


def images(crystal, site):
    group = gemmi.find_spacegroup_by_name(crystal.space_group)
    found = []
    for operation in group.operations():
        place = [x % 1.0 for x in operation.apply_to_xyz(list(site.position))]
        near = (max(abs((a - b + 0.5) % 1 - 0.5) for a, b in zip(place, o, strict=True)) for o in found)
        if all(distance > 1e-4 for distance in near):
            found.append(place)
    return found


def distances(crystal, centre, around):
    cell, here = gemmi.UnitCell(*crystal.cell), crystal.site(centre).position
    found = []
    for site in crystal.sites:
        if site.label == around or site.label.rstrip("0123456789") == around:
            for place in images(crystal, site):
                for i in range(-2, 3):
                    for j in range(-2, 3):
                        for k in range(-2, 3):
                            step = [p + n - h for p, n, h in zip(place, (i, j, k), here, strict=True)]
                            found.append(cell.orthogonalize(gemmi.Fractional(*step)).length())
    return sorted(d for d in found if d > 0.1)


@pytest.mark.parametrize("name", sorted(DENSITIES))
def test_density_is_that_of_the_solid(name):
    crystal = load(name)
    mass = sum(
        len(images(crystal, site)) * share * molar_mass({ion.rstrip("0123456789+-"): 1.0})
        for site in crystal.sites
        for ion, share in site.occupancy.items()
    )
    density = mass / AVOGADRO / (gemmi.UnitCell(*crystal.cell).volume * 1e-24)
    assert density == pytest.approx(DENSITIES[name], rel=0.012)


@pytest.mark.parametrize("bond", sorted(BONDS))
def test_bond_lengths(bond):
    number, shortest, longest = BONDS[bond]
    found = distances(load(bond[0]), *bond[1:])
    assert shortest <= found[0] <= found[number - 1] <= longest
    assert found[number] > longest + 0.1


@pytest.mark.parametrize("name", names())
def test_every_phase_names_its_source_and_its_charges_balance(name):
    crystal = load(name)
    assert isinstance(crystal, Crystal)
    assert len(crystal.reference) > 10
    assert gemmi.find_spacegroup_by_name(crystal.space_group) is not None
    ions = [
        (len(images(crystal, site)) * share, gemmi_charge(ion))
        for site in crystal.sites
        for ion, share in site.occupancy.items()
    ]
    if name not in ("li2co3", "lab6"):  # molecular carbon and the boron cage carry no formal charge here
        assert sum(amount * charge for amount, charge in ions) == pytest.approx(0.0, abs=1e-4)


def gemmi_charge(ion):
    digits = ion.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    return int(digits[-1] + digits[:-1]) if digits else 0


def test_certified_standards():
    assert load("silicon").cell[0] == 5.431144
    assert load("lab6").cell[0] == 4.156826


def test_polytetrafluoroethylene_shows_the_line_of_the_polymer():
    a = load("ptfe").cell[0]
    assert 2 * math.degrees(math.asin(1.54056 / (2 * a * math.sqrt(3) / 2))) == pytest.approx(18.1, abs=0.1)


def test_unknown_phase_and_damaged_files(tmp_path):
    with pytest.raises(UnknownName, match="Did you mean 'beryllium'"):
        load("berylium")
    file = tmp_path / "mine.toml"
    file.write_text("title = 3 4", encoding="utf-8")
    with pytest.raises(DataError, match="cannot be read as a phase"):
        load(file)
    file.write_text('title = "x"\nspace_grp = "P 1"\n', encoding="utf-8")
    with pytest.raises(DataError, match="space_grp"):
        load(file)
    with pytest.raises(DataError, match="cannot be read"):
        load(tmp_path / "absent.toml")
