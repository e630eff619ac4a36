import json
from pathlib import Path

import pytest

from lmct import material
from lmct.quantity.errors import DataError, LmctError, OutOfRange, UnknownName

SHIPPED = (
    "li-ni-mn-o",
    "li-ni-nb-o",
    "li-ni-ta-o",
    "li-ni-w-o",
    "li-rich-nmc",
    "li-ru-sn-o",
    "li-ti-fe-o",
    "li-ti-ni-o",
)
OWN = """
title = "own"
[formula]
text = "LiNiO2"
source = "me"
[[redox]]
metal = "Ni"
pristine = 3
highest = 4
source = "me"
[references.me]
citation = "notebook 3"
"""


@pytest.fixture(autouse=True)
def _no_folder_of_the_user(monkeypatch):
    monkeypatch.delenv("LMCT_MATERIALS", raising=False)


def test_all_materials_are_on_file():
    assert material.names() == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_formula_is_neutral_within_its_rounding(name):
    found = material.load(name)
    # Amounts are given to 0.01, so each may be wrong by 0.005 times its valence.
    slack = 0.005 * sum(centre.pristine for centre in found.redox_centres) + 0.005
    assert abs(found.charge_imbalance) <= slack
    assert set(found.composition) == {"Li", "O", *(centre.metal for centre in found.redox_centres)}


@pytest.mark.parametrize("name", SHIPPED)
def test_every_number_has_a_reference(name):
    found = material.load(name)
    sources = [found.source, *(centre.source for centre in found.redox_centres)]
    sources += [reagent.source for reagent in found.reagents]
    for source in sources:
        assert len(found.references[source].citation) > 20


@pytest.mark.parametrize("name", SHIPPED)
def test_capacities_are_ordered(name):
    found = material.load(name)
    assert found.capacity_metal <= found.capacity_all_lithium
    if found.capacity_m2_m4 is not None:
        assert 0 < found.capacity_m2_m3 < found.capacity_m2_m4 <= found.capacity_metal + 1e-9
        assert found.absent == {}
    else:
        assert found.capacity_m2_m3 is None
        assert set(found.absent) == {"capacity_m2_m3", "capacity_m2_m4"}


@pytest.mark.parametrize("name", SHIPPED)
def test_json_is_plain_and_complete(name):
    found = json.loads(json.dumps(material.load(name).to_json(), allow_nan=False))
    wanted = {
        "molar_mass",
        "capacity_per_lithium",
        "capacity_m2_m3",
        "capacity_m2_m4",
        "capacity_all_lithium",
    }
    assert wanted <= set(found)


def test_iron_has_no_m2_m3_and_says_why():
    iron = material.load("li-ti-fe-o")
    assert iron.capacity_m2_m3 is None
    assert "Fe 3+ to 4+" in iron.absent["capacity_m2_m3"]
    assert iron.capacity_metal == pytest.approx(0.5 * iron.capacity_per_lithium)


def test_cobalt_and_manganese_do_not_count_as_m2():
    nmc = material.load("li-rich-nmc")
    assert nmc.capacity_m2_m4 == pytest.approx(2 * 0.13 * nmc.capacity_per_lithium)
    assert nmc.capacity_metal == pytest.approx(3 * 0.13 * nmc.capacity_per_lithium)


def test_partly_oxidised_nickel_gives_less_up_to_3():
    tungstate = material.load("li-ni-w-o")
    assert tungstate.capacity_m2_m3 == pytest.approx(0.85 * (3 - 2.176) * tungstate.capacity_per_lithium)


def test_capacity_per_electron_counts_two_oxygens():
    ruthenate = material.load("li-ru-sn-o")
    assert ruthenate.oxygen == 3
    assert ruthenate.capacity_per_electron == pytest.approx(1.5 * ruthenate.capacity_per_lithium)


def test_a_bare_formula_has_no_metal_capacities():
    bare = material.Material.from_formula("Li2MnO3")
    assert bare.capacity_all_lithium == pytest.approx(2 * bare.capacity_per_lithium)
    assert [bare.capacity_m2_m3, bare.capacity_m2_m4, bare.capacity_metal] == [None] * 3
    assert set(bare.absent) == {"capacity_m2_m3", "capacity_m2_m4", "capacity_metal"}
    with pytest.raises(DataError, match="not understood"):
        material.Material.from_formula("li2mno3")


