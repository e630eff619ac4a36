"""Figure 4: discharge curves by condition with the histogram of the plateaus, and their dQ/dV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmct.technique.contract import FigureSheet
from lmct.technique.electrochemistry.cells import CellGroup
from lmct.technique.electrochemistry.figure_curves import Curve, first_discharge
from lmct.technique.electrochemistry.series import Series, series_from_groups
from lmct.technique.figure_style import (
    METAL,
    OXYGEN,
    SINGLE,
    SMALL_TEXT,
    new_figure,
    ordered_colours,
    slug,
    style_axes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAPER_FIGURES = {"temperature": ("4a", "4b"), "time": ("4c", "4d")}


def titration_sheets(groups: tuple[CellGroup, ...], unit: str) -> tuple[FigureSheet, ...]:
    """Return two sheets for each series in temperature or time.

    Parameters
    ----------
    groups
        Conditions; columns metal and oxygen capacity.
    unit
        Unit of the capacities.

    Returns
    -------
    :
        Discharge curves with histogram, and dQ/dV.
    """
    return tuple(sheet for series in series_from_groups(groups) for sheet in _sheets(series, unit))


def short_label(group: CellGroup, variable: str) -> str:
    """Return what distinguishes a condition within its series.

    Parameters
    ----------
    group
        Condition.
    variable
        ``temperature`` or ``time``.

    Returns
    -------
    :
        For example ``140 °C`` or ``90 s``; the role of a condition that was not heated.
    """
    if group.role != "heated":
        return group.label
    temperature, time = group.label.split(", ")
    return temperature if variable == "temperature" else time


def _sheets(series: Series, unit: str) -> tuple[FigureSheet, FigureSheet]:
    labels = [short_label(one, series.variable) for one in series.groups]
    curves = [first_discharge(one.measurements[0]) for one in series.groups]
    shown = [(label, curve) for label, curve in zip(labels, curves, strict=True) if curve is not None]
    stem = f"titration_{series.variable}_{slug(series.fixed)}"
    fixed = "for" if series.variable == "temperature" else "at"
    title = f"Discharge after heating {fixed} {series.fixed}"
    figures = PAPER_FIGURES[series.variable]
    return (
        FigureSheet(
            name=stem,
            title=title,
            caption=(
                "Discharge of the first cell of each condition. Inset: capacity of metal and oxygen plateau,"
                " mean over all cells; bars are the standard deviation between cells, as in the paper."
            ),
            draw=lambda: _draw_curves(series, labels, shown, unit),
            columns=_histogram_columns(series, labels, unit) | _curve_columns(shown),
            paper_figure=figures[0],
        ),
        FigureSheet(
            name=f"{stem}_dqdv",
            title=f"dQ/dV of the {title[0].lower()}{title[1:]}",
            caption="dQ/dV of the same discharges, per gram; the curves are not shifted against each other.",
            draw=lambda: _draw_density(shown),
            columns=_density_columns(shown),
            paper_figure=figures[1],
        ),
    )


def _deviation(group: CellGroup) -> np.ndarray:
    result: np.ndarray = np.std(group.values, axis=0, ddof=1) if group.cells > 1 else np.full(3, np.nan)
    return result


def _histogram_columns(series: Series, labels: list[str], unit: str) -> dict[str, tuple[str, np.ndarray]]:
    mean = np.array([one.mean for one in series.groups])
    deviation = np.array([_deviation(one) for one in series.groups])
    columns: dict[str, tuple[str, np.ndarray]] = {"condition": ("", np.array(labels))}
    for column, name in enumerate(("metal", "oxygen")):
        columns[f"{name} plateau"] = (unit, mean[:, column])
        columns[f"{name} plateau, s.d. of cells"] = (unit, deviation[:, column])
    columns["cells"] = ("1", np.array([one.cells for one in series.groups]))
    return columns


def _curve_columns(shown: list[tuple[str, Curve]]) -> dict[str, tuple[str, np.ndarray]]:
    columns: dict[str, tuple[str, np.ndarray]] = {}
    for label, curve in shown:
        columns[f"capacity ({label})"] = (curve.unit, curve.capacity)
        columns[f"voltage ({label})"] = ("V", curve.voltage)
    return columns


def _density_columns(shown: list[tuple[str, Curve]]) -> dict[str, tuple[str, np.ndarray]]:
    columns: dict[str, tuple[str, np.ndarray]] = {}
    for label, curve in shown:
        columns[f"voltage ({label})"] = ("V", curve.grid)
        columns[f"dQ/dV ({label})"] = (f"{curve.unit}/V", curve.density)
    return columns


def _draw_curves(series: Series, labels: list[str], shown: list[tuple[str, Curve]], unit: str) -> Figure:
    figure, (axes,) = new_figure(width=SINGLE, height=82.0)
    for (label, curve), colour in zip(shown, ordered_colours(len(shown)), strict=True):
        axes.plot(curve.capacity, curve.voltage, color=colour, linewidth=0.9, label=label)
    axes.set(xlabel=f"Discharge capacity ({unit})", ylabel="Voltage (V vs Li$^+$/Li)")
    highest = max((float(curve.voltage.max()) for _, curve in shown), default=4.5)
    lowest = min((float(curve.voltage.min()) for _, curve in shown), default=1.8)
    axes.set_xlim(left=0.0)
    axes.set_ylim(lowest - 0.1, highest + 0.95 * (highest - lowest))
    axes.set_yticks(np.arange(2.0, highest + 0.25, 0.5))
    axes.yaxis.set_label_coords(-0.11, 0.28)
    axes.legend(
        fontsize=SMALL_TEXT - 0.5,
        frameon=False,
        handlelength=1.1,
        loc="upper right",
        bbox_to_anchor=(1.0, 0.56),
        labelspacing=0.2,
        borderaxespad=0.2,
    )
    inset = axes.inset_axes((0.17, 0.61, 0.8, 0.36))
    _draw_histogram(inset, series, labels, unit)
    return figure


def _draw_histogram(inset: Axes, series: Series, labels: list[str], unit: str) -> None:
    style_axes(inset, size=SMALL_TEXT)
    place = np.arange(len(series.groups))
    for column, (name, colour) in enumerate((("metal", METAL), ("oxygen", OXYGEN))):
        mean = np.array([one.mean[column] for one in series.groups])
        deviation = np.array([_deviation(one)[column] for one in series.groups])
        inset.bar(
            place + (column - 0.5) * 0.38,
            mean,
            0.36,
            color=colour,
            label=name,
            yerr=np.where(np.isnan(deviation), 0.0, deviation),
            error_kw={"elinewidth": 0.7, "capsize": 1.5, "capthick": 0.7},
        )
    crowded = len(labels) > 5
    inset.set_xticks(place, labels, rotation=35 if crowded else 0, ha="right" if crowded else "center")
    inset.tick_params(axis="x", length=0.0, pad=1.0, labelsize=SMALL_TEXT - 1.0, rotation_mode="anchor")
    inset.set_ylabel(unit)
    inset.set_ylim(top=1.3 * inset.get_ylim()[1])
    inset.legend(
        fontsize=SMALL_TEXT - 0.5,
        frameon=False,
        ncols=2,
        loc="upper left",
        handlelength=0.9,
        borderaxespad=0.1,
    )


def _draw_density(shown: list[tuple[str, Curve]]) -> Figure:
    figure, (axes,) = new_figure(width=SINGLE, height=65.0)
    for (label, curve), colour in zip(shown, ordered_colours(len(shown)), strict=True):
        axes.plot(curve.grid, curve.density, color=colour, linewidth=0.9, label=label)
    axes.axhline(0.0, color="#666666", linewidth=0.5)
    unit = shown[0][1].unit if shown else "mAh/g"
    axes.set(xlabel="Voltage (V vs Li$^+$/Li)", ylabel=f"dQ/dV ({unit} V$^{{-1}}$)")
    axes.legend(
        fontsize=SMALL_TEXT - 0.5, frameon=False, handlelength=1.1, loc="lower right", labelspacing=0.2
    )
    return figure
