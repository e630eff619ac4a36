"""Information gains as if everything were Gaussian: quick, from covariances alone; the cross-check."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from lmct.evidence.plan.density import log_mean_exp, virtual_data


def linear_gain_of_quantity(
    *,
    means: Float[np.ndarray, "sample point"],
    covariances: Float[np.ndarray, "sample point point"],
    quantity: Float[np.ndarray, "sample"],
) -> float:
    r"""Information that data give on a quantity through the best linear estimate of it.

    .. math:: \tfrac12 \ln \frac{C_{qq}}{C_{qq} - C_{qy}(C_{yy} + \Sigma)^{-1} C_{yq}}

    When the quantity is normally distributed this is never more than the true gain: a linear estimate leaves
    at least the variance that is left on average.

    Parameters
    ----------
    means
        What each sample of the posterior predicts.
    covariances
        Of the errors.
    quantity
        The quantity in each sample.

    Returns
    -------
    :
        [nat].

    Source
    ------
    Lindley, Ann. Math. Stat. 27, 986 (1956), doi 10.1214/aoms/1177728069, for a linear Gaussian model.

    Examples
    --------
    >>> value, noise = np.array([-1.0, 1.0, -1.0, 1.0]), np.ones((4, 1, 1))
    >>> round(linear_gain_of_quantity(means=value[:, None], covariances=noise, quantity=value), 6)
    0.346574
    """
    spread = means - means.mean(axis=0)
    away = quantity - quantity.mean()
    total = spread.T @ spread / len(means) + covariances.mean(axis=0)
    cross = spread.T @ away / len(means)
    explained = float(cross @ np.linalg.solve(total, cross)) / float(np.mean(away**2))
    return -0.5 * float(np.log1p(-min(explained, 1.0 - 1e-12)))


def gaussian_gain_of_unknowns(
    *, means: Float[np.ndarray, "sample point"], covariances: Float[np.ndarray, "sample point point"]
) -> float:
    r"""Information that data give on everything that makes them differ, if they were Gaussian.

    .. math:: \tfrac12 \left(\ln\det(C_{yy} + \bar\Sigma) - \overline{\ln\det\Sigma}\right)

    The true gain is never more: of all distributions with one covariance the Gaussian is the widest.

    Parameters
    ----------
    means
        What each sample of the posterior predicts.
    covariances
        Of the errors.

    Returns
    -------
    :
        [nat].

    Examples
    --------
    >>> value = np.array([-1.0, 1.0, -1.0, 1.0])[:, None]
    >>> round(gaussian_gain_of_unknowns(means=value, covariances=np.ones((4, 1, 1))), 6)
    0.346574
    """
    spread = means - means.mean(axis=0)
    total = spread.T @ spread / len(means) + covariances.mean(axis=0)
    noise = float(np.mean(np.linalg.slogdet(covariances)[1]))
    return 0.5 * (float(np.linalg.slogdet(total)[1]) - noise)


def gaussian_gain_of_mechanisms(
    *,
    means: Float[np.ndarray, "sample point"],
    covariances: Float[np.ndarray, "sample point point"],
    labels: Int[np.ndarray, "sample"],
    probabilities: Float[np.ndarray, "mechanism"],
    draws: int = 2000,
    seed: int = 0,
) -> float:
    """Information on which mechanism is right, if the data of each were Gaussian.

    Parameters
    ----------
    means
        What each sample of every posterior predicts.
    covariances
        Of the errors.
    labels
        Number of the mechanism of each sample.
    probabilities
        Of the mechanisms before.
    draws, seed
        Of the data over which the mean is taken.

    Returns
    -------
    :
        [nat].
    """
    numbers = range(len(probabilities))
    centres = np.array([means[labels == one].mean(axis=0) for one in numbers])
    widths = np.array(
        [
            np.cov(means[labels == one].T, bias=True).reshape(2 * means.shape[1:])
            + covariances[labels == one].mean(axis=0)
            for one in numbers
        ]
    )
    rng = np.random.default_rng(seed)
    data = virtual_data(means=centres, covariances=widths, repeats=draws, rng=rng)
    told = data.own - log_mean_exp(data.densities + np.log(probabilities), 1.0)
    return float(np.average(told, weights=probabilities[data.owners]))
