"""Pages of fits, comparisons and plans: a verdict, tables, figures, and what could not be concluded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lmct.report import picture
from lmct.study.atomic import write_text
from lmct.study.figure_file import write_figure
from lmct.technique.contract import FigureSheet

FIGURES = "figures"


@dataclass(frozen=True, slots=True)
class Section:
    """A table with a heading.

    Parameters
    ----------
    heading, note
        Above the table; the note may be empty.
    columns
        Heads of the columns.
    rows
        Cells as they are shown.
    """

    heading: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True)
class AccountPage:
    """What a page shows.

    Parameters
    ----------
    title
        Its heading.
    lead
        The result in a sentence or two.
    meta
        How it was found.
    sections
        Tables, in order.
    sheets
        Figures, between the first table and the others.
    messages
        What could not be concluded.
    """

    title: str
    lead: str
    meta: str
    sections: Sequence[Section]
    sheets: Sequence[FigureSheet]
    messages: Sequence[str]

    def write(self, folder: Path, name: str) -> Path:
        """Draw the figures into a folder and write the page beside them.

        Parameters
        ----------
        folder
            Where to; it must exist.
        name
            Of the page, without ending.

        Returns
        -------
        :
            The page, which needs neither network nor script.
        """
        figures = folder / FIGURES
        figures.mkdir(parents=True, exist_ok=True)
        for old in figures.glob(f"{name}_*"):
            old.unlink()
        drawn = [write_figure(sheet, folder=figures, stem=name, source=name) for sheet in self.sheets]
        page = folder / f"{name}.html"
        write_text(page, self._html(picture.pictures_of(drawn, figures)))
        return page

    def _html(self, pictures: list[picture.Picture]) -> str:
        import jinja2

        environment = jinja2.Environment(
            loader=jinja2.PackageLoader("lmct.report", "template"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        return environment.get_template("account.html").render(page=self, pictures=pictures)
