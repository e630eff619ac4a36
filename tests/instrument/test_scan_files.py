"""Scans of many files: which there are, their order, what is left out, and that each file is parsed once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lmct.instrument.scan_files import FoundScans, ScanFiles, files_and_sha256
from lmct.instrument.scan_sequence import ScanPlace, ScanSequence
from lmct.instrument.source import sha256_of
from lmct.quantity.errors import DamagedFile, DataError, UnknownFormat


@dataclass(frozen=True)
class Made:
    """A scan that says the hour it started."""

    start_time: datetime | None
    format: str = "hours"


def at(hour):
    return datetime(2026, 1, 1, hour)


class Hours:
    """Reads files that hold the hours at which their scans started; counts the files it parsed."""

    def __init__(self):
        self.parsed = []

    def __call__(self, path, *, columns=None):
        self.parsed.append(Path(path).name)
        words = Path(path).read_text().split()
        if "damaged" in words:
            raise DamagedFile(f"{Path(path).name} is cut off.")
        if "foreign" in words:
            raise UnknownFormat(f"{Path(path).name} is a letter.")
        return tuple(Made(None if word == "-" else at(int(word))) for word in words)


@pytest.fixture
def hours():
    return Hours()


@pytest.fixture
def folder(tmp_path):
    def written(**contents):
        for name, content in contents.items():
            (tmp_path / name).write_text(content)
        return tmp_path

    return written


def found_in(hours, folder, **options):
    return ScanFiles(hours).find(files_and_sha256(folder)[0], **options)


def hours_of(found):
    return [start.hour for _, start in found.scans]


def test_scans_are_put_in_the_order_of_the_clock(hours, folder):
    found = found_in(hours, folder(a1="9 7", a2="8"))
    assert hours_of(found) == [9, 7, 8]
    assert found.order_by_clock() == ""
    assert hours_of(found) == [7, 8, 9]
    assert [(Path(place.file).name, place.scan) for place, _ in found.scans] == [
        ("a1", 1), ("a2", 0), ("a1", 0)
    ]  # fmt: skip
    assert found.formats == {"hours"}


def test_without_all_times_the_order_of_names_is_kept_and_said(hours, folder):
    found = found_in(hours, folder(a1="9", a2="-", a10="7"))
    assert found.order_by_clock() == "1 of 3 scans have no start time: in the order of file names."
    assert [Path(place.file).name for place, _ in found.scans] == ["a1", "a2", "a10"]


def test_times_with_and_without_zone_are_not_compared():
    found = FoundScans(scans=[(ScanPlace("b"), at(9)), (ScanPlace("a"), at(7).replace(tzinfo=UTC))])
    assert "some start times have a time zone and some none" in found.order_by_clock()
    assert [place.file for place, _ in found.scans] == ["b", "a"]


def test_times_of_a_log_go_before_those_of_a_file_of_one_scan(hours, folder):
    found = found_in(hours, folder(a1="9", a2="7 8"), logged=lambda file: (at(5), at(6)))
    assert hours_of(found) == [5, 7, 8]
    assert [place.start_time for place, _ in found.scans] == [at(5), None, None]
    assert found.scans[0][0].end_time == at(6)


def test_files_that_are_left_out_are_named_and_the_rest_counted(hours, folder):
    foreign = {f"letter{n}": "foreign" for n in range(7)}
    damaged = {f"scan{n}": "damaged" for n in range(6)}
    said = found_in(hours, folder(a="9", **foreign, **damaged)).left_out_sentences("absorption scan")
    assert said[0] == (
        "left out, no absorption scans: letter0, letter1, letter2, letter3, letter4 and 2 more."
    )
    assert said[1:] == [
        *(f"left out: scan{n} is cut off." for n in range(5)),
        "left out, cannot be read: 1 further files.",
    ]


def test_a_folder_without_scans_is_refused_with_the_reasons(hours, folder):
    place = folder(a="foreign", b="damaged")
    with pytest.raises(DataError) as refused:
        found_in(hours, place).refuse_none(place, kind="absorption scan", files=2)
    assert str(refused.value) == (
        f"{place} holds no absorption scan among 2 files. Expected absorption scans."
        " a is a letter. b is cut off."
    )
    with pytest.raises(DataError, match="the list of files holds no absorption scan among 0 files"):
        FoundScans().refuse_none([], kind="absorption scan", files=0)


def test_the_file_read_last_is_parsed_once_until_it_changes(hours, folder):
    files = ScanFiles(hours)
    path = folder(a="7 8", b="9") / "a"
    assert files.scan_at(ScanPlace(str(path), 1)) == Made(at(8))
    assert files.scan_at(ScanPlace(str(path), 0)) == Made(at(7))
    assert hours.parsed == ["a"]
    path.write_text("10")
    with pytest.raises(DataError, match="has no scan 1 any more"):
        files.scan_at(ScanPlace(str(path), 1))
    files.scans_of(path.with_name("b"))
    files.scans_of(path)
    assert hours.parsed == ["a", "a", "b", "a"]


def test_with_a_column_map_nothing_is_kept(hours, folder):
    files, path = ScanFiles(hours), folder(a="7") / "a"
    for _ in range(2):
        files.scans_of(path, {"time": 1})
    assert hours.parsed == ["a", "a"]


def test_files_are_in_natural_order_and_hashed_together(folder):
    place = folder(a10="x", a9="y")
    files, of_folder = files_and_sha256(place)
    assert [file.name for file in files] == ["a9", "a10"]
    assert of_folder == sha256_of(place)
    listed, of_list = files_and_sha256([place / "a10", place / "a9"])
    assert listed == files
    (place / "a9").write_text("z")
    assert files_and_sha256(files)[1] != of_list
    assert files_and_sha256(place / "a9") == ([place / "a9"], sha256_of(place / "a9"))


def test_a_sequence_makes_its_scans_when_they_are_asked_for():
    made = []

    class Counted(ScanSequence[Made]):
        def __getitem__(self, index):
            made.append(index)
            return Made(at(index))

    sequence = Counted((ScanPlace("a"), ScanPlace("b")), provenance={"format": "hours"})
    assert (len(sequence), made) == (2, [])
    assert [one.start_time.hour for one in sequence] == [0, 1]
    assert (sequence.provenance, sequence.warnings) == ({"format": "hours"}, ())