def test_default_member_of_the_family():
    assert material.load("li-ti-ni-o").x == 0.4
    assert material.load("li-ti-ni-o").formula == "Li1.1667Ti0.5833Ni0.25O2"


def test_misspelt_name_gets_a_hint():
    with pytest.raises(UnknownName, match="Did you mean 'li-ti-ni-o'"):
        material.load("li-ti-no")


def test_x_is_refused_where_it_means_nothing():
    with pytest.raises(DataError, match="single compound"):
        material.load("li-rich-nmc", x=0.4)


@pytest.mark.parametrize("x", [-0.01, 1.01, float("nan")])
def test_x_outside_is_refused(x):
    with pytest.raises(OutOfRange, match="between 0 and 1"):
        material.load("li-ti-ni-o", x=x)


def test_own_file_by_path_and_by_folder(tmp_path, monkeypatch):
    path = tmp_path / "nickelate.toml"
    path.write_text(OWN)
    assert material.load(path) == material.load(str(path))
    monkeypatch.setenv("LMCT_MATERIALS", str(tmp_path))
    assert set(material.names()) == {*SHIPPED, "nickelate"}
    assert material.load("nickelate").composition == {"Li": 1, "Ni": 1, "O": 2}


def test_own_file_may_not_shadow_a_shipped_one(tmp_path, monkeypatch):
    (tmp_path / "li-ti-ni-o.toml").write_text(OWN)
    monkeypatch.setenv("LMCT_MATERIALS", str(tmp_path))
    with pytest.raises(DataError, match="two files define"):
        material.load("li-ti-ni-o")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("title = ", "titel = ", "Did you mean 'title'"),
        ('title = "own"\n', "", "lacks 'title'"),
        ("highest = 4", "highest = 2", "impossible"),
        ("highest = 4", 'highest = "4"', "must be a number"),
        ("highest = 4", "highest = nan", "must be a number"),
        ("highest = 4", "highest = true", "must be a number"),
        ("highest = 4\n", "", "lacks 'highest'"),
        ("LiNiO2", "LiNjO2", "no element is called 'Nj'"),
        ('"LiNiO2"', "3", "must be text"),
        ('source = "me"', 'source = "you"', "no reference is called 'you'"),
        ("[formula]", "[formula", "not a TOML file"),
        ("[[redox]]", "[redox]", "must be a list of tables"),
        ("[references.me]", "[references]", "must be a table"),
        ("[formula]", "[family]\n[formula]", "either a"),
    ],
)
def test_mistakes_in_a_file_are_named(tmp_path, old, new, words):
    path = tmp_path / "own.toml"
    assert old in OWN
    path.write_text(OWN.replace(old, new))
    with pytest.raises(DataError, match=words):
        material.load(path)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"\x00" * 100])
def test_damaged_files_are_refused(tmp_path, content):
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    with pytest.raises(LmctError, match=r"own\.toml"):
        material.load(path)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        material.load(tmp_path / "nothing.toml")


def test_library_files_are_found_by_the_tests():
    folder = Path(material.__file__).parent / "library"
    assert sorted(path.stem for path in folder.glob("*.toml")) == list(SHIPPED)


def test_the_table_in_the_documentation_is_true():
    page = Path(__file__).parents[2] / "docs/reference/materials.md"
    rows = [line.strip("| ").split(" | ") for line in page.read_text().splitlines() if line.startswith("| `")]
    assert sorted(row[0].split("`")[1] for row in rows) == list(SHIPPED)
    for name, formula, _, *numbers in rows:
        found = material.load(name.split("`")[1])
        written = [None if number == "none" else float(number) for number in numbers]
        assert formula == found.formula
        assert written[2:] == [round(found.capacity_metal, 2), round(found.capacity_all_lithium, 2)]
        for given, value in zip(written[:2], (found.capacity_m2_m3, found.capacity_m2_m4), strict=True):
            assert given == (None if value is None else round(value, 2))
