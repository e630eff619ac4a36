"""Voltage against capacity and dQ/dV of the cells of a sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.technique.contract import FigureSheet, Measurement
from lmct.technique.figure_style import (
    DOUBLE,
    SMALL_TEXT,
    evenly_chosen,
    new_figure,
    ordered_colours,
    slug,
)

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

MOST_CELLS, MOST_HALF_CYCLES = 12, 12


@dataclass(frozen=True, eq=False)
class Curve:
    """One half-cycle of one cell, ready to draw.

    Parameters
    ----------
    cell
        Name of the measurement.
    cycle
        Number of its cycle.
    direction
        1 on charge, -1 on discharge.
    capacity, voltage
        The curve.
    grid, density
        Its dQ/dV, negative on discharge.
    unit
        Unit of the capacity.
    """

    cell: str
    cycle: int
    direction: int
    capacity: Float[np.ndarray, "row"]
    voltage: Float[np.ndarray, "row"]
    grid: Float[np.ndarray, "grid"]
    density: Float[np.ndarray, "grid"]
    unit: str

    @property
    def label(self) -> str:
        """Words for the column of a table."""
        return f"{self.cell}, cycle {self.cycle}, {'charge' if self.direction > 0 else 'discharge'}"


def curves_of_measurement(measurement: Measurement, *, most: int = MOST_HALF_CYCLES) -> list[Curve]:
    """Return the half-cycles of a measurement, at most so many, evenly chosen.

    Parameters
    ----------
    measurement
        Analysed file.
    most
        Largest number of half-cycles.

    Returns
    -------
    :
        Curves; empty when no current flowed.
    """
    data = measurement.dataset
    if "direction" not in data:
        return []
    return [
        curve_of_half_cycle(data, measurement.name, number)
        for number in evenly_chosen(range(data.sizes["half_cycle_number"]), most)
    ]


def first_discharge(measurement: Measurement) -> Curve | None:
    """Return the first discharge of a measurement, None when it has none.

    Parameters
    ----------
    measurement
        Analysed file.

    Returns
    -------
    :
        The curve.
    """
    data = measurement.dataset
    if "direction" not in data:
        return None
    numbers = np.flatnonzero(data["direction"].to_numpy() < 0)
    return curve_of_half_cycle(data, measurement.name, int(numbers[0])) if len(numbers) else None


def curve_of_half_cycle(data: xr.Dataset, cell: str, number: int) -> Curve:
    """Return one half-cycle of a data set.

    Parameters
    ----------
    data
        Data set of a measurement.
    cell
        Name of the measurement.
    number
        Index of the half-cycle.

    Returns
    -------
    :
        The curve.
    """
    rows = slice(int(data["start_row"][number]), int(data["stop_row"][number]))
    direction = int(data["direction"][number])
    density = data["differential_capacity"][number].to_numpy().astype(float)
    seen = np.flatnonzero(density > 0.0)
    inside = slice(int(seen[0]), int(seen[-1]) + 1) if len(seen) else slice(0, 0)
    return Curve(
        cell=cell,
        cycle=int(data["cycle"][number]),
        direction=direction,
        capacity=data["capacity"][rows].to_numpy(),
        voltage=data["voltage"][rows].to_numpy(),
        grid=data["grid_voltage"].to_numpy()[inside],
        density=direction * density[inside],
        unit=str(data.attrs["capacity_unit"]),
    )


def curve_sheets(measurements: Sequence[Measurement]) -> tuple[FigureSheet, ...]:
    """Return one sheet per sample; cells without a known mass get one of their own, in mAh.

    Parameters
    ----------
    measurements
        Measurements in the order of the study.

    Returns
    -------
    :
        Sheets with voltage against capacity and dQ/dV side by side.
    """
    samples: dict[tuple[str, str], list[Measurement]] = {}
    for one in measurements:
        key = (one.sample, str(one.dataset.attrs["capacity_unit"]))
        samples.setdefault(key, []).append(one)
    names = [sample for sample, _ in samples]
    sheets = [
        _sheet(sample, members, "" if names.count(sample) == 1 else f" in {unit}")
        for (sample, unit), members in samples.items()
    ]
    return tuple(one for one in sheets if one is not None)


def _sheet(sample: str, members: list[Measurement], addition: str) -> FigureSheet | None:
    shown = [members[number] for number in evenly_chosen(range(len(members)), MOST_CELLS)]
    each = max(2, MOST_HALF_CYCLES // len(shown))
    curves = [curve for one in shown for curve in curves_of_measurement(one, most=each)]
    if not curves:
        return None
    resolution = float(shown[0].dataset.attrs["dqdv_resolution_volt"]) * 1e3
    several = len(shown) > 1
    coloured = "cell" if several else "cycle"
    left_out = "" if len(shown) == len(members) else f" {len(shown)} of {len(members)} cells are shown."
    return FigureSheet(
        name=f"curves_{slug(sample + addition)}",
        title=f"Voltage curves of {sample}{addition}",
        caption=(
            "Left: voltage against capacity since the half-cycle began, coloured by"
            f" {coloured}; charge rises, discharge falls. Right: dQ/dV, negative on discharge, smoothed to"
            f" {resolution:.0f} mV (full width at half maximum).{left_out}"
        ),
        draw=lambda: _draw(curves, several),
        columns=_columns(curves),
        paper_figure="1b",
    )


def _columns(curves: list[Curve]) -> dict[str, tuple[str, np.ndarray]]:
    columns: dict[str, tuple[str, np.ndarray]] = {}
    for one in curves:
        columns[f"capacity ({one.label})"] = (one.unit, one.capacity)
        columns[f"voltage ({one.label})"] = ("V", one.voltage)
        columns[f"dQ/dV voltage ({one.label})"] = ("V", one.grid)
        columns[f"dQ/dV ({one.label})"] = (f"{one.unit}/V", one.density)
    return columns


def _draw(curves: list[Curve], several: bool) -> Figure:
    figure, (left, right) = new_figure(width=DOUBLE, height=68.0, columns=2)
    keys = list(dict.fromkeys(one.cell if several else one.cycle for one in curves))
    colours = dict(zip(keys, ordered_colours(len(keys)), strict=True))
    named: set[object] = set()
    for one in curves:
        key = one.cell if several else one.cycle
        label = None if key in named else (str(key) if several else f"cycle {key}")
        named.add(key)
        left.plot(one.capacity, one.voltage, color=colours[key], linewidth=0.9, label=label)
        right.plot(one.grid, one.density, color=colours[key], linewidth=0.9)
    unit = curves[0].unit
    left.set(xlabel=f"Capacity ({unit})", ylabel="Voltage (V)")
    left.set_xlim(left=0.0)
    right.axhline(0.0, color="#666666", linewidth=0.5)
    right.set(xlabel="Voltage (V)", ylabel=f"dQ/dV ({unit} V$^{{-1}}$)")
    if len(keys) <= 8:
        left.legend(fontsize=SMALL_TEXT, frameon=False, handlelength=1.2)
    return figure
