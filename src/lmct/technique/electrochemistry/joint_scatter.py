"""Scatter of capacity and open-circuit voltage of a cell together, when the voltage scatters unevenly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

SMALLEST_VARIANCE = 1e-14
"""Keeps the weights finite when all cells of a condition read the same [V^2]."""


def covariances_of_means(
    groups: Sequence[Float[np.ndarray, "cell 2"]],
) -> tuple[Float[np.ndarray, "group 2 2"], int]:
    r"""Return the covariance of mean capacity and mean voltage of every condition, scatter pooled over all.

    A wrong mass moves the capacity alone; a cell that relaxed a little further than its neighbours moves
    along the curve, in both; the channel moves the voltage alone. With C the mean capacity of the condition

    .. math:: S = \begin{pmatrix} s^2 C^2 & c\,C^2 \\ c\,C^2 & a^2 + b^2 C^2 \end{pmatrix}

    for one cell. s is the pooled relative scatter; a, b maximise the likelihood of the conditions' own
    variances; c is the weighted mean of the products of deviations.

    Parameters
    ----------
    groups
        One array per condition, a row (capacity, voltage) per cell.

    Returns
    -------
    :
        Covariances of the means, and the degrees of freedom of the pooled scatter; NaN and 0 when no
        condition has two cells.

    Examples
    --------
    >>> cells = [np.array([[99.0, 4.0], [101.0, 4.0]]), np.array([[9.9, 3.8], [10.1, 3.8]])]
    >>> covariance, freedom = covariances_of_means(cells)
    >>> np.round(covariance[:, 0, 0], 6).tolist(), freedom
    ([1.0, 0.01], 2)
    """
    count = np.array([len(group) for group in groups], dtype=float)
    mean = np.array([group.mean(axis=0) for group in groups])
    deviations = [group - group.mean(axis=0) for group in groups]
    freedom = int(np.sum(count - 1.0))
    if freedom == 0:
        return np.full((len(groups), 2, 2), np.nan), 0
    capacity = mean[:, 0]
    squares = np.array([d.T @ d for d in deviations])
    relative = float(np.sum(squares[:, 0, 0] / capacity**2)) / freedom
    voltage = _voltage_variance(squares[:, 1, 1], count - 1.0, capacity)
    weight = 1.0 / voltage
    shared = float(np.sum(squares[:, 0, 1] * weight)) / float(np.sum((count - 1.0) * capacity**2 * weight))
    covariance = np.empty((len(groups), 2, 2))
    covariance[:, 0, 0] = relative * capacity**2
    covariance[:, 1, 1] = voltage
    limit = 0.99 * np.sqrt(covariance[:, 0, 0] * covariance[:, 1, 1])
    covariance[:, 0, 1] = covariance[:, 1, 0] = np.clip(shared * capacity**2, -limit, limit)
    return covariance / count[:, None, None], freedom


def _voltage_variance(
    squares: Float[np.ndarray, "group"],
    freedom: Float[np.ndarray, "group"],
    capacity: Float[np.ndarray, "group"],
) -> Float[np.ndarray, "group"]:
    """Return a^2 + b^2 C^2 of maximum likelihood, from sums of squares of known degrees of freedom."""
    even = np.geomspace(1e-6, 1e4, 121)[:, None]
    shape = (even + (capacity / np.max(np.abs(capacity))) ** 2) / (even + 1.0)
    level = np.sum(squares / shape, axis=1) / np.sum(freedom) + SMALLEST_VARIANCE
    deviance = np.sum(freedom * np.log(shape), axis=1) + np.sum(freedom) * np.log(level)
    best = int(np.argmin(deviance))
    result: Float[np.ndarray, "group"] = shape[best] * level[best]
    return result
