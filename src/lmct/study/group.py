"""Analyses over several measurements and figures of each sample, kept for the next run."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmct.quantity import Finding
from lmct.quantity.errors import LmctError
from lmct.study.atomic import write_text
from lmct.study.cache_key import key_from_settings
from lmct.study.figure_file import StoredFigure, distinct_slugs, write_figure
from lmct.study.layout import AnalysisEntry, Study
from lmct.study.measurement_file import MeasurementSummary, StoredMeasurements
from lmct.study.one_file import Failure, describe
from lmct.study.result import GroupResult
from lmct.study.techniques import group_analysis, load_technique
from lmct.technique.contract import AnalysisResult

if TYPE_CHECKING:
    from lmct.technique.contract import FigureSheet


@dataclasses.dataclass(frozen=True, slots=True)
class Task:
    """One computation over several measurements; it can be sent to a worker process.

    Parameters
    ----------
    place
        Entry of the study file, for messages.
    name
        Name of the analysis or sample.
    stem
        Beginning of the names of its files, unique in the study.
    technique
        Name of the technique.
    members
        The measurements.
    analysis
        Which analysis of the technique; empty for the figures of a sample.
    options
        Options of the analysis.
    """

    place: str
    name: str
    stem: str
    technique: str
    members: Sequence[MeasurementSummary]
    analysis: str = ""
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def key(self) -> str:
        """Key of the computation."""
        settings = {"analysis": self.analysis, "name": self.name, "options": self.options}
        return key_from_settings(self.technique, settings | {"members": [m.key for m in self.members]})

    def compute(self) -> AnalysisResult:
        """Do it."""
        opened = StoredMeasurements(self.members)
        if self.analysis:
            return group_analysis(self.technique, self.analysis)(opened, self.options)
        return AnalysisResult(figures=load_technique(self.technique).figures(opened))


def tasks_of_study(study: Study, measurements: Sequence[MeasurementSummary]) -> list[Task]:
    """Return the tasks of a study: every ``[[analysis]]`` in order, then the figures of each sample.

    Parameters
    ----------
    study
        The study.
    measurements
        Its files that could be analysed.

    Returns
    -------
    :
        Tasks with distinct stems.
    """
    tasks = [_analysis_task(entry, measurements) for entry in study.analyses] + _figure_tasks(measurements)
    stems = distinct_slugs([task.stem for task in tasks])
    return [dataclasses.replace(task, stem=stem) for task, stem in zip(tasks, stems, strict=True)]


def _analysis_task(entry: AnalysisEntry, measurements: Sequence[MeasurementSummary]) -> Task:
    techniques = (entry.technique, *load_technique(entry.technique).COMPANIONS)
    by_sample: dict[str, list[MeasurementSummary]] = {}
    for measurement in measurements:
        if measurement.technique in techniques:
            by_sample.setdefault(measurement.sample, []).append(measurement)
    members = [measurement for sample in entry.samples for measurement in by_sample.get(sample, ())]
    options = dict(entry.options)
    return Task(entry.place, entry.name, entry.name, entry.technique, members, entry.kind, options)


def _figure_tasks(measurements: Sequence[MeasurementSummary]) -> list[Task]:
    groups: dict[tuple[str, str], list[MeasurementSummary]] = {}
    for measurement in measurements:
        groups.setdefault((measurement.sample, measurement.technique), []).append(measurement)
    return [
        Task(f"figures of {sample}", sample, f"sample {sample} {technique}", technique, members)
        for (sample, technique), members in groups.items()
    ]


def stored_group(task: Task, results: Path) -> GroupResult | None:
    """Return the result of an earlier run, None when the task must be done.

    Parameters
    ----------
    task
        What to compute.
    results
        The results folder.

    Returns
    -------
    :
        The result, if its key is the same and all its figures are there.
    """
    stored = _read(_path(task, results), task.key)
    complete = stored is not None and all(one.is_complete(results / "figures") for one in stored.figures)
    return stored if complete else None


def run_task(task: Task, results: Path) -> GroupResult:
    """Do a task and keep its result for the next run.

    Parameters
    ----------
    task
        What to compute.
    results
        The results folder.

    Returns
    -------
    :
        The result; an error in the analysis or in one figure is recorded in its failures.
    """
    if not task.members:
        text = "none of its measurements could be analysed, so there is nothing to conclude from."
        return GroupResult(task.name, messages=(text,))
    try:
        result = task.compute()
    except Exception as error:  # a fault of one analysis must not stop the others
        return GroupResult(task.name, failures=(_failure(task, error),))
    drawn, failures = _draw(task, result.figures, results / "figures")
    findings = tuple(_with_source(finding, task) for finding in result.findings)
    group = GroupResult(task.name, findings, drawn, result.messages, failures)
    if not failures:
        _write(_path(task, results), task.key, group)
    return group


def lost_task(task: Task) -> GroupResult:
    """Return the result of a task whose worker process died."""
    text = "the worker process ended before this was done. Run the study again to go on."
    return GroupResult(task.name, failures=(Failure(task.place, "", "WorkerLost", text),))


def _path(task: Task, results: Path) -> Path:
    return results / "analyses" / f"{task.stem}.json"


def _draw(
    task: Task, sheets: Sequence[FigureSheet], folder: Path
) -> tuple[tuple[StoredFigure, ...], tuple[Failure, ...]]:
    drawn: list[StoredFigure] = []
    failures: list[Failure] = []
    for sheet in sheets:
        try:
            drawn.append(write_figure(sheet, folder=folder, stem=task.stem, source=task.name))
        except Exception as error:  # a figure that cannot be drawn must not cost the others
            failures.append(dataclasses.replace(_failure(task, error), file=sheet.name))
    return tuple(drawn), tuple(failures)


def _failure(task: Task, error: BaseException) -> Failure:
    return Failure(task.place, "", type(error).__name__, describe(error))


def _with_source(finding: Finding, task: Task) -> Finding:
    """Return a finding that names the files it came from: all members, unless the analysis said which."""
    finding = dataclasses.replace(finding, technique=finding.technique or task.technique)
    if finding.source_file:
        return finding
    return dataclasses.replace(
        finding,
        source_file="; ".join(member.source_file for member in task.members),
        source_sha256="; ".join(member.source_sha256 for member in task.members),
    )


def _write(path: Path, key: str, group: GroupResult) -> None:
    content = {
        "key": key,
        "name": group.name,
        "findings": [finding.to_json() for finding in group.findings],
        "figures": [figure.to_json() for figure in group.figures],
        "messages": list(group.messages),
    }
    write_text(path, json.dumps(content, allow_nan=False, indent=1))


def _read(path: Path, key: str) -> GroupResult | None:
    """Return the result of an earlier run with the same key; None when there is none or it is damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["key"] != key:
            return None
        return GroupResult(
            name=content["name"],
            findings=tuple(Finding.from_json(row) for row in content["findings"]),
            figures=tuple(StoredFigure(**row) for row in content["figures"]),
            messages=tuple(content["messages"]),
            reused=True,
        )
    except (OSError, ValueError, KeyError, TypeError, LmctError):
        return None
