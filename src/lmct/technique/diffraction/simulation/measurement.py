"""How a simulated sequence is measured, and the log of what is true of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.simulation.sample import Alignment, Background, Phase


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """How a sequence is measured; the same for all its patterns.

    Parameters
    ----------
    diffractometer
        The instrument.
    two_theta
        Rising angles [deg].
    counting_time
        Of one pattern [s].
    sample
        Size, strain, texture of the electrode; its crystal is replaced by that of each state. None: domains
        of 20 nm.
    around
        Further phases, the same in all patterns: window, current collector, binder.
    background
        Between the lines.
    alignment
        At the first pattern.
    drift
        By which the displacement grows until the last pattern [mm].
    peak_counts
        Of the highest line of the first pattern, without background.
    migrated
        Share of the titanium on tetrahedral sites in every pattern [1].
    """

    diffractometer: Diffractometer
    two_theta: Float[np.ndarray, "point"]
    counting_time: float
    sample: Phase | None = None
    around: tuple[Phase, ...] = ()
    background: Background = field(default_factory=Background)
    alignment: Alignment = field(default_factory=Alignment)
    drift: float = 0.0
    peak_counts: float = 10_000.0
    migrated: float = 0.0


@dataclass(frozen=True, eq=False)
class Truth:
    """What is true of every pattern of a simulated sequence: means over its counting time.

    Parameters
    ----------
    start, end
        Of counting, since the start of the run [s].
    lattice_parameter
        [Å].
    lattice_spread
        Standard deviation of the lattice parameter over particle and counting time [Å].
    metal_holes, oxygen_holes, lithium_extracted
        n, p and y [1/f.u.].
    displacement
        [mm].
    temperature
        [K].
    """

    start: Float[np.ndarray, "scan"]
    end: Float[np.ndarray, "scan"]
    lattice_parameter: Float[np.ndarray, "scan"]
    lattice_spread: Float[np.ndarray, "scan"]
    metal_holes: Float[np.ndarray, "scan"]
    oxygen_holes: Float[np.ndarray, "scan"]
    lithium_extracted: Float[np.ndarray, "scan"]
    displacement: Float[np.ndarray, "scan"]
    temperature: Float[np.ndarray, "scan"]
