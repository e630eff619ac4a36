"""How long the holes of the metal last: the time in which LMCT takes half of those above the ground state."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np

from lmct.electrode.model import Electrode
from lmct.electrode.segment import Segment
from lmct.electrode.state import Drive, ElectrodeState
from lmct.electrode.thermodynamics import chemical_potentials

LONGEST = 100.0 * 365.25 * 86400.0
"""A half-life is followed for no longer than this: a hundred years [s]."""

SMALLEST = 0.01
"""An electrode with fewer holes above its ground state than this share of n_max is given so many [1]."""

FULL = 0.999
"""A metal filled beyond this share in its ground state has no room for an intermediate [1]."""

THIN_LAYER = 1e-3
"""Share of the double layer that is kept, so that its charge does not count as holes of the metal [1]."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """The intermediate of a state and how long it lasts at open circuit.

    Parameters
    ----------
    half_life
        Time in which half of the intermediate vanishes [s]; :data:`LONGEST` stands for that and more, NaN for
        a metal whose ground state is full, which has no intermediate.
    intermediate
        Holes of the metal above those of the ground state [1/f.u.].
    ground_state
        Holes that the metal keeps in the ground state of that charge [1/f.u.].
    """

    half_life: float
    intermediate: float
    ground_state: float


def lifetime(electrode: Electrode, state: ElectrodeState, *, temperature: float = 298.15) -> Lifetime:
    """Return the half-life of the metal's intermediate holes at open circuit.

    The holes that the state has stay: losses are switched off and the double layer is made thin. The ground
    state is the equilibrium of LMCT at that charge. Where LMCT is so fast that less than 1 % of n_max stands
    above it, the half-life is that of 1 %, a property of the material and no longer of the charge before it.

    Parameters
    ----------
    electrode
        The electrode.
    state
        For example the end of a charge.
    temperature
        Temperature of the rest, at which the electrode is from the start [K].

    Returns
    -------
    :
        Half-life and intermediate.

    Raises
    ------
    OutOfRange
        The state has no holes.
    NotConverged
        The integration failed.

    Examples
    --------
    >>> from lmct.electrode.parameter_file import load
    >>> electrode = Electrode(load("li-ti-ni-o"))
    >>> charge = Drive(current=1.7e-5, duration=1e6, stop_voltage=4.5)
    >>> end = electrode.advance(electrode.pristine(), charge).end
    >>> warm, hot = (lifetime(electrode, end, temperature=one).half_life for one in (298.15, 413.15))
    >>> warm > 100.0 * hot
    True
    """
    holes = state.metal_holes + state.oxygen_holes
    ground = electrode.relaxed(holes, temperature=temperature)
    most = electrode.parameters.metal_holes_max
    intermediate = state.metal_holes - ground.metal_holes
    start = dataclasses.replace(state, temperature=temperature)
    if intermediate < SMALLEST * most:
        raised = ground.metal_holes + SMALLEST * most
        if raised > FULL * most or raised > holes:
            return Lifetime(math.nan, intermediate, ground.metal_holes)
        start = dataclasses.replace(start, metal_holes=raised, oxygen_holes=holes - raised, inner=())
    voltage, _ = chemical_potentials(
        start.metal_holes, start.oxygen_holes, start.lithium_extracted, temperature, electrode.model.par
    )
    if not start.inner:
        start = dataclasses.replace(start, voltage=voltage)
    rest = Drive(current=0.0, surroundings=temperature, duration=LONGEST)
    history = _closed(electrode).advance(start, rest)
    wanted = 0.5 * (start.metal_holes + ground.metal_holes)
    return Lifetime(_time_of(history, wanted), intermediate, ground.metal_holes)


def _closed(electrode: Electrode) -> Electrode:
    """Return the electrode without losses and with a thin double layer."""
    parameters = electrode.parameters
    changed = parameters.replace(dark_rate=0.0, gas_rate=0.0, capacitance=THIN_LAYER * parameters.capacitance)
    shells, classes = electrode.model.shells.shape[1], electrode.model.sites.shape[1]
    return Electrode(
        changed,
        shells=shells,
        classes=classes,
        tolerance=electrode.tolerance,
        most_steps=electrode.most_steps,
    )


def _time_of(history: Segment, holes: float) -> float:
    """Return when the holes of the metal have fallen to a number [s]."""
    below = np.flatnonzero(history.states[:, 0] <= holes)
    if not len(below):
        return LONGEST
    if below[0] == 0:
        return 0.0
    low, high = history.times[below[0] - 1], history.times[below[0]]
    for _ in range(60):
        middle = 0.5 * (low + high)
        if history.at(np.array([middle]))[0, 0] > holes:
            low = middle
        else:
            high = middle
    return float(high)
