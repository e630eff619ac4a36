"""The samples of a study that was run, with their histories, measurements and findings."""

from __future__ import annotations

from lmct.evidence.observed.sample import SampleRecord
from lmct.protocol.plain_words import parse_steps
from lmct.study.measurement_file import StoredMeasurements
from lmct.study.result import StudyResult


def sample_records(result: StudyResult) -> tuple[SampleRecord, ...]:
    """Return every sample of a study with all that is known of it.

    Parameters
    ----------
    result
        A run of the study.

    Returns
    -------
    :
        In the order of the study; arrays are read when they are asked for.
    """
    return tuple(
        SampleRecord(
            name=sample.name,
            history=tuple(parse_steps(sample.history)) if sample.history else (),
            measurements=StoredMeasurements(
                [one for one in result.measurements if one.sample == sample.name]
            ),
            findings=tuple(one for one in result.conclusions if one.sample == sample.name),
        )
        for sample in result.study.samples
    )
