"""How far the order of the two couples on discharge is the reverse of what their filling would let expect."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange

SMALLEST_SWING = 0.01
"""A couple that moves less than this share of the charge of a cycle takes no part in it [1]."""


def enclosed_area_from_path(
    *, oxygen_holes: Float[np.ndarray, "point"], metal_holes: Float[np.ndarray, "point"]
) -> float:
    r"""Return the area that a cycle encloses in the plane of oxygen holes and metal holes.

    .. math:: S = \int_\mathrm{cycle} n\,dp

    by straight lines between the points; the last point is joined to the first. The area is positive when, at
    equal filling of oxygen, the metal holds more on the way up than on the way down.

    Parameters
    ----------
    oxygen_holes, metal_holes
        p and n along the cycle [1/f.u.].

    Returns
    -------
    :
        Signed area [1/f.u.²].

    Examples
    --------
    >>> p, n = np.array([0.0, 0.0, 2.0, 2.0]), np.array([0.0, 1.0, 1.0, 0.0])
    >>> enclosed_area_from_path(oxygen_holes=p, metal_holes=n)
    2.0
    """
    next_p, next_n = np.roll(oxygen_holes, -1), np.roll(metal_holes, -1)
    return float(0.5 * np.sum((metal_holes + next_n) * (next_p - oxygen_holes)))


def inversion_index_from_path(
    *,
    oxygen_holes: Float[np.ndarray, "point"],
    metal_holes: Float[np.ndarray, "point"],
    metal_capacity: float,
) -> float:
    r"""Return the inversion index: 1 for full redox inversion, 0 for none.

    .. math:: I = \frac{1}{n_\mathrm{max}\,\Delta p}\int_\mathrm{cycle} n\,dp
              = \langle x_\mathrm{charge}(p) - x_\mathrm{discharge}(p)\rangle_p, \qquad x = n/n_\mathrm{max}

    In words: at equal filling of oxygen, how much fuller is the metal on charge than on discharge, on average
    over the filling of oxygen. It is 1 when the metal is full before oxygen begins to be oxidised and empty
    before oxygen begins to be reduced; 0 when the discharge retraces the charge; negative when oxygen is
    first both times. It does not depend on the capacities, on the share of either couple, or on the rate at
    which the path is run. A metal that only ever holds few holes (fast LMCT) gives an index near 0, whatever
    its order, for there is little to be inverted; :func:`order_index_from_path` looks at the order alone.

    Parameters
    ----------
    oxygen_holes, metal_holes
        p and n along a closed cycle [1/f.u.]; the last point is joined to the first.
    metal_capacity
        Holes that the metal can hold, n_max [1/f.u.].

    Returns
    -------
    :
        The index [1]; NaN when oxygen moves less than 1 % of the charge: then nothing can be inverted.

    Raises
    ------
    OutOfRange
        The capacity is not positive, or the arrays differ in length or are empty.

    Examples
    --------
    >>> p, n = np.array([0.0, 0.0, 0.6, 0.6]), np.array([0.0, 0.3, 0.3, 0.0])
    >>> round(inversion_index_from_path(oxygen_holes=p, metal_holes=n, metal_capacity=0.3), 12)
    1.0
    """
    if not (math.isfinite(metal_capacity) and metal_capacity > 0.0):
        raise OutOfRange(f"the metal must be able to hold holes, got n_max = {metal_capacity!r}.")
    metal, oxygen = _swings(oxygen_holes, metal_holes)
    if not oxygen > SMALLEST_SWING * (metal + oxygen):
        return math.nan
    area = enclosed_area_from_path(oxygen_holes=oxygen_holes, metal_holes=metal_holes)
    return area / (metal_capacity * oxygen)


def order_index_from_path(
    *, oxygen_holes: Float[np.ndarray, "point"], metal_holes: Float[np.ndarray, "point"]
) -> float:
    r"""Return the order index: the inversion index in units of what the metal really moves.

    .. math:: O = \frac{1}{\Delta n\,\Delta p}\int_\mathrm{cycle} n\,dp

    The enclosed area over the box around the path: 1 for a rectangle, however small, and never above 1 for a
    path that does not cross itself.

    Parameters
    ----------
    oxygen_holes, metal_holes
        p and n along a closed cycle [1/f.u.]; the last point is joined to the first.

    Returns
    -------
    :
        The index [1]; NaN when one of the couples moves less than 1 % of the charge.

    Raises
    ------
    OutOfRange
        The arrays differ in length or are empty.

    Examples
    --------
    >>> p, n = np.array([0.0, 0.0, 0.6, 0.6]), np.array([0.0, 0.1, 0.1, 0.0])
    >>> round(order_index_from_path(oxygen_holes=p, metal_holes=n), 12)
    1.0
    """
    metal, oxygen = _swings(oxygen_holes, metal_holes)
    if not min(metal, oxygen) > SMALLEST_SWING * (metal + oxygen):
        return math.nan
    area = enclosed_area_from_path(oxygen_holes=oxygen_holes, metal_holes=metal_holes)
    return area / (metal * oxygen)


def _swings(
    oxygen_holes: Float[np.ndarray, "point"], metal_holes: Float[np.ndarray, "point"]
) -> tuple[float, float]:
    """Return the widths of the box around a path: metal and oxygen."""
    if len(oxygen_holes) != len(metal_holes) or len(metal_holes) == 0:
        raise OutOfRange(
            f"a path needs as many oxygen as metal numbers, got {len(oxygen_holes)} and {len(metal_holes)}."
        )
    return float(np.ptp(metal_holes)), float(np.ptp(oxygen_holes))
