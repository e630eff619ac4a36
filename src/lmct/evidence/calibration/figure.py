"""Figures of a calibration: residuals of the targets, fitted curves, correlations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.evidence.calibration.measured_curve import MeasuredCurve
from lmct.evidence.calibration.solution import Calibration, Solution
from lmct.quantity.constants import HOUR
from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import (
    CATEGORIES,
    DOUBLE,
    GREY,
    METAL,
    OXYGEN,
    SMALL_TEXT,
    new_figure,
    slug,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDEST = 5.0
"""Residuals beyond this are drawn at the edge and written beside the bar [tolerances]."""

ROW = 4.2
"""Height of a row of names [mm]."""


def figure_sheets(calibration: Calibration) -> tuple[FigureSheet, ...]:
    """Return the figures of a calibration.

    Parameters
    ----------
    calibration
        What was found.

    Returns
    -------
    :
        Residuals when there are targets, one sheet for each curve, correlations when several parameters are
        free.
    """
    sheets = []
    best = calibration.best
    if best.targets:
        sheets.append(_residual_sheet(calibration.solutions))
    for place, one in enumerate(calibration.problem.curves):
        sheets.append(_curve_sheet(one.curve, best.simulated[place]))
    if len(best.free) > 1:
        sheets.append(_correlation_sheet(best))
    return tuple(sheets)


def _residual_sheet(solutions: tuple[Solution, ...]) -> FigureSheet:
    columns = {
        f"residual (set {number})": ("tolerances", np.array([one.residual for one in solution.targets]))
        for number, solution in enumerate(solutions, start=1)
    }
    return FigureSheet(
        name="residuals",
        title="Residuals of the targets",
        caption="Distance of every target in tolerances; grey: one tolerance. Rows of the data file stand in"
        " the order of the targets, from top to bottom.",
        draw=lambda: _draw_residuals(solutions),
        columns=columns,
    )


def _draw_residuals(solutions: tuple[Solution, ...]) -> Figure:
    names = [one.name for one in solutions[0].targets]
    figure, (axes,) = new_figure(width=DOUBLE, height=18.0 + ROW * len(names))
    rows = np.arange(len(names))
    thick = 0.8 / len(solutions)
    axes.axvspan(-1.0, 1.0, color="#e4e7eb", linewidth=0.0)
    for number, solution in enumerate(solutions):
        residual = np.array([one.residual for one in solution.targets])
        shown = np.clip(residual, -WIDEST, WIDEST)
        place = rows + (number - 0.5 * (len(solutions) - 1)) * thick
        colour = CATEGORIES[number % len(CATEGORIES)]
        axes.barh(place, shown, height=0.9 * thick, color=colour, label=f"set {number + 1}")
        for row in np.flatnonzero(np.abs(residual) > WIDEST):
            side = "left" if residual[row] < 0 else "right"
            axes.text(
                0.98 * shown[row], place[row], f"{residual[row]:+.1f}", ha=side, va="center",
                fontsize=SMALL_TEXT - 1.5, color="white",
            )  # fmt: skip
    axes.set_yticks(rows, names)
    axes.invert_yaxis()
    axes.set_xlim(-1.02 * WIDEST, 1.02 * WIDEST)
    axes.set_xlabel("residual (tolerances)")
    axes.tick_params(axis="y", length=0)
    if len(solutions) > 1:
        axes.legend(fontsize=SMALL_TEXT, frameon=False, loc="lower right")
    return figure


def _curve_sheet(curve: MeasuredCurve, simulated: tuple[Float[np.ndarray, "point"], ...]) -> FigureSheet:
    columns = {}
    for number, (step, voltage) in enumerate(zip(curve.steps, simulated, strict=True), start=1):
        if len(step.time):
            label = f"step {number}, {step.kind}"
            columns[f"time ({label})"] = ("h", step.time / HOUR)
            columns[f"capacity ({label})"] = ("mAh/g", np.abs(step.capacity))
            columns[f"measured voltage ({label})"] = ("V", step.voltage)
            columns[f"simulated voltage ({label})"] = ("V", voltage)
    return FigureSheet(
        name=f"curve_{slug(curve.name)}",
        title=f"Fit to {curve.name}",
        caption="Points: measured. Line: simulated under the steps rebuilt from the record; each step passes"
        " the measured charge. Left: charges and discharges; right: disagreement over the whole record.",
        draw=lambda: _draw_curve(curve, simulated),
        columns=columns,
    )


def _draw_curve(curve: MeasuredCurve, simulated: tuple[Float[np.ndarray, "point"], ...]) -> Figure:
    figure, (left, right) = new_figure(width=DOUBLE, columns=2)
    colours = {"charge": METAL, "discharge": OXYGEN, "rest": GREY}
    clock = 0.0
    for step, voltage in zip(curve.steps, simulated, strict=True):
        if len(step.time):
            colour = colours[step.kind]
            if step.kind != "rest":
                capacity = np.abs(step.capacity)
                left.plot(capacity, step.voltage, ".", markersize=2.5, color=colour)
                left.plot(capacity, voltage, "-", linewidth=0.9, color=colour)
            right.plot(
                (clock + step.time) / HOUR, 1e3 * (voltage - step.voltage), linewidth=0.9, color=colour
            )
        clock += step.duration
    right.axhline(0.0, color=GREY, linewidth=0.5)
    left.set_xlabel("capacity (mAh/g)")
    left.set_ylabel("voltage (V)")
    right.set_xlabel("time (h)")
    right.set_ylabel("simulated − measured (mV)")
    for kind, colour in colours.items():
        if any(step.kind == kind and len(step.time) for step in curve.steps):
            right.plot([], [], color=colour, label=kind)
    right.legend(fontsize=SMALL_TEXT, frameon=False)
    return figure


def _correlation_sheet(solution: Solution) -> FigureSheet:
    names = [one.name for one in solution.free]
    return FigureSheet(
        name="correlations",
        title="Correlations of the free parameters",
        caption="Of the best set, model error included; +1 and −1: only a combination of the two is known.",
        draw=lambda: _draw_correlations(names, solution.correlation),
        columns={name: ("1", solution.correlation[place]) for place, name in enumerate(names)},
    )


def _draw_correlations(names: list[str], correlation: Float[np.ndarray, "free free"]) -> Figure:
    from matplotlib.colors import LinearSegmentedColormap

    size = 45.0 + 1.3 * ROW * len(names)
    figure, (axes,) = new_figure(width=min(size + 15.0, DOUBLE), height=size)
    colours = LinearSegmentedColormap.from_list("correlation", [OXYGEN, "white", METAL])
    image = axes.imshow(correlation, vmin=-1.0, vmax=1.0, cmap=colours)
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0)
    bar = figure.colorbar(image, ax=axes, shrink=0.7)
    bar.ax.tick_params(labelsize=SMALL_TEXT, width=0.6)
    bar.outline.set_linewidth(0.6)
    return figure
