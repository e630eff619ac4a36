"""The analysed arrays of one cell as an xarray data set with units, ready for NetCDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lmct.instrument.cycler.record import CyclerRecord
from lmct.technique.electrochemistry.cycle import energy_from_curve
from lmct.technique.electrochemistry.differential_capacity import (
    DifferentialCapacity,
    differential_capacity_from_curve,
    find_peaks,
)
from lmct.technique.electrochemistry.half_cycle import HalfCycle, half_cycle_of_rows
from lmct.technique.electrochemistry.options import Options

if TYPE_CHECKING:
    import xarray as xr

Variable = tuple[tuple[str, ...], np.ndarray, dict[str, Any]]

REFERENCE = "Li+/Li, or the counter electrode of the cell"


def dataset_from_half_cycles(
    record: CyclerRecord, half_cycles: tuple[HalfCycle, ...], *, mass: float | None, options: Options
) -> xr.Dataset:
    """Return rows, half-cycle table, dQ/dV curves and peaks of one cell.

    Parameters
    ----------
    record
        The file.
    half_cycles
        Its half-cycles.
    mass
        Active mass [g]; None leaves capacities in mAh.
    options
        Resolution of dQ/dV and accuracies.

    Returns
    -------
    :
        Data set with the dimensions ``row``, and when current flows ``half_cycle_number``, ``grid`` and
        ``peak``; ``half_cycle`` tells for every row its half-cycle (-1: none).
    """
    import xarray as xr

    per_gram = 1.0 if mass is None else 1.0 / mass
    unit = "mAh" if mass is None else "mAh/g"
    variables = _rows(record, half_cycles, per_gram, unit)
    if half_cycles:
        variables |= _table(record, half_cycles, per_gram, unit)
        curves = [
            differential_capacity_from_curve(
                capacity=one.capacity, voltage=one.voltage, resolution=options.resolution
            )
            for one in half_cycles
        ]
        variables |= _curves(curves, per_gram, unit)
        variables |= _peaks(curves, options, per_gram, unit)
    attributes: dict[str, Any] = {
        "source_file": record.source_file,
        "source_sha256": record.source_sha256,
        "reader": record.reader,
        "dqdv_resolution_volt": options.resolution,
        "mass_relative_uncertainty": options.accuracy.mass_relative,
        "voltage_uncertainty_volt": options.accuracy.voltage,
        "capacity_unit": unit,
    }
    if mass is not None:
        attributes["active_mass_gram"] = mass
    if record.start_time is not None:
        attributes["start_time"] = record.start_time.isoformat()
    return xr.Dataset(variables, attrs=attributes)


def _rows(
    record: CyclerRecord, half_cycles: tuple[HalfCycle, ...], per_gram: float, unit: str
) -> dict[str, Variable]:
    capacity = np.full(record.rows, np.nan)
    for one in half_cycles:
        capacity[one.start : one.stop] = one.capacity[1:] * per_gram
    index = half_cycle_of_rows(half_cycles=half_cycles, rows=record.rows)
    row = ("row",)
    return {
        "time": (row, np.asarray(record.time, dtype=float), {"units": "s"}),
        "voltage": (row, np.asarray(record.voltage, dtype=float), {"units": "V", "reference": REFERENCE}),
        "current": (row, np.asarray(record.current, dtype=float), {"units": "A", "positive": "charge"}),
        "half_cycle": (row, index, {"long_name": "index of the half-cycle, -1 outside"}),
        "capacity": (row, capacity, {"units": unit, "long_name": "charge since the half-cycle began"}),
    }


def _table(
    record: CyclerRecord, half_cycles: tuple[HalfCycle, ...], per_gram: float, unit: str
) -> dict[str, Variable]:
    def column(values: list[Any], units: str, name: str = "") -> Variable:
        return ("half_cycle_number",), np.array(values), {"units": units, "long_name": name}

    energies = [energy_from_curve(capacity=one.capacity, voltage=one.voltage) for one in half_cycles]
    total = [one.total_capacity for one in half_cycles]
    time = record.time
    return {
        "direction": column(
            [1 if one.kind == "charge" else -1 for one in half_cycles], "1", "1 charge, -1 discharge"
        ),
        "cycle": column([one.cycle for one in half_cycles], "1"),
        "start_row": column([one.start for one in half_cycles], "1"),
        "stop_row": column([one.stop for one in half_cycles], "1", "first row after it"),
        "start_time": column([float(time[one.start]) for one in half_cycles], "s"),
        "duration": column([float(time[one.stop - 1] - time[one.start]) for one in half_cycles], "s"),
        "total_capacity": column([value * per_gram for value in total], unit),
        "energy": column([value * per_gram for value in energies], unit.replace("mAh", "mWh")),
        "mean_voltage": column([e / q for e, q in zip(energies, total, strict=True)], "V"),
        "end_voltage": column([float(one.voltage[-1]) for one in half_cycles], "V"),
    }


def _curves(curves: list[DifferentialCapacity], per_gram: float, unit: str) -> dict[str, Variable]:
    """Lay all curves on one grid: their own grids are parts of it, all start at multiples of the step."""
    step = float(curves[0].voltage[1] - curves[0].voltage[0])
    first = [round(float(one.voltage[0]) / step) for one in curves]
    lowest = min(first)
    length = max(start - lowest + len(one.voltage) for start, one in zip(first, curves, strict=True))
    density = np.zeros((len(curves), length), dtype=np.float32)
    uncertainty = np.zeros_like(density)
    for number, (start, one) in enumerate(zip(first, curves, strict=True)):
        inside = slice(start - lowest, start - lowest + len(one.voltage))
        density[number, inside] = one.density * per_gram
        uncertainty[number, inside] = one.uncertainty * per_gram
    both = ("half_cycle_number", "grid")
    noise = np.array([one.noise for one in curves])
    text = "dQ/dV, positive on charge and discharge"
    return {
        "grid_voltage": (
            ("grid",),
            (lowest + np.arange(length)) * step,
            {"units": "V", "reference": REFERENCE},
        ),
        "differential_capacity": (both, density, {"units": f"{unit}/V", "long_name": text}),
        "differential_capacity_uncertainty": (both, uncertainty, {"units": f"{unit}/V"}),
        "voltage_noise": (("half_cycle_number",), noise, {"units": "V"}),
    }


def _peaks(
    curves: list[DifferentialCapacity], options: Options, per_gram: float, unit: str
) -> dict[str, Variable]:
    """Return the table of peaks of all curves; empty dict when there is none."""
    found = [
        (number, one)
        for number, curve in enumerate(curves)
        for one in find_peaks(curve, accuracy=options.accuracy)
    ]
    if not found:
        return {}
    peak = ("peak",)
    return {
        "peak_half_cycle": (peak, np.array([number for number, _ in found]), {"units": "1"}),
        "peak_voltage": (peak, np.array([one.voltage for _, one in found]), {"units": "V"}),
        "peak_voltage_uncertainty": (
            peak,
            np.array([one.voltage_uncertainty for _, one in found]),
            {"units": "V"},
        ),
        "peak_area": (peak, np.array([one.area for _, one in found]) * per_gram, {"units": unit}),
        "peak_area_uncertainty": (
            peak,
            np.array([one.area_uncertainty for _, one in found]) * per_gram,
            {"units": unit},
        ),
    }
