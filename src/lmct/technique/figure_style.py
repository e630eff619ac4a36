"""What all figures of electrochemistry share: size, style, colours (matplotlib objects, no pyplot)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SINGLE, DOUBLE = 85.0, 170.0
"""Widths of a figure over one and two columns [mm]."""

METAL, OXYGEN, ACCENT, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"
"""Colours of Okabe and Ito, told apart by all common kinds of colour vision."""

CATEGORIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")

TEXT, SMALL_TEXT = 7.5, 6.5
"""Sizes of type [pt]."""


def new_figure(*, width: float = SINGLE, height: float = 65.0, columns: int = 1) -> tuple[Figure, list[Axes]]:
    """Return an empty figure with axes side by side.

    Parameters
    ----------
    width, height
        Size [mm].
    columns
        Number of axes.

    Returns
    -------
    :
        Figure and axes, styled.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 25.4, height / 25.4), dpi=200, layout="constrained")
    FigureCanvasAgg(figure)
    axes = [figure.add_subplot(1, columns, number + 1) for number in range(columns)]
    for one in axes:
        style_axes(one)
    return figure, axes


def style_axes(axes: Axes, *, size: float = TEXT) -> None:
    """Give axes thin frames, ticks inside on all sides and the type size of the journal.

    Parameters
    ----------
    axes
        Axes.
    size
        Size of the labels [pt]; numbers are one point smaller.
    """
    axes.tick_params(
        direction="in", top=True, right=True, width=0.6, length=2.5, labelsize=size - 1.0, pad=2.5
    )
    for side in axes.spines.values():
        side.set_linewidth(0.6)
    axes.xaxis.label.set_fontsize(size)
    axes.yaxis.label.set_fontsize(size)
    axes.xaxis.labelpad = axes.yaxis.labelpad = 2.0


def ordered_colours(count: int) -> list[str]:
    """Return colours for an ordered set, dark to bright, none too pale to print.

    Parameters
    ----------
    count
        How many.

    Returns
    -------
    :
        Hexadecimal colours of the map plasma, which is ordered in lightness.

    Examples
    --------
    >>> len(ordered_colours(5))
    5
    """
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    return [to_hex(colormaps["plasma"](position)) for position in np.linspace(0.0, 0.85, max(count, 1))]


def slug(text: str) -> str:
    """Return a text as part of a file name.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    :
        Lower-case letters, digits and underscores.

    Examples
    --------
    >>> slug("140 °C, 90 s")
    '140_c_90_s'
    """
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "unnamed"


def evenly_chosen(items: Sequence[int], most: int) -> list[int]:
    """Return at most so many items, evenly spread, first and last included.

    Parameters
    ----------
    items
        Items.
    most
        Largest number.

    Returns
    -------
    :
        The chosen ones in order.

    Examples
    --------
    >>> evenly_chosen(range(100), 3)
    [0, 50, 99]
    """
    if len(items) <= most:
        return list(items)
    return [items[int(place)] for place in np.rint(np.linspace(0, len(items) - 1, most))]
