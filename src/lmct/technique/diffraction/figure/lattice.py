"""The lattice parameter against time and against charge, regions shaded (Fig. 3b, d)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lmct.quantity.constants import HOUR
from lmct.technique.clock.cycler_curve import CyclerCurve
from lmct.technique.contract import FigureSheet
from lmct.technique.diffraction.operando.hysteresis import StructuralLoop
from lmct.technique.diffraction.operando.lattice_curve import LITHIUM, SPECIFIC, LatticeCurve
from lmct.technique.diffraction.operando.lattice_slopes import HalfCycleSlopes
from lmct.technique.figure_style import (
    ACCENT,
    DOUBLE,
    GREY,
    OXYGEN,
    SINGLE,
    SMALL_TEXT,
    new_figure,
    style_axes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

METAL_SHADE, OXYGEN_SHADE = ACCENT, OXYGEN
"""Green for the metal and orange for oxygen, as in the paper but told apart by all."""

MARKERS = ("o", "s", "^", "D")
"""Cycle -> marker."""

AXIS_LABELS = {LITHIUM: "Lithium extracted (1/f.u.)", SPECIFIC: "Charge passed (mAh g$^{-1}$)"}


def lattice_sheets(
    curve: LatticeCurve,
    *,
    cycler: CyclerCurve | None = None,
    slopes: Sequence[HalfCycleSlopes] = (),
    loops: Mapping[int, StructuralLoop] | None = None,
    name: str = "",
) -> tuple[FigureSheet, ...]:
    """Return the lattice parameter against time and against charge.

    Parameters
    ----------
    curve
        Lattice parameters with time and charge.
    cycler
        For the voltage above.
    slopes
        Two lines of each half-cycle; their regions are shaded.
    loops
        Loops by the number of the charge, for the caption.
    name
        Of the measurement.

    Returns
    -------
    :
        Two sheets; none without lattice parameters.
    """
    if not len(curve):
        return ()
    columns: dict[str, tuple[str, np.ndarray]] = {
        "time": ("h", curve.time / HOUR),
        "voltage": ("V", curve.voltage),
        "lithium extracted" if curve.charge_unit == LITHIUM else "charge passed": (
            "1/f.u." if curve.charge_unit == LITHIUM else curve.charge_unit,
            curve.charge,
        ),
        "lattice parameter": ("Å", curve.lattice),
        "lattice parameter, uncertainty": ("Å", curve.uncertainty),
        "half-cycle": ("1", curve.half_cycle),
    }
    bent = tuple(one for one in slopes if one.fit.kink is not None)
    shades = "Green: region passed first (metal), orange: passed last (oxygen), parted at the change point."
    areas = " ".join(
        f"Loop of cycle {number // 2 + 1}: area {loop.area}, largest gap {loop.largest_gap}."
        for number, loop in (loops or {}).items()
    )
    return (
        FigureSheet(
            name="lattice_time",
            title=f"Lattice parameter of {name or 'the sequence'} against time",
            caption=f"Bars: standard uncertainty. {shades if bent else 'No change point is determined.'}",
            draw=lambda: _draw_time(curve, cycler, bent),
            columns=columns,
            paper_figure="3b",
        ),
        FigureSheet(
            name="lattice_charge",
            title=f"Lattice parameter of {name or 'the sequence'} against charge",
            caption=f"Filled: charge, open: discharge. {shades if bent else ''} {areas}".strip(),
            draw=lambda: _draw_charge(curve, bent),
            columns=columns,
            paper_figure="3d",
        ),
    )


def _draw_time(curve: LatticeCurve, cycler: CyclerCurve | None, bent: Sequence[HalfCycleSlopes]) -> Figure:
    from matplotlib.gridspec import GridSpec

    rows = 1 if cycler is None else 2
    figure, (whole,) = new_figure(width=DOUBLE, height=55.0 + 30.0 * (rows - 1))
    whole.remove()
    grid = GridSpec(rows, 1, figure=figure, height_ratios=[0.7, 1.0][-rows:], hspace=0.02)
    lower = figure.add_subplot(grid[rows - 1, 0])
    hours = curve.time / HOUR
    lower.errorbar(
        hours, curve.lattice, yerr=curve.uncertainty, fmt="o", markersize=2.2, color="black", elinewidth=0.6
    )
    lower.set(xlabel="Time (h)", ylabel="$a$ (Å)")
    drawn = [lower]
    if cycler is not None:
        upper = figure.add_subplot(grid[0, 0], sharex=lower)
        upper.plot(cycler.time / HOUR, cycler.voltage, color="black", linewidth=0.8)
        upper.set_ylabel("Voltage (V)")
        upper.tick_params(labelbottom=False)
        drawn.append(upper)
    for one in drawn:
        style_axes(one)
        for slopes in bent:
            _shade_times(one, curve.part(slopes.half_cycle), slopes)
    lower.set_xlim(float(hours.min()) - 0.01 * np.ptp(hours), float(hours.max()) + 0.01 * np.ptp(hours))
    lower.yaxis.get_major_formatter().set_useOffset(False)  # type: ignore[attr-defined]
    if bent:
        _legend(lower)
    return figure


def _shade_times(axes: Axes, part: LatticeCurve, slopes: HalfCycleSlopes) -> None:
    """Shade the two regions of a half-cycle from its first to its last scan."""
    order = np.argsort(part.charge, kind="stable")
    turn = float(np.interp(slopes.fit.centre, part.charge[order], part.time[order])) / HOUR
    begin, end = float(part.time[0]) / HOUR, float(part.time[-1]) / HOUR
    axes.axvspan(begin, turn, color=METAL_SHADE, alpha=0.15, linewidth=0, zorder=0)
    axes.axvspan(turn, end, color=OXYGEN_SHADE, alpha=0.15, linewidth=0, zorder=0)


def _legend(axes: Axes) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(color=METAL_SHADE, alpha=0.3, linewidth=0, label="metal"),
        Patch(color=OXYGEN_SHADE, alpha=0.3, linewidth=0, label="oxygen"),
    ]
    found = axes.get_legend_handles_labels()[0]
    axes.legend(handles=[*found, *handles], fontsize=SMALL_TEXT, frameon=False, handlelength=1.2, loc="best")


def _draw_charge(curve: LatticeCurve, bent: Sequence[HalfCycleSlopes]) -> Figure:
    figure, (axes,) = new_figure(width=SINGLE * 1.25, height=80.0)
    for slopes in bent:
        _underlay(axes, curve.part(slopes.half_cycle), slopes)
    for number in curve.half_cycles:
        part = curve.part(number)
        colour = "black" if number < 2 else GREY
        axes.errorbar(
            part.charge,
            part.lattice,
            yerr=part.uncertainty,
            fmt=MARKERS[(number // 2) % len(MARKERS)],
            markersize=2.8,
            color=colour,
            markerfacecolor=colour if part.is_charge else "white",
            markeredgewidth=0.7,
            elinewidth=0.6,
            linewidth=0,
            label=f"cycle {number // 2 + 1}, {'charge' if part.is_charge else 'discharge'}",
        )
    axes.set(xlabel=AXIS_LABELS.get(curve.charge_unit, "Charge passed (mAh)"), ylabel="$a$ (Å)")
    axes.yaxis.get_major_formatter().set_useOffset(False)  # type: ignore[attr-defined]
    if bent:
        _legend(axes)
    else:
        axes.legend(fontsize=SMALL_TEXT, frameon=False)
    return figure


def _underlay(axes: Axes, part: LatticeCurve, slopes: HalfCycleSlopes) -> None:
    """Draw the two lines broadly under the points, in the colours of their regions."""
    fit = slopes.fit
    ends = (float(part.charge.min()), fit.centre, float(part.charge.max()))
    below, above = (METAL_SHADE, OXYGEN_SHADE) if part.is_charge else (OXYGEN_SHADE, METAL_SHADE)
    for first, last, colour in ((ends[0], ends[1], below), (ends[1], ends[2], above)):
        x = np.array([first, last])
        axes.plot(x, fit.at(x), color=colour, linewidth=6.0, alpha=0.3, solid_capstyle="butt", zorder=0)
