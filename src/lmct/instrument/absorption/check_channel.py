"""Single channels of a scan: saturated detectors and glitches of the crystal or the beam."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

SATURATED = 1e-6
"""Values closer than this share to the largest one count as equal to it [1]."""

IN_A_ROW = 4
"""So many equal largest values in a row mean saturation."""

LEAST = 0.01
"""Smaller steps than this share of the whole range are no glitches [1]."""

STANDS_OUT = 12.0
"""A point this many robust standard deviations off its neighbours is a glitch [1]."""


def saturated_points(channel: Float[np.ndarray, "point"]) -> Bool[np.ndarray, "point"]:
    """Say which points lie on the upper stop of a detector.

    Parameters
    ----------
    channel
        Intensities.

    Returns
    -------
    :
        True within runs of four or more values that equal the largest one.

    Examples
    --------
    >>> saturated_points(np.array([1.0, 5, 9, 9, 9, 9, 4])).tolist()
    [False, False, True, True, True, True, False]
    """
    largest = float(np.max(channel))
    at_stop = channel >= largest - SATURATED * abs(largest)
    if at_stop.all():
        return np.zeros(len(channel), dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], at_stop, [False]]).astype(int)))
    found = np.zeros(len(channel), dtype=bool)
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        found[first:last] = last - first >= IN_A_ROW
    return found


def glitches_from_absorption(
    *, energy: Float[np.ndarray, "point"], absorption: Float[np.ndarray, "point"]
) -> Bool[np.ndarray, "point"]:
    """Say which single points stand out of the line through their neighbours.

    The misfit of each point from the cubic through its two neighbours on either side is compared with the
    typical one nearby (median of 25), because a steep edge curves more than a background.

    Parameters
    ----------
    energy
        Rising [eV].
    absorption
        Of each energy [1].

    Returns
    -------
    :
        True where a point, and not its neighbours, is off.

    Examples
    --------
    >>> values = np.sin(np.arange(40) / 9.0)
    >>> values[20] += 1.0
    >>> np.flatnonzero(glitches_from_absorption(energy=np.arange(40.0), absorption=values)).tolist()
    [20]
    """
    from scipy.ndimage import median_filter

    count = len(energy)
    misfit = np.zeros(count)
    if count < 10:
        return np.zeros(count, dtype=bool)
    places = np.arange(2, count - 2)
    around = np.stack([places - 2, places - 1, places + 1, places + 2])
    middle = energy[places]
    predicted = np.zeros(len(places))
    for one in range(4):
        weight = np.ones(len(places))
        for other in range(4):
            if other != one:
                weight *= (middle - energy[around[other]]) / (energy[around[one]] - energy[around[other]])
        predicted += weight * absorption[around[one]]
    misfit[places] = np.abs(absorption[places] - predicted)
    typical = 1.4826 * median_filter(misfit, 25, mode="nearest")
    floor = LEAST * float(np.ptp(absorption))
    large = misfit > STANDS_OUT * np.maximum(typical, floor / STANDS_OUT)
    peak = misfit >= np.maximum.reduce([np.roll(misfit, shift) for shift in (-2, -1, 1, 2)])
    return np.asarray(large & peak & (misfit > floor))
