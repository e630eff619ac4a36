"""How far a fitted pattern is from the record, and by how much its uncertainties must grow for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

SIGNIFICANT = 2.5
"""Serial correlation counts when it exceeds that of noise by this many standard deviations [1]."""

NEAR, FAR = 2.0, 5.0
"""A point belongs to a line within the first, and lies apart beyond the second, in full widths [1]."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """Distance of a fit from its record.

    Parameters
    ----------
    goodness
        Square root of chi square over the degrees of freedom [1].
    weighted_residual
        Rwp [1].
    of_lines
        Misfit at the lines beyond noise over their intensity, r.m.s. weighted [1].
    """

    goodness: float
    weighted_residual: float
    of_lines: float


def misfit_of_pattern(
    *,
    observed: Float[np.ndarray, "point"],
    calculated: Float[np.ndarray, "point"],
    background: Float[np.ndarray, "point"],
    variance: Float[np.ndarray, "point"],
    at_lines: Bool[np.ndarray, "point"],
    parameters: int,
) -> Misfit:
    """Measure how far a fitted pattern is from the record.

    Parameters
    ----------
    observed, calculated, background
        The record, the model, and the model without lines.
    variance
        Of each point.
    at_lines
        Which points belong to lines.
    parameters
        How many were refined.

    Returns
    -------
    :
        Goodness, Rwp and misfit of the lines.
    """
    spread = np.sqrt(variance)
    residual = (observed - calculated) / spread
    chi_square = float(residual @ residual)
    lines = ((observed - background) / spread)[at_lines]
    excess = max(float(residual[at_lines] @ residual[at_lines]) - float(at_lines.sum()), 0.0)
    return Misfit(
        goodness=float(np.sqrt(chi_square / max(len(residual) - parameters, 1))),
        weighted_residual=float(np.sqrt(chi_square / ((observed / spread) @ (observed / spread)))),
        of_lines=float(np.sqrt(excess / max(float(lines @ lines), 1e-300))),
    )


def inflation_of_uncertainties(
    *,
    residual: Float[np.ndarray, "point"],
    influence: Float[np.ndarray, "parameter point"],
    at_lines: Bool[np.ndarray, "point"],
    line_points: float,
) -> Float[np.ndarray, "parameter"]:
    r"""Return by which factor misfit enlarges the uncertainty of each parameter.

    Misfit stretches over many points: residuals :math:`r_i` of neighbours agree. With the influence
    :math:`u_i` of each point on a parameter, the variance of the parameter is

    .. math:: s^2 = \sum_k w_k \rho_k \sum_i u_i u_{i+k}, \qquad \rho_k = \langle r_i r_{i+k} \rangle

    and that of the counts alone :math:`\sum_i u_i^2`. So slow waves of the background enlarge the uncertainty
    of a height and not that of a place. Correlations are measured over the whole pattern and at the lines;
    those count that are significant, otherwise chi square over the number of points where it exceeds 1.

    Parameters
    ----------
    residual
        Record minus model over the standard deviation of each point, scaled by the degrees of freedom.
    influence
        Change of each parameter for one standard deviation of a point.
    at_lines
        Which points belong to lines.
    line_points
        Full width of a line [points]; correlations reach over three of them.

    Returns
    -------
    :
        Factors, none below 1.

    Source
    ------
    The problem: Bérar and Lelann, J. Appl. Cryst. 24, 1 (1991), doi 10.1107/S0021889890008391. The estimator:
    Newey and West, Econometrica 55, 703 (1987).
    """
    squares = np.full(len(influence), max(1.0, float(residual @ residual) / len(residual)))
    lags = int(np.clip(round(3.0 * line_points), 2, min(150, len(residual) - 1)))
    weights = 1.0 - np.arange(lags + 1) / (lags + 1.0)
    for chosen in (np.ones_like(at_lines), at_lines):
        if chosen.sum() <= lags or not _is_correlated(residual, chosen, weights):
            continue
        covariances = _covariances(residual, chosen, lags) * weights
        covariances[1:] *= 2.0
        overlaps = np.stack([_overlap(influence, lag) for lag in range(lags + 1)])
        squares = np.maximum(squares, covariances @ overlaps / np.maximum(overlaps[0], 1e-300))
    factors: Float[np.ndarray, "parameter"] = np.sqrt(squares)
    return factors


def _covariances(
    residual: Float[np.ndarray, "point"], chosen: Bool[np.ndarray, "point"], lags: int
) -> Float[np.ndarray, "lag"]:
    values = np.where(chosen, residual, 0.0)
    found = [float(values[lag:] @ values[: len(values) - lag]) for lag in range(lags + 1)]
    return np.array(found) / float(chosen.sum())


def _overlap(influence: Float[np.ndarray, "parameter point"], lag: int) -> Float[np.ndarray, "parameter"]:
    length = influence.shape[1] - lag
    overlap: Float[np.ndarray, "parameter"] = np.einsum("pi,pi->p", influence[:, lag:], influence[:, :length])
    return overlap


def _is_correlated(
    residual: Float[np.ndarray, "point"], chosen: Bool[np.ndarray, "point"], weights: Float[np.ndarray, "lag"]
) -> bool:
    """Return whether sums of neighbours scatter significantly more than noise does."""
    covariances = _covariances(residual, chosen, len(weights) - 1)
    found = covariances[0] + 2.0 * float(weights[1:] @ covariances[1:])
    spread = np.sqrt(2.0 * (1.0 + 2.0 * float(weights[1:] @ weights[1:])) / float(chosen.sum()))
    return bool(found > 1.0 + SIGNIFICANT * spread)


def points_of_lines(
    *,
    two_theta: Float[np.ndarray, "point"],
    position: Float[np.ndarray, "line"],
    width: Float[np.ndarray, "line"],
    reach: float,
) -> Bool[np.ndarray, "point"]:
    """Return which points lie within some widths of a line.

    Parameters
    ----------
    two_theta
        Angles, rising [deg].
    position, width
        Places and full widths of the lines [deg].
    reach
        In full widths [1].

    Returns
    -------
    :
        True at a line.

    Examples
    --------
    >>> points_of_lines(two_theta=np.array([9.0, 10.0, 11.0]), position=np.array([10.0]),
    ...     width=np.array([0.1]), reach=2.0)
    array([False,  True, False])
    """
    found = np.zeros(len(two_theta), dtype=bool)
    for place, wide in zip(position, width, strict=True):
        first, last = np.searchsorted(two_theta, (place - reach * wide, place + reach * wide))
        found[first:last] = True
    return found
