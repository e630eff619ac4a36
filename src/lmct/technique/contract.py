"""What a technique gives to a study: per file a data set and findings; figures; analyses over many files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from lmct.quantity.finding import Finding

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

    from lmct.instrument.record import CyclerRecord


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


class Technique(Protocol):
    """The contract of a technique's ``analyse`` module."""

    NAME: str
    GROUP_ANALYSES: Mapping[str, GroupAnalysis]

    def analyse_record(
        self,
        record: CyclerRecord,
        *,
        name: str,
        sample: str,
        active_mass: float | None,
        condition: Mapping[str, float],
        options: Mapping[str, Any],
    ) -> Measurement:
        """Analyse one file that was read."""

    def figures(self, measurements: Sequence[Measurement]) -> tuple[FigureSheet, ...]:
        """Return the figures of the measurements themselves."""
