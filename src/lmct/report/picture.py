"""Figures as parts of the page."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lmct.study.figure_file import StoredFigure

LARGEST_DRAWING = 1_500_000
"""An SVG above this size is shown as its PNG [byte]."""


WIDEST_COLUMN = 300.0
"""Width of a drawing that still fits beside another one [pt]."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure that is part of the page.

    Parameters
    ----------
    address
        The drawing itself as a ``data:`` address.
    title, caption, paper_figure, stem
        Texts.
    is_wide
        Whether it needs the whole width of the page.
    """

    address: str
    title: str
    caption: str
    paper_figure: str
    stem: str
    is_wide: bool


def pictures_of(figures: Sequence[StoredFigure], folder: Path) -> list[Picture]:
    """Return figures with their drawings.

    Parameters
    ----------
    figures
        Figures on disk.
    folder
        Their folder.

    Returns
    -------
    :
        One for each; vector drawings unless they are very large.
    """
    return [
        Picture(
            _address(figure, folder),
            figure.title,
            figure.caption,
            figure.paper_figure,
            figure.stem,
            _is_wide(figure.path(folder, "svg")),
        )
        for figure in figures
    ]


def _address(figure: StoredFigure, folder: Path) -> str:
    drawing = figure.path(folder, "svg")
    kind, path = ("svg+xml", drawing)
    if drawing.stat().st_size > LARGEST_DRAWING:
        kind, path = ("png", figure.path(folder, "png"))
    return f"data:image/{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def _is_wide(drawing: Path) -> bool:
    """Tell whether a drawing is wider than one column of a journal."""
    with drawing.open("rb") as file:
        width = re.search(rb'<svg[^>]* width="([0-9.]+)pt"', file.read(5000))
    return width is not None and float(width[1]) > WIDEST_COLUMN
