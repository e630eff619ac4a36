"""Write and read a data set as NetCDF-4 straight through HDF5, ten times quicker than the general route.

A NetCDF-4 file is an HDF5 file whose dimensions are dimension scales; any NetCDF library opens it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import h5py  # type: ignore[import-untyped]
    import xarray as xr

_BARE_DIMENSION = "This is a netCDF dimension but not a netCDF variable."
_FORMAT_ATTRIBUTES = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "_Netcdf4Dimid"}
"""Attributes that make the format and belong to no variable."""


def write_netcdf(dataset: xr.Dataset, path: Path) -> None:
    """Write a data set.

    Parameters
    ----------
    dataset
        Variables of numbers, truth values, texts or times, with attributes.
    path
        The file; an old one is overwritten.
    """
    import h5py
    from xarray.conventions import encode_cf_variable

    with h5py.File(path, "w", track_order=True) as file:
        for number, (name, size) in enumerate(dataset.sizes.items()):
            _write_dimension(file, dataset, str(name), size, number)
        for name, variable in dataset.variables.items():
            if name not in dataset.sizes:
                _write_variable(file, str(name), encode_cf_variable(variable, name=name))
        attributes = dict(dataset.attrs)
        others = [str(name) for name in dataset.coords if name not in dataset.sizes]
        _write_attributes(file, attributes | ({"coordinates": " ".join(others)} if others else {}))


def read_netcdf(path: Path, *, leave_out: str = "") -> xr.Dataset:
    """Read a data set that :func:`write_netcdf` wrote, into memory.

    Parameters
    ----------
    path
        The file, which is closed again.
    leave_out
        Name of a variable that is not wanted.

    Returns
    -------
    :
        The data set.
    """
    import h5py
    import xarray as xr

    with h5py.File(path, "r") as file:
        variables = {
            name: (_dimensions(item, name), _values(item), _read_attributes(item))
            for name, item in file.items()
            if name != leave_out and not _is_bare_dimension(item)
        }
        raw = xr.Dataset(variables, attrs=_read_attributes(file))
    return xr.decode_cf(raw, decode_timedelta=False)


def _write_dimension(file: h5py.File, dataset: xr.Dataset, name: str, size: int, number: int) -> None:
    """Write a dimension with the coordinate of its name, or without one."""
    from xarray.conventions import encode_cf_variable

    if name in dataset.variables:
        scale = _write_values(file, name, encode_cf_variable(dataset.variables[name], name=name))
        scale.make_scale(name)
    else:
        scale = file.create_dataset(name, shape=(size,), dtype=">f4", track_order=True)
        scale.make_scale(f"{_BARE_DIMENSION} {size:10d}")
    scale.attrs["_Netcdf4Dimid"] = np.int32(number)


def _write_variable(file: h5py.File, name: str, variable: xr.Variable) -> None:
    written = _write_values(file, name, variable)
    for axis, dimension in enumerate(variable.dims):
        written.dims[axis].attach_scale(file[str(dimension)])


def _write_values(file: h5py.File, name: str, variable: xr.Variable) -> h5py.Dataset:
    import h5py

    values = np.asarray(variable.values)
    if values.dtype.kind == "U":
        values = values.astype(object)
    kind = h5py.string_dtype() if values.dtype == object else values.dtype
    written = file.create_dataset(name, data=values, dtype=kind, track_order=True)
    _write_attributes(written, variable.attrs)
    return written


def _write_attributes(item: h5py.Group | h5py.Dataset, attributes: Mapping[Any, Any]) -> None:
    for name, value in attributes.items():
        item.attrs[str(name)] = value if isinstance(value, str) else np.atleast_1d(value)


def _read_attributes(item: h5py.Group | h5py.Dataset) -> dict[str, Any]:
    found = {name: value for name, value in item.attrs.items() if name not in _FORMAT_ATTRIBUTES}
    return {name: value if isinstance(value, str) else _unpacked(value) for name, value in found.items()}


def _unpacked(value: np.ndarray) -> Any:  # noqa: ANN401 - whatever the attribute was
    return value[0] if value.shape == (1,) else value


def _is_bare_dimension(item: h5py.Dataset) -> bool:
    label = item.attrs.get("NAME", b"")
    return bool(item.is_scale and bytes(label).startswith(_BARE_DIMENSION.encode()))


def _dimensions(item: h5py.Dataset, name: str) -> tuple[str, ...]:
    """Return the names of the dimensions; a coordinate of a dimension has its own name."""
    if item.is_scale:
        return (name,)
    return tuple(axis[0].name.removeprefix("/") for axis in item.dims)


def _values(item: h5py.Dataset) -> np.ndarray:
    if item.dtype.kind != "O":
        return np.asarray(item[()])
    texts = np.asarray(item.asstr()[()], dtype=object)
    return texts.astype(str) if texts.size else np.zeros(texts.shape, dtype="<U1")
