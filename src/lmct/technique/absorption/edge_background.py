"""Backgrounds in front of and behind an edge, and what the step owes to their windows."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DataError
from lmct.technique.absorption.normalisation_window import Windows

STRETCH = 0.15
"""Windows are moved by this share of their width to see how much the step depends on them [1]."""


def background_lines(
    away: Float[np.ndarray, "point"],
    absorption: Float[np.ndarray, "point"],
    noise: Float[np.ndarray, "point"],
    windows: Windows,
) -> tuple[Float[np.ndarray, "term"], Float[np.ndarray, "term"], float]:
    """Return the coefficients in front of and behind the edge, and the variance of the step by noise.

    Parameters
    ----------
    away
        Energies from the edge [eV].
    absorption, noise
        Of each.
    windows
        Where the backgrounds are fitted, none left open.

    Raises
    ------
    DataError
        A window holds too few points.
    """
    assert windows.pre_edge is not None
    assert windows.post_edge is not None
    assert windows.degree is not None
    coefficients, variance = [], 0.0
    for (low, high), degree in ((windows.pre_edge, 1), (windows.post_edge, windows.degree)):
        inside = (away >= min(low, high)) & (away <= max(low, high))
        if inside.sum() < degree + 2:
            raise DataError(
                f"{inside.sum()} points lie between {low:+.0f} and {high:+.0f} eV of the edge. Expected"
                f" {degree + 2} or more for the background. Give other pre_edge and post_edge windows."
            )
        scale = float(np.max(np.abs(away[inside])))
        weight = _width_of_points(away)[inside]
        design = np.vander(away[inside] / scale, degree + 1) * np.sqrt(weight)[:, None]
        inverse = np.linalg.pinv(design)
        solution = inverse @ (absorption[inside] * np.sqrt(weight))
        # With the misfit when it is larger than the noise: oscillations of the fine structure are noise here.
        rest = absorption[inside] - np.polyval(solution, away[inside] / scale)
        spread = max(float(np.std(rest)), float(np.median(noise[inside])))
        variance += float(np.sum((inverse[-1] * np.sqrt(weight)) ** 2)) * spread**2
        coefficients.append(solution / scale ** np.arange(degree, -1, -1))
    return coefficients[0], coefficients[1], variance


def _width_of_points(away: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
    """Return the range of energy each point stands for: a fit is not to follow the density of the grid."""
    return np.asarray(np.gradient(away) / np.median(np.gradient(away)))


def moved_step(
    away: Float[np.ndarray, "point"],
    absorption: Float[np.ndarray, "point"],
    noise: Float[np.ndarray, "point"],
    windows: Windows,
    which: int,
    sign: int,
) -> float:
    """Return the step when the inner limit of one window is moved.

    Parameters
    ----------
    away, absorption, noise, windows
        As for :func:`background_lines`.
    which
        0 for the window in front of the edge, 1 for the one behind.
    sign
        To which side.
    """
    assert windows.pre_edge is not None
    assert windows.post_edge is not None
    pre, post = windows.pre_edge, windows.post_edge
    if which == 0:
        pre = (pre[0], pre[1] + sign * STRETCH * (pre[1] - pre[0]) * (1.0 if sign < 0 else 0.5))
    else:
        post = (post[0] + sign * STRETCH * (post[1] - post[0]) * (1.0 if sign > 0 else 0.3), post[1])
    one, other, _ = background_lines(away, absorption, noise, Windows(pre, post, windows.degree))
    return float(np.polyval(other, 0.0) - np.polyval(one, 0.0))
