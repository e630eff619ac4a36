"""Remaining fraction against time with the fitted rate laws, and the confidence region of the stretching."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lmct.quantity.constants import ZERO_CELSIUS
from lmct.relaxation.fit import RelaxationData, RelaxationFit
from lmct.relaxation.heating import heating_intervals
from lmct.relaxation.profile_likelihood import profile_region
from lmct.technique.contract import FigureSheet
from lmct.technique.electrochemistry.cells import CellGroup
from lmct.technique.figure_style import DOUBLE, METAL, SMALL_TEXT, new_figure, ordered_colours

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

JOINT_68, JOINT_95 = 2.2789, 5.9915
"""Rise of chi square that bounds two parameters jointly (68 and 95 %)."""

SPOKEN = {
    "log_time": "time constant (s)",
    "stretching_exponent": "stretching exponent",
    "log_rate": "rate constant (s$^{-1}$)",
    "barrier_rise": "rise of the barrier (eV)",
}
"""Parameters in the words of an axis."""

LINES = {"stretched exponential": "-", "Marcus law": "--", "linear barrier": ":"}


def relaxation_sheets(
    data: RelaxationData, fits: Sequence[RelaxationFit], groups: Sequence[CellGroup]
) -> tuple[FigureSheet, ...]:
    """Return the sheet of the kinetics.

    Parameters
    ----------
    data
        What was fitted.
    fits
        Fitted laws.
    groups
        Conditions, in the order of the data.

    Returns
    -------
    :
        One sheet; none when no law could be fitted.
    """
    if not fits:
        return ()
    time = np.array([one.hold_time for one in data.heating])
    temperature = np.array([one.hold_temperature for one in data.heating]) - ZERO_CELSIUS
    whole = float(data.capacity[int(np.argmin(time))])
    fraction, deviation = data.capacity / whole, data.uncertainty / whole
    curves = {one.law.name: _curves(one, groups, whole) for one in fits}
    names = (fits[0].law.parameters[0], fits[0].law.parameters[1])
    region = profile_region(fits[0], data, names)
    columns: dict[str, tuple[str, np.ndarray]] = {
        "hold time": ("s", time),
        "hold temperature": ("degC", temperature),
        "remaining fraction": ("1", fraction),
        "remaining fraction, uncertainty": ("1", deviation),
    }
    for name, lines in curves.items():
        for celsius, (times, values) in lines.items():
            columns[f"time ({name}, {celsius:.4g} degC)"] = ("s", times)
            columns[f"remaining fraction ({name}, {celsius:.4g} degC)"] = ("1", values)
    return (
        FigureSheet(
            name="relaxation",
            title="Relaxation of the metal intermediates",
            caption=(
                "Left: metal plateau over that of the reference against time in the oven by temperature, with"
                " the fitted laws without thermal lag (full: stretched exponential; dashed: Marcus; dotted:"
                " linear barrier; each fitted to all conditions). Right:"
                f" {SPOKEN[names[1]]} and {SPOKEN[names[0]]}"
                " that the data allow together, 68 and 95 %, by profile likelihood. "
                + " ".join(one.message for one in fits)
            ),
            draw=lambda: _draw((time, temperature, fraction, deviation), curves, region, names),
            columns=columns,
        ),
    )


def _curves(
    fit: RelaxationFit, groups: Sequence[CellGroup], whole: float
) -> dict[float, tuple[np.ndarray, np.ndarray]]:
    """Return time and fraction by temperature [degC], without lag, over the times of the data."""
    heated = [one for one in groups if one.role == "heated"]
    longest = max(one.hold_time for one in heated)
    times = np.geomspace(min(one.hold_time for one in heated) / 3.0, longest * 2.0, 60)
    lines = {}
    for temperature in sorted({round(one.hold_temperature, 2) for one in heated}):
        heatings = [heating_intervals(hold_time=float(one), hold_temperature=temperature) for one in times]
        lines[temperature - ZERO_CELSIUS] = (times, fit.fractions(heatings) * fit.whole / whole)
    return lines


def _draw(
    points: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    curves: dict[str, dict[float, tuple[np.ndarray, np.ndarray]]],
    region: tuple[np.ndarray, np.ndarray, np.ndarray],
    names: tuple[str, str],
) -> Figure:
    figure, (left, right) = new_figure(width=DOUBLE, height=68.0, columns=2)
    time, temperature, fraction, deviation = points
    levels = list(next(iter(curves.values())))
    for celsius, colour in zip(levels, ordered_colours(len(levels)), strict=True):
        for name, lines in curves.items():
            left.plot(*lines[celsius], color=colour, linewidth=0.8, linestyle=LINES[name])
        here = (np.abs(temperature - celsius) < 0.5) & (time > 0.0)
        left.errorbar(
            time[here],
            fraction[here],
            yerr=deviation[here],
            fmt="o",
            markersize=3.2,
            color=colour,
            elinewidth=0.7,
            label=f"{celsius:.4g} °C",
        )
    left.set_xscale("log")
    left.set(xlabel="Time at temperature (s)", ylabel="Remaining metal fraction", ylim=(-0.03, 1.13))
    left.legend(fontsize=SMALL_TEXT, frameon=False, handlelength=1.0, ncols=2, loc="lower left")
    _draw_region(right, region, names)
    return figure


def _draw_region(
    axes: Axes, region: tuple[np.ndarray, np.ndarray, np.ndarray], names: tuple[str, str]
) -> None:
    logarithm, exponent, rise = region
    grid = logarithm / np.log(10.0)
    if float(rise.max()) > JOINT_68:
        axes.contourf(grid, exponent, rise, levels=[-1.0, JOINT_68], colors=[METAL], alpha=0.25)
        levels = [level for level in (JOINT_68, JOINT_95) if level < float(rise.max())]
        axes.contour(grid, exponent, rise, levels=levels, colors=[METAL], linewidths=0.9)
    row, column = np.unravel_index(int(np.argmin(rise)), rise.shape)
    axes.plot(grid[column], exponent[row], marker="+", color="black", markersize=6)
    axes.set(
        xlabel=f"log$_{{10}}$ of the {SPOKEN[names[0]]} at the median temperature",
        ylabel=SPOKEN[names[1]].capitalize(),
    )
