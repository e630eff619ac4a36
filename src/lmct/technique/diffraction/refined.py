"""What refinements of patterns and of sequences say: the same for every engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import numpy as np
from jaxtyping import Float

from lmct.quantity.assessment import Assessment
from lmct.quantity.value import Value

if TYPE_CHECKING:
    from lmct.instrument.diffraction.pattern import DiffractionPattern


@dataclass(frozen=True, eq=False)
class RefinedPattern:
    """A refined pattern.

    Parameters
    ----------
    values
        Refined numbers by name: ``"a"`` [Å] (``"b"``, ``"c"``, ``"alpha"`` ... where the system leaves them
        free), ``"displacement"`` [mm] or ``"zero"`` [deg], ``"scale"``, ``"b_iso(4a)"`` [Å²],
        ``"occupancy(8c, Ti4+)"`` [1], ``"weight_fraction(NiO)"`` [1], widths. The uncertainty is the one to
        believe: that of the counts, corrected for the misfit.
    counting_uncertainty
        The uncertainty of each value from the counts alone.
    systematic
        Standard systematic error of some values (background, line shape), not contained in ``values``.
    goodness_of_fit
        Square root of chi square over the degrees of freedom [1].
    weighted_residual
        Rwp [1].
    assessment, message
        Verdict and its reason.
    flags
        What is wrong with the result, one word or phrase each: ``"no peaks"``, ``"at bound"``...
    two_theta, observed, calculated, background, uncertainty
        The fitted points [deg; unit of the file].
    ticks
        Phase -> angles of its lines for the first wavelength [deg].
    engine
        Program and version.
    """

    values: Mapping[str, Value]
    counting_uncertainty: Mapping[str, float]
    goodness_of_fit: float
    weighted_residual: float
    assessment: Assessment
    message: str
    two_theta: Float[np.ndarray, "point"]
    observed: Float[np.ndarray, "point"]
    calculated: Float[np.ndarray, "point"]
    background: Float[np.ndarray, "point"]
    uncertainty: Float[np.ndarray, "point"]
    ticks: Mapping[str, Float[np.ndarray, "line"]] = field(default_factory=dict)
    systematic: Mapping[str, float] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    engine: str = ""


class Engine(Protocol):
    """What refines one pattern of a sequence: the fast path for cubic rock salts, or rietx."""

    @property
    def name(self) -> str:
        """Program and version."""

    def refine(self, pattern: DiffractionPattern, start: Mapping[str, float] | None = None) -> RefinedPattern:
        """Refine a pattern.

        Parameters
        ----------
        pattern
            The pattern.
        start
            Values by name of a neighbour in the sequence; None starts from nothing.
        """


@dataclass(frozen=True, slots=True)
class RefinedScan:
    """What is kept of one refined scan of a sequence: numbers only, so that memory stays flat.

    Parameters
    ----------
    index
        Place in the sequence, from 0.
    file, scan
        Where it was read from.
    start_time, end_time
        By the clock; None when not known.
    temperature
        Of the sample [K]; None when not known.
    values, counting_uncertainty, goodness_of_fit, weighted_residual
        As in :class:`RefinedPattern`; no values when the scan could not be read or refined.
    flags
        What is wrong with it, for example ``"outlier"``, ``"no peaks"``, ``"directions disagree"``.
    message
        Why it could not be read or refined; empty when it could.
    """

    index: int
    file: str
    scan: int
    values: Mapping[str, Value]
    counting_uncertainty: Mapping[str, float]
    goodness_of_fit: float
    weighted_residual: float
    start_time: datetime | None = None
    end_time: datetime | None = None
    temperature: float | None = None
    flags: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True, eq=False)
class RefinedSequence:
    """A refined sequence.

    Parameters
    ----------
    scans
        In the order of the sequence.
    two_theta
        Middles of coarse intervals of angle, for the contour figure [deg].
    intensity
        Mean intensity of each scan in them, NaN where a scan could not be read.
    wavelength
        The first one, for Q and d [Å].
    engine
        Program and version.
    messages
        What could not be concluded and why, one sentence each.
    """

    scans: tuple[RefinedScan, ...]
    two_theta: Float[np.ndarray, "interval"]
    intensity: Float[np.ndarray, "scan interval"]
    wavelength: float
    engine: str = ""
    messages: tuple[str, ...] = ()

    def column(self, name: str) -> tuple[Float[np.ndarray, "scan"], Float[np.ndarray, "scan"]]:
        """Return a value of every scan and its standard uncertainty, NaN where there is none."""
        found = [scan.values.get(name) for scan in self.scans]
        values = np.array([np.nan if one is None else one.value for one in found])
        uncertainties = np.array([np.nan if one is None else one.uncertainty for one in found])
        return values, uncertainties
