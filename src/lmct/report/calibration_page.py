"""calibration.html: what a calibration found, how well it fits, and what stays open, on one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lmct.report import picture
from lmct.study.atomic import write_text
from lmct.study.figure_file import write_figure

if TYPE_CHECKING:
    from lmct.study.calibration_run import CalibrationStudy

PAGE, FIGURES = "calibration.html", "figures"


def write_calibration_report(result: CalibrationStudy) -> Path:
    """Draw the figures of a calibration and write its page.

    Parameters
    ----------
    result
        What was found.

    Returns
    -------
    :
        The page, which needs neither network nor script.
    """
    from lmct.evidence.calibration.figure import figure_sheets

    folder = result.folder / FIGURES
    folder.mkdir(exist_ok=True)
    figures = [
        write_figure(sheet, folder=folder, stem="calibration", source="calibration")
        for sheet in figure_sheets(result.calibration)
    ]
    page = result.folder / PAGE
    write_text(page, _html(result, picture.pictures_of(figures, folder)))
    return page


def _html(result: CalibrationStudy, pictures: list[picture.Picture]) -> str:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("lmct.report", "template"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("calibration.html").render(
        result=result,
        study=result.study,
        found=result.calibration,
        best=result.calibration.best,
        pictures=pictures,
        shown=lambda number: f"{number:.5g}",
    )
