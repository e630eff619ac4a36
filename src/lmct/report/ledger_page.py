"""ledger.html: where the charge of every state is, and who contradicts whom, on one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lmct.execution.lock import locked
from lmct.report import picture
from lmct.study.atomic import write_text
from lmct.study.figure_file import write_figure

if TYPE_CHECKING:
    from lmct.study.ledger_run import LedgerStudy

PAGE, FIGURES = "ledger.html", "figures"

MOST_ROWS = 300
"""Findings that the page shows; all are in ledger.json."""


def write_ledger_report(result: LedgerStudy) -> Path:
    """Draw the figures of a ledger and write its page.

    Parameters
    ----------
    result
        The study with its ledger.

    Returns
    -------
    :
        The page, which needs neither network nor script.

    Raises
    ------
    Busy
        Another run writes the ledger of this study.
    """
    from lmct.evidence.ledger.figure import figure_sheets

    folder = result.folder / FIGURES
    folder.mkdir(parents=True, exist_ok=True)
    page = result.folder / PAGE
    with locked(result.folder / ".lock", what=result.folder):
        figures = [
            write_figure(sheet, folder=folder, stem="ledger", source="ledger")
            for sheet in figure_sheets(result.ledger)
        ]
        write_text(page, _html(result, picture.pictures_of(figures, folder)))
    return page


def _html(result: LedgerStudy, pictures: list[picture.Picture]) -> str:
    import jinja2

    from lmct.evidence.ledger.account import ACCOUNTS

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("lmct.report", "template"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    ledger = result.ledger
    return environment.get_template("ledger.html").render(
        study=result.study,
        ledger=ledger,
        accounts=ACCOUNTS,
        pictures=pictures,
        most_rows=MOST_ROWS,
        errors=[one for one in ledger.pulls if one.parameter is not None],
        shown=lambda number: f"{number:.3g}",
    )
