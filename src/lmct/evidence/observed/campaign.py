"""All observations of a study, technique by technique."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lmct.evidence.likelihood.observation import Campaign
from lmct.evidence.observed import at_the_end, diffraction, electrochemistry
from lmct.evidence.observed.curves import Curves
from lmct.evidence.observed.sample import Observed, SampleRecord
from lmct.quantity.errors import DataError

SOURCES: tuple[Callable[[Sequence[SampleRecord]], Observed], ...] = (
    diffraction.observed,
    at_the_end.observed,
)
"""What turns samples into observations besides cells, one function for each kind of measurement."""


def campaign_of_samples(
    records: Sequence[SampleRecord], *, curves: Curves | None = None
) -> tuple[Campaign, tuple[str, ...]]:
    """Return all that the samples of a study say, ready to be compared with mechanisms.

    Parameters
    ----------
    records
        The samples.
    curves
        Which curves of cells are compared; None: none.

    Returns
    -------
    :
        The campaign, and what could not be used and why.

    Raises
    ------
    DataError
        Nothing can be used.
    """
    parts = [electrochemistry.observed(records, curves), *(source(records) for source in SOURCES)]
    messages = tuple(message for part in parts for message in part.messages)
    observations = tuple(one for part in parts for one in part.observations)
    if not observations:
        told = " ".join(messages[:5])
        raise DataError(
            "nothing that was measured can be compared with an electrode. Expected samples with a history in"
            f" plain words, or cycler files that begin with a charge, and active masses. {told}".rstrip()
        )
    return Campaign(observations, tuple(one for part in parts for one in part.unknowns)), messages
