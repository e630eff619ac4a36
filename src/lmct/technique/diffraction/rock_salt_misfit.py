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
    inflation
        Factor by which uncertainties of the counts grow [1].
    of_lines
        Misfit at the lines beyond noise over their intensity, r.m.s. weighted [1].
    """

    goodness: float
    weighted_residual: float
    inflation: float
    of_lines: float


def misfit_of_pattern(
    *,
    observed: Float[np.ndarray, "point"],
    calculated: Float[np.ndarray, "point"],
    background: Float[np.ndarray, "point"],
    variance: Float[np.ndarray, "point"],
    at_lines: Bool[np.ndarray, "point"],
    parameters: int,
    line_points: float,
) -> Misfit:
    r"""Judge a fitted pattern.

    Misfit stretches over many points: residuals of neighbours agree, and carry less information than as many
    independent ones. The variance of a sum of residuals over a line shows by how much:

    .. math:: V = \rho_0 + 2 \sum_{k=1}^{K} \left(1 - \frac{k}{K+1}\right) \rho_k

    with the covariances :math:`\rho_k` of normalised residuals k points apart and K two full widths. V is 1
    for noise alone. It is taken over the whole pattern and over the lines; the larger one counts where it is
    significant, otherwise chi square over the degrees of freedom where that exceeds 1.

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
    line_points
        Full width of a line [points].

    Returns
    -------
    :
        Goodness, Rwp and factor of inflation.

    Source
    ------
    The problem and a cure of the same kind: Bérar and Lelann, J. Appl. Cryst. 24, 1 (1991),
    doi 10.1107/S0021889890008391. The estimator: Newey and West, Econometrica 55, 703 (1987).
    """
    spread = np.sqrt(variance)
    residual = (observed - calculated) / spread
    freedom = max(len(residual) - parameters, 1)
    chi_square = float(residual @ residual)
    lags = int(np.clip(round(2.0 * line_points), 2, 100))
    everywhere = np.ones_like(at_lines)
    correction = len(residual) / freedom
    candidates = [
        _summed_variance(residual, chosen, lags, correction)
        for chosen in (everywhere, at_lines)
        if chosen.any()
    ]
    square = max([1.0, chi_square / freedom, *candidates])
    lines = ((observed - background) / spread)[at_lines]
    excess = max(float(residual[at_lines] @ residual[at_lines]) - float(at_lines.sum()), 0.0)
    return Misfit(
        goodness=float(np.sqrt(chi_square / freedom)),
        weighted_residual=float(np.sqrt(chi_square / ((observed / spread) @ (observed / spread)))),
        inflation=float(np.sqrt(square)),
        of_lines=float(np.sqrt(excess / max(float(lines @ lines), 1e-300))),
    )


def _summed_variance(
    residual: Float[np.ndarray, "point"], chosen: Bool[np.ndarray, "point"], lags: int, correction: float
) -> float:
    """Return V over the chosen points, 0 where it is that of noise."""
    values = np.where(chosen, residual, 0.0)
    count = float(chosen.sum())
    total, spread = float(values @ values), 1.0
    for lag in range(1, min(lags, len(values) - 1) + 1):
        weight = 1.0 - lag / (lags + 1.0)
        total += 2.0 * weight * float(values[lag:] @ values[:-lag])
        spread += 2.0 * weight**2
    found = correction * total / count
    return found if found > 1.0 + SIGNIFICANT * np.sqrt(2.0 * spread / count) else 0.0


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
