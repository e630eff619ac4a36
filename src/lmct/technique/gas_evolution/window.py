"""A stretch of a record of which gas is counted, and the weights of its bins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DataError
from lmct.technique.gas_evolution.request import HEAD_SPACE, Request

MOST_MISSING = 0.1
"""More readings than this missing within what is counted: no total [1]."""


@dataclass(frozen=True, eq=False)
class Window:
    """A stretch of the record of which the released gas is counted.

    Parameters
    ----------
    name
        For example ``"charge 1"``.
    begin, end
        [s].
    """

    name: str
    begin: float
    end: float


def bin_weights(
    window: Window, edges: Float[np.ndarray, "edge"], request: Request, lag: float
) -> Float[np.ndarray, "bin"]:
    """Return the weights of the bins in the amount of a window, which is seen later by the lag.

    Parameters
    ----------
    window
        The window.
    edges
        Of the bins [s].
    request
        Flow or head space.
    lag
        Of the transport [s].

    Returns
    -------
    :
        Of each bin: hours with a flow, shares with a head space.
    """
    begin, end = window.begin + lag, window.end + lag
    if request.mode != HEAD_SPACE:
        covered = np.minimum(edges[1:], end) - np.maximum(edges[:-1], begin)
        return np.asarray(np.maximum(covered, 0.0) / 3600.0)
    middle = 0.5 * (edges[1:] + edges[:-1])
    first, last = (int(np.clip(np.searchsorted(middle, one), 0, len(middle) - 1)) for one in (begin, end))
    weights = np.zeros(len(middle))
    weights[last] += 1.0
    weights[first] -= 1.0
    weights[first:last] += replaced_share(request)
    return weights


def replaced_share(request: Request) -> float:
    """Return the share of the head space that fresh carrier replaces at every reading.

    Parameters
    ----------
    request
        Volumes.
    """
    return request.sample_volume / request.volume if request.volume else 0.0


def weights_without_gaps(
    series: Float[np.ndarray, "bin"], weights: Float[np.ndarray, "sum bin"]
) -> Float[np.ndarray, "sum bin"]:
    """Hand the weight of an empty bin on to the nearest full ones, as a straight line between them would.

    Parameters
    ----------
    series
        NaN where a bin is empty.
    weights
        Of each bin in each sum.
    """
    full = np.flatnonzero(np.isfinite(series))
    filled = weights.copy()
    for place in np.flatnonzero(~np.isfinite(series)):
        after = int(np.searchsorted(full, place))
        left, right = full[max(after - 1, 0)], full[min(after, len(full) - 1)]
        share = (place - left) / (right - left) if right > left else 0.0
        filled[:, left] += (1.0 - share) * weights[:, place]
        filled[:, right] += share * weights[:, place]
        filled[:, place] = 0.0
    return filled


def refuse_missing(
    series: Float[np.ndarray, "gas bin"], weights: Float[np.ndarray, "window bin"], windows: Sequence[Window]
) -> None:
    """Refuse windows of which too much is missing.

    Parameters
    ----------
    series
        NaN where a bin is empty.
    weights
        Of each bin in each window.
    windows
        The windows.

    Raises
    ------
    DataError
        A window lies outside the record, or a tenth of it is missing.
    """
    missing = ~np.all(np.isfinite(series), axis=0)
    for window, weight in zip(windows, weights, strict=True):
        used = weight != 0.0
        if not used.any():
            raise DataError(
                f"{window.name} ({window.begin / 3600:.2f} to {window.end / 3600:.2f} h) lies outside the"
                " record. Expected a record of the whole cycling. Check the clocks and the rests."
            )
        if missing[used].mean() > MOST_MISSING:
            raise DataError(
                f"{missing[used].mean():.0%} of the readings during {window.name} are missing or saturated."
                f" Expected at most {MOST_MISSING:.0%}: the amount would be a lower limit. Use another"
                " channel, or measure again with less gain."
            )
