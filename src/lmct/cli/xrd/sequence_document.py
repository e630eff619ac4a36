"""A refined sequence as one JSON document: its scans, what was found, and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from lmct.quantity.finding import Finding
    from lmct.technique.contract import AnalysisResult, Measurement
    from lmct.technique.diffraction.refined import RefinedScan


def scan_document(scan: RefinedScan, first: datetime | None) -> dict[str, Any]:
    """Return a scan as plain JSON types.

    Parameters
    ----------
    scan
        The scan.
    first
        Start of the first scan of the sequence, from which its time counts.
    """
    known = first is not None and scan.start_time is not None
    return {
        "index": scan.index,
        "file": scan.file,
        "scan": scan.scan,
        "time_second": (scan.start_time - first).total_seconds() if known else None,  # type: ignore[operator]
        "start_time": None if scan.start_time is None else scan.start_time.isoformat(),
        "temperature": scan.temperature,
        "a": _number(scan, "a"),
        "values": {name: _number(scan, name) for name in scan.values},
        "gof": scan.goodness_of_fit,
        "flags": list(scan.flags),
        "message": scan.message,
    }


def _number(scan: RefinedScan, name: str) -> dict[str, Any] | None:
    if name not in scan.values:
        return None
    value = scan.values[name]
    counting = scan.counting_uncertainty.get(name)
    return {
        "value": value.value,
        "uncertainty": value.uncertainty,
        "counting_uncertainty": counting,
        "unit": value.unit,
    }


def findings_of(measurement: Measurement, results: Sequence[AnalysisResult]) -> list[Finding]:
    """Return what was found, each quantity in each condition once: the analysis with the cell knows most.

    Parameters
    ----------
    measurement
        The refined sequence.
    results
        Of the analyses that were asked for.
    """
    found = [*measurement.findings, *(finding for result in results for finding in result.findings)]
    return list({(finding.quantity, finding.condition): finding for finding in found}.values())


def sequence_document(
    measurement: Measurement, results: Sequence[AnalysisResult], files: Sequence[Path]
) -> dict[str, Any]:
    """Return a refined sequence with its analyses as plain JSON types.

    Parameters
    ----------
    measurement
        The refined sequence.
    results
        Of the analyses that were asked for.
    files
        Figures that were written.
    """
    from lmct.technique.diffraction.sequence.dataset import sequence_of_dataset

    refined = sequence_of_dataset(measurement.dataset)
    first = refined.scans[0].start_time if refined.scans else None
    found = findings_of(measurement, results)
    return {
        "engine": refined.engine,
        "scans": [scan_document(scan, first) for scan in refined.scans],
        "findings": [finding.to_json() for finding in found],
        "messages": [*measurement.warnings, *(text for result in results for text in result.messages)],
        "files": [str(file) for file in files],
    }
