"""Voltammograms of all cells with their peaks, and peak currents against rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import DOUBLE, METAL, OXYGEN, new_figure, ordered_colours

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from lmct.technique.electrochemistry.sweep_peaks import SweepPeaks


def voltammetry_sheet(sweeps: Sequence[SweepPeaks]) -> FigureSheet:
    """Return the sheet of all sweeps.

    Parameters
    ----------
    sweeps
        Sweeps with their peaks, at least one.

    Returns
    -------
    :
        The sheet.
    """
    unit = sweeps[0].unit
    columns: dict[str, tuple[str, np.ndarray]] = {}
    for one in sweeps:
        words = f"{one.measurement.name}, {one.words}"
        rows = slice(one.sweep.start, one.sweep.stop)
        columns[f"voltage ({words})"] = ("V", one.measurement.dataset["voltage"].to_numpy()[rows])
        current = one.measurement.dataset["current"].to_numpy()[rows] * one.per_mass
        columns[f"current ({words})"] = (one.unit, current)
        columns[f"peak voltage ({words})"] = ("V", np.array([peak.voltage for peak in one.peaks]))
        heights = np.array([peak.current for peak in one.peaks]) * one.per_mass
        columns[f"peak current ({words})"] = (one.unit, heights)
    return FigureSheet(
        name="voltammetry",
        title="Voltammetry",
        caption=(
            "Left: current against voltage, coloured from the slowest rate (dark) to the fastest, with the"
            " peaks. Right: height of every peak over zero current against the rate (blue: sweeps up; orange:"
            " down); no background is taken off."
        ),
        draw=lambda: _draw(sweeps, unit),
        columns=columns,
    )


def _draw(sweeps: Sequence[SweepPeaks], unit: str) -> Figure:
    from matplotlib.ticker import NullFormatter

    figure, (left, right) = new_figure(width=DOUBLE, height=68.0, columns=2)
    rates = sorted({round(1e3 * one.sweep.rate, 4) for one in sweeps})
    colours = dict(zip(rates, ordered_colours(len(rates)), strict=True))
    for one in sweeps:
        rows = slice(one.sweep.start, one.sweep.stop)
        voltage = one.measurement.dataset["voltage"].to_numpy()[rows]
        current = one.measurement.dataset["current"].to_numpy()[rows] * one.per_mass
        left.plot(voltage, current, color=colours[round(1e3 * one.sweep.rate, 4)], linewidth=0.7)
        for peak in one.peaks:
            height = peak.current * one.per_mass
            left.plot(peak.voltage, one.sweep.direction * height, "k+", markersize=4, markeredgewidth=0.6)
            right.plot(
                1e3 * one.sweep.rate,
                height,
                "o",
                markersize=3,
                color=METAL if one.sweep.direction > 0 else OXYGEN,
            )
    left.axhline(0.0, color="black", linewidth=0.4)
    left.set(xlabel="Voltage (V)", ylabel=f"Current ({unit})")
    right.set(xlabel="Rate (mV s$^{-1}$)", ylabel=f"Peak current ({unit})", xscale="log", yscale="log")
    right.set_xticks(rates, [f"{rate:g}" for rate in rates])
    for axis in (right.xaxis, right.yaxis):
        axis.set_minor_formatter(NullFormatter())
    return figure
