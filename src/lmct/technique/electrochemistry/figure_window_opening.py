"""Window opening in the layout of the paper: loops, dQ/dV, and where the boundary lies in each window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import (
    DOUBLE,
    GREY,
    METAL,
    OXYGEN,
    SMALL_TEXT,
    new_figure,
    ordered_colours,
    slug,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lmct.technique.electrochemistry.analysed_opening import AnalysedOpening
    from lmct.technique.electrochemistry.window_opening_series import Window


def window_opening_sheet(one: AnalysedOpening) -> FigureSheet:
    """Return the sheet of one opening.

    Parameters
    ----------
    one
        The opening with what was found.

    Returns
    -------
    :
        The sheet.
    """
    return FigureSheet(
        name=f"window_opening_{one.opening.side}_{slug(one.opening.name)}"[:80],
        title=f"Window opening on {one.opening.side}: {one.opening.name}",
        caption=(
            "Left: both half-cycles of every window, laid together at the limit that moves. Middle: dQ/dV,"
            f" negative on discharge. Right: where the {one.returning} passes {one.boundary:g} V, counted"
            " from the limit that stays, against the charge of the window: level when the state of charge"
            " alone decides the voltage, along the dashed line when all that is gained comes after it."
        ),
        draw=lambda: _draw(one),
        columns=_columns(one),
        paper_figure="6a, 6b" if one.opening.side == "charge" else "",
    )


def _columns(one: AnalysedOpening) -> dict[str, tuple[str, np.ndarray]]:
    columns: dict[str, tuple[str, np.ndarray]] = {
        "limit": ("V", np.array([window.limit for window in one.opening.windows])),
        f"{one.returning} capacity": (one.unit, np.array([c.total for c in one.crossings])),
        "charge after the boundary": (one.unit, np.array([c.after for c in one.crossings])),
    }
    for window in one.opening.windows:
        grid = window.measurement.dataset["grid_voltage"].to_numpy()
        for kind, number in (("charge", window.charge), ("discharge", window.discharge)):
            words = f"{window.measurement.name}, {window.label}, {kind}"
            columns[f"capacity ({words})"], columns[f"voltage ({words})"] = (
                (unit, values) for unit, values in zip((one.unit, "V"), window.curve(number), strict=True)
            )
            density = window.measurement.dataset["differential_capacity"].to_numpy()[number]
            columns[f"dQ/dV grid ({words})"] = ("V", grid)
            columns[f"dQ/dV ({words})"] = (f"{one.unit}/V", density if kind == "charge" else -density)
    return columns


def _draw(one: AnalysedOpening) -> Figure:
    figure, (loops, densities, shift) = new_figure(width=DOUBLE, height=62.0, columns=3)
    windows = one.opening.windows
    for window, colour in zip(windows, ordered_colours(len(windows)), strict=True):
        _draw_loop(loops, window, colour)
        _draw_densities(densities, window, colour)
    unit = one.unit.replace("/g", " g$^{-1}$")
    loops.set(xlabel=f"Capacity ({unit})", ylabel="Voltage (V)")
    loops.legend(fontsize=SMALL_TEXT - 0.5, frameon=False, handlelength=1.2, labelspacing=0.15)
    densities.axhline(0.0, color=GREY, linewidth=0.5)
    densities.axvline(one.boundary, color=GREY, linewidth=0.5, linestyle=":")
    densities.set(xlabel="Voltage (V)", ylabel=f"dQ/dV ({unit} V$^{{-1}}$)")
    _draw_shift(shift, one, unit)
    return figure


def _draw_loop(axes: Axes, window: Window, colour: str) -> None:
    out, back = window.curve(window.moving), window.curve(window.returning)
    turn = out[0][-1]
    axes.plot(out[0], out[1], color=colour, linewidth=0.8, label=f"{window.limit:.2f} V")
    axes.plot(turn - back[0], back[1], color=colour, linewidth=0.8)


def _draw_densities(axes: Axes, window: Window, colour: str) -> None:
    data = window.measurement.dataset
    grid = data["grid_voltage"].to_numpy()
    for sign, number in ((1.0, window.charge), (-1.0, window.discharge)):
        axes.plot(grid, sign * data["differential_capacity"].to_numpy()[number], color=colour, linewidth=0.8)


def _draw_shift(axes: Axes, one: AnalysedOpening, unit: str) -> None:
    total = np.array([c.total for c in one.crossings if c.crosses])
    after = np.array([c.after for c in one.crossings if c.crosses])
    if len(total):
        axes.plot(total, after, "o-", color=METAL, markersize=3.5, linewidth=0.8)
        along = np.array([total[0], total.max()])
        axes.plot(along, after[0] + along - total[0], "--", color=OXYGEN, linewidth=0.7)
        axes.axhline(after[0], color=GREY, linewidth=0.5)
    axes.set(
        xlabel=f"{one.returning.capitalize()} capacity ({unit})",
        ylabel=f"Of it after {one.boundary:g} V ({unit})",
    )
