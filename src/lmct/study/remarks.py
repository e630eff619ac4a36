"""What a reader of the results must know though nothing failed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from lmct.study.layout import Study
from lmct.study.measurement_file import MeasurementSummary
from lmct.study.result import GroupResult, Message


def remarks(
    study: Study,
    measurements: Sequence[MeasurementSummary],
    analyses: Sequence[GroupResult],
    targets: Collection[Path],
) -> tuple[Message, ...]:
    """Return the messages of a run.

    Parameters
    ----------
    study
        The study.
    measurements
        Its analysed files.
    analyses
        Its analyses.
    targets
        NetCDF files that belong to the present study file.

    Returns
    -------
    :
        What analyses could not conclude; samples in one analysis that were charged differently; files of
        equal content; results that the study no longer names; then what readers found odd in single files.
    """
    return (
        *(Message(analysis.name, text) for analysis in analyses for text in analysis.messages),
        *_mixed_charges(study),
        *_equal_files(measurements),
        *_left_over(study, targets),
        *(Message(m.source_file, text) for m in measurements for text in m.warnings),
    )


def _mixed_charges(study: Study) -> Iterator[Message]:
    """Warn of samples that are analysed together though they were charged to different ends."""
    for analysis in study.analyses:
        ends: dict[str, list[str]] = {}
        for name in analysis.samples:
            if end := _charge_end(study, name):
                ends.setdefault(end, []).append(name)
        if len(ends) > 1:
            groups = "; ".join(f"{end}: {', '.join(names)}" for end, names in ends.items())
            text = (
                f"the samples were charged to different ends ({groups}). Their states should not be pooled."
            )
            yield Message(analysis.name, text)


def _charge_end(study: Study, name: str) -> str:
    condition = study.sample(name).condition
    units = {"charge_voltage": "V", "charge_capacity": "mAh/g"}
    return " or ".join(f"{condition[key]:g} {unit}" for key, unit in units.items() if key in condition)


def _equal_files(measurements: Sequence[MeasurementSummary]) -> Iterator[Message]:
    """Warn of one content under several names: counted twice, it makes an uncertainty too small."""
    by_content: dict[str, list[str]] = {}
    for measurement in measurements:
        by_content.setdefault(measurement.source_sha256, []).append(measurement.source_file)
    for names in by_content.values():
        if len(names) > 1:
            text = f"has the same content as {', '.join(names[1:])}; it counts {len(names)} times in means."
            yield Message(names[0], text)


def _left_over(study: Study, targets: Collection[Path]) -> Iterator[Message]:
    kept = {path.name for path in targets}
    old = [path for path in (study.results / "measurements").glob("*.nc") if path.name not in kept]
    if old:
        text = f"{len(old)} files belong to measurements that the study no longer names, e.g. {old[0].name}."
        yield Message("results/measurements", text)
