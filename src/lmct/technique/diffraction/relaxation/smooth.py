"""Fractions of many scans from few: a rate law is smooth in the logarithm of the time at one temperature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from lmct.relaxation.heating import Heating

KNOTS = 80
"""Times per temperature at which a law is evaluated when there are more scans than these."""

SMALLEST = 1e-16
"""What has reacted, or is left, is not told apart from none below this [1]."""

Fractions = Callable[[Sequence[Heating]], Float[np.ndarray, "heating"]]


@dataclass(frozen=True, eq=False)
class HeatingKnots:
    """Heat at which a law is evaluated, and how the fractions of all scans follow from it.

    Parameters
    ----------
    heating
        Of the knots.
    stretches
        For each stretch: its scans, its knots, and the weights of a cubic spline; no weights where scans
        are knots themselves.
    scans
        Number of the scans.
    """

    heating: tuple[Heating, ...]
    stretches: tuple[tuple[Int[np.ndarray, "scan"], slice, Float[np.ndarray, "scan knot"] | None], ...]
    scans: int

    def fractions(self, law: Fractions) -> Float[np.ndarray, "scan"]:
        """Return the fractions of all scans; ln(-ln f) is interpolated in the logarithm of the time."""
        known = law(self.heating)
        found = np.empty(self.scans)
        for scans, place, weights in self.stretches:
            if weights is None:
                found[scans] = known[place]
            else:
                progress = np.log(-np.log(np.clip(known[place], 1e-300, 1.0 - SMALLEST)))
                found[scans] = np.exp(-np.exp(np.minimum(weights @ progress, 6.5)))
        return found


def knots_of(heatings: Sequence[Heating]) -> HeatingKnots:
    """Return few conditions from which the fractions of all scans follow.

    Parameters
    ----------
    heatings
        All heat until each scan of one sample: those with the same number of steps share all but the last.

    Returns
    -------
    :
        At most :data:`KNOTS` conditions for each temperature step, unless they do not belong together.
    """
    from scipy.interpolate import CubicSpline

    counts = np.array([len(one.duration) for one in heatings], dtype=np.int64)
    knots: list[Heating] = []
    stretches = []
    for count in np.unique(counts):
        scans = np.flatnonzero(counts == count)
        own = [heatings[int(scan)] for scan in scans]
        last = np.array([float(one.duration[-1]) for one in own])
        begin = len(knots)
        weights = None
        if len(scans) > KNOTS and np.all(last > 0.0) and last.min() < last.max() and _one_sample(own):
            times = np.geomspace(last.min(), last.max(), KNOTS)
            knots += [_until(own[0], float(time)) for time in times]
            weights = np.asarray(CubicSpline(np.log(times), np.eye(KNOTS))(np.log(last)))
        else:
            knots += own
        stretches.append((scans, slice(begin, len(knots)), weights))
    return HeatingKnots(tuple(knots), tuple(stretches), len(heatings))


def _one_sample(heatings: Sequence[Heating]) -> bool:
    first = heatings[0]
    return all(
        np.array_equal(one.temperature, first.temperature)
        and np.allclose(one.duration[:-1], first.duration[:-1])
        for one in heatings
    )


def _until(heating: Heating, last: float) -> Heating:
    """Return the heat with another duration of its last step."""
    duration = np.append(heating.duration[:-1], last)
    return Heating(duration, heating.temperature, float(np.sum(duration)), heating.hold_temperature)
