"""A panel of a figure, a plate of panels in the paper's layout, and their files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lmct.study.atomic import replacing, write_text
from lmct.study.figure_file import PNG_RESOLUTION, csv_text
from lmct.technique.figure_style import DOUBLE, SINGLE, TEXT, style_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, FigureBase

Columns = Mapping[str, tuple[str, np.ndarray]]
"""Data of a panel: name to (unit, array)."""


@dataclass(frozen=True, eq=False)
class Panel:
    """One panel with the numbers it shows.

    Parameters
    ----------
    id
        As in the paper, for example ``"4a"``.
    title, caption
        For the page; the caption says what is seen.
    columns
        The data.
    draw
        Draws on an empty figure or part of one.
    width, height
        Size when it stands alone [mm].
    """

    id: str
    title: str
    caption: str
    columns: Columns
    draw: Callable[[FigureBase], None]
    width: float = SINGLE
    height: float = 80.0


@dataclass(frozen=True, eq=False)
class Plate:
    """Panels drawn together.

    Parameters
    ----------
    name
        Of the figure, for example ``"4"``; its files are ``figure_4.svg`` and ``.png``.
    panels
        In reading order, two in a row unless they are wide.
    """

    name: str
    panels: tuple[Panel, ...]

    @property
    def title(self) -> str:
        """Titles of the panels."""
        return "; ".join(panel.title for panel in self.panels)


def draw_plate(plate: Plate) -> Figure:
    """Draw a plate, 85 mm wide for one narrow panel and 170 mm otherwise.

    Parameters
    ----------
    plate
        The plate.

    Returns
    -------
    :
        The figure, with the letter of each panel when there are several.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    panels = plate.panels
    columns = 1 if len(panels) == 1 or panels[0].width > SINGLE else 2
    rows = -(-len(panels) // columns)
    heights = [
        max(panel.height for panel in panels[row * columns : (row + 1) * columns]) for row in range(rows)
    ]
    width = panels[0].width if len(panels) == 1 else DOUBLE
    figure = Figure(figsize=(width / 25.4, sum(heights) / 25.4), dpi=PNG_RESOLUTION, layout="constrained")
    FigureCanvasAgg(figure)
    parts = figure.subfigures(rows, columns, squeeze=False, height_ratios=heights)
    for panel, part in zip(panels, parts.flat, strict=False):
        panel.draw(part)
        if len(panels) > 1:
            part.text(0.005, 0.995, panel.id[-1], weight="bold", size=TEXT + 1.5, ha="left", va="top")
    return figure


def write_plate(plate: Plate, folder: Path) -> Path:
    """Write a plate as SVG and PNG, and the data of every panel as CSV.

    Parameters
    ----------
    plate
        The plate.
    folder
        Existing folder.

    Returns
    -------
    :
        The SVG.
    """
    import matplotlib

    stem = f"figure_{plate.name}"
    for panel in plate.panels:
        write_text(folder / f"figure_{panel.id}.csv", csv_text(panel.columns))
    drawing = folder / f"{stem}.svg"
    with matplotlib.rc_context({"svg.hashsalt": stem}):
        figure = draw_plate(plate)
        with replacing(drawing.with_suffix(".png")) as part:
            figure.savefig(part, format="png", dpi=PNG_RESOLUTION)
        figure.set_layout_engine("none")  # keep the layout, which takes a third of the drawing time
        with replacing(drawing) as part:
            figure.savefig(part, format="svg", metadata={"Date": None})
    return drawing


def styled(part: FigureBase, rows: int = 1, columns: int = 1, *, sharex: bool = False) -> list[Axes]:
    """Return styled axes on a part of a figure, in reading order.

    Parameters
    ----------
    part
        Empty figure or part of one.
    rows, columns
        Grid of axes.
    sharex
        Whether they share the horizontal axis.

    Returns
    -------
    :
        The axes.
    """
    axes: list[Axes] = list(part.subplots(rows, columns, squeeze=False, sharex=sharex).flat)
    for one in axes:
        style_axes(one)
    return axes
