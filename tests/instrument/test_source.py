from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.instrument.source import files_in, natural_order, sha256_of


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "scans"
    (place / "deep").mkdir(parents=True)
    (place / ".git").mkdir()
    for name, text in (
        ("scan10.xy", "ten"),
        ("scan2.xy", "two"),
        ("deep/scan1.xy", "one"),
        (".hidden", "no"),
        (".git/config", "no"),
    ):
        (place / name).write_text(text)
    (place / "link.xy").symlink_to(place / "scan2.xy")
    (place / "loop").symlink_to(place)
    return place


def names(folder):
    return [file.relative_to(folder).as_posix() for file in files_in(folder)]


def test_files_in_natural_order_none_hidden_no_link_followed(folder):
    assert names(folder) == ["deep/scan1.xy", "scan2.xy", "scan10.xy"]


def test_a_folder_inside_a_hidden_one_is_read_all_the_same(tmp_path):
    place = tmp_path / ".cache" / "scans"
    place.mkdir(parents=True)
    (place / "a.xy").write_text("a")
    assert names(place) == ["a.xy"]


def test_hash_of_a_file_is_that_of_its_bytes(folder):
    assert sha256_of(folder / "scan2.xy") == hashlib.sha256(b"two").hexdigest()


def test_hash_of_a_folder_is_its_names_and_contents(folder, tmp_path):
    before = sha256_of(folder)
    expected = hashlib.sha256()
    for name, text in (("deep/scan1.xy", b"one"), ("scan2.xy", b"two"), ("scan10.xy", b"ten")):
        expected.update(f"{name} {hashlib.sha256(text).hexdigest()}\n".encode())
    assert before == expected.hexdigest()
    folder.rename(tmp_path / "moved")
    assert sha256_of(tmp_path / "moved") == before


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (lambda at: (at / "scan2.xy").write_text("too"), False),
        (lambda at: (at / "deep" / "scan1.xy").write_text("0ne"), False),
        (lambda at: (at / "scan2.xy").rename(at / "scan3.xy"), False),
        (lambda at: (at / "new.xy").write_text(""), False),
        (lambda at: (at / "scan2.xy").unlink(), False),
        (lambda at: (at / ".hidden").write_text("other"), True),
        (lambda at: (at / ".git" / "config").write_text("other"), True),
        (lambda at: (at / "empty").mkdir(), True),
        (lambda at: (at / "link.xy").unlink(), True),
    ],
)
def test_what_changes_the_hash_of_a_folder(folder, change, same):
    before = sha256_of(folder)
    change(folder)
    assert (sha256_of(folder) == before) is same


def test_contents_cannot_be_exchanged_between_names(folder):
    before = sha256_of(folder)
    (folder / "scan2.xy").write_text("ten")
    (folder / "scan10.xy").write_text("two")
    assert sha256_of(folder) != before


def test_an_empty_folder_has_a_hash(tmp_path):
    assert sha256_of(tmp_path) == hashlib.sha256().hexdigest()


def test_numbers_in_names_count_as_numbers():
    given_names = ["scan10", "scan2", "a", "2b", "10b", "scan2_10", "scan2_9", "scan", "Scan1"]
    ordered = [path.name for path in natural_order(map(Path, given_names))]
    assert ordered == ["2b", "10b", "Scan1", "a", "scan", "scan2", "scan2_9", "scan2_10", "scan10"]


@given(st.lists(st.integers(0, 10**9), unique=True))
def test_any_numbers_are_sorted(numbers):
    paths = [Path(f"run {number} b.xy") for number in numbers]
    assert natural_order(paths) == [Path(f"run {number} b.xy") for number in sorted(numbers)]


@given(st.lists(st.text(alphabet="ab1٣²0.-", min_size=1)))
def test_any_names_can_be_sorted_and_the_order_given_does_not_matter(texts):
    paths = [Path(text) for text in dict.fromkeys(texts)]
    assert sorted(natural_order(paths)) == sorted(paths)
    unequal = {str(path).replace("0", "") for path in paths}
    if len(unequal) == len(paths):
        assert natural_order(paths) == natural_order(paths[::-1])
