"""Pulse titration of one cell: voltage with rested voltages, and the gap between charge and discharge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lmct.technique.contract import FigureSheet, Measurement
from lmct.technique.electrochemistry.cells import duration_text
from lmct.technique.electrochemistry.gitt_series import Gap, Series
from lmct.technique.electrochemistry.kernels import active_rows_from_current, interval_charge_from_current
from lmct.technique.figure_style import (
    ACCENT,
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

MOST_ROWS = 20_000
"""More rows of the voltage are thinned out for the picture."""


def gitt_sheet(one: Measurement, series: Sequence[Series], gaps: Mapping[str, Gap]) -> FigureSheet:
    """Return the sheet of one cell.

    Parameters
    ----------
    one
        The measurement.
    series
        Its titrations.
    gaps
        Gap at the end of the rests (``"end"``) and after extrapolation (``"limit"``), as far as known.

    Returns
    -------
    :
        The sheet.
    """
    unit = str(one.dataset.attrs.get("capacity_unit", "mAh"))
    columns: dict[str, tuple[str, np.ndarray]] = {}
    for number, branch in enumerate(series, start=1):
        words = f"{'charge' if branch.direction > 0 else 'discharge'}, series {number}"
        columns[f"capacity ({words})"] = (unit, branch.capacity)
        columns[f"rested voltage ({words})"] = ("V", branch.column("end_voltage"))
        columns[f"extrapolated voltage ({words})"] = ("V", branch.column("voltage"))
        columns[f"extrapolated voltage, uncertainty ({words})"] = ("V", branch.column("uncertainty"))
        columns[f"diffusion rate D/L2 ({words})"] = ("1/s", np.array([d.rate for d in branch.diffusion]))
    for name, gap in gaps.items():
        words = "end of rest" if name == "end" else "extrapolated"
        columns[f"capacity of the gap ({words})"] = (unit, gap.capacity)
        columns[f"gap ({words})"] = ("V", gap.difference)
        columns[f"gap, uncertainty ({words})"] = ("V", gap.uncertainty)
    return FigureSheet(
        name=f"gitt_{slug(one.name)}",
        title=f"Pulse titration of {one.name}",
        caption=(
            "Left: voltage against the charge passed since the record began, with the voltage at the end of"
            f" the rests of {duration_text(series[0].rest_time)} (dots) and after infinite rest where the"
            " rest tells it (open circles; bars: half of the difference between an exponential and a"
            " power law). Right: charge minus discharge at equal charge passed."
        ),
        draw=lambda: _draw(one, series, gaps, unit),
        columns=columns,
    )


def _draw(one: Measurement, series: Sequence[Series], gaps: Mapping[str, Gap], unit: str) -> Figure:
    figure, (left, right) = new_figure(width=DOUBLE, height=68.0, columns=2)
    time, voltage, current = (one.dataset[name].to_numpy() for name in ("time", "voltage", "current"))
    charge = interval_charge_from_current(
        time=time, current=current, active=active_rows_from_current(current=current)
    )
    chosen = slice(None, None, max(1, len(time) // MOST_ROWS))
    passed = np.cumsum(charge) / 3.6 * series[0].per_gram
    left.plot(passed[chosen], voltage[chosen], color=GREY, linewidth=0.4)
    for branch in series:
        colour = METAL if branch.direction > 0 else OXYGEN
        words = "charge" if branch.direction > 0 else "discharge"
        left.plot(branch.capacity, branch.column("end_voltage"), ".", color=colour, markersize=4, label=words)
        left.errorbar(
            branch.capacity,
            branch.column("voltage"),
            yerr=branch.column("uncertainty"),
            fmt="o",
            markersize=3.5,
            markerfacecolor="none",
            markeredgewidth=0.6,
            elinewidth=0.6,
            color=colour,
        )
    left.set(xlabel=f"Charge passed ({unit})", ylabel="Voltage (V)")
    left.legend(fontsize=SMALL_TEXT, frameon=False)
    for name, gap in gaps.items():
        end = name == "end"
        right.errorbar(
            gap.capacity,
            gap.difference,
            yerr=gap.uncertainty,
            fmt="." if end else "o",
            markersize=4,
            markerfacecolor=None if end else "none",
            elinewidth=0.6,
            color=GREY if end else ACCENT,
            label="end of rest" if end else "extrapolated",
        )
    right.axhline(0.0, color="black", linewidth=0.5)
    right.set(xlabel=f"Charge passed ({unit})", ylabel="Charge minus discharge (V)")
    if gaps:
        right.legend(fontsize=SMALL_TEXT, frameon=False)
    return figure
