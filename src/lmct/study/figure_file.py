"""A figure on disk: SVG and PNG, with the numbers it shows beside it as CSV."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmct.study.atomic import replacing, write_text

if TYPE_CHECKING:
    import numpy as np

    from lmct.technique.contract import FigureSheet

PNG_RESOLUTION = 200
"""Dots per inch of the PNG."""


@dataclass(frozen=True, slots=True)
class StoredFigure:
    """A figure of the results folder.

    Parameters
    ----------
    stem
        File name without extension.
    title, caption, paper_figure
        As in :class:`lmct.technique.contract.FigureSheet`.
    source
        The analysis or sample it belongs to.
    """

    stem: str
    title: str
    caption: str
    paper_figure: str
    source: str

    def path(self, folder: Path, kind: str) -> Path:
        """Return the file of one kind (``svg``, ``png`` or ``csv``) in the folder of the figures."""
        return folder / f"{self.stem}.{kind}"

    def is_complete(self, folder: Path) -> bool:
        """Tell whether all three files are there."""
        return all(self.path(folder, kind).is_file() for kind in ("svg", "png", "csv"))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return asdict(self)


def write_figure(sheet: FigureSheet, *, folder: Path, stem: str, source: str) -> StoredFigure:
    """Draw a figure and write it with its numbers.

    Parameters
    ----------
    sheet
        The figure.
    folder
        Folder of the figures, which must exist.
    stem
        Beginning of the file name; two underscores and the name of the sheet follow.
    source
        The analysis or sample it belongs to.

    Returns
    -------
    :
        Names and texts of what was written.
    """
    import matplotlib

    full = f"{stem}__{slug(sheet.name)}"
    stored = StoredFigure(full, sheet.title, sheet.caption, sheet.paper_figure, source)
    write_text(stored.path(folder, "csv"), csv_text(sheet.columns))
    figure = sheet.draw()
    with matplotlib.rc_context({"svg.hashsalt": full}):
        with replacing(stored.path(folder, "png")) as part:
            figure.savefig(part, format="png", dpi=PNG_RESOLUTION)
        figure.set_layout_engine("none")  # keep the layout, which takes a third of the drawing time
        with replacing(stored.path(folder, "svg")) as part:
            figure.savefig(part, format="svg", metadata={"Date": None})
    return stored


def csv_text(columns: Mapping[str, tuple[str, np.ndarray]]) -> str:
    r"""Return columns as CSV with two header rows, name and unit; shorter columns end in empty cells.

    Parameters
    ----------
    columns
        Name to (unit, array).

    Returns
    -------
    :
        Text with ``\n`` line ends that Origin and spreadsheets read.

    Examples
    --------
    >>> import numpy as np
    >>> print(csv_text({"voltage": ("V", np.array([3.5, 3.6])), "n": ("", np.array([1]))}), end="")
    voltage,n
    V,
    3.5,1
    3.6,
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerow(unit for unit, _ in columns.values())
    arrays = (array.tolist() for _, array in columns.values())
    writer.writerows(itertools.zip_longest(*arrays, fillvalue=""))
    return text.getvalue()


def slug(text: str) -> str:
    """Return a text as a file name: letters, digits, ``-``, ``.`` and single ``_``; at most 100 characters.

    Examples
    --------
    >>> slug("heated 140 °C / 90 s")
    'heated_140_C_90_s'
    """
    return re.sub(r"[^A-Za-z0-9.-]+", "_", text).strip("._")[:100].strip("._") or "unnamed"


def distinct_slugs(texts: Sequence[str]) -> list[str]:
    """Return one file name per text, so that different texts never share one, whatever the case of letters.

    Parameters
    ----------
    texts
        Different texts.

    Returns
    -------
    :
        :func:`slug` of each, with six digits of its hash where that alone would not be unique.

    Examples
    --------
    >>> distinct_slugs(["90 s", "90/s", "4 h"])
    ['90_s-2f3a07', '90_s-f31651', '4_h']
    """
    slugs = [slug(text) for text in texts]
    uses = Counter(name.casefold() for name in slugs)
    return [
        name if uses[name.casefold()] == 1 else f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"
        for name, text in zip(slugs, texts, strict=True)
    ]
