"""What a study file says, checked and in internal units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lmct.study.calibration_table import CalibrationEntry
    from lmct.study.fit_table import FitEntry


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample and what was done to it.

    Parameters
    ----------
    name
        Unique in the study.
    history
        Steps in plain words, in order.
    condition
        Numbers of the history in internal units, for example ``hold_temperature`` [K] and ``hold_time`` [s].
    note
        What else should be known of it.
    """

    name: str
    history: tuple[str, ...] = ()
    condition: Mapping[str, float] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class MeasurementEntry:
    """One ``[[measurement]]`` of the study file: files of one sample and technique, read in one way.

    Parameters
    ----------
    place
        Where it stands, for messages, for example ``"measurement 3"``.
    sample, technique
        Names.
    files
        File names or patterns.
    datasets
        Names of public data sets.
    active_mass
        Mass of active material of every file [g]; None when the file or ``active_masses`` tells.
    active_masses
        Mass by file [g].
    columns
        Column map for tables that no reader knows.
    options
        Options of the technique.
    condition
        Numbers that replace those of the sample.
    """

    place: str
    sample: str
    technique: str
    files: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    active_mass: float | None = None
    active_masses: Mapping[str, float] = field(default_factory=dict)
    columns: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    condition: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnalysisEntry:
    """One ``[[analysis]]`` of the study file.

    Parameters
    ----------
    place
        Where it stands, for messages.
    name
        Unique in the study; names its files.
    kind, technique
        Which analysis of which technique.
    samples
        Names of the samples, wildcards resolved, in the order of the study.
    options
        Options of the analysis.
    """

    place: str
    name: str
    kind: str
    technique: str
    samples: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Study:
    """A checked study file.

    Parameters
    ----------
    path
        The study file.
    sha256
        Hash of its bytes.
    name, description
        For the report.
    material, x
        Name of the material and its composition parameter; empty and None when not stated.
    roots
        Folders outside the study that ``files`` may reach into.
    samples, measurements, analyses
        The entries in their order.
    calibration
        What ``lmct calibrate`` is to do; None when the file has no ``[calibration]``.
    fit
        What ``lmct fit``, ``compare`` and ``plan`` are to do; None when the file has no ``[fit]``.
    """

    path: Path
    sha256: str
    name: str
    description: str = ""
    material: str = ""
    x: float | None = None
    roots: tuple[Path, ...] = ()
    samples: tuple[Sample, ...] = ()
    measurements: tuple[MeasurementEntry, ...] = ()
    analyses: tuple[AnalysisEntry, ...] = ()
    calibration: CalibrationEntry | None = None
    fit: FitEntry | None = None

    @property
    def folder(self) -> Path:
        """Folder of the study file."""
        return self.path.parent

    @property
    def results(self) -> Path:
        """Folder that everything computed goes into."""
        return self.folder / "results"

    def sample(self, name: str) -> Sample:
        """Return a sample by its name."""
        return next(sample for sample in self.samples if sample.name == name)
