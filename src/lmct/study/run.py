"""Run a study: every file on its own, then the analyses over several, then the store of findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from pathlib import Path

from lmct.execution import outcomes
from lmct.execution.lock import locked
from lmct.study.atomic import remove_unfinished
from lmct.study.cache_key import library_versions
from lmct.study.group import lost_task, run_task, stored_group, tasks_of_study
from lmct.study.job_list import jobs_of_study
from lmct.study.layout import Study
from lmct.study.measurement_file import MeasurementSummary
from lmct.study.one_file import Failure, Job, analyse_file, stored_result
from lmct.study.remarks import remarks
from lmct.study.result import GroupResult, Run, StudyResult
from lmct.study.store import write_store
from lmct.study.study_file import read_study

Progress = Callable[[int, int, str], None]
"""Called with what is done, what there is to do, and the name of what was done last."""


def run_study(
    location: Path,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
    command: str = "",
) -> StudyResult:
    """Run a study and write its results folder.

    Files that were analysed before with the same content, settings and code are not computed again. A run
    that is ended at any moment loses only the file it was working on.

    Parameters
    ----------
    location
        The study file, or the folder that holds ``study.toml``.
    executor
        Runs the files in parallel; None runs them one after the other in this process.
    progress
        Is told after each file and each analysis.
    command
        The command as it was typed, for the record.

    Returns
    -------
    :
        Findings, figures, failures and messages; a file that failed does not stop the others.

    Raises
    ------
    LmctError
        The study file is wrong, or another run works on the same results.
    """
    study = read_study(location)
    for name in ("measurements", "analyses", "figures"):
        (study.results / name).mkdir(parents=True, exist_ok=True)
    with locked(study.results / ".lock", what=study.results):
        remove_unfinished(study.results)
        result = _run(study, executor, progress or _silent, command)
        write_store(result)
    return result


def _run(study: Study, executor: Executor | None, progress: Progress, command: str) -> StudyResult:
    started = _now()
    jobs, failures = jobs_of_study(study)
    done: dict[str, MeasurementSummary | Failure] = {}
    todo: list[tuple[Job, str]] = []
    for job in jobs:
        found = stored_result(job)
        if isinstance(found, Failure):
            done[job.name] = found
        elif found[0] is None:
            todo.append((job, found[1]))
        else:
            done[job.name] = found[0]
    reused = sum(isinstance(outcome, MeasurementSummary) for outcome in done.values())
    for job, outcome in _analysed(todo, executor):
        done[job.name] = outcome
        progress(len(done), len(jobs), job.source_file)
    ordered = [done[job.name] for job in jobs]
    measurements = [outcome for outcome in ordered if isinstance(outcome, MeasurementSummary)]
    failures += [outcome for outcome in ordered if isinstance(outcome, Failure)]
    analyses, sample_figures = _grouped(study, measurements, executor, progress)
    for group in (*analyses, *sample_figures):
        failures += group.failures
    return StudyResult(
        study=study,
        measurements=tuple(measurements),
        analyses=analyses,
        sample_figures=sample_figures,
        failures=tuple(failures),
        messages=remarks(study, measurements, analyses, [job.target for job in jobs]),
        run=Run(
            started=started,
            finished=_now(),
            command=command,
            computed=len(measurements) - reused,
            reused=reused,
            failed=len(failures),
            versions=library_versions(),
        ),
    )


def _analysed(
    todo: Sequence[tuple[Job, str]], executor: Executor | None
) -> Iterator[tuple[Job, MeasurementSummary | Failure]]:
    """Yield the outcome of each file as it is ready."""

    def lost(place: int) -> Failure:
        job = todo[place][0]
        text = "the worker process ended before this file was done. Run the study again to go on."
        return Failure(job.place, job.source_file, "WorkerLost", text)

    for place, outcome in outcomes(analyse_file, todo, executor=executor, lost=lost):
        yield todo[place][0], outcome


def _grouped(
    study: Study,
    measurements: Sequence[MeasurementSummary],
    executor: Executor | None,
    progress: Progress,
) -> tuple[tuple[GroupResult, ...], tuple[GroupResult, ...]]:
    """Return the results of the analyses, and the figures of the samples."""
    tasks = tasks_of_study(study, measurements)
    groups = [stored_group(task, study.results) for task in tasks]
    todo = [place for place, group in enumerate(groups) if group is None]
    for done, (place, group) in enumerate(
        outcomes(
            run_task,
            [(tasks[place], study.results) for place in todo],
            executor=executor,
            lost=lambda place: lost_task(tasks[todo[place]]),
        ),
        start=1,
    ):
        groups[todo[place]] = group
        progress(done, len(todo), tasks[todo[place]].name)
    whole = [group for group in groups if group is not None]
    return tuple(whole[: len(study.analyses)]), tuple(whole[len(study.analyses) :])


def _silent(done: int, total: int, name: str) -> None:
    """Tell nobody."""


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")
