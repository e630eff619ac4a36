"""Straight lines and parabolas through points with correlated errors in both variables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange


@dataclass(frozen=True, eq=False)
class PolynomialFit:
    """A polynomial through points with errors in both variables.

    Parameters
    ----------
    coefficients
        From the constant term upwards.
    covariance
        Of the coefficients, from the given errors.
    chi_square
        Weighted sum of squares.
    degrees_of_freedom
        Points minus coefficients.
    """

    coefficients: Float[np.ndarray, "term"]
    covariance: Float[np.ndarray, "term term"]
    chi_square: float
    degrees_of_freedom: int


def fit_polynomial_with_errors(
    *,
    x: Float[np.ndarray, "point"],
    y: Float[np.ndarray, "point"],
    covariance: Float[np.ndarray, "point 2 2"],
    degree: int = 1,
) -> PolynomialFit:
    r"""Fit a polynomial of degree 1 or more to points with correlated errors in both variables.

    Maximum likelihood: the true abscissae are parameters of their own, profiled out in every iteration as
    in York's solution of the straight line, to which this reduces for degree 1:

    .. math:: \chi^2 = \sum_i \min_{\xi_i} r_i^T C_i^{-1} r_i,\quad r_i = (x_i - \xi_i,\; y_i - p(\xi_i))

    Parameters
    ----------
    x, y
        Points.
    covariance
        Covariance matrix of each point.
    degree
        Degree of the polynomial.

    Returns
    -------
    :
        Coefficients, covariance, chi square.

    Raises
    ------
    OutOfRange
        There are fewer points than coefficients.

    Source
    ------
    York et al. 2004, doi 10.1119/1.1632486.

    Examples
    --------
    >>> fit = fit_polynomial_with_errors(
    ...     x=np.array([0.0, 1.0, 2.0]), y=np.array([1.0, 3.0, 5.0]), covariance=np.tile(np.eye(2), (3, 1, 1))
    ... )
    >>> np.round(fit.coefficients, 9).tolist()
    [1.0, 2.0]
    """
    _enough(x, degree)
    errors = np.asarray(covariance, dtype=float)
    scale = float(np.max(np.abs(x))) or 1.0
    points, spread = np.asarray(x, dtype=float) / scale, errors / np.outer([scale, 1.0], [scale, 1.0])
    coefficients = np.polynomial.polynomial.polyfit(points, y, degree)
    centre = points.copy()
    for _ in range(200):
        previous = coefficients
        coefficients, weight, centre = _improved(points, y, spread, coefficients, centre)
        if np.allclose(coefficients, previous, rtol=1e-12, atol=1e-14):
            break
    basis = np.polynomial.polynomial.polyvander(centre, degree)
    normal = np.linalg.inv((basis * weight[:, None]).T @ basis)
    residual = _residual(points, y, coefficients, centre)
    units = scale ** -np.arange(degree + 1.0)
    return PolynomialFit(
        coefficients * units,
        normal * np.outer(units, units),
        float(np.sum(weight * residual**2)),
        len(x) - degree - 1,
    )


def fit_polynomial_equal_weights(
    *,
    x: Float[np.ndarray, "point"],
    y: Float[np.ndarray, "point"],
    covariance: Float[np.ndarray, "point 2 2"],
    degree: int = 1,
) -> PolynomialFit:
    """Fit a polynomial by plain least squares and carry the errors of both variables into its coefficients.

    For points that lie off the polynomial by more than their errors: weights from those errors would then
    let the few best-known points decide.

    Parameters
    ----------
    x, y
        Points.
    covariance
        Covariance matrix of each point.
    degree
        Degree of the polynomial.

    Returns
    -------
    :
        Coefficients, covariance from the given errors, chi square.

    Raises
    ------
    OutOfRange
        There are fewer points than coefficients.

    Examples
    --------
    >>> fit = fit_polynomial_equal_weights(
    ...     x=np.array([0.0, 1.0, 2.0]), y=np.array([1.0, 3.0, 5.0]), covariance=np.tile(np.eye(2), (3, 1, 1))
    ... )
    >>> np.round(fit.coefficients, 9).tolist()
    [1.0, 2.0]
    """
    _enough(x, degree)
    polynomial = np.polynomial.polynomial
    scale = float(np.max(np.abs(x))) or 1.0
    units = scale ** -np.arange(degree + 1.0)
    response = np.linalg.pinv(polynomial.polyvander(x / scale, degree)) * units[:, None]
    coefficients = response @ y
    slope = polynomial.polyval(x, polynomial.polyder(coefficients))
    variance = covariance[:, 1, 1] + slope**2 * covariance[:, 0, 0] - 2.0 * slope * covariance[:, 0, 1]
    residual = y - polynomial.polyval(x, coefficients)
    return PolynomialFit(
        coefficients,
        (response * variance) @ response.T,
        float(np.sum(residual**2 / variance)),
        len(x) - degree - 1,
    )


def _enough(x: Float[np.ndarray, "point"], degree: int) -> None:
    if len(x) < degree + 1:
        raise OutOfRange(
            f"a polynomial of degree {degree} needs {degree + 1} points, got {len(x)}. Add conditions."
        )


def _improved(
    x: Float[np.ndarray, "point"],
    y: Float[np.ndarray, "point"],
    spread: Float[np.ndarray, "point 2 2"],
    coefficients: Float[np.ndarray, "term"],
    centre: Float[np.ndarray, "point"],
) -> tuple[Float[np.ndarray, "term"], Float[np.ndarray, "point"], Float[np.ndarray, "point"]]:
    """Take one Gauss-Newton step of coefficients and true abscissae; return them and the weights."""
    polynomial = np.polynomial.polynomial
    slope = polynomial.polyval(centre, polynomial.polyder(coefficients))
    variance = spread[:, 1, 1] + slope**2 * spread[:, 0, 0] - 2.0 * slope * spread[:, 0, 1]
    weight = 1.0 / variance
    # Residual from the tangent at the present true abscissa, then the move along x that the errors allow.
    residual = _residual(x, y, coefficients, centre)
    basis = polynomial.polyvander(centre, len(coefficients) - 1)
    root = np.sqrt(weight)
    step = np.linalg.lstsq(basis * root[:, None], residual * root, rcond=None)[0]
    remaining = residual - basis @ step
    moved = x - weight * remaining * (spread[:, 0, 1] - slope * spread[:, 0, 0])
    return coefficients + step, weight, moved


def _residual(
    x: Float[np.ndarray, "point"],
    y: Float[np.ndarray, "point"],
    coefficients: Float[np.ndarray, "term"],
    centre: Float[np.ndarray, "point"],
) -> Float[np.ndarray, "point"]:
    """Return y minus the tangent of the polynomial at the true abscissa, taken at the measured one."""
    polynomial = np.polynomial.polynomial
    slope = polynomial.polyval(centre, polynomial.polyder(coefficients))
    result: Float[np.ndarray, "point"] = y - polynomial.polyval(centre, coefficients) - slope * (x - centre)
    return result
