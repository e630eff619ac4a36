"""Findings and comparisons as tables of texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lmct.evidence import Comparison
from lmct.quantity import Finding, Value
from lmct.quantity.value import shorthand
from lmct.report.wording import joined, readable, words


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
    head
        What the lines are: ``"Sample"``, or ``"Condition"`` where no sample is named.
    columns
        Quantities with their unit.
    lines
        Sample and condition, then one cell for each column, empty where nothing was found.
    """

    head: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class DeviationGrid:
    """Deviations from the truth with one line for each sample and one column for each quantity.

    Parameters
    ----------
    columns
        Quantities.
    lines
        Sample, then one comparison for each column, None where there is none.
    """

    columns: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Comparison | None, ...]], ...]


def rows_of(findings: Sequence[Finding]) -> list[Row]:
    """Return findings as rows of a table."""
    return [
        Row(
            quantity=words(finding.quantity),
            sample=finding.sample,
            condition=finding.condition,
            value=str(readable(finding.value)),
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
        line[column] = _cell(finding.value)
    columns = tuple(dict.fromkeys(_column(finding) for finding in findings))
    if len(columns) < 2 or len(cells) < 2:
        return None
    uses = Counter(sample for sample, _ in cells)
    lines = [
        (
            sample if sample and uses[sample] == 1 else joined(sample, condition),
            tuple(line.get(column, "") for column in columns),
        )
        for (sample, condition), line in cells.items()
    ]
    return Grid("Sample" if any(uses) else "Condition", columns, tuple(lines))


def parts_of(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Return the findings about a whole series, then those about single samples; no part is empty.

    Examples
    --------
    >>> parts_of([Finding("a", Value(1, 1), "dried"), Finding("b", Value(1, 1))])[0][0].quantity
    'b'
    """
    series = [finding for finding in findings if not finding.sample]
    return [part for part in (series, [finding for finding in findings if finding.sample]) if part]


def deviations_of(comparison: Sequence[Comparison]) -> DeviationGrid:
    """Return the deviations from the truth with one line per sample and one column per quantity.

    Parameters
    ----------
    comparison
        Findings beside their truth, each quantity of a sample once.

    Returns
    -------
    :
        Columns, and lines of cells.
    """
    columns = tuple(dict.fromkeys(words(row.quantity) for row in comparison if row.sample))
    lines: dict[str, dict[str, Comparison]] = {}
    for row in comparison:
        if row.sample:
            lines.setdefault(row.sample, {})[words(row.quantity)] = row
    cells = tuple((sample, tuple(line.get(column) for column in columns)) for sample, line in lines.items())
    return DeviationGrid(columns, cells)


def comparison_cells(row: Comparison) -> tuple[str, ...]:
    """Return quantity, sample, truth, found value and deviation of a comparison as texts."""
    found = "not found" if row.value != row.value else str(Value(row.value, row.uncertainty, row.unit))
    deviation = "" if row.value != row.value else f"{row.sigmas:+.1f}"
    return words(row.quantity), row.sample, f"{row.truth:.5g} {row.unit}".strip(), found, deviation


def _sources(finding: Finding) -> list[tuple[str, str]]:
    files = finding.source_file.split("; ") if finding.source_file else []
    hashes = finding.source_sha256.split("; ") if finding.source_sha256 else []
    short = [digest[:8] for digest in hashes] + [""] * (len(files) - len(hashes))
    return list(zip(files, short, strict=False))


def _column(finding: Finding) -> str:
    unit = f" [{finding.value.unit}]" if finding.value.unit not in ("", "s") else ""
    return words(finding.quantity) + unit


def _cell(value: Value) -> str:
    """Return a number for a column whose head states the unit, unless it is a time."""
    return str(readable(value)) if value.unit == "s" else shorthand(value.value, value.uncertainty)
