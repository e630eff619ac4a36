"""report.html: everything a study found, in one file that needs neither network nor script."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lmct.evidence import Comparison
from lmct.report import picture, table, wording
from lmct.study import StudyResult
from lmct.study.atomic import write_text
from lmct.study.figure_file import StoredFigure
from lmct.study.measurement_file import MeasurementSummary

MOST_DETAILS = 300
"""Measurements that the page shows one by one; more stay in the store of findings."""

MOST_MESSAGES = 200
"""Messages that the page shows; more stay in the store of findings."""


def write_report(result: StudyResult, comparison: Sequence[Comparison] = ()) -> Path:
    """Write the report of a study.

    Parameters
    ----------
    result
        What a run gave.
    comparison
        Findings beside their truth, where one is known.

    Returns
    -------
    :
        The page, which is the old or the new version whatever happens meanwhile.
    """
    write_text(result.report, html(result, comparison))
    return result.report


def html(result: StudyResult, comparison: Sequence[Comparison] = ()) -> str:
    """Return the report of a study as one page; texts from files are escaped.

    Parameters
    ----------
    result
        What a run gave.
    comparison
        Findings beside their truth, where one is known.

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
    folder = result.study.results / "figures"
    return environment.get_template("report.html").render(
        result=result,
        study=result.study,
        run=result.run,
        picture=picture,
        table=table,
        wording=wording,
        headline=wording.headline(result),
        figures=lambda group: picture.pictures_of(group.figures, folder),
        samples=_measurements_by_sample(result),
        sample_figures=_figures_by_sample(result),
        comparison=comparison,
        inside=_inside(comparison),
        most_details=MOST_DETAILS,
        most_messages=MOST_MESSAGES,
    )


def _measurements_by_sample(result: StudyResult) -> dict[str, list[MeasurementSummary]]:
    """Return the measurements of each sample, only the first few hundred of all."""
    shown = result.measurements[:MOST_DETAILS]
    return {
        sample.name: [measurement for measurement in shown if measurement.sample == sample.name]
        for sample in result.study.samples
    }


def _figures_by_sample(result: StudyResult) -> dict[str, list[StoredFigure]]:
    figures: dict[str, list[StoredFigure]] = {}
    for group in result.sample_figures:
        figures.setdefault(group.name, []).extend(group.figures)
    return figures


def _inside(comparison: Sequence[Comparison]) -> tuple[int, int]:
    """Return how many truths lie inside the 68 % and the 95 % intervals."""
    return sum(row.inside_68 for row in comparison), sum(row.inside_95 for row in comparison)
