"""Draw the paper's figures, judge its statements and write the page that shows both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lmct.quantity.errors import DataError
from lmct.report.reproduction.figures import plates
from lmct.report.reproduction.page import html
from lmct.report.reproduction.panel import Plate, write_plate
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.report.reproduction.statement import Judged
from lmct.report.reproduction.statements import judge
from lmct.study.atomic import write_text

PAGE = "reproduce.html"
FIGURES = "figures"


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What was written and found.

    Parameters
    ----------
    statements
        Statements with answers.
    figures
        Name of each panel, and the SVG it is in.
    page
        The page; None when only one figure was wanted.
    """

    statements: tuple[Judged, ...]
    figures: tuple[tuple[str, Path], ...]
    page: Path | None

    def count(self, verdict: str) -> int:
        """Return how many statements got a verdict."""
        return sum(row.answer.verdict == verdict for row in self.statements)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "statements": [row.to_json() for row in self.statements],
            "figures": [{"id": name, "file": str(file)} for name, file in self.figures],
            "page": None if self.page is None else str(self.page),
        }


def reproduce(
    folder: Path, *, figure: str | None = None, say: Callable[[str], None] = lambda text: None
) -> Reproduction:
    """Reproduce the electrochemical figures of the paper with the shipped electrode parameters.

    Parameters
    ----------
    folder
        Where ``reproduce.html`` and ``figures/`` go: new, empty, or written by an earlier call.
    figure
        One figure or panel, for example ``"4a"``: only it is drawn, only its statements are judged, and no
        page is written.
    say
        Takes a line of progress now and then.

    Returns
    -------
    :
        Statements, figures and page.

    Raises
    ------
    DataError
        The folder holds other files.
    UnknownName
        There is no such figure.
    """
    _check(folder)
    runs = PaperRuns()
    chosen = plates(runs, figure)
    drawings = folder / FIGURES
    drawings.mkdir(parents=True, exist_ok=True)
    files: list[tuple[Plate, Path]] = []
    for plate in chosen:
        say(f"drawing figure {plate.name} ...")
        files.append((plate, write_plate(plate, drawings)))
    say("judging the statements ...")
    panels = tuple((panel.id, file) for plate, file in files for panel in plate.panels)
    if figure is not None:
        return Reproduction(judge(runs, figures={name for name, _ in panels}), panels, None)
    judged = judge(runs)
    page = folder / PAGE
    write_text(page, html(judged, files, runs.parameters))
    return Reproduction(judged, panels, page)


def _check(folder: Path) -> None:
    """Refuse to write among somebody's files."""
    if folder.exists() and not folder.is_dir():
        raise DataError(f"{folder} is a file. Expected a folder for the reproduction. Name another one.")
    others = sorted({path.name for path in folder.iterdir()} - {PAGE, FIGURES}) if folder.exists() else []
    if others:
        raise DataError(
            f"{folder} holds files that are no reproduction, such as {others[0]}. Expected a new or empty"
            " folder, or one of an earlier run. Name another folder."
        )
