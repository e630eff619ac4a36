"""What a technique gives to a study: per file a data set and findings; figures; analyses over many files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from lmct.quantity.finding import Finding

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class Measurement:
    """One analysed file: what later analyses, figures and the report need of it.

    Parameters
    ----------
    name
        Unique in the study.
    sample
        Name of the sample.
    technique
        Name of the technique.
    condition
        Numbers of its history in internal units under plain names, for example ``hold_temperature`` [K] and
        ``hold_time`` [s]; empty when there are none.
    dataset
        Arrays of the measurement with units in their attributes; it survives a NetCDF file.
    findings
        What this file alone tells.
    source_file, source_sha256
        Path relative to the study, and hash.
    warnings
        What the reader or the analysis found odd, one sentence each.
    """

    name: str
    sample: str
    technique: str
    condition: Mapping[str, float]
    dataset: xr.Dataset
    findings: tuple[Finding, ...]
    source_file: str = ""
    source_sha256: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class FigureSheet:
    """One figure with the numbers it shows.

    Parameters
    ----------
    name
        File name without extension, for example ``"titration_temperature"``.
    title, caption
        For the report; the caption says what is seen and what was done to the data.
    draw
        Makes the matplotlib figure.
    columns
        The data of the figure, name -> (unit, array); lengths may differ.
    paper_figure
        The figure of the paper it corresponds to, for example ``"4a"``, or empty.
    """

    name: str
    title: str
    caption: str
    draw: Callable[[], Figure]
    columns: Mapping[str, tuple[str, np.ndarray]]
    paper_figure: str = ""


@dataclass(frozen=True, eq=False)
class AnalysisResult:
    """What an analysis over several measurements found.

    Parameters
    ----------
    findings
        Numbers with uncertainty.
    figures
        Sheets to draw.
    messages
        What could not be concluded and why, one sentence each.
    """

    findings: tuple[Finding, ...] = ()
    figures: tuple[FigureSheet, ...] = ()
    messages: tuple[str, ...] = ()


GroupAnalysis = Callable[[Sequence[Measurement], Mapping[str, Any]], AnalysisResult]
"""An analysis over several measurements, with its options from the study file."""


class Record(Protocol):
    """What every reader returns: the content of a file, with its hash and where it comes from."""

    @property
    def source_sha256(self) -> str:
        """Hash of the file, or of all files of a folder; empty when not known."""

    @property
    def provenance(self) -> Mapping[str, str]:
        """Format, reader and what else the report should say of the file, as text."""


class Reader(Protocol):
    """How the files of a technique are read; the package of an instrument provides it."""

    def identify(self, path: Path) -> str:
        """Return the name of the format of a file."""

    def read(self, path: Path, *, columns: Mapping[str, Any] | None = None) -> Record:
        """Read a file, or a folder when the technique takes folders."""


class Technique(Protocol):
    """The contract of a technique's ``analyse`` module.

    ``READER`` reads its files; ``READS_FOLDERS`` says whether a folder of files can be one measurement;
    ``COMPANIONS`` names the techniques whose measurements of the same samples its analyses get as well.
    """

    NAME: str
    READER: Reader
    READS_FOLDERS: bool
    COMPANIONS: tuple[str, ...]
    GROUP_ANALYSES: Mapping[str, GroupAnalysis]

    def analyse_record(
        self,
        record: Any,  # noqa: ANN401 - what its own reader returned
        *,
        name: str,
        sample: str,
        active_mass: float | None,
        condition: Mapping[str, float],
        options: Mapping[str, Any],
        checkpoint: Path | None = None,
    ) -> Measurement:
        """Analyse one file that was read; long work may keep what is done in the file ``checkpoint``."""

    def figures(self, measurements: Sequence[Measurement]) -> tuple[FigureSheet, ...]:
        """Return the figures of the measurements themselves."""
