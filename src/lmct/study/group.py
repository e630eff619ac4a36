"""Analyses over several measurements and figures of each sample, kept for the next run."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
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
    """One computation over several measurements.

    Parameters
    ----------
    place
        Entry of the study file, for messages.
    name
        Name of the analysis or sample.
    stem
        Beginning of the names of its files, unique in the study.
    kind
        ``"analysis"`` or ``"figures"``.
    technique
        Name of the technique.
    members
        The measurements.
    settings
        What the result depends on besides the measurements.
    compute
        The computation.
    """

    place: str
    name: str
    stem: str
    kind: str
    technique: str
    members: Sequence[MeasurementSummary]
    settings: Mapping[str, Any]
    compute: Callable[[Sequence[Any]], AnalysisResult]

    @property
    def key(self) -> str:
        """Key of the computation."""
        settings = {"kind": self.kind, "name": self.name, "settings": self.settings}
        return key_from_settings(self.technique, settings | {"members": [m.key for m in self.members]})


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
    members = [
        measurement
        for sample in entry.samples
        for measurement in measurements
        if measurement.sample == sample and measurement.technique == entry.technique
    ]
    analyse = group_analysis(entry.technique, entry.kind)
    return Task(
        place=entry.place,
        name=entry.name,
        stem=entry.name,
        kind="analysis",
        technique=entry.technique,
        members=members,
        settings={"analysis": entry.kind, "options": dict(entry.options)},
        compute=lambda opened: analyse(opened, entry.options),
    )


def _figure_tasks(measurements: Sequence[MeasurementSummary]) -> list[Task]:
    groups: dict[tuple[str, str], list[MeasurementSummary]] = {}
    for measurement in measurements:
        groups.setdefault((measurement.sample, measurement.technique), []).append(measurement)
    return [_figure_task(sample, technique, members) for (sample, technique), members in groups.items()]


def _figure_task(sample: str, technique: str, members: Sequence[MeasurementSummary]) -> Task:
    return Task(
        place=f"figures of {sample}",
        name=sample,
        stem=f"sample {sample} {technique}",
        kind="figures",
        technique=technique,
        members=members,
        settings={},
        compute=lambda opened: AnalysisResult(figures=load_technique(technique).figures(opened)),
    )


def run_task(task: Task, study: Study) -> GroupResult:
    """Run a task, or take its result from an earlier run.

    Parameters
    ----------
    task
        What to compute.
    study
        Where the results go.

    Returns
    -------
    :
        The result; an error in the analysis or in one figure is recorded in its failures.
    """
    path = study.results / "analyses" / f"{task.stem}.json"
    figures = study.results / "figures"
    stored = _read(path, task.key)
    if stored is not None and all(figure.is_complete(figures) for figure in stored.figures):
        return stored
    if not task.members:
        text = (
            f"{task.name}: none of its measurements could be analysed, so there is nothing to conclude from."
        )
        return GroupResult(task.name, messages=(text,))
    try:
        result = task.compute(StoredMeasurements(task.members))
    except Exception as error:  # a fault of one analysis must not stop the others
        return GroupResult(task.name, failures=(_failure(task, error),))
    drawn, failures = _draw(task, result.figures, figures)
    group = GroupResult(
        task.name, tuple(_with_source(f, task) for f in result.findings), drawn, result.messages, failures
    )
    if not failures:
        _write(path, task.key, group)
    return group


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
