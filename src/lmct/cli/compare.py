"""``lmct compare STUDY``: rival mechanisms on trial before the same data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lmct.cli.effort_option import EffortOption, effort_named
from lmct.cli.executor_option import ExecutorWords, Processes, chosen_executor
from lmct.cli.output import FINE, AsJson, write_json, write_table
from lmct.cli.progress import command_line, progress_bar
from lmct.cli.study_option import Seed, StudyLocation

if TYPE_CHECKING:
    from lmct.study.compare_run import CompareStudy

NAME = "compare"


def run(
    location: StudyLocation,
    mechanism: Annotated[
        list[str] | None,
        typer.Option(help="A mechanism to try; several times for several. All by default."),
    ] = None,
    effort: EffortOption = "usual",
    seed: Seed = 1,
    executor: ExecutorWords = None,
    processes: Processes = None,
    json: AsJson = False,
) -> int:
    """Try rival mechanisms on everything a study measured."""
    from lmct.report.compare_page import write_compare_report
    from lmct.study import run_study
    from lmct.study.compare_run import compare_in_study

    with chosen_executor(executor, processes) as workers, progress_bar() as progress:
        measured = run_study(location, executor=workers, progress=progress, command=command_line())
        result = compare_in_study(
            measured,
            mechanisms=tuple(mechanism or ()),
            seed=seed,
            effort=effort_named(effort),
            executor=workers,
            progress=progress,
        )
    page = write_compare_report(result)
    if json:
        write_json({"report": str(page), **result.to_json()})
    else:
        _show(result)
        typer.echo(f"report: {page}")
    return FINE


def _show(result: CompareStudy) -> None:
    comparison = result.comparison
    rows = [
        (one.name, one.evidence_in_words, comparison.chance_in_words(one.name)) for one in comparison.ranked
    ]
    write_table(("mechanism", "ln evidence", "probability"), rows)
    typer.echo(comparison.verdict)
    for trial in comparison.ranked:
        for failure in trial.failures[:1]:
            typer.echo(f"{trial.name}: {failure.sentence}")
