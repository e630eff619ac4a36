"""Patterns of a sequence as a waterfall and as a map, beside the voltage of the cell (Fig. 3a, c)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from lmct.quantity.constants import HOUR
from lmct.technique.clock.cycler_curve import CyclerCurve
from lmct.technique.clock.join import CHARGE, DISCHARGE, JoinedScans
from lmct.technique.contract import FigureSheet
from lmct.technique.diffraction.figure.axis import LABELS, SPOKEN, TWO_THETA, UNITS, edges_of, on_axis
from lmct.technique.diffraction.refined import RefinedSequence
from lmct.technique.figure_style import (
    DOUBLE,
    GREY,
    METAL,
    OXYGEN,
    SMALL_TEXT,
    evenly_chosen,
    new_figure,
    style_axes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_LINES = 36
"""Patterns of a waterfall, evenly chosen."""

TALL = 3.5
"""Height of the strongest line in distances from one pattern to the next [1]."""

GROUND, SHARE = 0.2, 6
"""The ground of a map is this quantile over a stretch of one part in so many of the pattern [1]."""

COLOURS = {CHARGE: METAL, DISCHARGE: OXYGEN}
"""Direction -> colour of a pattern; grey at rest and outside the test."""


@dataclass(frozen=True, eq=False)
class _Scene:
    """What both figures show."""

    place: Float[np.ndarray, "interval"]
    intensity: Float[np.ndarray, "scan interval"]
    time: Float[np.ndarray, "scan"]
    time_label: str
    direction: Int[np.ndarray, "scan"]
    cycler: CyclerCurve | None
    axis: str


def waterfall_sheets(
    sequence: RefinedSequence,
    *,
    joined: JoinedScans | None = None,
    cycler: CyclerCurve | None = None,
    name: str = "",
    axis: str = TWO_THETA,
    window: tuple[float, float] | None = None,
) -> tuple[FigureSheet, ...]:
    """Return the waterfall and the map of a sequence.

    Parameters
    ----------
    sequence
        The refined sequence with its intensities.
    joined, cycler
        What the cell did; without them the scans are drawn against their own clock.
    name
        Of the measurement.
    axis
        Scattering angle, momentum transfer or spacing.
    window
        First and last value of that axis; everything by default.

    Returns
    -------
    :
        Two sheets; none when no scan has intensities.

    Raises
    ------
    UnknownName
        There is no such axis.
    """
    if not np.isfinite(sequence.intensity).any():
        return ()
    scene = _scene(sequence, joined, cycler, axis, window)
    columns: dict[str, tuple[str, np.ndarray]] = {
        SPOKEN[axis]: (UNITS[axis], scene.place),
        "time of the scan": ("h" if "h" in scene.time_label else "1", scene.time),
        "intensity, scan by scan": ("", scene.intensity.ravel()),
    }
    if cycler is not None:
        columns |= {"time of the cell": ("h", cycler.time / HOUR), "voltage": ("V", cycler.voltage)}
    shown = len(evenly_chosen(range(len(scene.time)), MOST_LINES))
    beside = " Left: voltage of the cell." if cycler is not None else ""
    return (
        FigureSheet(
            name="waterfall",
            title=f"Patterns of {name or 'the sequence'}",
            caption=(
                f"{shown} of {len(scene.time)} patterns, each shifted to its time. Blue: charge, orange:"
                f" discharge, grey: rest or outside the test.{beside} Intensities are means over coarse"
                " intervals of angle."
            ),
            draw=lambda: _draw(scene, _draw_lines),
            columns=columns,
            paper_figure="3c",
        ),
        FigureSheet(
            name="contour",
            title=f"Map of {name or 'the sequence'}",
            caption=f"Intensity over its ground (lowest fifth of each stretch), square-root scale.{beside}",
            draw=lambda: _draw(scene, _draw_map),
            columns=columns,
            paper_figure="3c",
        ),
    )


def _scene(
    sequence: RefinedSequence,
    joined: JoinedScans | None,
    cycler: CyclerCurve | None,
    axis: str,
    window: tuple[float, float] | None,
) -> _Scene:
    place = on_axis(sequence.two_theta, wavelength=sequence.wavelength, axis=axis)
    inside = np.ones(len(place), dtype=bool)
    if window is not None:
        inside = (place >= min(window)) & (place <= max(window))
    time, label = _times(sequence, joined)
    known = np.isfinite(time) & np.isfinite(sequence.intensity).any(axis=1)
    order = np.flatnonzero(known)[np.argsort(time[known], kind="stable")]
    direction = np.zeros(len(sequence.scans), dtype=np.int64) if joined is None else joined.direction
    across = np.flatnonzero(inside)[np.argsort(place[inside])]
    return _Scene(
        place=place[across],
        intensity=sequence.intensity[np.ix_(order, across)],
        time=time[order],
        time_label=label,
        direction=direction[order],
        cycler=cycler if joined is not None else None,
        axis=axis,
    )


def _times(sequence: RefinedSequence, joined: JoinedScans | None) -> tuple[Float[np.ndarray, "scan"], str]:
    if joined is not None:
        return joined.time / HOUR, "Time (h)"
    starts = [one.start_time for one in sequence.scans]
    first = next((one for one in starts if one is not None), None)
    alike = first is not None and all(
        one is not None and (one.tzinfo is None) == (first.tzinfo is None) for one in starts
    )
    if first is None or not alike:
        return np.array([float(one.index) for one in sequence.scans]), "Scan"
    return np.array([(one - first).total_seconds() / HOUR for one in starts if one is not None]), "Time (h)"


def _draw(scene: _Scene, fill: Callable[[Axes, _Scene], None]) -> Figure:
    from matplotlib.gridspec import GridSpec

    figure, (whole,) = new_figure(width=DOUBLE, height=95.0)
    whole.remove()
    shares = [1.0, 3.6] if scene.cycler is not None else [1.0]
    grid = GridSpec(1, len(shares), figure=figure, width_ratios=shares)
    axes = [figure.add_subplot(grid[0, column]) for column in range(len(shares))]
    if scene.cycler is not None:
        axes[0].plot(scene.cycler.voltage, scene.cycler.time / HOUR, color="black", linewidth=0.8)
        axes[0].set(xlabel="Voltage (V)", ylabel=scene.time_label)
    else:
        axes[0].set_ylabel(scene.time_label)
    fill(axes[-1], scene)
    axes[-1].set_xlabel(LABELS[scene.axis])
    axes[-1].set_xlim(float(scene.place[0]), float(scene.place[-1]))
    low, high = axes[-1].get_ylim()
    for one in axes:
        style_axes(one)
        one.set_ylim(low, high)
    if len(axes) > 1:
        axes[1].tick_params(labelleft=False)
    return figure


def _draw_lines(axes: Axes, scene: _Scene) -> None:
    shown = evenly_chosen(range(len(scene.time)), MOST_LINES)
    spacing = float(np.ptp(scene.time)) / max(len(shown) - 1, 1) or 1.0
    ground = np.nanmin(scene.intensity[shown])
    tall = float(np.nanmax(scene.intensity[shown]) - ground) or 1.0
    height = spacing * TALL / tall
    for order, place in enumerate(reversed(shown)):
        line = scene.time[place] + height * (scene.intensity[place] - ground)
        colour = COLOURS.get(int(scene.direction[place]), GREY)
        axes.fill_between(scene.place, scene.time[place], line, color="white", linewidth=0, zorder=2 * order)
        axes.plot(scene.place, line, color=colour, linewidth=0.6, zorder=2 * order + 1)
    axes.set_ylim(float(scene.time[0]) - 0.5 * spacing, float(scene.time[-1]) + height * tall + 0.5 * spacing)


def _draw_map(axes: Axes, scene: _Scene) -> None:
    from matplotlib.colors import PowerNorm
    from scipy.ndimage import percentile_filter

    width = max(3, scene.intensity.shape[1] // SHARE)
    ground = percentile_filter(np.nan_to_num(scene.intensity), 100.0 * GROUND, size=(1, width))
    raised = np.maximum(scene.intensity - ground, 0.0)
    image = axes.pcolormesh(
        edges_of(scene.place),
        edges_of(scene.time),
        raised,
        cmap="cividis",
        norm=PowerNorm(0.5, vmin=0.0, vmax=float(np.nanquantile(raised, 0.999)) or 1.0),
        rasterized=True,
    )
    bar = axes.figure.colorbar(image, ax=axes, pad=0.015, aspect=40)
    bar.set_label("Intensity (square-root scale)", fontsize=SMALL_TEXT)
    bar.ax.tick_params(labelsize=SMALL_TEXT, width=0.6, length=2.0)
    bar.outline.set_linewidth(0.6)
