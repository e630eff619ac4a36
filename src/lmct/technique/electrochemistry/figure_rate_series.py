"""Discharge capacity against current."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lmct.technique.contract import FigureSheet, Measurement
from lmct.technique.figure_style import CATEGORIES, SMALL_TEXT, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from lmct.technique.electrochemistry.rates import Rate

Series = Sequence[tuple[Measurement, Sequence["Rate"]]]


def rate_series_sheet(series: Series) -> FigureSheet:
    """Return the sheet of all cells.

    Parameters
    ----------
    series
        Measurements with their rates, at least one.

    Returns
    -------
    :
        The sheet.
    """
    unit = str(series[0][0].dataset.attrs.get("capacity_unit", "mAh"))
    columns: dict[str, tuple[str, np.ndarray]] = {}
    for one, rates in series:
        current_unit = unit.replace("mAh", "mA")
        columns[f"current ({one.name})"] = (current_unit, np.array([rate.current for rate in rates]))
        columns[f"discharge capacity ({one.name})"] = (unit, np.array([rate.mean for rate in rates]))
        columns[f"scatter of the mean ({one.name})"] = (unit, np.array([rate.scatter for rate in rates]))
    return FigureSheet(
        name="rate_series",
        title="Rate series",
        caption="Discharge capacity against current; bars: standard deviation of the mean of repeats.",
        draw=lambda: _draw(series, unit),
        columns=columns,
    )


def _draw(series: Series, unit: str) -> Figure:
    figure, (axes,) = new_figure()
    for number, (one, rates) in enumerate(series):
        axes.errorbar(
            [rate.current for rate in rates],
            [rate.mean for rate in rates],
            yerr=[rate.scatter for rate in rates],
            fmt="o-",
            markersize=3.5,
            linewidth=0.8,
            color=CATEGORIES[number % len(CATEGORIES)],
            label=one.name,
        )
    axes.set_xscale("log")
    axes.set(xlabel=f"Current ({unit.replace('mAh', 'mA')})", ylabel=f"Discharge capacity ({unit})")
    axes.set_ylim(bottom=0.0)
    axes.legend(fontsize=SMALL_TEXT, frameon=False)
    return figure
