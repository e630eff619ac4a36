import itertools

import pytest

from lmct.material import atomic_mass, molar_mass
from lmct.material.atomic_mass import atomic_masses
from lmct.quantity.errors import UnknownName


def test_all_elements_are_there_once():
    assert len(atomic_masses()) == 118
    assert list(atomic_masses())[0::117] == ["H", "Og"]


@pytest.mark.parametrize(
    ("symbol", "mass"),
    # Values printed in the abstract and in table 1 of the IUPAC report, doi 10.1515/pac-2019-0603.
    [
        ("Li", 6.94),
        ("O", 15.999),
        ("Ti", 47.867),
        ("Ni", 58.6934),
        ("Hf", 178.486),
        ("Ir", 192.217),
        ("Yb", 173.045),
    ],
)
def test_masses_are_those_of_iupac_2021(symbol, mass):
    assert atomic_mass(symbol) == mass


def test_masses_rise_with_the_atomic_number_but_for_the_known_inversions():
    symbols = list(atomic_masses())
    inverted = {(a, b) for a, b in itertools.pairwise(symbols) if atomic_mass(a) >= atomic_mass(b)}
    natural = {("Ar", "K"), ("Co", "Ni"), ("Te", "I"), ("Th", "Pa")}
    nuclides = {pair for pair in inverted if symbols.index(pair[0]) >= symbols.index("U") - 1}
    assert inverted - nuclides == natural


def test_unknown_element_is_named():
    with pytest.raises(UnknownName, match="'Nj'"):
        atomic_mass("Nj")


def test_water():
    assert molar_mass({"H": 2, "O": 1}) == pytest.approx(18.015)
