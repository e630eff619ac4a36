"""Maps of ratios and their uncertainty, side by side; profiles for line scans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import DOUBLE, METAL, SMALL_TEXT, new_figure, slug

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lmct.instrument.energy_loss.spectrum import NavigationAxis
    from lmct.technique.energy_loss.maps import RatioMap


def map_sheets(maps: Sequence[RatioMap], name: str) -> tuple[FigureSheet, ...]:
    """Return one sheet for each map of an image, with its uncertainty beside it or as bars.

    Parameters
    ----------
    maps
        Of one image.
    name
        Of the image.
    """
    return tuple(_sheet(one, name) for one in maps if np.isfinite(one.value).any())


def _sheet(one: RatioMap, name: str) -> FigureSheet:
    return FigureSheet(
        name=f"energy_loss_map_{slug(name)}_{slug(one.name)}",
        title=f"{one.name} in {name}",
        caption=(
            f"Median {np.nanmedian(one.value):.3g}, median uncertainty of one place"
            f" {np.nanmedian(one.uncertainty):.2g}. Empty places have a denominator below three standard"
            " deviations. Numbers are in the order of the places, last axis fastest."
        ),
        draw=lambda: _draw(one),
        columns={
            one.name: ("1", one.value.ravel()),
            f"uncertainty of {one.name}": ("1", one.uncertainty.ravel()),
        },
    )


def _draw(one: RatioMap) -> Figure:
    moved = [axis for axis in one.axes if axis.size > 1]
    if len(moved) != 2:
        return _draw_profile(one, moved)
    figure, axes = new_figure(width=DOUBLE, height=70.0, columns=2)
    figure.set_layout_engine("compressed")  # places keep their shape: no room is left around narrow maps
    _place(axes[0], moved, one.value, one.name)
    _place(axes[1], moved, one.uncertainty, "uncertainty")
    return figure


def _draw_profile(one: RatioMap, moved: Sequence[NavigationAxis]) -> Figure:
    """Draw a profile when the beam was moved along one line, and all places in their order otherwise."""
    figure, (axes,) = new_figure(height=60.0)
    axis = moved[0] if moved else one.axes[0]
    where: np.ndarray = axis.start + axis.step * np.arange(axis.size)
    name = f"{axis.name} ({axis.unit or 'places'})"
    if len(moved) > 1:
        where, name = np.arange(one.value.size), "place"
    axes.errorbar(
        where,
        one.value.ravel(),
        one.uncertainty.ravel(),
        fmt=".-",
        markersize=3.5,
        linewidth=0.6,
        elinewidth=0.6,
        color=METAL,
    )
    axes.set(xlabel=name, ylabel=one.name)
    return figure


def _place(axes: Axes, moved: Sequence[NavigationAxis], values: np.ndarray, title: str) -> None:
    axes.set_title(title, fontsize=SMALL_TEXT)
    grid = values.reshape(moved[0].size, moved[1].size)
    good = np.isfinite(grid)
    low, high = np.percentile(grid[good], [2.0, 98.0]) if good.any() else (0.0, 1.0)
    extent = (
        moved[1].start,
        moved[1].start + moved[1].step * moved[1].size,
        moved[0].start + moved[0].step * moved[0].size,
        moved[0].start,
    )
    shown = axes.imshow(grid, vmin=low, vmax=high, cmap="viridis", extent=extent, interpolation="nearest")
    narrow = grid.shape[1] > 2 * grid.shape[0]
    bar = axes.figure.colorbar(shown, ax=axes, location="bottom" if narrow else "right")
    bar.ax.tick_params(labelsize=SMALL_TEXT - 1.5)
    axes.set_xlabel(f"{moved[1].name} ({moved[1].unit or 'places'})")
    axes.set_ylabel(f"{moved[0].name} ({moved[0].unit or 'places'})")
