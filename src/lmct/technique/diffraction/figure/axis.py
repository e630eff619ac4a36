"""Axes of diffraction figures: scattering angle, momentum transfer or spacing; edges of meshes."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import unknown_name

TWO_THETA, MOMENTUM, SPACING = "two_theta", "q", "d"
AXES = (TWO_THETA, MOMENTUM, SPACING)

LABELS = {TWO_THETA: "2θ (°)", MOMENTUM: "Q (Å$^{-1}$)", SPACING: "d (Å)"}
"""Axis -> its label."""

UNITS = {TWO_THETA: "deg", MOMENTUM: "1/Å", SPACING: "Å"}
"""Axis -> its unit in tables."""

SPOKEN = {TWO_THETA: "scattering angle", MOMENTUM: "momentum transfer", SPACING: "spacing"}
"""Axis -> its name in tables."""


def on_axis(
    two_theta: Float[np.ndarray, "point"], *, wavelength: float, axis: str = TWO_THETA
) -> Float[np.ndarray, "point"]:
    r"""Return scattering angles on another axis.

    .. math:: d = \lambda / (2 \sin\theta),\quad Q = 2\pi/d

    Parameters
    ----------
    two_theta
        Scattering angles [deg].
    wavelength
        Of the first line [Å].
    axis
        One of :data:`AXES`.

    Returns
    -------
    :
        Angles [deg], momentum transfers [1/Å] or spacings [Å].

    Raises
    ------
    UnknownName
        There is no such axis.

    Examples
    --------
    >>> on_axis(np.array([43.4]), wavelength=1.54056, axis="d").round(3).tolist()
    [2.083]
    """
    if axis not in AXES:
        raise unknown_name("axis", axis, AXES)
    if axis == TWO_THETA:
        return np.asarray(two_theta, dtype=float)
    spacing = wavelength / (2.0 * np.sin(np.radians(0.5 * np.asarray(two_theta, dtype=float))))
    return np.asarray(spacing if axis == SPACING else 2.0 * np.pi / spacing)


def edges_of(middles: Float[np.ndarray, "point"]) -> Float[np.ndarray, "edge"]:
    """Return the edges of intervals with given middles.

    Parameters
    ----------
    middles
        Rising or falling, at least one.

    Returns
    -------
    :
        One more edge than middles.

    Examples
    --------
    >>> edges_of(np.array([1.0, 2.0, 4.0])).tolist()
    [0.5, 1.5, 3.0, 5.0]
    """
    if len(middles) == 1:
        return np.array([middles[0] - 0.5, middles[0] + 0.5])
    inner = 0.5 * (middles[1:] + middles[:-1])
    ends = [2.0 * middles[0] - inner[0], 2.0 * middles[-1] - inner[-1]]
    return np.concatenate([ends[:1], inner, ends[1:]])
