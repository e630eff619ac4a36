"""Statistics of a kink in a line: hinges, what chance gains, intervals, curvature of the parts."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from lmct.quantity.assessment import POOR_FIT

LEAST = 4
"""Points needed on each side of a kink."""


TRIALS, SEED = 2000, 20221
"""Straight lines with noise that tell how large a gain a kink has by chance."""


def hinges_from_places(
    x: Float[np.ndarray, "point"],
    weight: Float[np.ndarray, "point"],
    frame: Float[np.ndarray, "point 2"],
    places: Float[np.ndarray, "place"],
) -> Float[np.ndarray, "place point"]:
    """Return weighted hinges, orthogonal to the line and of length 1.

    Parameters
    ----------
    x
        Points.
    weight
        One over their standard uncertainties.
    frame
        Orthonormal frame of the weighted straight lines.
    places
        Places of the kink.

    Returns
    -------
    :
        One row for each place; its product with the residuals of the line, squared, is the gain of a kink.
    """
    hinge = np.maximum(x[None, :] - places[:, None], 0.0) * weight
    hinge = hinge - (hinge @ frame) @ frame.T
    return np.asarray(hinge / np.maximum(np.linalg.norm(hinge, axis=1, keepdims=True), 1e-300))


def probability_by_chance(
    hinges: Float[np.ndarray, "place point"],
    frame: Float[np.ndarray, "point 2"],
    line_square: float,
    gain: Float[np.ndarray, "place"],
    points: int,
) -> float:
    """Return how often noise alone gains as much, absolutely or relative to what the line leaves.

    Parameters
    ----------
    hinges
        As :func:`hinges_from_places` gives them.
    frame
        Orthonormal frame of the weighted straight lines.
    line_square
        Chi square of the straight line.
    gain
        Gains that were seen, one for each place.
    points
        How many points there are.

    Returns
    -------
    :
        The larger of both probabilities, so that errors stated too small make no kink [1].
    """
    noise = np.random.default_rng(SEED).standard_normal((points, TRIALS))
    noise -= frame @ (frame.T @ noise)
    by_chance = np.max((hinges @ noise) ** 2, axis=0)
    whole = np.sum(noise**2, axis=0)
    seen = float(gain.max())
    share = seen / max(line_square, 1e-300)
    relative = (1 + int(np.sum(by_chance / whole >= share))) / (TRIALS + 1)
    absolute = (1 + int(np.sum(by_chance >= seen))) / (TRIALS + 1)
    return max(relative, absolute)


def interval_below(
    places: Float[np.ndarray, "place"], loss: Float[np.ndarray, "place"], allowed: float, best: float
) -> tuple[float, float]:
    """Return the outermost places with a loss below what is allowed, interpolated.

    Parameters
    ----------
    places
        Rising places.
    loss
        Rise of chi square there.
    allowed
        The rise that bounds the interval.
    best
        Where the loss is 0.

    Returns
    -------
    :
        Lower and upper limit; the outermost place when the loss stays below.

    Examples
    --------
    >>> interval_below(np.array([0.0, 1.0, 2.0]), np.array([4.0, 0.0, 2.0]), 1.0, 1.0)
    (0.75, 1.5)
    """
    inside = np.flatnonzero(loss <= allowed)
    if not inside.size:
        return best, best
    low, high = int(inside[0]), int(inside[-1])
    edges = []
    for at, beyond in ((low, low - 1), (high, high + 1)):
        if not 0 <= beyond < len(places):
            edges.append(float(places[at]))
            continue
        share = (allowed - loss[at]) / (loss[beyond] - loss[at])
        edges.append(float(places[at] + share * (places[beyond] - places[at])))
    return edges[0], edges[1]


def widening(chi_square: float, freedom: int) -> tuple[float, str]:
    """Return by how much variances are widened, and why in words.

    Parameters
    ----------
    chi_square
        Of a fit.
    freedom
        Its degrees of freedom.

    Returns
    -------
    :
        1 for a good fit; else chi square over its degrees of freedom, and the reason.
    """
    from scipy.stats import chi2

    probability = float(chi2.sf(chi_square, freedom))
    if probability >= POOR_FIT:
        return 1.0, ""
    return chi_square / freedom, f" (p = {probability:.1g}, uncertainties were widened)"


def curvature_probability(
    x: Float[np.ndarray, "point"], y: Float[np.ndarray, "point"], weight: Float[np.ndarray, "point"]
) -> float:
    """Return the probability of a quadratic term this large if the points were straight.

    Parameters
    ----------
    x, y
        Points.
    weight
        One over the standard uncertainties of y.

    Returns
    -------
    :
        Probability [1]; NaN with fewer than :data:`LEAST` points.
    """
    from scipy.stats import chi2

    if len(x) < LEAST or np.ptp(x) <= 0.0:
        return math.nan
    place = (x - x.mean()) / np.ptp(x)
    basis = np.column_stack([np.ones(len(x)), place, place**2]) * weight[:, None]
    frame = np.linalg.qr(basis)[0]
    rest = y * weight - frame @ (frame.T @ (y * weight))
    widen = max(1.0, float(rest @ rest) / max(len(x) - 3, 1))
    return float(chi2.sf(float(frame[:, 2] @ (y * weight)) ** 2 / widen, 1))
