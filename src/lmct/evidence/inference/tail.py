"""Whether weights of importance samples can be trusted: the shape of their tail."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

TRUSTED = 0.7
"""Estimates from weights with a larger shape of the tail are not to be trusted (Vehtari 2024)."""


def tail_shape_from_weights(*, weights: Float[np.ndarray, "sample"]) -> float:
    """Return the shape k of the generalised Pareto distribution that the largest weights follow.

    Parameters
    ----------
    weights
        Not negative, on any scale.

    Returns
    -------
    :
        k; below 0.5 the variance of an estimate is finite, below 0.7 it can still be used. Infinite when
        there are too few weights.

    Source
    ------
    Vehtari et al., J. Mach. Learn. Res. 25 (2024) 72; the fit of Zhang and Stephens, Technometrics 51 (2009)
    316, with a weak prior at 0.5.

    Examples
    --------
    >>> tail_shape_from_weights(weights=np.linspace(1.0, 2.0, 1000)) < 0.0
    True
    """
    ordered = np.sort(weights)
    count = len(ordered)
    tail = math.ceil(min(0.2 * count, 3.0 * math.sqrt(count)))
    if tail < 5:
        return math.inf
    above = ordered[-tail:] - ordered[-tail - 1]
    above = above[above > 0.0]
    if len(above) < 5:
        return -math.inf if ordered[-1] == ordered[-tail - 1] else math.inf
    return _pareto_shape(above)


def _pareto_shape(above: Float[np.ndarray, "tail"]) -> float:
    """Return the shape by the mean over a grid of scales, each with its profile likelihood."""
    count, prior = len(above), 3
    grid = 30 + int(math.sqrt(count))
    numbers = np.arange(1, grid + 1) - 0.5
    quartile = above[int(count / 4 + 0.5) - 1]
    scales = 1.0 / above[-1] + (1.0 - np.sqrt(grid / numbers)) / (prior * quartile)
    shapes = np.mean(np.log1p(-scales[:, None] * above), axis=1)
    fit = count * (np.log(-scales / shapes) - shapes - 1.0)
    shares = np.exp(fit - np.max(fit))
    scale = float(np.sum(scales * shares) / np.sum(shares))
    shape = float(np.mean(np.log1p(-scale * above)))
    return (count * shape + 5.0) / (count + 10.0)
