"""``lmct study DIR``: run a study and write its report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lmct.cli.executor_option import ExecutorWords, Processes, chosen_executor
from lmct.cli.output import FAILED, FINE, AsJson, say, write_json, write_table
from lmct.cli.progress import command_line, progress_bar

if TYPE_CHECKING:
    from lmct.study import StudyResult

NAME = "study"


def run(
    location: Annotated[Path, typer.Argument(metavar="DIR_OR_TOML", help="Study folder or study file.")],
    executor: ExecutorWords = None,
    processes: Processes = None,
    json: AsJson = False,
) -> int:
    """Run a study and write its report."""
    from lmct.report import write_report
    from lmct.study import run_study

    with chosen_executor(executor, processes) as workers, progress_bar() as progress:
        result = run_study(location, executor=workers, progress=progress, command=command_line())
    report = write_report(result)
    if json:
        write_json({"report": str(report), **result.to_json()})
    else:
        show(result)
        typer.echo(f"report: {report}")
    return FINE if result.succeeded else FAILED


def show(result: StudyResult) -> None:
    """Print what was concluded, and on stderr what failed."""
    if result.conclusions:
        rows = [(f.quantity, f.sample, f.condition, str(f.value)) for f in result.conclusions]
        write_table(("quantity", "sample", "condition", "value"), rows, title=result.study.name)
    for failure in result.failures:
        say(f"failed: {failure.file or failure.place}: {failure.message}")
    run = result.run
    say(f"{run.computed} files analysed, {run.reused} unchanged since an earlier run, {run.failed} failures")
