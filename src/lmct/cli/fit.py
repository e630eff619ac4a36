"""``lmct fit STUDY``: a mechanism fitted to everything that a study measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lmct.cli.effort_option import EffortOption, effort_named
from lmct.cli.executor_option import ExecutorWords, Processes, chosen_executor
from lmct.cli.output import FINE, AsJson, write_json, write_table
from lmct.cli.progress import command_line, progress_bar
from lmct.cli.study_option import Seed, StudyLocation

if TYPE_CHECKING:
    from lmct.study.fit_run import FitStudy

NAME = "fit"


def run(
    location: StudyLocation,
    mechanism: Annotated[str, typer.Option(help="Which mechanism; that of the study by default.")] = "",
    effort: EffortOption = "usual",
    seed: Seed = 1,
    executor: ExecutorWords = None,
    processes: Processes = None,
    json: AsJson = False,
) -> int:
    """Fit a mechanism to everything a study measured."""
    from lmct.report.fit_page import write_fit_report
    from lmct.study import run_study
    from lmct.study.fit_run import fit_study

    with chosen_executor(executor, processes) as workers, progress_bar() as progress:
        measured = run_study(location, executor=workers, progress=progress, command=command_line())
        result = fit_study(
            measured,
            mechanism=mechanism,
            seed=seed,
            effort=effort_named(effort),
            executor=workers,
            progress=progress,
        )
    page = write_fit_report(result)
    if json:
        write_json({"report": str(page), **result.to_json()})
    else:
        show(result)
        typer.echo(f"report: {page}")
    return FINE


def show(result: FitStudy) -> None:
    """Print what the data say, and what they do not."""
    from lmct.report.fit_page import lead_of_fit, name_of

    rows = [(name_of(one.quantity), one.condition, str(one.value)) for one in result.findings]
    write_table(("quantity", "at", "value"), rows, title=result.likelihood.mechanism.title)
    typer.echo(lead_of_fit(result))
    for message in result.messages:
        typer.echo(f"note: {message}")
