import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lmct.study.netcdf import read_netcdf, write_netcdf


@pytest.fixture
def dataset():
    return xr.Dataset(
        {
            "voltage": ("row", np.array([3.0, np.nan, 4.0]), {"units": "V", "reference": "Li+/Li"}),
            "number": ("row", np.array([1, 2, 3])),
            "good": ("row", np.array([True, False, True])),
            "label": ("half", np.array(["charge 1", "é"])),
            "map": (("half", "row"), np.arange(6, dtype=np.float32).reshape(2, 3)),
            "nothing": ("none", np.zeros(0), {"units": "V"}),
            "no_label": ("none", np.zeros(0, dtype="<U4")),
            "less": (("none", "row"), np.zeros((0, 3))),
            "scalar": 3.5,
            "text": "é" * 70000,
        },
        {
            "half": np.array([1, 2]),
            "time": ("row", np.array([0.0, 1.0, 2.0]), {"units": "seconds"}),
            "clock": ("row", np.array(["2026-01-01", "2026-01-02", "2026-01-03"], dtype="datetime64[ns]")),
        },
        {"title": "é", "resolution": 0.03, "limits": np.array([2.0, 4.8]), "cells": 3},
    )


def test_round_trip(dataset, tmp_path):
    write_netcdf(dataset, tmp_path / "a.nc")
    xr.testing.assert_identical(read_netcdf(tmp_path / "a.nc"), dataset)
    assert "text" not in read_netcdf(tmp_path / "a.nc", leave_out="text")


def test_other_libraries_read_the_same(dataset, tmp_path):
    write_netcdf(dataset, tmp_path / "a.nc")
    with xr.open_dataset(tmp_path / "a.nc", engine="h5netcdf", decode_timedelta=False) as other:
        assert dict(other.sizes) == {"row": 3, "half": 2, "none": 0}
        assert set(other.coords) == {"half", "time", "clock"}
        for name in (*dataset.data_vars, *dataset.coords):
            np.testing.assert_array_equal(
                other[name].values.astype(dataset[name].dtype), dataset[name].values
            )
            assert other[name].dims == dataset[name].dims
        assert other["voltage"].attrs == dataset["voltage"].attrs
        assert other.attrs["resolution"] == 0.03


@settings(max_examples=20, deadline=None)
@given(
    values=arrays.arrays(
        st.sampled_from([np.float64, np.float32, np.int64, np.int32, np.bool_]),
        arrays.array_shapes(max_dims=3, min_side=0),
    )
)
def test_any_numbers_survive(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("netcdf") / "a.nc"
    dataset = xr.Dataset({"a": ([f"d{k}" for k in range(values.ndim)], values)})
    write_netcdf(dataset, path)
    xr.testing.assert_identical(read_netcdf(path), dataset)
