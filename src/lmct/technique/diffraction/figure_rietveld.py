"""The plot of a refinement: observed, calculated, background, lines of each phase, difference (Fig. 1c)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmct.technique.contract import FigureSheet
from lmct.technique.diffraction.figure_axis import LABELS, SPOKEN, TWO_THETA, UNITS, on_axis
from lmct.technique.diffraction.refined import RefinedPattern
from lmct.technique.figure_style import (
    DOUBLE,
    GREY,
    METAL,
    OXYGEN,
    SMALL_TEXT,
    new_figure,
    style_axes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TICK_COLOURS = ("#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")


def rietveld_sheet(
    refined: RefinedPattern,
    *,
    name: str = "",
    wavelength: float | None = None,
    axis: str = TWO_THETA,
    inset: tuple[float, float] | None = None,
) -> FigureSheet:
    """Return the plot of a refined pattern.

    Parameters
    ----------
    refined
        The refined pattern with its points.
    name
        Of the measurement.
    wavelength
        Of the first line [Å]; needed for other axes than the angle.
    axis
        Scattering angle, momentum transfer or spacing.
    inset
        Angles of a region that is drawn larger [deg]; none by default.

    Returns
    -------
    :
        The sheet.

    Raises
    ------
    UnknownName
        There is no such axis, or it needs a wavelength that is not given: then only the angle is known.
    """
    shown = TWO_THETA if wavelength is None else axis
    place = on_axis(refined.two_theta, wavelength=wavelength or 1.0, axis=shown)
    cells = [f"{label} = {refined.values[label]}" for label in ("a", "b", "c") if label in refined.values]
    agreement = f"Rwp {refined.weighted_residual:.2%}, goodness of fit {refined.goodness_of_fit:.2f}"
    return FigureSheet(
        name="rietveld",
        title=f"Refinement of {name or 'the pattern'}",
        caption=(
            f"Points: observed, line: calculated, dashed: background, ticks: lines of {_phases(refined)},"
            f" below: observed less calculated. {', '.join([*cells, agreement])}."
            f" {refined.assessment}: {refined.message}"
        ),
        draw=lambda: _draw(refined, place, shown, wavelength, inset, (cells, agreement)),
        columns={
            SPOKEN[shown]: (UNITS[shown], place),
            "observed": ("", refined.observed),
            "calculated": ("", refined.calculated),
            "background": ("", refined.background),
            "standard uncertainty": ("", refined.uncertainty),
        },
        paper_figure="1c",
    )


def _phases(refined: RefinedPattern) -> str:
    return ", ".join(refined.ticks) or "no phase"


def _draw(
    refined: RefinedPattern,
    place: np.ndarray,
    axis: str,
    wavelength: float | None,
    inset: tuple[float, float] | None,
    words: tuple[list[str], str],
) -> Figure:
    from matplotlib.gridspec import GridSpec

    figure, (whole,) = new_figure(width=DOUBLE, height=95.0)
    whole.remove()
    rows = max(len(refined.ticks), 1)
    grid = GridSpec(3, 1, figure=figure, height_ratios=[6.0, 0.28 * rows, 1.2], hspace=0.0)
    upper = figure.add_subplot(grid[0, 0])
    ticks, lower = (figure.add_subplot(grid[row, 0], sharex=upper) for row in (1, 2))
    _draw_curves(upper, refined, place, legend=True)
    upper.set_ylabel("Intensity")
    _draw_ticks(ticks, refined, axis, wavelength)
    difference = refined.observed - refined.calculated
    lower.plot(place, difference, color=GREY, linewidth=0.5)
    lower.axhline(0.0, color="black", linewidth=0.4)
    lower.set(xlabel=LABELS[axis], ylabel="Diff.")
    for one in (upper, ticks, lower):
        style_axes(one)
    for one in (upper, ticks):
        one.tick_params(labelbottom=False)
    ticks.tick_params(left=False, right=False, top=False, bottom=False)
    upper.set_xlim(float(place.min()), float(place.max()))
    _write(upper, words, inset is not None)
    if inset is not None:
        _draw_inset(upper, refined, place, inset)
    return figure


def _draw_curves(axes: Axes, refined: RefinedPattern, place: np.ndarray, *, legend: bool) -> None:
    axes.plot(
        place, refined.observed, "o", markersize=1.4, markerfacecolor="none", markeredgewidth=0.4,
        color="black", label="observed", rasterized=len(place) > 8000,
    )  # fmt: skip
    axes.plot(place, refined.calculated, color=OXYGEN, linewidth=0.8, label="calculated")
    axes.plot(place, refined.background, color=METAL, linewidth=0.7, linestyle="--", label="background")
    if legend:
        axes.legend(fontsize=SMALL_TEXT, frameon=False, loc="upper right", handlelength=1.5)


def _draw_ticks(axes: Axes, refined: RefinedPattern, axis: str, wavelength: float | None) -> None:
    rows = max(len(refined.ticks), 1)
    for row, (phase, angles) in enumerate(refined.ticks.items()):
        inside = angles[(angles >= refined.two_theta[0]) & (angles <= refined.two_theta[-1])]
        places = on_axis(inside, wavelength=wavelength or 1.0, axis=axis)
        height = rows - 1 - row
        colour = TICK_COLOURS[row % len(TICK_COLOURS)]
        axes.vlines(places, height + 0.15, height + 0.85, color=colour, linewidth=0.8)
        axes.text(
            1.005, (height + 0.5) / rows, phase, transform=axes.transAxes, fontsize=SMALL_TEXT, color=colour,
            va="center", ha="left",
        )  # fmt: skip
    axes.set(ylim=(0, rows), yticks=[])


def _write(axes: Axes, words: tuple[list[str], str], inset: bool) -> None:
    cells, agreement = words
    where, side = (0.015, "left") if inset else (0.5, "center")
    axes.text(
        where, 0.97, "\n".join([*cells, agreement]), transform=axes.transAxes, fontsize=SMALL_TEXT, va="top",
        ha=side,
    )  # fmt: skip


def _draw_inset(axes: Axes, refined: RefinedPattern, place: np.ndarray, inset: tuple[float, float]) -> None:
    inside = (refined.two_theta >= inset[0]) & (refined.two_theta <= inset[1])
    if inside.sum() < 2:
        return
    small = axes.inset_axes((0.36, 0.36, 0.42, 0.56))
    _draw_curves(small, refined, place, legend=False)
    style_axes(small, size=SMALL_TEXT)
    shown, curves = place[inside], np.concatenate([refined.observed[inside], refined.calculated[inside]])
    margin = 0.06 * float(np.ptp(curves)) or 1.0
    small.set_xlim(float(shown.min()), float(shown.max()))
    small.set_ylim(
        min(float(refined.background[inside].min()), float(curves.min())) - margin,
        float(curves.max()) + margin,
    )
    small.set_yticks([])
