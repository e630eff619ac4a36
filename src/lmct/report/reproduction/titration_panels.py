"""Figure 4: discharge after heating with the histogram of both plateaus, and dQ/dV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmct.quantity.constants import ZERO_CELSIUS
from lmct.report.reproduction.curve import StepCurve, curve_of_step
from lmct.report.reproduction.cycling_panels import VOLTAGE_LABEL
from lmct.report.reproduction.discharge import Discharge
from lmct.report.reproduction.panel import Panel, styled
from lmct.technique.figure_style import METAL, OXYGEN, SMALL_TEXT, ordered_colours, style_axes

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase

TIME_UNITS = ((3600.0, "h"), (60.0, "min"), (1.0, "s"))


def curves_panel(name: str, series: tuple[Discharge, ...], variable: str, fixed: str) -> Panel:
    """Return Fig. 4a or 4c.

    Parameters
    ----------
    name
        ``"4a"`` or ``"4c"``.
    series
        The portions.
    variable
        ``temperature`` or ``time``: what the legend names.
    fixed
        What is the same for all, in words.

    Returns
    -------
    :
        Discharge curves with the histogram as inset.
    """
    labels = [label_of(one, variable) for one in series]
    curves = [curve_of_step(one.run, -1) for one in series]
    columns: dict[str, tuple[str, np.ndarray]] = {
        "portion": ("", np.array(labels)),
        "Ni plateau, 4.5-2.5 V": ("mAh/g", np.array([one.metal for one in series])),
        "O plateau, 2.5-1.85 V": ("mAh/g", np.array([one.oxygen for one in series])),
    }
    for label, curve in zip(labels, curves, strict=True):
        columns[f"capacity ({label})"] = ("mAh/g", curve.capacity)
        columns[f"voltage ({label})"] = ("V", curve.voltage)
    return Panel(
        id=name,
        title=f"Discharge after heating {fixed}",
        caption=(
            "Charged to 4.5 V. Inset: capacity of the Ni (4.5-2.5 V) and of the O plateau (2.5-1.85 V); one"
            " simulated cell each, so no bars."
        ),
        columns=columns,
        draw=lambda part: _draw_curves(part, series, labels, curves),
        height=88.0,
    )


def density_panel(name: str, series: tuple[Discharge, ...], variable: str, fixed: str) -> Panel:
    """Return Fig. 4b or 4d, dQ/dV of the same discharges; parameters as of :func:`curves_panel`."""
    labels = [label_of(one, variable) for one in series]
    curves = [curve_of_step(one.run, -1) for one in series]
    columns: dict[str, tuple[str, np.ndarray]] = {}
    for label, curve in zip(labels, curves, strict=True):
        columns[f"voltage ({label})"] = ("V", curve.grid)
        columns[f"dQ/dV ({label})"] = ("mAh/g/V", curve.density)
    return Panel(
        id=name,
        title=f"dQ/dV after heating {fixed}",
        caption="Per gram, smoothed to 30 mV; no peak is shifted against another. Inset: the Ni part.",
        columns=columns,
        draw=lambda part: _draw_densities(part, labels, curves),
        height=88.0,
    )


def label_of(one: Discharge, variable: str) -> str:
    """Return what distinguishes a portion in its series, for example ``"90 s"`` or ``"60 °C"``."""
    portion = one.portion
    if portion.in_cycling:
        return "in cycling"
    if portion.hold_temperature is None:
        return "0 s" if variable == "time" else "no heating"
    if variable == "temperature":
        return f"{portion.hold_temperature - ZERO_CELSIUS:g} °C"
    length, unit = next(
        pair for pair in TIME_UNITS if portion.hold_time >= 2 * pair[0] or portion.hold_time == pair[0]
    )
    return f"{portion.hold_time / length:g} {unit}"


def _draw_curves(
    part: FigureBase, series: tuple[Discharge, ...], labels: list[str], curves: list[StepCurve]
) -> None:
    (axes,) = styled(part)
    for label, curve, colour in zip(labels, curves, ordered_colours(len(curves)), strict=True):
        axes.plot(curve.capacity, curve.voltage, color=colour, lw=0.9, label=label)
    axes.set(xlabel="Discharge capacity (mAh g$^{-1}$)", ylabel=VOLTAGE_LABEL, xlim=(0, 255), ylim=(1.7, 6.6))
    axes.set_yticks(np.arange(2.0, 4.6, 0.5))
    axes.yaxis.set_label_coords(-0.1, 0.29)
    axes.legend(
        fontsize=SMALL_TEXT - 0.5,
        frameon=False,
        handlelength=1.1,
        loc="upper right",
        bbox_to_anchor=(1.0, 0.57),
        labelspacing=0.15,
    )
    inset = axes.inset_axes((0.17, 0.68, 0.8, 0.29))
    style_axes(inset, size=SMALL_TEXT)
    place = np.arange(len(series))
    inset.bar(place - 0.19, [one.metal for one in series], 0.36, color=METAL, label="Ni")
    inset.bar(place + 0.19, [one.oxygen for one in series], 0.36, color=OXYGEN, label="O")
    inset.set_xticks(place, labels, rotation=30, ha="right", rotation_mode="anchor")
    inset.tick_params(axis="x", length=0.0, pad=1.0, labelsize=SMALL_TEXT - 1.0)
    inset.set_ylabel("mAh g$^{-1}$")
    inset.set_ylim(0, 330)
    inset.legend(fontsize=SMALL_TEXT - 0.5, frameon=False, ncols=2, loc="upper left", handlelength=0.9)


def _draw_densities(part: FigureBase, labels: list[str], curves: list[StepCurve]) -> None:
    (axes,) = styled(part)
    inset = axes.inset_axes((0.42, 0.12, 0.55, 0.45))
    style_axes(inset, size=SMALL_TEXT)
    for label, curve, colour in zip(labels, curves, ordered_colours(len(curves)), strict=True):
        axes.plot(curve.grid, curve.density, color=colour, lw=0.9, label=label)
        inset.plot(curve.grid, curve.density, color=colour, lw=0.9)
    axes.axhline(0.0, color="#666666", lw=0.5)
    deepest = min(curve.density.min() for curve in curves)
    deepest_metal = min(curve.density[curve.grid > 2.9].min() for curve in curves)
    axes.set(xlabel=VOLTAGE_LABEL, ylabel="dQ/dV (mAh g$^{-1}$ V$^{-1}$)", xlim=(1.8, 4.6))
    axes.set_ylim(1.8 * deepest, -0.07 * deepest)
    inset.set(xlim=(2.9, 4.55), ylim=(1.2 * deepest_metal, -0.05 * deepest_metal))
    axes.legend(fontsize=SMALL_TEXT - 0.5, frameon=False, loc="lower left")
