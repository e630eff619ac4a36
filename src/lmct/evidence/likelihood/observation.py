"""Observations: measured numbers with the history of their sample, to be compared with any mechanism."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from lmct.evidence.likelihood.relative_error import RelativeError
from lmct.evidence.likelihood.unknown import Unknown
from lmct.protocol.step import Step
from lmct.quantity.errors import OutOfRange


@dataclass(frozen=True, eq=False, kw_only=True)
class Observation:
    """One measured number, curve or sequence.

    What an electrode would show is ``offset + scale x observable(history, at)``.

    Parameters
    ----------
    name
        Unique in a campaign, in words: ``"140 degC 90 s, cell 2, metal plateau"``.
    observable
        Name of what is observed (:data:`lmct.evidence.likelihood.observable.OBSERVABLES`).
    protocol
        The whole history of the sample from the pristine electrode, the measured step included.
    step
        Which step is looked at; -1 is the last one.
    at
        Where the values were taken, as the observable says: time since the start of the step [s], capacity
        [mAh/g] or voltage [V]; zero for a single number.
    values
        What was measured.
    uncertainty
        Standard uncertainty of each value, independent of the others; positive.
    unit
        Of the values.
    offset, scale
        Names of unknowns that stand between the electrode and the instrument; empty is 0 and 1.
    loadings
        Errors that several values share: by name of the error its effect of one standard deviation on each
        value, for example the mass of a cell. Errors of one name in one ``cell`` are the same error.
    relative
        Those of the loadings that follow from what is shown. The loadings hold their effects at the measured
        values until :func:`lmct.evidence.likelihood.errors_at.with_errors_at` takes them at a prediction.
    scatter
        When positive, the uncertainty of each value is this share of all that the cell shows in observations
        with a scatter, for example of both plateaus of a discharge [1].
    cell
        Values of one cell, sample holder or sequence fail together when it is an outlier; empty: on its own.
    sample, technique
        For tables and figures.
    source
        File and hash, or whatever tells where it comes from.

    Raises
    ------
    OutOfRange
        Lengths differ, a number is not finite, an uncertainty is not positive, or a relative error is not
        among the loadings.
    """

    name: str
    observable: str
    protocol: tuple[Step, ...]
    values: Float[np.ndarray, "point"]
    uncertainty: Float[np.ndarray, "point"]
    unit: str
    step: int = -1
    at: Float[np.ndarray, "point"] = field(default_factory=lambda: np.zeros(1))
    offset: str = ""
    scale: str = ""
    loadings: Mapping[str, Float[np.ndarray, "point"]] = field(default_factory=dict)
    relative: Mapping[str, RelativeError] = field(default_factory=dict)
    scatter: float = 0.0
    cell: str = ""
    sample: str = ""
    technique: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        arrays = {"values": self.values, "uncertainty": self.uncertainty, **self.loadings}
        for name, array in arrays.items():
            if np.shape(array) != np.shape(self.at) or not np.all(np.isfinite(array)):
                raise OutOfRange(
                    f"{name} of {self.name!r} must be {np.size(self.at)} finite numbers, got shape"
                    f" {np.shape(array)}. Leave out what was not measured."
                )
        if not np.all(np.isfinite(self.at)) or np.size(self.at) == 0:
            raise OutOfRange(f"{self.name!r} has no values, or says not where they were taken.")
        if not np.all(self.uncertainty > 0.0):
            raise OutOfRange(f"{self.name!r} has an uncertainty that is not positive.")
        for name in self.relative:
            if name not in self.loadings:
                raise OutOfRange(
                    f"{self.name!r} has the relative error {name!r} without its effect on the measured"
                    " values. Put that among the loadings."
                )


@dataclass(frozen=True, eq=False)
class Campaign:
    """All observations that are to be explained together.

    Parameters
    ----------
    observations
        At least one, with distinct names.
    unknowns
        Constants of the instruments that the observations name, with their priors.

    Raises
    ------
    OutOfRange
        There is no observation, two have one name, or an offset or a scale is not among the unknowns.
    """

    observations: tuple[Observation, ...]
    unknowns: tuple[Unknown, ...] = ()

    def __post_init__(self) -> None:
        names = [one.name for one in self.observations]
        if not names or len(set(names)) < len(names):
            twice = sorted({name for name in names if names.count(name) > 1})
            raise OutOfRange(f"a campaign needs observations with distinct names; twice: {twice}.")
        known = {one.name for one in self.unknowns}
        for one in self.observations:
            for name in filter(None, (one.offset, one.scale)):
                if name not in known:
                    raise OutOfRange(f"{one.name!r} needs the unknown {name!r}, which has no prior.")

    @property
    def points(self) -> int:
        """Number of measured values."""
        return sum(len(one.values) for one in self.observations)
