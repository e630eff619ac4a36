"""One measurement as one NetCDF file: its arrays, its findings and the key it was computed with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, overload

from lmct.quantity import Finding
from lmct.study.atomic import replacing
from lmct.study.netcdf import read_netcdf, write_netcdf
from lmct.technique.contract import Measurement

SUMMARY = "lmct_measurement"
"""Variable of the file that holds everything but the arrays, as JSON."""


@dataclass(frozen=True, slots=True)
class MeasurementSummary:
    """Everything about an analysed file but its arrays.

    Parameters
    ----------
    path
        The NetCDF file.
    key
        Key of the computation.
    name, sample, technique, condition, findings, source_file, source_sha256, warnings
        As in :class:`lmct.technique.contract.Measurement`.
    provenance
        Format, reader and mass of the file, as text.
    """

    path: Path
    key: str
    name: str
    sample: str
    technique: str
    condition: Mapping[str, float]
    findings: tuple[Finding, ...] = ()
    source_file: str = ""
    source_sha256: str = ""
    warnings: tuple[str, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)

    def load(self) -> Measurement:
        """Return the measurement; its file is opened when its arrays are first asked for."""
        return StoredMeasurement(self)

    def to_json(self) -> dict[str, Any]:
        """Return everything but the path as plain JSON types."""
        texts = ("key", "name", "sample", "technique", "source_file", "source_sha256")
        return {
            **{name: getattr(self, name) for name in texts},
            "condition": dict(self.condition),
            "findings": [finding.to_json() for finding in self.findings],
            "warnings": list(self.warnings),
            "provenance": dict(self.provenance),
        }


class StoredMeasurement(Measurement):
    """A measurement whose arrays are read when they are first asked for: most analyses need findings only.

    Parameters
    ----------
    summary
        Everything but the arrays.
    """

    def __init__(self, summary: MeasurementSummary) -> None:
        for one in fields(Measurement):
            if one.name != "dataset":
                object.__setattr__(self, one.name, getattr(summary, one.name))
        object.__setattr__(self, "_path", summary.path)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - called for what __init__ left out
        if name != "dataset":
            raise AttributeError(f"a measurement has no {name!r}")
        dataset = read_netcdf(self._path, leave_out=SUMMARY)
        object.__setattr__(self, "dataset", dataset)
        return dataset


class StoredMeasurements(Sequence[Measurement]):
    """Measurements of a study, made one by one as they are asked for.

    Parameters
    ----------
    summaries
        Which ones, in order.
    """

    def __init__(self, summaries: Sequence[MeasurementSummary]) -> None:
        self._summaries = tuple(summaries)

    def __len__(self) -> int:
        return len(self._summaries)

    @overload
    def __getitem__(self, index: int) -> Measurement: ...
    @overload
    def __getitem__(self, index: slice) -> StoredMeasurements: ...
    def __getitem__(self, index: int | slice) -> Measurement | StoredMeasurements:
        if isinstance(index, slice):
            return StoredMeasurements(self._summaries[index])
        return self._summaries[index].load()

    def __iter__(self) -> Iterator[Measurement]:
        return (summary.load() for summary in self._summaries)


def write_measurement(
    measurement: Measurement, *, path: Path, key: str, provenance: Mapping[str, str]
) -> MeasurementSummary:
    """Write a measurement so that a crash leaves the old file or the new one.

    Parameters
    ----------
    measurement
        What to write.
    path
        The NetCDF file; its folder must exist.
    key
        Key of the computation.
    provenance
        Format, reader and mass of the source file, as text.

    Returns
    -------
    :
        The measurement without its arrays.
    """
    summary = MeasurementSummary(
        path=path,
        key=key,
        name=measurement.name,
        sample=measurement.sample,
        technique=measurement.technique,
        condition=dict(measurement.condition),
        findings=measurement.findings,
        source_file=measurement.source_file,
        source_sha256=measurement.source_sha256,
        warnings=measurement.warnings,
        provenance=provenance,
    )
    stored = measurement.dataset.assign({SUMMARY: ((), json.dumps(summary.to_json(), allow_nan=False))})
    with replacing(path) as part:
        write_netcdf(stored, part)
    return summary


def read_summary(path: Path) -> MeasurementSummary | None:
    """Read a measurement without its arrays.

    Parameters
    ----------
    path
        The NetCDF file.

    Returns
    -------
    :
        The measurement, or None when there is no such file or it is damaged: then it is computed again.
    """
    import h5py  # type: ignore[import-untyped]

    try:
        with h5py.File(path, "r") as file:
            content = json.loads(file[SUMMARY][()])
        return _summary(path, content)
    except (OSError, KeyError, ValueError, TypeError):
        return None


def _summary(path: Path, content: dict[str, Any]) -> MeasurementSummary:
    findings = tuple(Finding.from_json(row) for row in content.pop("findings"))
    warnings = tuple(content.pop("warnings"))
    return MeasurementSummary(path=path, findings=findings, warnings=warnings, **content)
