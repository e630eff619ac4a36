"""A sequence through a data set and a NetCDF file, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from lmct.quantity.errors import DataError
from lmct.quantity.value import Value
from lmct.study.netcdf import read_netcdf, write_netcdf
from lmct.technique.diffraction.refined import RefinedScan, RefinedSequence
from lmct.technique.diffraction.sequence.dataset import dataset_of_sequence, sequence_of_dataset


def sequence() -> RefinedSequence:
    noon = datetime(2025, 7, 2, 12, tzinfo=UTC)
    values = {
        "a": Value(4.1441, 2e-4, "Å", 17.0),
        "occupancy(8c, Ti4+)": Value(0.004, 0.001, ""),
        "Li/Ti": Value(2.0, 0.1, ""),
    }
    good = RefinedScan(
        0, "å.xye", 2, values, {"a": 1e-4}, 1.1, 0.06, noon, noon + timedelta(minutes=10), 298.15,
        ("outlier", "directions disagree"),
    )  # fmt: skip
    bad = RefinedScan(1, "b.xye", 0, {}, {}, float("nan"), float("nan"), message="no peaks at all")
    late = RefinedScan(2, "c.xye", 0, {"a": Value(4.1, 1e-4, "Å")}, {}, 1.0, 0.05, noon + timedelta(hours=1))
    intensity = np.array([[1.0, 2.0], [np.nan, np.nan], [3.0, 4.0]])
    return RefinedSequence(
        (good, bad, late), np.array([37.0, 38.0]), intensity, 1.54056, "fast", ("One.", "Two.")
    )


def test_all_that_a_sequence_holds_survives_a_file(tmp_path: Path) -> None:
    before = sequence()
    write_netcdf(dataset_of_sequence(before), tmp_path / "s.nc")
    after = sequence_of_dataset(read_netcdf(tmp_path / "s.nc"))
    assert repr(after.scans) == repr(before.scans)
    assert after.messages == before.messages
    assert (after.wavelength, after.engine) == (1.54056, "fast")
    np.testing.assert_array_equal(after.intensity, before.intensity)
    np.testing.assert_array_equal(after.two_theta, before.two_theta)


def test_data_set_has_units_and_seconds() -> None:
    dataset = dataset_of_sequence(sequence())
    assert dataset["a"].attrs["units"] == dataset["a_uncertainty"].attrs["units"] == "Å"
    np.testing.assert_array_equal(dataset["time"], [0.0, np.nan, 3600.0])
    assert dataset["a_counting_uncertainty"].values[0] == 1e-4


def test_other_data_sets_are_refused() -> None:
    with pytest.raises(DataError, match="Refine the sequence again"):
        sequence_of_dataset(xr.Dataset())
