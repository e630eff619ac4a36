from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.instrument.source import natural_order
from lmct.quantity.errors import DataError
from lmct.study.file_search import OutsideStudy, find_files
from lmct.study.layout import Study


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "study [a]"
    (folder / "raw").mkdir(parents=True)
    for name in ("cell1", "cell2", "cell10", "other"):
        (folder / "raw" / f"{name}.mpt").write_text(name)
    (tmp_path / "secret.mpt").write_text("secret")
    return Study(folder / "study.toml", "", "Test")


def names(study, *patterns):
    found, problems = find_files(study, patterns)
    return [path.name for path in found], [type(problem) for problem in problems]


def test_natural_order_and_each_file_once(study):
    assert names(study, "raw/cell*.mpt", "raw/*.mpt") == (
        ["cell1.mpt", "cell2.mpt", "cell10.mpt", "other.mpt"],
        [],
    )
    assert names(study, "**/cell[12].mpt")[0] == ["cell1.mpt", "cell2.mpt"]


def test_a_name_with_brackets_is_taken_as_it_is(study):
    (study.folder / "raw/x[1].mpt").write_text("")
    assert names(study, "raw/x[1].mpt") == (["x[1].mpt"], [])


def test_results_folders_and_hidden_files_are_skipped(study):
    study.results.mkdir()
    (study.results / "cell3.mpt").write_text("")
    (study.folder / "raw/.hidden.mpt").write_text("")
    (study.folder / "raw/folder.mpt").mkdir()
    assert len(names(study, "**/*.mpt")[0]) == 4


@pytest.mark.parametrize(
    "pattern",
    [
        "../secret.mpt",
        "raw/../../secret.mpt",
        "/etc/passwd",
        "{root}/secret.mpt",
        "../*",
        "/**/passwd",
        "raw/..//x",
    ],
)
def test_leaving_the_study_is_refused(study, pattern):
    found, problems = names(study, pattern.format(root=study.folder.parent), "raw/other.mpt")
    assert (found, problems) == (["other.mpt"], [OutsideStudy])


def test_links_out_of_the_study_are_refused_one_by_one(study):
    (study.folder / "raw/link.mpt").symlink_to(study.folder.parent / "secret.mpt")
    (study.folder / "raw/folder").symlink_to(study.folder.parent)
    (study.folder / "raw/inside.mpt").symlink_to(study.folder / "raw/other.mpt")
    found, problems = names(study, "raw/*.mpt", "raw/folder/secret.mpt")
    assert "inside.mpt" in found
    assert "link.mpt" not in found
    assert "secret.mpt" not in found
    assert problems == [OutsideStudy, OutsideStudy]


def test_a_link_to_itself(study):
    loop = study.folder / "raw/loop.mpt"
    loop.symlink_to(loop)
    assert names(study, "raw/loop.mpt", "raw/other.mpt") == (["other.mpt"], [DataError])


def test_a_link_to_nothing_and_a_missing_file(study):
    (study.folder / "raw/gone.mpt").symlink_to(study.folder / "raw/none")
    found, problems = find_files(study, ["raw/celll1.mpt", "rwa/*.mpt"])
    assert found == ()
    assert "The folder holds cell1.mpt" in str(problems[0])
    assert "Check the name of the folder" in str(problems[1])


def test_a_nul_character(study):
    assert names(study, "raw/\0.mpt") == ([], [DataError])


def test_roots_are_opened_explicitly(study):
    outside = study.folder.parent / "data"
    outside.mkdir()
    (outside / "a.mpt").write_text("")
    (outside / "up.mpt").symlink_to(study.folder.parent / "secret.mpt")
    pattern = f"{outside}/*.mpt"
    assert names(study, pattern) == ([], [OutsideStudy])
    opened = Study(study.path, "", "Test", roots=(outside,))
    assert names(opened, pattern, f"{outside}/../secret.mpt") == (["a.mpt"], [OutsideStudy, OutsideStudy])


@given(st.lists(st.integers(0, 10**20), max_size=6))
def test_natural_order_is_numeric(numbers):
    paths = natural_order(Path(f"cell{number}") for number in numbers)
    assert [int(path.name[4:]) for path in paths] == sorted(numbers)


@given(st.lists(st.text("ab01²٣-", min_size=1, max_size=6), max_size=6))
def test_natural_order_takes_any_name(texts):
    assert sorted(natural_order(map(Path, texts))) == sorted(map(Path, texts))


def test_a_root_may_be_named_through_a_link(tmp_path):
    """A data folder that is mounted elsewhere and linked to is still the folder that was named."""
    real, link, folder = tmp_path / "disk", tmp_path / "data", tmp_path / "study"
    real.mkdir()
    folder.mkdir()
    (real / "cell.mpt").write_text("x")
    link.symlink_to(real)
    study = Study(folder / "study.toml", "", "Test", roots=(link.resolve(),))
    found, problems = find_files(study, [f"{link}/*.mpt"])
    assert [path.name for path in found] == ["cell.mpt"]
    assert problems == ()
