from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmct.quantity.errors import OutOfRange
from lmct.technique.electrochemistry.york import fit_polynomial_equal_weights, fit_polynomial_with_errors


def diagonal(x_variance, y_variance):
    covariance = np.zeros((len(x_variance), 2, 2))
    covariance[:, 0, 0], covariance[:, 1, 1] = x_variance, y_variance
    return covariance


@pytest.mark.published
def test_pearsons_data_with_yorks_weights():
    """The standard example: York 1966 and 2004 give 5.47991022 and -0.480533407, chi square 11.86635."""
    x = np.array([0.0, 0.9, 1.8, 2.6, 3.3, 4.4, 5.2, 6.1, 6.5, 7.4])
    y = np.array([5.9, 5.4, 4.4, 4.6, 3.5, 3.7, 2.8, 2.8, 2.4, 1.5])
    x_weight = np.array([1000.0, 1000.0, 500.0, 800.0, 200.0, 80.0, 60.0, 20.0, 1.8, 1.0])
    y_weight = np.array([1.0, 1.8, 4.0, 8.0, 20.0, 20.0, 70.0, 70.0, 100.0, 500.0])
    fit = fit_polynomial_with_errors(x=x, y=y, covariance=diagonal(1.0 / x_weight, 1.0 / y_weight))
    assert fit.coefficients[0] == pytest.approx(5.47991022, abs=1e-7)
    assert fit.coefficients[1] == pytest.approx(-0.480533407, abs=1e-8)
    assert fit.chi_square == pytest.approx(11.8663531941, abs=1e-6)
    deviation = np.sqrt(np.diag(fit.covariance))
    assert deviation == pytest.approx([0.294970735, 0.0579850090], rel=0.01)


def test_correlated_errors_give_the_maximum_of_the_likelihood():
    """Compared with a search over the line and all true abscissae."""
    from scipy.optimize import minimize

    random = np.random.default_rng(0)
    x = np.linspace(0.0, 10.0, 6)
    covariance = np.array(
        [[[0.09, rho * 0.3 * 0.2], [rho * 0.3 * 0.2, 0.04]] for rho in (-0.9, -0.4, 0.0, 0.3, 0.6, 0.9)]
    )
    points = np.array(
        [random.multivariate_normal([a, 1.0 + 0.5 * a], c) for a, c in zip(x, covariance, strict=True)]
    )
    inverse = np.linalg.inv(covariance)

    def chi_square(parameters):
        true = parameters[2:]
        residual = np.column_stack([points[:, 0] - true, points[:, 1] - parameters[0] - parameters[1] * true])
        return np.einsum("ij,ijk,ik->", residual, inverse, residual)

    search = minimize(chi_square, np.concatenate([[1.0, 0.5], x]), method="BFGS", options={"gtol": 1e-9})
    fit = fit_polynomial_with_errors(x=points[:, 0], y=points[:, 1], covariance=covariance)
    assert fit.coefficients == pytest.approx(search.x[:2], abs=1e-5)
    assert fit.chi_square == pytest.approx(search.fun, rel=1e-6)
    assert fit.covariance == pytest.approx(search.hess_inv[:2, :2] * 2.0, rel=0.1)


def test_without_errors_in_x_it_is_weighted_least_squares():
    random = np.random.default_rng(1)
    x, weight = np.linspace(1.0, 5.0, 9), random.uniform(0.5, 2.0, 9)
    y = 3.0 - 2.0 * x + 0.3 * x**2 + 0.1 * random.standard_normal(9)
    fit = fit_polynomial_with_errors(x=x, y=y, covariance=diagonal(np.zeros(9), 1.0 / weight**2), degree=2)
    expected, covariance = np.polyfit(x, y, 2, w=weight, cov="unscaled")
    assert fit.coefficients[::-1] == pytest.approx(expected, rel=1e-8)
    assert fit.covariance[::-1, ::-1] == pytest.approx(covariance, rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.floats(-5.0, 5.0), st.floats(-3.0, 3.0), st.floats(0.1, 1e3), st.floats(-0.8, 0.8))
def test_points_on_a_line_give_the_line(intercept, slope, scale, rho):
    """Whatever the errors and units."""
    x = np.array([0.1, 1.0, 2.5, 4.0]) * scale
    one = np.array([[scale**2, rho * scale], [rho * scale, 1.0]]) * 1e-2
    fit = fit_polynomial_with_errors(x=x, y=intercept + slope * x, covariance=np.tile(one, (4, 1, 1)))
    size = abs(intercept) + abs(slope) * scale + 1.0
    assert fit.coefficients[0] == pytest.approx(intercept, abs=1e-7 * size)
    assert fit.coefficients[1] * scale == pytest.approx(slope * scale, abs=1e-7 * size)


def test_equal_weights_propagate_both_errors():
    """The stated covariance is that of many repeats."""
    random = np.random.default_rng(2)
    x, y = np.array([5.0, 20.0, 60.0, 100.0]), 3.74 + 5e-3 * np.array([5.0, 20.0, 60.0, 100.0])
    covariance = diagonal((0.01 * x) ** 2, np.full(4, 1e-6))
    stated = fit_polynomial_equal_weights(x=x, y=y, covariance=covariance)
    repeats = [
        fit_polynomial_equal_weights(
            x=x + 0.01 * x * random.standard_normal(4),
            y=y + 1e-3 * random.standard_normal(4),
            covariance=covariance,
        ).coefficients
        for _ in range(2000)
    ]
    assert stated.coefficients == pytest.approx([3.74, 5e-3])
    assert np.std(repeats, axis=0) == pytest.approx(np.sqrt(np.diag(stated.covariance)), rel=0.06)


@pytest.mark.parametrize("fit", [fit_polynomial_with_errors, fit_polynomial_equal_weights])
def test_too_few_points_are_refused(fit):
    with pytest.raises(OutOfRange, match="needs 3 points, got 2"):
        fit(
            x=np.array([0.0, 1.0]), y=np.array([0.0, 1.0]), covariance=np.tile(np.eye(2), (2, 1, 1)), degree=2
        )
