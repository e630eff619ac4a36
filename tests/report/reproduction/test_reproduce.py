import pytest

from lmct.quantity.errors import DataError, UnknownName
from lmct.report.reproduction.reproduce import reproduce


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
    assert lines == ["drawing figure 4c ...", "judging the statements ..."]
    reproduce(tmp_path / "new", figure="4c")


def test_a_plate_gives_every_panel_its_file(tmp_path):
    document = reproduce(tmp_path, figure="6").to_json()
    assert [row["id"] for row in document["figures"]] == ["6a", "6b", "6e", "6f"]
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
