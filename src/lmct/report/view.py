"""What the report shows, as plain texts in the order of the page."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lmct.evidence import Comparison
from lmct.quantity import Finding, Value
from lmct.quantity.constants import ZERO_CELSIUS
from lmct.quantity.value import shorthand
from lmct.study import Message, StudyResult
from lmct.study.figure_file import StoredFigure
from lmct.study.measurement_file import MeasurementSummary

LARGEST_DRAWING = 1_500_000
"""An SVG above this size is shown as its PNG [byte]."""

SHOWN_NAMES = 4
"""Names that stand in one line; of more, how many there are."""


@dataclass(frozen=True, slots=True)
class Row:
    """One finding in a table.

    Parameters
    ----------
    quantity, sample, condition, value, note
        Texts.
    sources
        Name and short hash of each file.
    """

    quantity: str
    sample: str
    condition: str
    value: str
    note: str
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Findings with one line for each sample and one column for each quantity.

    Parameters
    ----------
    columns
        Quantities with their unit.
    lines
        Sample and condition, then one cell for each column, empty where nothing was found.
    """

    columns: tuple[str, ...]
    lines: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure that is part of the page.

    Parameters
    ----------
    address
        The drawing itself as a ``data:`` address.
    title, caption, paper_figure, stem
        Texts.
    """

    address: str
    title: str
    caption: str
    paper_figure: str
    stem: str


def rows_of(findings: Sequence[Finding]) -> list[Row]:
    """Return findings as rows of a table."""
    return [
        Row(
            quantity=words(finding.quantity),
            sample=finding.sample,
            condition=finding.condition,
            value=str(finding.value),
            note=finding.note,
            sources=tuple(_sources(finding)),
        )
        for finding in findings
    ]


def grid_of(findings: Sequence[Finding]) -> Grid | None:
    """Return findings as a grid of samples and quantities; None where a list says as much.

    Parameters
    ----------
    findings
        Of one analysis.

    Returns
    -------
    :
        The grid, when at least two quantities of at least two samples are known and no cell holds two.
    """
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for finding in findings:
        line = cells.setdefault((finding.sample, finding.condition), {})
        column = _column(finding)
        if column in line:
            return None
        line[column] = shorthand(finding.value.value, finding.value.uncertainty)
    columns = tuple(dict.fromkeys(_column(finding) for finding in findings))
    if len(columns) < 2 or len(cells) < 2:
        return None
    lines = [
        (_joined(sample, condition), tuple(line.get(column, "") for column in columns))
        for (sample, condition), line in cells.items()
    ]
    return Grid(columns, tuple(lines))


def pictures_of(figures: Sequence[StoredFigure], folder: Path) -> list[Picture]:
    """Return figures with their drawings.

    Parameters
    ----------
    figures
        Figures on disk.
    folder
        Their folder.

    Returns
    -------
    :
        One for each; vector drawings unless they are very large.
    """
    return [
        Picture(_address(figure, folder), figure.title, figure.caption, figure.paper_figure, figure.stem)
        for figure in figures
    ]


def condition_words(measurement: MeasurementSummary) -> str:
    """Return the numbers of a history as people write them.

    Examples
    --------
    >>> condition_words(MeasurementSummary(Path(), "", "a", "s", "t", {"hold_time": 14400.0}))
    'hold time 4 h'
    """
    return ", ".join(_condition(name, number) for name, number in measurement.condition.items())


def comparison_cells(row: Comparison) -> tuple[str, ...]:
    """Return quantity, sample, truth, found value and deviation of a comparison as texts."""
    found = "not found" if row.value != row.value else str(Value(row.value, row.uncertainty, row.unit))
    deviation = "" if row.value != row.value else f"{row.sigmas:+.1f}"
    return words(row.quantity), row.sample, f"{row.truth:.5g} {row.unit}".strip(), found, deviation


def headline(result: StudyResult) -> str:
    """Return one sentence: how much was analysed and whether anything failed."""
    files, samples = len(result.measurements), len({m.sample for m in result.measurements})
    done = f"{files} {_plural('file', files)} of {samples} {_plural('sample', samples)} analysed"
    failed = len(result.failures)
    return (
        f"{done}; nothing failed."
        if not failed
        else f"{done}; {failed} {_plural('failure', failed)}, listed below."
    )


def notes_of(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """Return each different note with the findings it belongs to, in words."""
    notes: dict[str, list[str]] = {}
    for finding in findings:
        if finding.note:
            notes.setdefault(finding.note, []).append(_joined(words(finding.quantity), finding.sample))
    return [(note, _shortened(list(dict.fromkeys(names)))) for note, names in notes.items()]


def messages_by_source(messages: Sequence[Message]) -> list[tuple[str, list[str]]]:
    """Return messages together under what they are about; one text about many files stands once.

    Examples
    --------
    >>> messages_by_source([Message("a", "odd."), Message("b", "odd."), Message("b", "short.")])
    [('a, b', ['odd.']), ('b', ['short.'])]
    """
    sources: dict[str, list[str]] = {}
    for message in messages:
        sources.setdefault(message.text, []).append(message.source)
    grouped: dict[str, list[str]] = {}
    for text, names in sources.items():
        grouped.setdefault(_shortened(list(dict.fromkeys(names))), []).append(text)
    return list(grouped.items())


def words(name: str) -> str:
    """Return a name in code as words.

    Examples
    --------
    >>> words("equilibrium_potential")
    'equilibrium potential'
    """
    return name.replace("_", " ")


def _shortened(names: Sequence[str]) -> str:
    """Return names with commas, only the first ones of many."""
    if len(names) <= SHOWN_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:SHOWN_NAMES])} and {len(names) - SHOWN_NAMES} more"


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"


def _sources(finding: Finding) -> list[tuple[str, str]]:
    files = finding.source_file.split("; ") if finding.source_file else []
    hashes = finding.source_sha256.split("; ") if finding.source_sha256 else []
    short = [digest[:8] for digest in hashes] + [""] * (len(files) - len(hashes))
    return list(zip(files, short, strict=False))


def _column(finding: Finding) -> str:
    unit = f" [{finding.value.unit}]" if finding.value.unit else ""
    return words(finding.quantity) + unit


def _joined(sample: str, condition: str) -> str:
    return " · ".join(text for text in (sample, condition) if text)


def _address(figure: StoredFigure, folder: Path) -> str:
    drawing = figure.path(folder, "svg")
    kind, path = ("svg+xml", drawing)
    if drawing.stat().st_size > LARGEST_DRAWING:
        kind, path = ("png", figure.path(folder, "png"))
    return f"data:image/{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def _condition(name: str, number: float) -> str:
    if name == "in_cycling":
        return "in cycling, never taken apart"
    if name.endswith("temperature"):
        return f"{words(name)} {number - ZERO_CELSIUS:.6g} °C"
    if name.endswith("time"):
        return f"{words(name)} {_duration(number)}"
    units = {"charge_voltage": " V", "charge_capacity": " mAh/g"}
    return f"{words(name)} {number:.6g}{units.get(name, '')}"


def _duration(seconds: float) -> str:
    for unit, length in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * length or seconds == length:
            return f"{seconds / length:.4g} {unit}"
    return f"{seconds:.4g} s"
