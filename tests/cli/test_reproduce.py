import json

import pytest

from lmct.cli import main


def call(capsys, *words):
    with pytest.raises(SystemExit) as stop:
        main(["reproduce", *map(str, words)])
    return stop.value.code, capsys.readouterr()


def test_everything_as_json(capsys, tmp_path):
    code, output = call(capsys, tmp_path / "r", "--json")
    assert code == 0
    document = json.loads(output.out)
    assert {"statements", "figures"} <= set(document)
    for row in document["statements"]:
        assert set(row) == {"id", "text", "paper", "line", "ours", "verdict"}
        assert row["verdict"] in {"met", "missed", "undecidable"}
        assert all(row.values())
    drawn = {row["id"] for row in document["figures"]}
    assert {
        "1b",
        "2a",
        "3b",
        "3d",
        "4a",
        "4b",
        "4c",
        "4d",
        "6a",
        "6b",
        "6c",
        "6d",
        "6e",
        "6f",
        "budget",
    } <= drawn
    assert (tmp_path / "r" / "reproduce.html").is_file()
    for row in document["figures"]:
        assert (tmp_path / "r" / "figures" / f"figure_{row['id']}.csv").is_file()
        assert row["file"].endswith(".svg")


def test_one_figure_as_a_table(capsys, tmp_path):
    code, output = call(capsys, tmp_path / "r", "--figure", "2a")
    assert code == 0
    assert "inverted" in output.out
    assert "statements, li-ti-ni-o: " in output.out
    assert f"figure: {tmp_path / 'r' / 'figures' / 'figure_2a.svg'}" in output.out
    assert "page:" not in output.out
    assert "drawing figure 2a" in output.err


def test_an_unknown_figure_is_bad_usage(capsys, tmp_path):
    code, output = call(capsys, tmp_path / "r", "--figure", "4x")
    assert code == 2
    assert "4a" in output.err
    assert not (tmp_path / "r").exists()


def test_another_parameter_set(capsys, tmp_path):
    code, output = call(capsys, tmp_path / "r", "--figure", "mechanism", "--parameters", "li-ti-ni-o-direct")
    assert code == 0
    assert "statements, li-ti-ni-o-direct: " in output.out
    assert "\nli-ti-ni-o: " in output.out


@pytest.mark.parametrize("name", ["", "li-ti-ni", "none.toml", "."])
def test_an_unknown_parameter_set_is_bad_usage(capsys, tmp_path, name):
    code, output = call(capsys, tmp_path / "r", "--parameters", name)
    assert code == 2
    assert "parameter set" in output.err
    assert "Traceback" not in output.err
    assert not (tmp_path / "r").exists()


def test_a_folder_with_other_files_is_refused(capsys, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    code, output = call(capsys, tmp_path, "--json")
    assert code == 2
    assert json.loads(output.out)["kind"] == "DataError"
