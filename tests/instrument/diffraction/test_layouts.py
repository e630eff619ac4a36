"""The same points through every layout, in every wrapping."""

from __future__ import annotations

import bz2
import gzip
from datetime import datetime

import numpy as np
import pytest

from lmct.instrument.diffraction import FORMATS, identify, read_scans

from .layouts import LAYOUTS, raw_bytes, zipped

WRAPPINGS = {
    "plain": lambda raw: raw,
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "zip": lambda raw: zipped({"pattern.dat": raw}),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_gives_the_same_points(truth, write, name):
    path = write("pattern.bin", raw_bytes(name, truth))
    (found,) = read_scans(path)
    _, form, lines, timed = LAYOUTS[name]
    assert (found.format, identify(path)) == (form, form)
    assert found.two_theta == pytest.approx(truth.two_theta, abs=1e-5)
    assert found.intensity == pytest.approx(truth.counts, abs=1e-3)
    assert found.uncertainty == pytest.approx(truth.esd, abs=0.06)
    assert found.intensity_unit == "counts"
    assert found.wavelengths == pytest.approx(truth.wavelengths[:lines], abs=1e-7)
    if timed:
        assert found.start_time == datetime.fromisoformat(truth.start)
        assert found.end_time == datetime.fromisoformat(truth.end)
    assert len(found.source_sha256) == 64
    assert found.source_file == "pattern.bin"


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("name", ["tabs", "brml", "rasx", "xrdml", "raw3", "gsas_fxye", "fullprof_free"])
def test_wrapping_changes_nothing(truth, write, name, wrapping):
    (found,) = read_scans(write("a", WRAPPINGS[wrapping](raw_bytes(name, truth))))
    assert found.format == LAYOUTS[name][1]
    assert np.array_equal(found.intensity, truth.counts)


def test_every_format_has_a_layout():
    assert {form for _, form, _, _ in LAYOUTS.values()} == set(FORMATS)


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("xrdml", "temperature", 413.15), ("xrdml", "radius", 240.0), ("xrdml", "line_ratio", 0.5),
        ("xrdml", "anode", "Cu"), ("brml", "anode", "Cu"), ("brml", "line_ratio", 0.5),
        ("pdcif", "line_ratio", 0.5), ("pdcif", "temperature", 298.15), ("beamline", "temperature", 298.15),
        ("eva", "anode", "Cu"),
        ("raw3", "radius", 217.5), ("raw3", "line_ratio", 0.5), ("raw4", "anode", "Cu"),
        ("uxd", "line_ratio", 0.5), ("ras", "anode", "Cu"), ("gsas_fxye", "temperature", 298.15),
        ("raw3", "start_time", datetime(2018, 1, 22, 16, 34, 23)),
        ("raw4", "start_time", datetime(2018, 7, 11, 15, 55, 31)),
    ],
)  # fmt: skip
def test_facts_of_the_header(truth, write, name, field, value):
    (found,) = read_scans(write("a", raw_bytes(name, truth)))
    assert getattr(found, field) == (pytest.approx(value) if isinstance(value, float) else value)


def test_rates_become_counts_and_say_by_which_factor(truth, write):
    (found,) = read_scans(write("a.uxd", raw_bytes("uxd_rate", truth)))
    assert found.metadata["intensity_factor"] == "counts = counts per second x 4 s"


def test_the_first_raw_version_says_which_start_was_used(truth, write):
    (found,) = read_scans(write("a.raw", raw_bytes("raw1", truth)))
    assert "start angle 20.000 is that of the header" in found.warnings[0]
    assert found.metadata["title"] == "LICOO2"
