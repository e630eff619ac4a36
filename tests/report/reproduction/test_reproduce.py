from importlib import resources
from pathlib import Path

import pytest

from lmct.electrode import load
from lmct.electrode.of_material import sets_of_material
from lmct.quantity.errors import DataError, UnknownName
from lmct.report.reproduction.reproduce import chosen_parameters, reproduce


def test_one_panel_is_drawn_with_its_statements_and_no_page(tmp_path):
    lines = []
    result = reproduce(tmp_path / "new", figure="4c", say=lines.append)
    assert [name for name, _ in result.figures] == ["4c"]
    assert {row.statement.id for row in result.statements} == {"time-series", "equal-steps", "slowing-down"}
    assert result.page is None
    assert {path.name for path in (tmp_path / "new").rglob("*.*")} == {
        "figure_4c.svg",
        "figure_4c.png",
        "figure_4c.csv",
    }
    assert lines == [
        "drawing figure 4c ...",
        "judging the statements ...",
        *(f"judging the set {name} ..." for name in sets_of_material("li-ti-ni-o")[1:]),
    ]
    reproduce(tmp_path / "new", figure="4c")


def test_a_plate_gives_every_panel_its_file(tmp_path):
    document = reproduce(tmp_path, figure="6").to_json()
    assert [row["id"] for row in document["figures"]] == ["6a", "6b", "6c", "6d", "6e", "6f"]
    assert {row["file"] for row in document["figures"]} == {str(tmp_path / "figures" / "figure_6.svg")}


def test_other_files_are_not_disturbed(tmp_path):
    (tmp_path / "study.toml").write_text("")
    with pytest.raises(DataError, match=r"study\.toml"):
        reproduce(tmp_path, figure="4c")
    with pytest.raises(DataError, match="is a file"):
        reproduce(tmp_path / "study.toml")
    assert [path.name for path in tmp_path.iterdir()] == ["study.toml"]


def test_an_unknown_figure_leaves_no_folder(tmp_path):
    with pytest.raises(UnknownName):
        reproduce(tmp_path / "new", figure="9z")
    assert not (tmp_path / "new").exists()


def test_every_shipped_set_is_judged_by_the_same_statements(tmp_path):
    sets = sets_of_material("li-ti-ni-o")
    for chosen in sets:
        result = reproduce(tmp_path, figure="2a", parameters=chosen)
        assert result.parameters == chosen
        assert [rival.name for rival in result.rivals] == [name for name in sets if name != chosen]
        for rival in result.rivals:
            assert [row.statement for row in rival.statements] == [row.statement for row in result.statements]
    document = result.to_json()
    assert document["parameters"] == sets[-1]
    assert {row["parameters"] for row in document["other_sets"]} == set(sets[:-1])
    assert set(document["other_sets"][0]["statements"][0]) == {"id", "ours", "verdict"}


def test_parameters_come_by_name_or_from_a_file(tmp_path):
    assert chosen_parameters(None) == load("li-ti-ni-o")
    assert chosen_parameters("li-ti-ni-o-direct") == load("li-ti-ni-o-direct")
    shipped = Path(str(resources.files("lmct.electrode") / "parameter_set" / "li-ti-ni-o.toml"))
    own = tmp_path / "own.toml"
    own.write_text(shipped.read_text(encoding="utf-8").replace("value = 0.5,", "value = 0.45,", 1))
    assert chosen_parameters(str(own)).metal_holes_max == 0.45
    assert chosen_parameters(str(own)).name == "own"
    with pytest.raises(UnknownName, match="li-ti-ni-o-direct"):
        chosen_parameters("li-ti-ni-o-dirct")
    with pytest.raises(DataError, match="does not exist"):
        chosen_parameters(str(tmp_path / "none.toml"))
