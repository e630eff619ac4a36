"""Numbers of every scan of a series against charge, beside the voltage of the cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from lmct.technique.absorption.cell_of_series import Course
from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import CATEGORIES, DOUBLE, GREY, SMALL_TEXT, new_figure, slug

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def course_sheet(
    course: Course,
    series: str,
    curves: Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    name: str,
    title: str,
    label: str,
    unit: str,
) -> FigureSheet:
    """Return the sheet of one series.

    Parameters
    ----------
    course
        What it is drawn against.
    series
        Name of the series.
    curves
        Name -> numbers and standard uncertainties of every scan.
    name, title, label, unit
        Of the sheet, and of its axis and table.

    Returns
    -------
    :
        The sheet; with a cell, its voltage stands on the right.
    """
    columns = {course.label.lower(): (course.unit, course.place)}
    for key, (values, spread) in curves.items():
        columns[key] = (unit, values)
        columns[f"{key}, uncertainty"] = (unit, spread)
    if course.joined is not None:
        columns |= {"voltage": ("V", course.joined.voltage), "time": ("s", course.joined.time)}
        columns["lithium extracted"] = ("1", course.joined.lithium)
    axis = f"{course.label} ({course.unit})" if course.unit != "1" else course.label

    def draw() -> Figure:
        panels = 2 if course.joined is not None else 1
        figure, axes = new_figure(width=DOUBLE, height=65.0, columns=panels)
        for colour, (key, (values, spread)) in zip(CATEGORIES, curves.items(), strict=False):
            axes[0].errorbar(
                course.place, values, yerr=np.nan_to_num(spread), fmt="o-", markersize=2.4, linewidth=0.6,
                elinewidth=0.6, color=colour, label=key,
            )  # fmt: skip
        axes[0].set(xlabel=axis, ylabel=label)
        axes[0].yaxis.get_major_formatter().set_useOffset(False)  # type: ignore[attr-defined]
        if len(curves) > 1:
            axes[0].legend(
                fontsize=SMALL_TEXT,
                frameon=False,
                loc="lower center",
                bbox_to_anchor=(0.5, 1.0),
                ncols=len(curves),
            )
        if course.joined is not None:
            axes[1].plot(course.place, course.joined.voltage, "o-", color=GREY, markersize=2.4, linewidth=0.6)
            axes[1].set(xlabel=axis, ylabel="Voltage (V)")
        return figure

    return FigureSheet(
        name=f"{name}_{slug(series)}",
        title=f"{title} of {series}",
        caption="Bars: standard uncertainty. " + " ".join(course.messages),
        draw=draw,
        columns=columns,
        paper_figure="2b",
    )
