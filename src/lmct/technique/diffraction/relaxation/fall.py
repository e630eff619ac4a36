"""Does the lattice fall during what is called its relaxation? Then the charge itself may be part of it."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

GROUPS, FEWEST = 12, 6
"""Groups of scans that are averaged, and the fewest scans that are judged."""

MUCH = 0.2
"""A fall counts when it is more than this share of all change [1]."""

SIGNIFICANT = 5.0
"""And more than this many standard uncertainties [1]."""


def falls_and_rises(
    *, lattice: Float[np.ndarray, "scan"], uncertainty: Float[np.ndarray, "scan"]
) -> tuple[bool, bool]:
    """Return whether a lattice parameter falls to its least value, and whether it rises from there.

    Parameters
    ----------
    lattice
        In the order of time, thermal expansion taken away [Å].
    uncertainty
        Standard uncertainties [Å].

    Returns
    -------
    :
        Whether a significant and considerable part of the change is a fall, and a rise after it.

    Examples
    --------
    >>> falls_and_rises(lattice=np.abs(np.linspace(-1.0, 2.0, 30)), uncertainty=np.full(30, 0.01))
    (True, True)
    >>> falls_and_rises(lattice=np.linspace(0.0, 2.0, 30), uncertainty=np.full(30, 0.01))
    (False, True)
    """
    if len(lattice) < FEWEST:
        return False, False
    parts = np.array_split(np.arange(len(lattice)), min(GROUPS, len(lattice) // 2))
    weights = [uncertainty[part] ** -2.0 for part in parts]
    mean = np.array([np.average(lattice[p], weights=w) for p, w in zip(parts, weights, strict=True)])
    width = np.array([float(np.sum(w)) ** -0.5 for w in weights])
    least, change = int(np.argmin(mean)), float(np.ptp(mean))

    def considerable(other: int) -> bool:
        height = float(mean[other] - mean[least])
        return height > max(MUCH * change, SIGNIFICANT * math.hypot(width[other], width[least]))

    before, after = int(np.argmax(mean[: least + 1])), least + int(np.argmax(mean[least:]))
    return considerable(before), considerable(after)
