import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.material import format_formula, molar_mass, parse_formula
from lmct.material.atomic_mass import atomic_masses
from lmct.material.formula import scaled
from lmct.quantity.errors import DataError, OutOfRange, UnknownName


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("H2O", {"H": 2, "O": 1}),
        ("Li1.17Ti0.58Ni0.25O2", {"Li": 1.17, "Ti": 0.58, "Ni": 0.25, "O": 2}),
        ("(CH3COO)2Ni·4H2O", {"C": 4, "H": 14, "O": 8, "Ni": 1}),
        ("CH3COOLi•2H2O", {"C": 2, "H": 7, "O": 4, "Li": 1}),
        ("Ti(OC4H9)4", {"Ti": 1, "O": 4, "C": 16, "H": 36}),
        ("K4[Fe(CN)6]", {"K": 4, "Fe": 1, "C": 6, "N": 6}),
        ("{[Li(OH)2]3}2", {"Li": 6, "O": 12, "H": 12}),
        ("0.4Li2TiO3*0.6LiNiO2", {"Li": 1.4, "Ti": 0.4, "O": 2.4, "Ni": 0.6}),
        ("Li₂TiO₃", {"Li": 2, "Ti": 1, "O": 3}),
        (" Li2 Ti O3 ", {"Li": 2, "Ti": 1, "O": 3}),
        ("Co", {"Co": 1}),
        ("CO", {"C": 1, "O": 1}),
        ("Ni.5O.5", {"Ni": 0.5, "O": 0.5}),
        ("Ni0O", {"O": 1}),
    ],
)
def test_formulas_are_read(formula, expected):
    assert parse_formula(formula) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("formula", "error", "words"),
    [
        ("Li2TiO3)", DataError, r"from '\)'"),
        ("Li2(TiO3", DataError, r"closing '\)'"),
        ("Li2(TiO3]", DataError, "not understood"),
        ("(" * 5000 + "Li", DataError, "closing"),
        ("LiCoO2·", DataError, "empty part"),
        ("", DataError, "empty part"),
        ("li2o", DataError, "'li2o'"),
        ("Li2O^2-", DataError, "not understood"),
        ("LiO2,5", DataError, "decimal point"),
        ("Li+", DataError, "not understood"),
        ("LiXx2", UnknownName, "no element is called 'Xx'"),
        ("Ni0", OutOfRange, "no atoms"),
        ("Ni" + "9" * 400, OutOfRange, "too large"),
        ("Li٣", DataError, "not understood"),
    ],
)
def test_bad_formulas_are_refused(formula, error, words):
    with pytest.raises(error, match=words):
        parse_formula(formula)


compositions = st.dictionaries(
    st.sampled_from(sorted(atomic_masses())),
    st.integers(min_value=1, max_value=99_999).map(lambda n: n / 1000),
    min_size=1,
    max_size=8,
)


@given(compositions)
def test_formula_survives_writing_and_reading(composition):
    assert parse_formula(format_formula(composition)) == pytest.approx(composition, abs=1e-12)


@given(compositions, compositions, st.integers(1, 9))
def test_mass_is_additive(first, second, factor):
    text = f"({format_formula(first)}){factor}·{format_formula(second)}"
    expected = factor * molar_mass(first) + molar_mass(second)
    assert molar_mass(parse_formula(text)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("amount", "text"), [(10.0, "Li10"), (100.0, "Li100"), (1.0, "Li"), (0.12345, "Li0.1235")]
)
def test_amounts_are_written_short(amount, text):
    assert format_formula({"Li": amount}) == text


def test_amounts_without_decimals_keep_their_zeros():
    assert format_formula({"Li": 10.0}, digits=0) == "Li10"


def test_scaling_needs_oxygen():
    with pytest.raises(DataError, match="no oxygen"):
        scaled({"Li": 1.0}, oxygen=2.0)
