"""Draw the paper's figures, judge its statements and write the page that shows both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lmct.electrode.of_material import sets_of_material
from lmct.electrode.parameter_file import load, read
from lmct.electrode.parameters import ElectrodeParameters
from lmct.quantity.errors import DataError, unknown_name
from lmct.report.reproduction.figures import plates
from lmct.report.reproduction.page import Rival, html
from lmct.report.reproduction.panel import Plate, write_plate
from lmct.report.reproduction.paper_runs import MATERIAL, PaperRuns
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
    parameters
        Name of the parameter set.
    rivals
        The other shipped sets with their answers to the same statements.
    """

    statements: tuple[Judged, ...]
    figures: tuple[tuple[str, Path], ...]
    page: Path | None
    parameters: str
    rivals: tuple[Rival, ...]

    def count(self, verdict: str) -> int:
        """Return how many statements got a verdict."""
        return sum(row.answer.verdict == verdict for row in self.statements)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "statements": [row.to_json() for row in self.statements],
            "figures": [{"id": name, "file": str(file)} for name, file in self.figures],
            "page": None if self.page is None else str(self.page),
            "parameters": self.parameters,
            "other_sets": [
                {
                    "parameters": rival.name,
                    "statements": [
                        {"id": row.statement.id, "ours": row.answer.ours, "verdict": row.answer.verdict}
                        for row in rival.statements
                    ],
                }
                for rival in self.rivals
            ],
        }


def chosen_parameters(name: str | None) -> ElectrodeParameters:
    """Return the electrode that is compared with the paper.

    Parameters
    ----------
    name
        A shipped set of the paper's material, or a file as ``lmct calibrate`` writes it; None for the
        default set.

    Returns
    -------
    :
        Its parameters.

    Raises
    ------
    DataError
        There is no such set or file, or the file is no parameter set.

    Examples
    --------
    >>> chosen_parameters(None).name
    'li-ti-ni-o'
    """
    shipped = sets_of_material(MATERIAL)
    if name is None or name in shipped:
        return load(name or MATERIAL)
    if Path(name).suffix == ".toml":
        return read(Path(name))
    raise unknown_name("parameter set", name, shipped)


def reproduce(
    folder: Path,
    *,
    figure: str | None = None,
    parameters: str | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> Reproduction:
    """Reproduce the electrochemical and diffraction figures of the paper with a set of electrode parameters.

    Parameters
    ----------
    folder
        Where ``reproduce.html`` and ``figures/`` go: new, empty, or written by an earlier call.
    figure
        One figure or panel, for example ``"4a"``: only it is drawn, only its statements are judged, and no
        page is written.
    parameters
        As of :func:`chosen_parameters`. The other shipped sets are judged beside it.
    say
        Takes a line of progress now and then.

    Returns
    -------
    :
        Statements, figures and page.

    Raises
    ------
    DataError
        The folder holds other files, or the parameters cannot be had.
    UnknownName
        There is no such figure.
    """
    _check(folder)
    runs = PaperRuns(base=chosen_parameters(parameters))
    chosen = plates(runs, figure)
    drawings = folder / FIGURES
    drawings.mkdir(parents=True, exist_ok=True)
    files: list[tuple[Plate, Path]] = []
    for plate in chosen:
        say(f"drawing figure {plate.name} ...")
        files.append((plate, write_plate(plate, drawings)))
    panels = tuple((panel.id, file) for plate, file in files for panel in plate.panels)
    only = None if figure is None else {name for name, _ in panels}
    say("judging the statements ...")
    judged = judge(runs, figures=only)
    rivals = _rivals(runs.parameters.name, only, say)
    page = None if figure is not None else folder / PAGE
    if page is not None:
        write_text(page, html(judged, files, runs.parameters, rivals))
    return Reproduction(judged, panels, page, runs.parameters.name, rivals)


def _rivals(own: str, only: set[str] | None, say: Callable[[str], None]) -> tuple[Rival, ...]:
    """Judge the same statements with the other shipped sets."""
    found = []
    for name in sets_of_material(MATERIAL):
        if name != own:
            say(f"judging the set {name} ...")
            parameters = load(name)
            found.append(Rival(name, parameters.source, judge(PaperRuns(base=parameters), figures=only)))
    return tuple(found)


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
