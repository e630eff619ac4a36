"""reproduce.html: every figure beside what the paper says, and all statements in one table."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lmct.electrode.parameters import ElectrodeParameters
from lmct.report.reproduction.panel import Plate
from lmct.report.reproduction.statement import Judged


@dataclass(frozen=True, slots=True)
class Section:
    """A figure and what the paper says about it.

    Parameters
    ----------
    plate
        The figure.
    address
        Its drawing as a ``data:`` address.
    statements
        Those that belong to its panels.
    """

    plate: Plate
    address: str
    statements: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class Rival:
    """Another parameter set and what it answers to the same statements.

    Parameters
    ----------
    name, source
        Of the set.
    statements
        With its answers.
    """

    name: str
    source: str
    statements: tuple[Judged, ...]

    @property
    def counts(self) -> Counter[str]:
        """How many statements got each verdict."""
        return Counter(row.answer.verdict for row in self.statements)


def html(
    judged: Sequence[Judged],
    files: Sequence[tuple[Plate, Path]],
    parameters: ElectrodeParameters,
    rivals: Sequence[Rival] = (),
) -> str:
    """Return the page; it needs neither network nor script.

    Parameters
    ----------
    judged
        All statements.
    files
        Plates with their SVG.
    parameters
        Of the electrode that was simulated.
    rivals
        Other sets, for a column each.

    Returns
    -------
    :
        HTML with its style sheet and drawings inside.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("lmct.report", "template"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sections = [_section(plate, file, judged) for plate, file in files]
    shown = {row.statement.id for section in sections for row in section.statements}
    return environment.get_template("reproduction.html").render(
        sections=sections,
        others=[row for row in judged if row.statement.id not in shown],
        judged=judged,
        counts=Counter(row.answer.verdict for row in judged),
        parameters=parameters,
        rivals=rivals,
    )


def _section(plate: Plate, file: Path, judged: Sequence[Judged]) -> Section:
    names = {panel.id for panel in plate.panels}
    drawing = base64.b64encode(file.read_bytes()).decode("ascii")
    own = tuple(row for row in judged if row.statement.figure in names)
    return Section(plate, f"data:image/svg+xml;base64,{drawing}", own)
