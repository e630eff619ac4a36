"""What lies under the lines: Chebyshev polynomial and broad humps of amorphous parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from lmct.quantity.errors import OutOfRange


@dataclass(frozen=True, slots=True)
class Hump:
    """A broad Gaussian of an amorphous part, with free height, place and width.

    Parameters
    ----------
    position
        Where it is sought [deg].
    width
        Standard deviation with which the search starts [deg].
    """

    position: float
    width: float = 4.0


def chebyshev_basis(*, two_theta: Float[np.ndarray, "point"], terms: int) -> Float[np.ndarray, "term point"]:
    """Return Chebyshev polynomials of the first kind over the range of the angles.

    Parameters
    ----------
    two_theta
        Angles, rising [deg].
    terms
        How many, the constant included.

    Returns
    -------
    :
        One row for each, between -1 and 1.

    Examples
    --------
    >>> chebyshev_basis(two_theta=np.array([10.0, 20.0, 30.0]), terms=3)
    array([[ 1.,  1.,  1.],
           [-1.,  0.,  1.],
           [ 1., -1.,  1.]])
    """
    low, high = two_theta[0], two_theta[-1]
    place = (2.0 * two_theta - low - high) / (high - low)
    return np.ascontiguousarray(np.polynomial.chebyshev.chebvander(place, terms - 1).T)


def hump_shape(
    *, two_theta: Float[np.ndarray, "point"], position: float, width: float
) -> tuple[Float[np.ndarray, "point"], Float[np.ndarray, "point"], Float[np.ndarray, "point"]]:
    """Return a Gaussian of height 1 and its derivatives by position and width.

    Parameters
    ----------
    two_theta
        Angles [deg].
    position, width
        Centre and standard deviation [deg].

    Returns
    -------
    :
        Value [1] and two derivatives [1/deg].

    Examples
    --------
    >>> value, by_position, by_width = hump_shape(two_theta=np.array([20.0, 24.0]), position=20.0, width=4.0)
    >>> value.round(4), by_position.round(4), by_width.round(4)
    (array([1.    , 0.6065]), array([0.    , 0.1516]), array([0.    , 0.1516]))
    """
    away = (two_theta - position) / width
    value = np.exp(-0.5 * away**2)
    return value, value * away / width, value * away**2 / width


def kept_points(
    *, two_theta: Float[np.ndarray, "point"], excluded: tuple[tuple[float, float], ...]
) -> Bool[np.ndarray, "point"]:
    """Return which points lie in none of the excluded regions.

    Parameters
    ----------
    two_theta
        Angles [deg].
    excluded
        Lower and upper limit of each region [deg].

    Returns
    -------
    :
        True where a point is kept.

    Raises
    ------
    OutOfRange
        A region ends before it begins.

    Examples
    --------
    >>> kept_points(two_theta=np.array([10.0, 20.0, 30.0]), excluded=((15.0, 25.0),))
    array([ True, False,  True])
    """
    kept = np.ones(len(two_theta), dtype=bool)
    for low, high in excluded:
        if not low < high:
            raise OutOfRange(
                f"the excluded region from {low:g} to {high:g} deg is empty. Expected the lower angle first."
            )
        kept &= (two_theta < low) | (two_theta > high)
    return kept


def lower_envelope(*, intensity: Float[np.ndarray, "point"], reach: int) -> Float[np.ndarray, "point"]:
    """Return a curve that runs below the lines, by clipping each point to the mean of its neighbours.

    Parameters
    ----------
    intensity
        Counts.
    reach
        Half width of the widest line that is to be cut off [points].

    Returns
    -------
    :
        Same unit; clipping is done on square roots, which makes noise even.

    Source
    ------
    Ryan et al., Nucl. Instrum. Methods B 34, 396 (1988), doi 10.1016/0168-583X(88)90063-8, without the double
    logarithm.

    Examples
    --------
    >>> counts = np.full(101, 100.0)
    >>> counts[50] = 400.0
    >>> bool(np.allclose(lower_envelope(intensity=counts, reach=8), 100.0))
    True
    """
    smooth = np.convolve(np.pad(intensity, 2, mode="edge"), np.full(5, 0.2), mode="valid")
    level = np.sqrt(np.maximum(smooth, 0.0))
    for step in range(1, min(reach, (len(level) - 1) // 2) + 1):
        inner = 0.5 * (level[: -2 * step] + level[2 * step :])
        level[step:-step] = np.minimum(level[step:-step], inner)
    clipped: Float[np.ndarray, "point"] = level**2
    return clipped
