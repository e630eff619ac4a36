from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from lmct import datasets
from lmct.datasets import registry
from lmct.quantity.errors import DamagedFile, DataError, UnknownName

NAME = "cycling/yadg_biologic/peis.mpt"


@pytest.fixture
def only_mirror(tmp_path, monkeypatch):
    """A mirror in a temporary directory, and no other."""
    monkeypatch.setattr(registry, "_mirrors", lambda: (tmp_path,))
    return tmp_path


def test_names_are_unique_sorted_and_excluded_sets_are_absent():
    names = datasets.names()
    assert len(set(names)) == len(names) == 62
    assert list(names) == sorted(names)
    assert not any("rietx" in name or "LICENSE" in name for name in names)


def test_address_names_repository_commit_and_quoted_path():
    assert datasets.address("cycling/nmc_capacity_li/NCM MW & TC.xlsx") == (
        "https://raw.githubusercontent.com/HailiJia/MultimodalEELS-XAS/"
        "3f97678da1e85e0699b260a65d1a2a531f8c7828/Data/Exp_data/XAS/NCM%20MW%20%26%20TC.xlsx"
    )


def test_licence_is_that_of_the_repository():
    assert datasets.licence("cycling/navani/test.nda") == "MIT"


def test_unknown_name_suggests_the_nearest():
    with pytest.raises(UnknownName, match=r"Did you mean 'cycling/yadg_biologic/peis.mp"):
        datasets.path("cycling/yadg_biologic/peis.mp")


def test_mirror_file_with_wrong_hash_is_refused(only_mirror):
    target = only_mirror / NAME
    target.parent.mkdir(parents=True)
    target.write_bytes(b"something else")
    with pytest.raises(DamagedFile, match="SHA-256"):
        datasets.path(NAME)


def test_mirror_named_by_the_environment_comes_first(tmp_path, monkeypatch):
    monkeypatch.setenv("LMCT_DATA", str(tmp_path))
    assert registry._mirrors()[0] == tmp_path


def test_without_mirror_the_file_is_asked_for_with_its_hash(only_mirror, monkeypatch):
    import pooch

    asked = {}

    def retrieve(**options):
        asked.update(options)
        return only_mirror / "found"

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    assert datasets.path(NAME) == only_mirror / "found"
    assert asked["url"] == datasets.address(NAME)
    assert asked["known_hash"] == "sha256:" + registry._entry(NAME).sha256


@pytest.mark.parametrize(("raised", "expected"), [(ValueError, DamagedFile), (ConnectionError, DataError)])
def test_failed_download_is_one_plain_error(only_mirror, monkeypatch, raised, expected):
    import pooch

    def retrieve(**options):
        raise raised("no")

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    with pytest.raises(expected, match=r"peis\.mpt"):
        datasets.path(NAME)


@pytest.mark.files
def test_every_file_of_the_local_mirror_has_the_registered_hash():
    root = Path(os.environ.get("LMCT_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
    if not root.is_dir():
        pytest.skip("no mirror of the real data (LMCT_DATA or ../shared/data)")
    for name in datasets.names():
        found = hashlib.sha256((root / name).read_bytes()).hexdigest()
        assert found == registry._entry(name).sha256, name
