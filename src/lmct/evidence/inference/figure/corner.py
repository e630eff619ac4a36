"""Corner plot: every unknown by itself, and every pair of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.evidence.inference.posterior import Posterior
from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import DOUBLE, GREY, METAL, SMALL_TEXT, style_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 34.0
"""Of one panel, until the page is full [mm]."""

LEVELS = (0.95, 0.68)
"""Shares of the posterior inside the contours."""

GRID = 30
"""Cells of a panel along each axis."""

MOST_SHOWN = 7
"""Unknowns that are drawn, the mechanism's own first: more cannot be read on a page."""

MOST_DECADES = 1.0
"""Samples that span more decades get a logarithmic axis."""


def corner_sheet(posterior: Posterior, *, title: str = "") -> FigureSheet:
    """Return the corner plot of a posterior.

    Parameters
    ----------
    posterior
        The posterior.
    title
        Of the mechanism.

    Returns
    -------
    :
        The sheet, of the first unknowns when there are many; its columns are the samples of all.
    """
    count = len(posterior.unknowns)
    some = f" The first {MOST_SHOWN} of {count} unknowns; the data hold all." if count > MOST_SHOWN else ""
    columns = {one.name: (one.unit, posterior.of(one.name)) for one in posterior.unknowns.members}
    return FigureSheet(
        name="posterior_corner",
        title=f"Posterior of the unknowns{f': {title}' if title else ''}",
        caption="Diagonal: density of each unknown, prior dashed. Below: regions that hold 68 % and 95 % of"
        f" the posterior, {posterior.effective_samples:.0f} effective samples. A narrow oblique region means"
        f" that the data decide a combination of the two.{some}",
        draw=lambda: _drawn(posterior),
        columns=columns,
    )


def _drawn(posterior: Posterior) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    count = min(len(posterior.unknowns), MOST_SHOWN)
    side = min(WIDTH * count, DOUBLE) / 25.4
    figure = Figure(figsize=(side, side), dpi=200, layout="constrained")
    FigureCanvasAgg(figure)
    scales = [_scaled(posterior.of(name)) for name in posterior.unknowns.names[:count]]
    for row in range(count):
        for column in range(row + 1):
            axes = figure.add_subplot(count, count, row * count + column + 1)
            style_axes(axes, size=SMALL_TEXT)
            if row == column:
                _density(axes, scales[row], _scaled_prior(posterior, row))
            else:
                _regions(axes, scales[column], scales[row])
            _labelled(axes, posterior, row, column, last=count - 1)
    return figure


def _scaled(samples: Float[np.ndarray, "sample"]) -> Float[np.ndarray, "sample"]:
    return np.log10(samples) if is_wide(samples) else samples


def is_wide(samples: Float[np.ndarray, "sample"]) -> bool:
    """Return whether samples span so many orders of magnitude that their logarithm is shown.

    Parameters
    ----------
    samples
        Any numbers.
    """
    low, high = float(np.min(samples)), float(np.max(samples))
    return low > 0.0 and high / low > 10.0**MOST_DECADES


def _scaled_prior(posterior: Posterior, place: int) -> Float[np.ndarray, "sample"]:
    one = posterior.unknowns.members[place]
    values = np.array([one.prior.value_at(position) for position in np.linspace(0.0005, 0.9995, 1000)])
    return np.log10(values) if is_wide(posterior.of(one.name)) else values


def _density(axes: Axes, samples: Float[np.ndarray, "sample"], prior: Float[np.ndarray, "position"]) -> None:
    low, high = _range(samples)
    edges = np.linspace(low, high, GRID + 1)
    heights, _ = np.histogram(samples, edges)
    axes.stairs(heights / len(samples) / np.diff(edges), edges, color=METAL, fill=True, alpha=0.35)
    before, _ = np.histogram(prior, edges)
    axes.stairs(before / len(prior) / np.diff(edges), edges, color=GREY, linewidth=0.7, linestyle="--")
    axes.set_xlim(low, high)
    axes.set_yticks([])


def _regions(axes: Axes, across: Float[np.ndarray, "sample"], up: Float[np.ndarray, "sample"]) -> None:
    from scipy.ndimage import gaussian_filter

    ranges = [_range(across), _range(up)]
    counts, x, y = np.histogram2d(across, up, bins=GRID, range=ranges)
    smooth = gaussian_filter(counts, 1.0)
    ordered = np.sort(smooth.ravel())[::-1]
    inside = np.cumsum(ordered) / np.sum(ordered)
    heights = [float(ordered[np.searchsorted(inside, level)]) for level in LEVELS]
    middles = 0.5 * (x[1:] + x[:-1]), 0.5 * (y[1:] + y[:-1])
    if heights[1] > heights[0] > 0.0:
        levels = [*heights, float(np.max(smooth)) * 1.01]
        axes.contourf(*middles, smooth.T, levels=levels, colors=["#9ecae1", METAL])
    axes.set_xlim(*ranges[0])
    axes.set_ylim(*ranges[1])


def _range(samples: Float[np.ndarray, "sample"]) -> tuple[float, float]:
    low, high = np.quantile(samples, [0.001, 0.999])
    margin = 0.1 * (high - low) or 1e-6 * max(abs(high), 1.0)
    return float(low - margin), float(high + margin)


def _labelled(axes: Axes, posterior: Posterior, row: int, column: int, *, last: int) -> None:
    from matplotlib.ticker import MaxNLocator, ScalarFormatter

    for place, axis, shown in ((column, axes.xaxis, row == last), (row, axes.yaxis, 0 == column < row)):
        axis.set_tick_params(labelbottom=shown, labelleft=shown)
        if shown:
            axis.set_major_locator(MaxNLocator(3))
            axis.set_major_formatter(ScalarFormatter(useOffset=False))
            axis.get_offset_text().set_fontsize(SMALL_TEXT - 1.0)
            axis.set_label_text(label_of(posterior, place), fontsize=SMALL_TEXT)


def label_of(posterior: Posterior, place: int) -> str:
    """Return the label of an unknown with its unit, broken into lines.

    Parameters
    ----------
    posterior
        The posterior.
    place
        Of the unknown.
    """
    one = posterior.unknowns.members[place]
    words = re.sub(r"_", " ", one.name).split()
    unit = f" [{one.unit}]" if one.unit else ""
    logarithm = "log10 " if is_wide(posterior.of(one.name)) else ""
    half = (len(words) + 1) // 2
    lines = [" ".join(words[:half]), " ".join(words[half:])]
    return logarithm + "\n".join(filter(None, lines)) + unit
