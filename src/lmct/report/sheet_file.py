"""A figure that a command writes: vector and raster files, and its numbers as CSV."""

from __future__ import annotations

from pathlib import Path

from lmct.study.atomic import replacing, write_text
from lmct.study.figure_file import PNG_RESOLUTION, csv_text
from lmct.technique.contract import FigureSheet

FORMATS = ("svg", "pdf", "png")


def write_sheet(sheet: FigureSheet, folder: Path) -> tuple[Path, ...]:
    """Write a figure as SVG, PDF and PNG, and its numbers as CSV; equal figures give equal files.

    Parameters
    ----------
    sheet
        The figure.
    folder
        Where to; made when it does not exist.

    Returns
    -------
    :
        The files, the CSV first.
    """
    import matplotlib

    folder.mkdir(parents=True, exist_ok=True)
    table = folder / f"{sheet.name}.csv"
    write_text(table, csv_text(sheet.columns))
    files = [table]
    with matplotlib.rc_context({"svg.hashsalt": sheet.name}):
        figure = sheet.draw()
        for kind in FORMATS:
            file = folder / f"{sheet.name}.{kind}"
            timeless = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind)
            with replacing(file) as part:
                figure.savefig(part, format=kind, dpi=PNG_RESOLUTION, metadata=timeless)
            files.append(file)
    return tuple(files)
