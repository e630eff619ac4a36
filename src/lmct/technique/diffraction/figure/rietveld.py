"""The plot of a refinement: observed, calculated, background, lines of each phase, difference (Fig. 1c)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmct.technique.contract import FigureSheet
from lmct.technique.diffraction.figure.axis import LABELS, SPOKEN, TWO_THETA, UNITS, on_axis
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

INSET_WIDTH = 0.34
"""Of the width of the frame [1]."""

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
    _draw_curves(upper, refined, place)
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
    _write(upper, words)
    if inset is not None:
        _draw_inset(upper, refined, place, inset)
    return figure


def _draw_curves(axes: Axes, refined: RefinedPattern, place: np.ndarray) -> None:
    axes.plot(
        place, refined.observed, "o", markersize=1.4, markerfacecolor="none", markeredgewidth=0.4,
        color="black", label="observed", rasterized=len(place) > 8000,
    )  # fmt: skip
    axes.plot(place, refined.calculated, color=OXYGEN, linewidth=0.8, label="calculated")
    axes.plot(place, refined.background, color=METAL, linewidth=0.7, linestyle="--", label="background")


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


def _write(axes: Axes, words: tuple[list[str], str]) -> None:
    """Write cell and agreement above the frame, where no line can be in the way."""
    cells, agreement = words
    axes.set_title(", ".join([*cells, agreement]), fontsize=SMALL_TEXT, loc="left", pad=4.0)
    axes.legend(
        fontsize=SMALL_TEXT, frameon=False, loc="lower right", bbox_to_anchor=(1.0, 0.99), ncols=3,
        handlelength=1.4, borderaxespad=0.0, columnspacing=1.2,
    )  # fmt: skip


def _emptiest(place: np.ndarray, height: np.ndarray) -> tuple[float, float]:
    """Return left edge and lower edge for the inset, in shares of the frame, where the curve is lowest."""
    span = (place - place.min()) / float(np.ptp(place))
    lefts = np.linspace(0.03, 0.98 - INSET_WIDTH, 40)
    tops = [
        float(height[(span >= left - 0.02) & (span <= left + INSET_WIDTH + 0.02)].max()) for left in lefts
    ]
    best = int(np.argmin(tops))
    return float(lefts[best]), min(tops[best] + 0.12, 0.6)


def _draw_inset(axes: Axes, refined: RefinedPattern, place: np.ndarray, inset: tuple[float, float]) -> None:
    inside = (refined.two_theta >= inset[0]) & (refined.two_theta <= inset[1])
    if inside.sum() < 2:
        return
    low, high = axes.get_ylim()
    left, bottom = _emptiest(place, (np.maximum(refined.observed, refined.calculated) - low) / (high - low))
    small = axes.inset_axes((left, bottom, INSET_WIDTH, 0.96 - bottom))
    _draw_curves(small, refined, place)
    style_axes(small, size=SMALL_TEXT)
    shown = place[inside]
    curves = np.concatenate(
        [column[inside] for column in (refined.observed, refined.calculated, refined.background)]
    )
    margin = 0.06 * float(np.ptp(curves)) or 1.0
    small.set_xlim(float(shown.min()), float(shown.max()))
    small.set_ylim(float(curves.min()) - margin, float(curves.max()) + margin)
    small.set_yticks([])
