"""The lattice parameter along simulated steps, and the loop that a charge and a discharge enclose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.electrode.lattice import Lattice
from lmct.protocol.run import Run

POINTS = 400
"""Points of a curve."""


@dataclass(frozen=True, eq=False)
class LatticeCurve:
    """One charge or discharge as in-situ diffraction sees it.

    Parameters
    ----------
    time
        Since the run began [h].
    lithium
        Lithium extracted [1/f.u.].
    lattice
        Lattice parameter [Å].
    states
        Columns n, p, d, o2, V, T.
    """

    time: Float[np.ndarray, "point"]
    lithium: Float[np.ndarray, "point"]
    lattice: Float[np.ndarray, "point"]
    states: Float[np.ndarray, "point 6"]

    @property
    def voltage(self) -> Float[np.ndarray, "point"]:
        """Voltage [V]."""
        return np.asarray(self.states[:, 4])


@dataclass(frozen=True, eq=False)
class LatticeLoop:
    """A charge and the discharge after it, where both hold the same lithium.

    Parameters
    ----------
    lithium
        Lithium extracted, rising evenly [1/f.u.].
    charge, discharge
        Lattice parameter in either direction [Å].
    """

    lithium: Float[np.ndarray, "point"]
    charge: Float[np.ndarray, "point"]
    discharge: Float[np.ndarray, "point"]

    @property
    def gap(self) -> Float[np.ndarray, "point"]:
        """How much larger the lattice is on discharge [Å]."""
        return np.asarray(self.discharge - self.charge)

    @property
    def filled(self) -> float:
        """Area of the loop over that of the box around both curves [1], below zero in the other sense."""
        box = float(np.ptp([self.charge, self.discharge]) * np.ptp(self.lithium))
        return float(np.trapezoid(self.gap, self.lithium)) / box if box > 0.0 else 0.0

    @property
    def open_in_the_middle(self) -> bool:
        """Whether the lattice is larger on discharge everywhere in the middle half."""
        quarter = len(self.gap) // 4
        return bool(np.all(self.gap[quarter : len(self.gap) - quarter] > 0))


def lattice_curve(run: Run, step: int, lattice: Lattice) -> LatticeCurve:
    """Return the lattice parameter along a step.

    Parameters
    ----------
    run
        The run.
    step
        Place of the step, from 0.
    lattice
        How the lattice follows the state.

    Returns
    -------
    :
        The curve, even in time.

    Examples
    --------
    >>> from lmct.protocol import galvanostatic, simulate
    >>> curve = lattice_curve(simulate(galvanostatic(cycles=1)), 0, Lattice(origin=4.16))
    >>> bool(curve.lattice[-1] < curve.lattice[0])
    True
    """
    before = sum(segment.duration for segment in run.segments[:step])
    segment = run.segments[step]
    times = np.linspace(0.0, segment.duration, POINTS)
    states = segment.at(times)
    lithium = states[:, :4] @ np.array([1.0, 1.0, 1.0, 4.0])
    return LatticeCurve((before + times) / 3600.0, lithium, lattice.of_states(states), states)


def lattice_loop(charge: LatticeCurve, discharge: LatticeCurve, *, points: int = 200) -> LatticeLoop:
    """Return both directions at equal lithium contents.

    Parameters
    ----------
    charge, discharge
        Two steps that follow each other.
    points
        Of the loop.

    Returns
    -------
    :
        The loop over the lithium that both pass through.
    """
    low = max(charge.lithium.min(), discharge.lithium.min())
    high = min(charge.lithium.max(), discharge.lithium.max())
    lithium = np.linspace(low, high, points)
    back = np.interp(lithium, discharge.lithium[::-1], discharge.lattice[::-1])
    return LatticeLoop(lithium, np.interp(lithium, charge.lithium, charge.lattice), back)
