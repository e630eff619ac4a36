"""Analyse one file of a study from end to end; runs in a worker process as well."""

from __future__ import annotations

import dataclasses
import stat
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmct.instrument.source import sha256_of
from lmct.quantity.errors import DamagedFile, DataError, LmctError
from lmct.study.cache_key import key_from_settings
from lmct.study.measurement_file import MeasurementSummary, read_summary, write_measurement
from lmct.study.techniques import load_technique

if TYPE_CHECKING:
    from lmct.technique.contract import Measurement

LARGE = 200_000_000
"""Size above which the format of a file is looked at first [byte]."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with one file or one analysis, while the rest of the study ran.

    Parameters
    ----------
    place
        Entry of the study file.
    file
        The file, relative to the study; empty for an analysis.
    kind
        Name of the error.
    message
        What is wrong, what was expected, what to do.
    """

    place: str
    file: str
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Job:
    """One file to analyse.

    Parameters
    ----------
    place
        Entry of the study file.
    name
        Name of the measurement, unique in the study.
    path
        The file to read.
    source_file
        Its name as the report shows it.
    target
        The NetCDF file to write.
    option_hashes
        Hash of each file that the options name.
    sample, technique, active_mass, columns, options, condition
        As in :class:`lmct.study.layout.MeasurementEntry`, with the condition of the sample joined in.
    """

    place: str
    name: str
    path: Path
    source_file: str
    target: Path
    sample: str
    technique: str
    active_mass: float | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    condition: Mapping[str, float] = field(default_factory=dict)
    option_hashes: Mapping[str, str] = field(default_factory=dict)

    def key(self, sha256: str) -> str:
        """Return the key of this computation for a file with the given hash."""
        names = (
            "name",
            "source_file",
            "sample",
            "technique",
            "active_mass",
            "columns",
            "options",
            "option_hashes",
            "condition",
        )
        return key_from_settings(self.technique, {"sha256": sha256} | {n: getattr(self, n) for n in names})


def failure_of(job: Job, error: BaseException) -> Failure:
    """Return the failure of a job."""
    return Failure(job.place, job.source_file, type(error).__name__, describe(error))


def describe(error: BaseException) -> str:
    """Return an error in plain words; one that was not raised on purpose with its place in the code."""
    if isinstance(error, LmctError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.strerror or error}. Expected a file that can be read and a disk that can be written."
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"unexpected {type(error).__name__}{where}: {error}. This is a fault of lmct: please report it."


def stored_result(job: Job) -> tuple[MeasurementSummary | None, str] | Failure:
    """Look for the result of an earlier run.

    Parameters
    ----------
    job
        The file and its settings.

    Returns
    -------
    :
        The stored measurement (None when it must be computed) and the hash of the file; or why the file
        cannot be read.
    """
    try:
        _check_kind(job)
        _check_large(job)
        sha256 = sha256_of(job.path)
    except (LmctError, OSError) as error:
        return failure_of(job, error)
    stored = read_summary(job.target)
    fresh = stored is not None and stored.key == job.key(sha256)
    return (stored if fresh else None), sha256


def analyse_file(job: Job, sha256: str) -> MeasurementSummary | Failure:
    """Read, analyse and store one file.

    Parameters
    ----------
    job
        The file and its settings.
    sha256
        Hash that the file had when it was looked at.

    Returns
    -------
    :
        The stored measurement, or what went wrong.
    """
    try:
        return _analyse(job, sha256)
    except Exception as error:  # whatever a strange file provokes in a reader must not stop the other files
        return failure_of(job, error)


def _analyse(job: Job, sha256: str) -> MeasurementSummary:
    technique = load_technique(job.technique)
    record = technique.READER.read(job.path, columns=dict(job.columns) or None)
    if record.source_sha256 and record.source_sha256 != sha256:
        raise DamagedFile(
            f"{job.source_file} changed while it was read. Run the study again when it is complete."
        )
    checkpoint = job.target.with_suffix(".unfinished")
    measurement = technique.analyse_record(
        record,
        name=job.name,
        sample=job.sample,
        active_mass=job.active_mass,
        condition=job.condition,
        options=job.options,
        checkpoint=checkpoint,
    )
    stated = {} if job.active_mass is None else {"active_mass": f"{job.active_mass * 1e3:.6g} mg"}
    written = write_measurement(
        _with_source(measurement, job, sha256),
        path=job.target,
        key=job.key(sha256),
        provenance=dict(record.provenance) | stated,
    )
    checkpoint.unlink(missing_ok=True)
    return written


def _with_source(measurement: Measurement, job: Job, sha256: str) -> Measurement:
    """Return the measurement with every finding naming the file it came from."""
    findings = tuple(
        dataclasses.replace(
            finding,
            sample=job.sample,
            technique=job.technique,
            source_file=job.source_file,
            source_sha256=sha256,
        )
        for finding in measurement.findings
    )
    return dataclasses.replace(
        measurement, findings=findings, source_file=job.source_file, source_sha256=sha256
    )


def _check_large(job: Job) -> None:
    """Refuse a large file that nothing can read before all of it is hashed."""
    if not job.columns and job.path.is_file() and job.path.stat().st_size > LARGE:
        load_technique(job.technique).READER.identify(job.path)


def _check_kind(job: Job) -> None:
    """Refuse what would block or has no end (pipes, sockets, devices), and folders of one-file techniques."""
    mode = job.path.stat().st_mode
    if stat.S_ISREG(mode):
        return
    if not stat.S_ISDIR(mode):
        raise DataError(f"{job.path.name} is no ordinary file. Expected an instrument file. Name the file.")
    if not load_technique(job.technique).READS_FOLDERS:
        raise DataError(
            f"{job.path.name} is a folder. Expected an instrument file of {job.technique}."
            " Name the file itself."
        )
