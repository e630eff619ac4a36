"""A refined sequence as a data set that survives a NetCDF file, and back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lmct.quantity.errors import DataError
from lmct.quantity.value import Value
from lmct.technique.clock.cycler_curve import time_from_text
from lmct.technique.diffraction.refined import RefinedScan, RefinedSequence

if TYPE_CHECKING:
    import xarray as xr

KIND = "diffraction sequence"
"""Attribute ``content`` of these data sets."""

TEXTS = ("file", "start_time", "end_time", "flags", "message")

BETWEEN = "; "
"""Between the flags of a scan, and between messages."""


def dataset_of_sequence(sequence: RefinedSequence) -> xr.Dataset:
    """Return a refined sequence as a data set.

    Parameters
    ----------
    sequence
        The sequence.

    Returns
    -------
    :
        Dimensions ``scan`` and ``interval``. Every refined value is a variable of its name, beside it
        ``_uncertainty`` and ``_counting_uncertainty`` (a stroke in a name becomes "per"); times are texts in
        ISO 8601 with their zone, ``time`` counts seconds from the first of them.
    """
    import xarray as xr

    scans = sequence.scans
    variables: dict[str, Any] = {
        "index": ("scan", np.array([one.index for one in scans], dtype=np.int64), {"units": "1"}),
        "scan_in_file": ("scan", np.array([one.scan for one in scans], dtype=np.int64), {"units": "1"}),
        "time": ("scan", _seconds(scans), {"units": "s", "long_name": "start since that of the first scan"}),
        "temperature": ("scan", _numbers([one.temperature for one in scans]), {"units": "K"}),
        "goodness_of_fit": ("scan", _numbers([one.goodness_of_fit for one in scans]), {"units": "1"}),
        "weighted_residual": ("scan", _numbers([one.weighted_residual for one in scans]), {"units": "1"}),
        "two_theta": ("interval", np.asarray(sequence.two_theta, dtype=float), {"units": "deg"}),
        "intensity": (("scan", "interval"), np.asarray(sequence.intensity, dtype=float), {"units": ""}),
    }
    for name, column in _texts(scans).items():
        variables[name] = ("scan", np.array(column, dtype=str), {})
    for name in _value_names(scans):
        variables |= _columns_of(scans, name)
    attributes = {
        "content": KIND,
        "wavelength_angstrom": float(sequence.wavelength),
        "engine": sequence.engine,
        "messages": "\n".join(sequence.messages),
    }
    return xr.Dataset(variables, attrs=attributes)


def _value_names(scans: Sequence[RefinedScan]) -> list[str]:
    return list(dict.fromkeys(name for scan in scans for name in scan.values))


def _columns_of(scans: Sequence[RefinedScan], name: str) -> dict[str, Any]:
    found = [scan.values.get(name) for scan in scans]
    unit = next((one.unit for one in found if one is not None), "")
    attributes = {"units": unit, "refined_value": name}
    stem = name.replace("/", " per ")
    columns = {
        "": [None if one is None else one.value for one in found],
        "_uncertainty": [None if one is None else one.uncertainty for one in found],
        "_counting_uncertainty": [scan.counting_uncertainty.get(name) for scan in scans],
    }
    freedom = [math.inf if one is None else one.degrees_of_freedom for one in found]
    variables = {
        stem + ending: ("scan", _numbers(column), attributes if not ending else {"units": unit})
        for ending, column in columns.items()
    }
    if np.isfinite(freedom).any():
        variables[f"{stem}_degrees_of_freedom"] = ("scan", np.array(freedom), {"units": "1"})
    return variables


def _texts(scans: Sequence[RefinedScan]) -> dict[str, list[str]]:
    return {
        "file": [one.file for one in scans],
        "start_time": ["" if one.start_time is None else one.start_time.isoformat() for one in scans],
        "end_time": ["" if one.end_time is None else one.end_time.isoformat() for one in scans],
        "flags": [BETWEEN.join(one.flags) for one in scans],
        "message": [one.message for one in scans],
    }


def _seconds(scans: Sequence[RefinedScan]) -> np.ndarray:
    starts = [one.start_time for one in scans]
    first = next((one for one in starts if one is not None), None)
    zoned = first is not None and first.tzinfo is not None
    return np.array(
        [
            math.nan
            if first is None or one is None or (one.tzinfo is not None) != zoned
            else (one - first).total_seconds()
            for one in starts
        ]
    )


def _numbers(column: Sequence[float | None]) -> np.ndarray:
    return np.array([math.nan if one is None else float(one) for one in column])


def sequence_of_dataset(dataset: xr.Dataset) -> RefinedSequence:
    """Return the refined sequence that a data set holds.

    Parameters
    ----------
    dataset
        As :func:`dataset_of_sequence` made it.

    Returns
    -------
    :
        The sequence.

    Raises
    ------
    DataError
        The data set holds something else.
    """
    if dataset.attrs.get("content") != KIND:
        raise DataError(
            f"the data set holds {dataset.attrs.get('content', 'something else')!r}. Expected a"
            f" {KIND}. Refine the sequence again."
        )
    stems = [str(name) for name in dataset.data_vars if "refined_value" in dataset[name].attrs]
    texts = {name: [str(one) for one in dataset[name].values] for name in TEXTS}
    scans = tuple(_scan(dataset, stems, texts, place) for place in range(dataset.sizes["scan"]))
    messages = str(dataset.attrs.get("messages", ""))
    return RefinedSequence(
        scans=scans,
        two_theta=np.asarray(dataset["two_theta"].values, dtype=float),
        intensity=np.asarray(dataset["intensity"].values, dtype=float),
        wavelength=float(dataset.attrs["wavelength_angstrom"]),
        engine=str(dataset.attrs.get("engine", "")),
        messages=tuple(one for one in messages.split("\n") if one),
    )


def _scan(dataset: xr.Dataset, stems: Sequence[str], texts: dict[str, list[str]], place: int) -> RefinedScan:
    values, counting = {}, {}
    for stem in stems:
        number, spread = (float(dataset[stem + ending].values[place]) for ending in ("", "_uncertainty"))
        if math.isnan(number) and math.isnan(spread):
            continue
        name, column = str(dataset[stem].attrs["refined_value"]), f"{stem}_degrees_of_freedom"
        freedom = float(dataset[column].values[place]) if column in dataset else math.inf
        values[name] = Value(number, spread, str(dataset[stem].attrs.get("units", "")), freedom)
        alone = float(dataset[f"{stem}_counting_uncertainty"].values[place])
        if not math.isnan(alone):
            counting[name] = alone
    start, end = (texts[name][place] for name in ("start_time", "end_time"))
    temperature = float(dataset["temperature"].values[place])
    return RefinedScan(
        index=int(dataset["index"].values[place]),
        file=texts["file"][place],
        scan=int(dataset["scan_in_file"].values[place]),
        values=values,
        counting_uncertainty=counting,
        goodness_of_fit=float(dataset["goodness_of_fit"].values[place]),
        weighted_residual=float(dataset["weighted_residual"].values[place]),
        start_time=time_from_text(start) if start else None,
        end_time=time_from_text(end) if end else None,
        temperature=None if math.isnan(temperature) else temperature,
        flags=tuple(one for one in texts["flags"][place].split(BETWEEN) if one),
        message=texts["message"][place],
    )
