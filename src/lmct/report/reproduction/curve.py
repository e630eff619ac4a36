"""Voltage curves and dQ/dV of simulated steps, ready to draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.protocol.run import Run
from lmct.technique.electrochemistry.differential_capacity import differential_capacity_from_curve

POINTS = 400
"""Points of a curve that is drawn."""


@dataclass(frozen=True, eq=False)
class StepCurve:
    """One charge or discharge.

    Parameters
    ----------
    capacity, voltage
        Since the step began [mAh/g] and [V].
    states
        At the same points, columns n, p, d, o2, V, T.
    grid, density
        dQ/dV, negative on discharge [V] and [mAh/g/V].
    """

    capacity: Float[np.ndarray, "point"]
    voltage: Float[np.ndarray, "point"]
    states: Float[np.ndarray, "point 6"]
    grid: Float[np.ndarray, "grid"]
    density: Float[np.ndarray, "grid"]


def curve_of_step(run: Run, step: int) -> StepCurve:
    """Return a step at constant current as curves.

    Parameters
    ----------
    run
        The run.
    step
        Place of the step, from 0 or from the end.

    Returns
    -------
    :
        Its curves, with points even in capacity and more of them where the voltage moves fast.

    Examples
    --------
    >>> from lmct.protocol import galvanostatic, simulate
    >>> curve = curve_of_step(simulate(galvanostatic(cycles=1)), 0)
    >>> round(float(np.trapezoid(curve.density, curve.grid) / curve.capacity[-1]), 3)
    1.0
    """
    segment, whole = run.segments[step], run.steps[step].capacity_mah_g
    times = np.union1d(np.linspace(0.0, segment.duration, POINTS), segment.times)
    states = segment.at(times)
    capacity = abs(whole) * times / segment.duration
    curve = differential_capacity_from_curve(capacity=capacity, voltage=states[:, 4])
    return StepCurve(capacity, states[:, 4], states, curve.voltage, np.sign(whole) * curve.density)
