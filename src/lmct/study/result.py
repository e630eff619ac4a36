"""What a run of a study gives: everything the report and the command line show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lmct.quantity import Finding
from lmct.study.figure_file import StoredFigure
from lmct.study.layout import Study
from lmct.study.measurement_file import MeasurementSummary
from lmct.study.one_file import Failure


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence a reader of the results must see.

    Parameters
    ----------
    source
        The file, sample or analysis it is about.
    text
        The sentence.
    """

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class GroupResult:
    """What one analysis over several measurements gave, or the figures of one sample.

    Parameters
    ----------
    name
        Name of the analysis, or of the sample.
    findings, figures, messages
        As in :class:`lmct.technique.contract.AnalysisResult`, the figures on disk.
    failures
        What could not be done.
    reused
        Whether it comes from an earlier run.
    """

    name: str
    findings: tuple[Finding, ...] = ()
    figures: tuple[StoredFigure, ...] = ()
    messages: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    reused: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """When, how and with what a study was run.

    Parameters
    ----------
    started, finished
        Time with zone, ISO 8601.
    command
        The command as it was typed.
    computed, reused, failed
        Numbers of files analysed now, taken from an earlier run, and failed.
    versions
        Versions of lmct and of the libraries behind the results.
    """

    started: str
    finished: str
    command: str
    computed: int
    reused: int
    failed: int
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StudyResult:
    """Everything that a run of a study gives.

    Parameters
    ----------
    study
        The study.
    measurements
        The files that were analysed, without their arrays.
    analyses
        The analyses over several measurements, in the order of the study.
    sample_figures
        Figures of the measurements of each sample.
    failures
        Everything that went wrong.
    messages
        Everything else a reader must know.
    run
        Provenance.
    """

    study: Study
    measurements: tuple[MeasurementSummary, ...]
    analyses: tuple[GroupResult, ...]
    sample_figures: tuple[GroupResult, ...]
    failures: tuple[Failure, ...]
    messages: tuple[Message, ...]
    run: Run

    @property
    def succeeded(self) -> bool:
        """Whether nothing failed."""
        return not self.failures

    @property
    def conclusions(self) -> tuple[Finding, ...]:
        """Findings of the analyses over several measurements."""
        return tuple(finding for analysis in self.analyses for finding in analysis.findings)

    @property
    def report(self) -> Path:
        """Where the report goes."""
        return self.study.results / "report.html"

    def to_json(self) -> dict[str, Any]:
        """Return a short account in plain JSON types, without the findings."""
        return {
            "study": str(self.study.path),
            "name": self.study.name,
            "results": str(self.study.results),
            "measurements": len(self.measurements),
            "computed": self.run.computed,
            "reused": self.run.reused,
            "failures": [
                {"place": f.place, "file": f.file, "kind": f.kind, "message": f.message}
                for f in self.failures
            ],
            "messages": [{"source": m.source, "text": m.text} for m in self.messages],
            "conclusions": [finding.to_json() for finding in self.conclusions],
        }
