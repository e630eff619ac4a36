"""A fitted relaxation with its verdict, and what is to be said of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lmct.protocol.step import ROOM_TEMPERATURE
from lmct.quantity.assessment import Assessment
from lmct.technique.diffraction.relaxation.data import (
    LatticeDecay,
)
from lmct.technique.diffraction.relaxation.fit import LatticeRelaxation
from lmct.technique.diffraction.relaxation.interval import (
    FARTHEST,
    TWO,
    interval_of_end,
    interval_of_time,
)
from lmct.technique.diffraction.relaxation.verdict import assessment_of

FAR = 100.0
"""A time this many times shorter than the first scan, or longer than the record, is no finding [1]."""


@dataclass(frozen=True)
class JudgedFit:
    """A fit with its verdict.

    Parameters
    ----------
    fit
        The fit.
    assessment, reason
        The verdict.
    half_life
        With its 95 % limits [s].
    unfinished
        Names of quantities whose limits no search found; findings that search more of them add to it.
    """

    fit: LatticeRelaxation
    assessment: Assessment
    reason: str
    half_life: tuple[float, float, float]
    unfinished: list[str]

    def told(self, time: float) -> bool:
        """Return whether scans tell a time: it is not far shorter than the first, nor far beyond the last."""
        seen = self.fit.model.data.time
        first = float(np.min(seen, where=seen > 0.0, initial=math.inf))
        return first / FAR < time < float(seen.max()) * FAR

    @property
    def tells_end(self) -> bool:
        """Whether the end lies where limits are searched for: not far beyond all scans."""
        seen = self.fit.model.data.lattice
        beyond = max(float(seen.min()) - self.fit.linear[0], self.fit.linear[0] - float(seen.max()))
        return bool(beyond < FARTHEST * float(np.ptp(seen)))


def judged_fit(fit: LatticeRelaxation) -> JudgedFit:
    """Return a fit with its verdict, at the temperature at which most of the scans were left.

    Parameters
    ----------
    fit
        The fit.

    Returns
    -------
    :
        Fit and verdict.
    """
    unfinished: list[str] = []
    where = temperature_of(fit.model.data)
    half = interval_of_time(fit, temperature=where, factor=TWO, unfinished=unfinished)
    end = interval_of_end(fit, factor=TWO, unfinished=unfinished)
    return JudgedFit(fit, *assessment_of(fit, end, half[1:]), half, unfinished)


def remarks_on_fit(judged: JudgedFit) -> Iterator[str]:
    """Return what is to be said of a fit; to be asked after its findings, for their limits count too.

    Parameters
    ----------
    judged
        The fit with its verdict.

    Yields
    ------
    :
        Sentences; none for a good fit that tells all.
    """
    law = judged.fit.model.law.name
    if judged.assessment != Assessment.GOOD:
        yield judged.reason
    time = judged.half_life[0]
    if not judged.fit.at_bound and not judged.told(time):
        found = "none" if math.isnan(time) else f"{time:.2g} s"
        yield (
            f"{law}: the half-life ({found}) lies far outside the times of the scans and is not given."
            " Measure earlier or longer."
        )
    if not judged.fit.at_bound and not judged.tells_end:
        yield f"{law}: the end of the lattice lies far beyond all scans and is not given. Measure longer."
    if judged.unfinished:
        names = ", ".join(dict.fromkeys(judged.unfinished))
        yield f"{law}: the search for limits was ended before all were found; open there: {names}."


def temperature_of(data: LatticeDecay) -> float:
    """Return the temperature at which most of the scans were left.

    Parameters
    ----------
    data
        Lattice parameters with the heat before them.

    Returns
    -------
    :
        Median of the temperatures [K]; room temperature without any.
    """
    held = [one.hold_temperature for one in data.heating]
    return float(np.median(held)) if held else ROOM_TEMPERATURE
