"""What residuals and their derivatives say about the parameters: spread, correlation, flat directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.evidence.calibration.problem import Block

BOUNDS_VARIANCE = 1.0 / 12.0
"""Variance of a position of which only the bounds are known."""

FLAT = 0.5
"""A direction is flat when its spread is above this share of that which the bounds alone leave [1]."""

NOTHING = 1e-9
"""Singular values below this share of the largest carry no information [1]."""


@dataclass(frozen=True, eq=False)
class Spread:
    """Covariances of the position in the unit cube, none wider than the bounds.

    Parameters
    ----------
    statistical
        If the model were perfect: noise of the voltages and tolerances of the targets alone.
    with_model_error
        From the misfit that is left, block by block, its points counting only as often as they are
        independent.
    """

    statistical: Float[np.ndarray, "free free"]
    with_model_error: Float[np.ndarray, "free free"]

    @property
    def correlation(self) -> Float[np.ndarray, "free free"]:
        """Correlations, model error included."""
        deviation = np.sqrt(np.diag(self.with_model_error))
        matrix: Float[np.ndarray, "free free"] = self.with_model_error / np.outer(deviation, deviation)
        return matrix

    def flat_directions(self) -> list[tuple[float, Float[np.ndarray, "free"]]]:
        """Return undecided directions, widest first: share of the spread of the bounds, and unit vector."""
        values, vectors = np.linalg.eigh(self.with_model_error)
        shares = np.sqrt(np.maximum(values, 0.0) / BOUNDS_VARIANCE)
        order = np.argsort(-shares)
        return [(float(shares[i]), vectors[:, i]) for i in order if shares[i] > FLAT]


def spread_from_jacobian(
    *,
    jacobian: Float[np.ndarray, "residual free"],
    residuals: Float[np.ndarray, "residual"],
    blocks: Sequence[Block],
) -> Spread:
    r"""Return the covariance of least squares when residuals are neither of size one nor independent.

    With the pseudo-inverse :math:`J^+` of the Jacobian the covariance is :math:`J^+ \Omega J^{+T}`, where
    :math:`\Omega` holds the variance of each residual times the number of neighbours that go with it. It is
    joined with what the bounds alone say, a variance of 1/12 in every direction.

    Parameters
    ----------
    jacobian
        Derivatives of the residuals by the position.
    residuals
        At the best position.
    blocks
        Which residuals belong together, and their noise.

    Returns
    -------
    :
        Both covariances.
    """
    left, singular, right = np.linalg.svd(jacobian, full_matrices=False)
    kept = singular > NOTHING * max(float(singular.max(initial=0.0)), 1.0)
    inverse = (right[kept].T / singular[kept]) @ left[:, kept].T
    used = float(np.sum(singular**2 / (singular**2 + 1.0 / BOUNDS_VARIANCE)))
    excess = len(residuals) / max(len(residuals) - used, 1.0)
    noise, error = np.empty(len(residuals)), np.empty(len(residuals))
    for block in blocks:
        own = residuals[block.rows]
        noise[block.rows] = block.noise**2
        correlated = 1.0 if block.label == "targets" else correlation_length_from_residuals(residuals=own)
        error[block.rows] = max(float(np.mean(own**2)) * excess, block.noise**2) * correlated
    return Spread(*(_joined(inverse, variance, right[kept]) for variance in (noise, error)))


def correlation_length_from_residuals(*, residuals: Float[np.ndarray, "point"]) -> float:
    """Return how many neighbouring residuals say the same: 1 for noise, up to half of them for a misfit.

    Parameters
    ----------
    residuals
        In the order in which they were measured.

    Returns
    -------
    :
        The integrated autocorrelation, summed until it first turns negative [points].

    Examples
    --------
    >>> correlation_length_from_residuals(residuals=np.array([1.0, -1.0, 1.0, -1.0]))
    1.0
    """
    power = float(np.dot(residuals, residuals))
    if power == 0.0:
        return 1.0
    length = 1.0
    for lag in range(1, len(residuals) // 2):
        share = float(np.dot(residuals[lag:], residuals[:-lag])) / power
        if share <= 0.0:
            break
        length += 2.0 * share
    return min(length, max(1.0, 0.5 * len(residuals)))


def _joined(
    inverse: Float[np.ndarray, "free residual"],
    variance: Float[np.ndarray, "residual"],
    decided: Float[np.ndarray, "direction free"],
) -> Float[np.ndarray, "free free"]:
    """Return the covariance of the estimate, joined with the bounds; alone they speak of other directions."""
    inside = decided @ (inverse * variance) @ inverse.T @ decided.T
    values, vectors = np.linalg.eigh(0.5 * (inside + inside.T))
    narrowed = 1.0 / (1.0 / np.maximum(values, 1e-300) + 1.0 / BOUNDS_VARIANCE)
    axes = decided.T @ vectors
    rest = np.eye(inverse.shape[0]) - decided.T @ decided
    joined: Float[np.ndarray, "free free"] = (axes * narrowed) @ axes.T + BOUNDS_VARIANCE * rest
    return joined
