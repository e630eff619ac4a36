"""``lmct calibrate STUDY``: electrode parameters from targets and measured curves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lmct.cli.executor_option import ExecutorWords, Processes, chosen_executor
from lmct.cli.output import FINE, AsJson, say, write_json, write_table
from lmct.cli.progress import progress_bar

if TYPE_CHECKING:
    from lmct.evidence.calibration.solution import FoundParameter, Solution
    from lmct.study.calibration_run import CalibrationStudy

NAME = "calibrate"

WIDTH = 1000
"""Steps of the progress bar."""

SHORT = 30.0
"""Searches below this time stay in one process unless asked for: workers take some seconds to start [s]."""


def run(
    location: Annotated[Path, typer.Argument(metavar="DIR_OR_TOML", help="Study folder or study file.")],
    seconds: Annotated[float, typer.Option(help="Time for the search.")] = 300.0,
    generations: Annotated[
        int | None, typer.Option(help="Search no longer than so many generations.", min=0)
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the random numbers.", min=0)] = 1,
    executor: ExecutorWords = None,
    processes: Processes = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from a run that was ended.")] = False,
    json: AsJson = False,
) -> int:
    """Derive electrode parameters from targets and curves."""
    from lmct.report.calibration_page import write_calibration_report
    from lmct.study.calibration_run import calibrate_study

    default = "serial" if seconds < SHORT else "processes"
    with chosen_executor(executor, processes, default=default) as workers, progress_bar() as bar:
        result = calibrate_study(
            location,
            seconds=seconds,
            generations=generations,
            seed=seed,
            executor=workers,
            progress=None if bar is None else lambda share, text: bar(round(share * WIDTH), WIDTH, text),
            resume=resume,
        )
    page = write_calibration_report(result)
    if json:
        write_json({"report": str(page), **result.to_json()})
    else:
        _show(result)
        typer.echo(f"report: {page}")
    return FINE


def _show(result: CalibrationStudy) -> None:
    """Print the best set and what stays open, and on stderr what failed."""
    found = result.calibration
    best = found.best
    write_table(
        ("parameter", "value", "68 % from", "to", "unit", "limited by"),
        [_row(one) for one in best.free],
        title=result.study.name,
    )
    if best.targets:
        rows = [(one.name, one.asked, one.found, one.unit, f"{one.residual:+.2f}") for one in best.targets]
        write_table(("target", "asked", "found", "unit", "tolerances"), rows)
    if best.steps:
        steps = [(one.curve, one.number, one.words, 1e3 * one.rms, 1e3 * one.noise) for one in best.steps]
        write_table(("curve", "step", "", "misfit [mV]", "noise [mV]"), steps)
        typer.echo(best.curve_verdict)
    _show_open(best)
    typer.echo(
        f"cost {best.cost:.4g} (start {found.start_cost:.4g}), {found.generations} generations,"
        f" {found.evaluations} electrodes, ended by {found.stopped_by}"
    )
    for path in result.sets:
        typer.echo(f"set: {path}")
    for failure in result.failures:
        say(f"failed: {failure.file or failure.place}: {failure.message}")


def _row(one: FoundParameter) -> tuple[object, ...]:
    low, high = one.interval()
    limit = "at its bound" if one.is_at_bound else one.dominated_by
    return one.name, one.value, low, high, one.unit, limit


def _show_open(best: Solution) -> None:
    for direction in best.flat:
        typer.echo(f"not decided: {direction.words}")
    for one, other, number in best.strong_correlations:
        typer.echo(f"correlated: {one} and {other} ({number:+.3f})")
