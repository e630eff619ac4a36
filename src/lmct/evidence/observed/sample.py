"""A sample with its history and all that was measured on it; what a technique makes of it for a fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lmct.evidence.likelihood.observation import Observation
from lmct.evidence.likelihood.unknown import Unknown
from lmct.protocol.step import Step
from lmct.quantity.finding import Finding
from lmct.technique.contract import Measurement


@dataclass(frozen=True, eq=False)
class SampleRecord:
    """One sample of a study.

    Parameters
    ----------
    name
        Of the sample.
    history
        What was done to it before, or while, it was measured; empty when the study does not say.
    measurements
        Its analysed files, of all techniques.
    findings
        What analyses over several files found about it.
    """

    name: str
    history: tuple[Step, ...] = ()
    measurements: Sequence[Measurement] = ()
    findings: tuple[Finding, ...] = ()

    def of(self, technique: str) -> tuple[Measurement, ...]:
        """Return the measurements of one technique."""
        return tuple(one for one in self.measurements if one.technique == technique)


@dataclass(frozen=True, eq=False)
class Observed:
    """What one technique contributes to a fit.

    Parameters
    ----------
    observations
        Measured numbers and sequences.
    unknowns
        Constants of its instruments that they need.
    messages
        What could not be used, and why, one sentence each.
    """

    observations: tuple[Observation, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    messages: tuple[str, ...] = field(default=())
