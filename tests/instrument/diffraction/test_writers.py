"""What is written is read back."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from lmct.instrument.diffraction import DiffractionPattern, read_pattern, write_xrdml, write_xye
from lmct.quantity.errors import UnitMismatch

FACTS = ("wavelengths", "line_ratio", "anode", "temperature", "radius", "start_time", "end_time")


def pattern(truth, **changes):
    facts = {
        "two_theta": truth.two_theta, "intensity": truth.counts, "uncertainty": truth.esd,
        "wavelengths": truth.wavelengths, "line_ratio": 0.5, "anode": "Cu", "temperature": 413.15,
        "radius": 217.5, "start_time": datetime.fromisoformat(truth.start),
        "end_time": datetime.fromisoformat(truth.end),
    }  # fmt: skip
    return DiffractionPattern(**facts | changes)


def test_xye_keeps_points_and_facts(truth, tmp_path):
    write_xye(pattern(truth), tmp_path / "a.xye")
    found = read_pattern(tmp_path / "a.xye")
    assert found.two_theta == pytest.approx(truth.two_theta, abs=1e-8)
    assert np.array_equal(found.intensity, truth.counts)
    assert found.uncertainty == pytest.approx(truth.esd, abs=1e-8)
    for name in FACTS:
        assert getattr(found, name) == getattr(pattern(truth), name), name
    assert found.intensity_unit == "counts"


def test_xye_of_arbitrary_intensities_has_two_columns(truth, tmp_path):
    scaled = pattern(truth, intensity=truth.counts / 7.3, uncertainty=None, intensity_unit="arbitrary")
    write_xye(scaled, tmp_path / "a.xy")
    found = read_pattern(tmp_path / "a.xy")
    assert found.intensity == pytest.approx(truth.counts / 7.3, abs=1e-8)
    assert (found.uncertainty, found.intensity_unit) == (None, "arbitrary")


def test_xrdml_keeps_points_and_facts(truth, tmp_path):
    write_xrdml(pattern(truth), tmp_path / "a.xrdml")
    found = read_pattern(tmp_path / "a.xrdml")
    assert found.two_theta == pytest.approx(truth.two_theta, abs=1e-8)
    assert np.array_equal(found.intensity, truth.counts)
    for name in FACTS:
        assert getattr(found, name) == getattr(pattern(truth), name), name


def test_xrdml_lists_uneven_angles(truth, tmp_path):
    angle = truth.two_theta + 1e-4 * np.sin(truth.two_theta)
    write_xrdml(pattern(truth, two_theta=angle), tmp_path / "a.xrdml")
    assert read_pattern(tmp_path / "a.xrdml").two_theta == pytest.approx(angle, abs=1e-8)


def test_xrdml_has_no_place_for_fractions(truth, tmp_path):
    with pytest.raises(UnitMismatch, match=r"Write it as \.xye"):
        write_xrdml(pattern(truth, intensity=truth.counts / 7.3), tmp_path / "a.xrdml")
