"""Edges that another program has freed of their background: how to tell, and how noisy they are."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

SIGNIFICANT = 5.0
"""Standard errors above zero from which counts in front of an edge are a background [1]."""

NOT_COUNTED = 0.1
"""Share of channels at zero or below from which numbers are no counts any more [1]."""

_THIRD_DIFFERENCE = 20.0
_MEDIAN_OF_SQUARE = 0.454936
"""Variance of a third difference over that of a channel; median of the square of a normal number [1]."""


def background_is_off(*, counts: Float[np.ndarray, "channel"]) -> bool:
    """Say whether counts in front of an edge are none but for noise: zeros, or numbers around zero.

    Parameters
    ----------
    counts
        In the window of the background [1].

    Examples
    --------
    >>> background_is_off(counts=np.zeros(100)), background_is_off(counts=np.full(100, 3.0))
    (True, False)
    """
    if len(counts) < 2:
        return False
    spread = float(counts.std(ddof=1)) / float(np.sqrt(len(counts)))
    return abs(float(counts.mean())) <= SIGNIFICANT * spread and not (counts > 0.0).all()


def variance_floor(*, counts: Float[np.ndarray, "channel"]) -> float:
    """Return the least variance of a channel: the scatter where a background was taken off, else 0 [1].

    Parameters
    ----------
    counts
        Of a spectrum [1].

    Examples
    --------
    >>> variance_floor(counts=np.full(100, 7.0))
    0.0
    """
    return scatter_variance(counts=counts) if float(np.mean(counts <= 0.0)) > NOT_COUNTED else 0.0


def scatter_variance(*, counts: Float[np.ndarray, "channel"]) -> float:
    """Return the variance of a channel from its neighbours, channels that hold exactly 0 left aside [1].

    The background that was taken off left its noise but not its counts, so that these tell no variance.

    Parameters
    ----------
    counts
        Of an edge [1].

    Examples
    --------
    >>> noise = np.random.default_rng(1).normal(0.0, 3.0, 4000)
    >>> round(scatter_variance(counts=noise))
    9
    """
    third = np.diff(counts[counts != 0.0], 3)
    found = float(np.median(third**2)) / (_THIRD_DIFFERENCE * _MEDIAN_OF_SQUARE) if len(third) else 0.0
    return max(found, float(np.finfo(float).tiny))
