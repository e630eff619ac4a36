"""``lmct plan STUDY``: what to measure next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lmct.cli.effort_option import EffortOption, effort_named
from lmct.cli.executor_option import ExecutorWords, Processes, chosen_executor
from lmct.cli.output import FINE, AsJson, write_json, write_table
from lmct.cli.progress import command_line, progress_bar
from lmct.cli.study_option import Seed, StudyLocation

if TYPE_CHECKING:
    from lmct.study.plan_run import PlanStudy

NAME = "plan"

SHOWN = 15
"""Candidates that are printed."""


def run(
    location: StudyLocation,
    target: Annotated[
        str, typer.Option(help="An unknown, 'all unknowns', or 'mechanisms' to tell them apart.")
    ] = "all unknowns",
    mechanism: Annotated[
        list[str] | None,
        typer.Option(help="Mechanism to plan with; twice or more to tell them apart."),
    ] = None,
    technique: Annotated[
        list[str] | None,
        typer.Option(help="titration, edge, photoemission, rest, lattice, operando, curves or gas."),
    ] = None,
    effort: EffortOption = "usual",
    seed: Seed = 1,
    executor: ExecutorWords = None,
    processes: Processes = None,
    json: AsJson = False,
) -> int:
    """Rank what a study should measure next."""
    from lmct.evidence.plan.candidate import CandidateGrid
    from lmct.report.plan_page import write_plan_report
    from lmct.study import run_study
    from lmct.study.plan_run import plan_for_study

    grid = CandidateGrid(techniques=tuple(technique)) if technique else CandidateGrid()
    with chosen_executor(executor, processes) as workers, progress_bar() as progress:
        measured = run_study(location, executor=workers, progress=progress, command=command_line())
        result = plan_for_study(
            measured,
            target=target,
            mechanisms=tuple(mechanism or ()),
            grid=grid,
            seed=seed,
            effort=effort_named(effort),
            executor=workers,
            progress=progress,
        )
    page = write_plan_report(result)
    if json:
        write_json({"report": str(page), **result.to_json()})
    else:
        _show(result)
        typer.echo(f"report: {page}")
    return FINE


def _show(result: PlanStudy) -> None:
    rows = [
        (
            one.candidate.name,
            f"{one.gain.value:.2f} ± {one.gain.error:.2f}",
            f"{one.candidate.cost.total:.0f}",
            f"{one.per_hour:.3f}",
        )
        for one in result.plan.ratings[:SHOWN]
    ]
    write_table(("candidate", "gain [nat]", "cost [h]", "per hour"), rows, title=result.plan.target)
    for message in result.plan.messages:
        typer.echo(message)
