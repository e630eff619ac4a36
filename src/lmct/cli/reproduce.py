"""``lmct reproduce``: the paper's figures beside what the paper says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lmct.cli.output import FINE, AsJson, say, write_json, write_table

if TYPE_CHECKING:
    from lmct.report.reproduction.reproduce import Reproduction

NAME = "reproduce"

DEFAULT_FOLDER = Path("lmct-reproduction")


def run(
    directory: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="Folder of the page and the figures.")
    ] = DEFAULT_FOLDER,
    figure: Annotated[
        str | None,
        typer.Option(
            help="Only one figure or panel: 1b, 2a, 3, 3b, 3d, 4, 4a-d, 6, 6a, 6b, 6e, 6f, S27, mechanism,"
            " budget."
        ),
    ] = None,
    parameters: Annotated[
        str | None,
        typer.Option(
            metavar="SET", help="A shipped parameter set, or FILE.toml as `lmct calibrate` writes it."
        ),
    ] = None,
    json: AsJson = False,
) -> int:
    """Draw the paper's electrochemical and diffraction figures and judge its statements."""
    from lmct.report.reproduction.reproduce import reproduce

    result = reproduce(directory, figure=figure, parameters=parameters, say=say)
    if json:
        write_json(result.to_json())
    else:
        _show(result)
    return FINE


def _show(result: Reproduction) -> None:
    rows = [
        (row.statement.text, row.statement.paper, row.statement.line, row.answer.ours, row.answer.verdict)
        for row in result.statements
    ]
    write_table(("statement", "paper", "line", "ours", "verdict"), rows)
    counts = ", ".join(f"{result.count(verdict)} {verdict}" for verdict in ("met", "missed", "undecidable"))
    typer.echo(f"{len(rows)} statements, {result.parameters}: {counts}")
    for rival in result.rivals:
        typer.echo(f"{rival.name}: " + ", ".join(f"{number} {word}" for word, number in rival.counts.items()))
    for file in dict.fromkeys(file for _, file in result.figures):
        typer.echo(f"figure: {file}")
    if result.page is not None:
        typer.echo(f"page: {result.page}")
