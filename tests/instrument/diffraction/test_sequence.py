"""Folders and files of many scans as one sequence: order, times, what is left out, memory."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from lmct.instrument.diffraction import (
    DiffractionPattern,
    PatternSequence,
    read,
    read_pattern,
    read_sequence,
    write_xrdml,
    write_xye,
)
from lmct.instrument.diffraction import registry as registry_module
from lmct.instrument.diffraction import sequence as sequence_module
from lmct.instrument.diffraction.scan_log import read_log
from lmct.quantity.errors import DataError, MissingColumn

from .layouts import bare, raw3, raw_bytes

START = datetime.fromisoformat("2025-07-02T19:00:00+02:00")


def patterns(truth, count, **changes):
    """Scans that are told apart by their first count."""
    for index in range(count):
        counts = truth.counts.copy()
        counts[0] = 1000 + index
        yield DiffractionPattern(
            two_theta=truth.two_theta,
            intensity=counts,
            start_time=START + timedelta(minutes=index),
            **changes,
        )


def numbers(sequence):
    return [round(float(pattern.intensity[0])) - 1000 for pattern in sequence]


def test_a_folder_is_ordered_by_the_clock(truth, tmp_path):
    for index, pattern in enumerate(patterns(truth, 5)):
        write_xrdml(pattern, tmp_path / f"scan_{9 - index}.xrdml")
    found = read_sequence(tmp_path)
    assert numbers(found) == [0, 1, 2, 3, 4]
    assert found[2].start_time == START + timedelta(minutes=2)
    assert found.warnings == ()
    assert found.provenance["format"] == "panalytical-xrdml"
    assert len(found.source_sha256) == 64


def test_without_times_the_order_is_that_of_names_and_said(truth, tmp_path):
    for index, pattern in enumerate(patterns(truth, 12)):
        write_xye(replace(pattern, start_time=None), tmp_path / f"scan{index}.xye")
    found = read(tmp_path)
    assert isinstance(found, PatternSequence)
    assert numbers(found) == list(range(12))
    assert "12 of 12 scans have no start time: in the order of file names" in found.warnings[0]


def test_times_with_and_without_zone_are_not_compared(truth, tmp_path):
    first, second = patterns(truth, 2)
    write_xrdml(second, tmp_path / "a.xrdml")
    write_xrdml(replace(first, start_time=datetime(2025, 7, 2)), tmp_path / "b.xrdml")
    found = read_sequence(tmp_path)
    assert numbers(found) == [1, 0]
    assert "time zone" in found.warnings[0]


def test_a_file_of_many_scans_is_one_sequence_and_parsed_once(truth, tmp_path, monkeypatch):
    path = tmp_path / "all.xrdml"
    write_xrdml(patterns(truth, 20), path)
    calls = []
    true_read = registry_module.read_scans
    monkeypatch.setattr(
        sequence_module.FILES, "read_scans", lambda *a, **k: calls.append(a) or true_read(*a, **k)
    )
    found = read(path)
    assert numbers(found) == list(range(20))
    assert numbers(found) == list(range(20))
    assert len(calls) == 1
    assert [place.scan for place in found.places] == list(range(20))


def test_a_changed_file_is_read_again(truth, tmp_path):
    path = tmp_path / "all.xrdml"
    write_xrdml(patterns(truth, 3), path)
    found = read_sequence(path)
    write_xrdml(patterns(truth, 2), path)
    assert numbers(read_sequence(path)) == [0, 1]
    with pytest.raises(DataError, match="no scan 2 any more"):
        found[2]


def test_a_file_of_one_scan_is_a_pattern(truth, write):
    assert isinstance(read(write("a.xy", bare(truth))), DiffractionPattern)


def test_a_file_of_ranges_keeps_their_order(truth, write):
    found = read(write("a.raw", raw3(truth, ranges=3)))
    assert [place.scan for place in found.places] == [0, 1, 2]


def test_other_files_are_left_out_and_named(truth, write, tmp_path):
    write("1.xy", bare(truth))
    write("2.xy", bare(truth))
    write("readme.txt", "notes of the run")
    write("echem/cell.mpt", "EC-Lab ASCII FILE\nNb header lines : 3\ntime/s\tEwe/V\n0\t3.1\n")
    write("broken.xrdml", raw_bytes("xrdml", truth)[:5000])
    said = " ".join(read_sequence(tmp_path).warnings)
    assert "no powder patterns: cell.mpt, readme.txt" in said
    assert "left out: broken.xrdml is cut off" in said


def test_a_folder_without_patterns_is_refused(write, tmp_path):
    write("readme.txt", "notes of the run")
    with pytest.raises(DataError, match="holds no powder pattern among 1 files"):
        read_sequence(tmp_path)


LOG = (
    "scan_number,cell,start_time,end_time\r\n"
    "135,c,2025-07-02 19:15:00.5,2025-07-02 19:16:00\r\n136,c,2025-07-02 19:05:00,2025-07-02 19:06:00\r\n"
)


def test_a_log_in_the_folder_gives_the_times(truth, write, tmp_path):
    write("data/135_summed_mythen3.xye", bare(truth))
    write("data/136_summed_mythen3.xye", bare(truth))
    write("Log/log.csv", LOG)
    found = read_sequence(tmp_path)
    assert [place.start_time for place in found.places] == [
        datetime(2025, 7, 2, 19, 5), datetime(2025, 7, 2, 19, 15, 0, 500_000)
    ]  # fmt: skip
    assert found[0].source_file.startswith("136")
    assert found[0].end_time == datetime(2025, 7, 2, 19, 6)
    assert found.warnings == ()


def test_a_log_given_by_name(truth, write, tmp_path):
    files = [write(f"{number}.xy", bare(truth)) for number in (135, 136, 137)]
    found = read_sequence(files, log=write("elsewhere/times.csv", LOG.replace("scan_number", "file")))
    assert found.places[0].file.endswith("135.xy")
    assert "has no time for 137.xy" in found.warnings[0]
    assert "in the order of file names" in found.warnings[1]


def test_a_log_without_times_is_refused(write):
    with pytest.raises(MissingColumn, match="start_time"):
        read_log(write("log.csv", "scan,temperature\n1,300\n"))


def test_a_log_with_a_wrong_time_is_refused(write):
    with pytest.raises(DataError, match="row 3 has no start time"):
        read_log(write("log.csv", "scan;start_time\n1;2025-07-02 19:05:00\n2;soon\n"))


def test_memory_does_not_grow_with_the_number_of_patterns(truth, tmp_path):
    for index, pattern in enumerate(patterns(truth, 60)):
        write_xrdml(pattern, tmp_path / f"{index}.xrdml")
    peaks = []
    for count in (10, 60):
        files = [tmp_path / f"{index}.xrdml" for index in range(count)]
        tracemalloc.start()
        found = read_sequence(files)
        total = sum(float(pattern.intensity.sum()) for pattern in found)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert total > 0
    # an array of one pattern is 16 kB, three of them 48 kB: fifty patterns kept would be 2.4 MB
    assert peaks[1] - peaks[0] < 300_000


def test_a_column_map_holds_for_the_whole_folder(truth, write, tmp_path):
    rows = [
        f"{x:.3f} {y:.0f} {i} 7" for i, (x, y) in enumerate(zip(truth.two_theta, truth.counts, strict=True))
    ]
    for name in ("1.txt", "2.txt"):
        write(name, "\n".join(rows))
    found = read(tmp_path, columns={"two_theta": 1, "intensity": 2})
    assert np.array_equal(found[1].intensity, truth.counts)
    with pytest.raises(DataError, match="no powder pattern"):
        read(tmp_path)


def test_one_pattern_of_a_sequence_is_that_of_its_file(truth, tmp_path):
    write_xrdml(patterns(truth, 3), tmp_path / "a.xrdml")
    alone = read_pattern(tmp_path / "a.xrdml", scan=1)
    assert np.array_equal(alone.intensity, read_sequence(tmp_path)[1].intensity)
