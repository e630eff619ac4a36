"""The shape of a line: pseudo-Voigt of Thompson, Cox and Hastings, with derivatives, and axial divergence."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple, cast

import numpy as np
from jaxtyping import Float

FEWEST_NODES, MOST_NODES = 4, 150
"""Nodes of the quadrature over the axial divergence."""

NEGLIGIBLE_SPREAD = 0.03
"""Axial divergence that spreads a line by less than this share of its width only moves it [1]."""

GAUSSIAN_REACH = 4.0
"""A Gaussian is left out farther than this many full widths from its line (below 1e-19 of its height) [1]."""


class Widths(NamedTuple):
    """Full width and mixing of pseudo-Voigt lines, with their derivatives.

    Parameters
    ----------
    width
        Full width at half maximum [deg].
    mixing
        Share of the Lorentzian, eta [1].
    width_by_gaussian, width_by_lorentzian
        Derivative of the width [1].
    mixing_by_gaussian, mixing_by_lorentzian
        Derivative of the mixing [1/deg].
    """

    width: Float[np.ndarray, "line"]
    mixing: Float[np.ndarray, "line"]
    width_by_gaussian: Float[np.ndarray, "line"]
    width_by_lorentzian: Float[np.ndarray, "line"]
    mixing_by_gaussian: Float[np.ndarray, "line"]
    mixing_by_lorentzian: Float[np.ndarray, "line"]


class LineShapes(NamedTuple):
    """Lines of unit area at every point, and their derivatives.

    Parameters
    ----------
    value
        [1/deg].
    by_position, by_width
        Derivative by the place of the line and by its full width [1/deg²].
    by_mixing
        Derivative by the share of the Lorentzian [1/deg].
    """

    value: Float[np.ndarray, "line point"]
    by_position: Float[np.ndarray, "line point"]
    by_width: Float[np.ndarray, "line point"]
    by_mixing: Float[np.ndarray, "line point"]


def widths_from_parts(
    *, gaussian: Float[np.ndarray, "line"], lorentzian: Float[np.ndarray, "line"]
) -> Widths:
    r"""Return width and mixing of the pseudo-Voigt that stands for a Voigt line.

    .. math:: \Gamma^5 = G^5 + 2.69269 G^4 L + 2.42843 G^3 L^2 + 4.47163 G^2 L^3 + 0.07842 G L^4 + L^5

    .. math:: \eta = 1.36603 q - 0.47719 q^2 + 0.11116 q^3, \quad q = L / \Gamma

    Parameters
    ----------
    gaussian, lorentzian
        Full widths at half maximum of the two parts, not both zero [deg].

    Returns
    -------
    :
        Width, mixing and their derivatives.

    Source
    ------
    Thompson, Cox and Hastings, J. Appl. Cryst. 20, 79 (1987), doi 10.1107/S0021889887087090.

    Examples
    --------
    >>> widths = widths_from_parts(gaussian=np.array([0.1, 0.0]), lorentzian=np.array([0.0, 0.1]))
    >>> widths.width.round(6), widths.mixing.round(6)
    (array([0.1, 0.1]), array([0., 1.]))
    """
    g, l = gaussian, lorentzian  # noqa: E741 - the letters of the paper
    g2, l2 = g * g, l * l
    g3, g4, l3, l4 = g2 * g, g2 * g2, l2 * l, l2 * l2
    power = g4 * g + 2.69269 * g4 * l + 2.42843 * g3 * l2 + 4.47163 * g2 * l3 + 0.07842 * g * l4 + l4 * l
    width = power**0.2
    scale = 0.2 * width / power
    by_g = scale * (5.0 * g4 + 10.77076 * g3 * l + 7.28529 * g2 * l2 + 8.94326 * g * l3 + 0.07842 * l4)
    by_l = scale * (2.69269 * g4 + 4.85686 * g3 * l + 13.41489 * g2 * l2 + 0.31368 * g * l3 + 5.0 * l4)
    q = l / width
    mixing = 1.36603 * q - 0.47719 * q**2 + 0.11116 * q**3
    slope = (1.36603 - 0.95438 * q + 0.33348 * q**2) / width
    return Widths(width, mixing, by_g, by_l, -slope * q * by_g, slope * (1.0 - q * by_l))


def line_shapes(
    *,
    two_theta: Float[np.ndarray, "point"],
    position: Float[np.ndarray, "line"],
    width: Float[np.ndarray, "line"],
    mixing: Float[np.ndarray, "line"],
) -> LineShapes:
    r"""Return pseudo-Voigt lines of unit area, :math:`\eta L + (1 - \eta) G`, over the whole pattern.

    Lorentzian tails are not cut.

    Parameters
    ----------
    two_theta
        Angles, rising [deg].
    position
        Of the lines [deg].
    width
        Full widths at half maximum, the same for both parts [deg].
    mixing
        Share of the Lorentzian [1].

    Returns
    -------
    :
        Values and derivatives, a row for each line.

    Examples
    --------
    >>> grid = np.linspace(0.0, 60.0, 6001)
    >>> shape = line_shapes(two_theta=grid, position=np.array([30.0]), width=np.array([0.2]),
    ...     mixing=np.array([0.0]))
    >>> float(np.trapezoid(shape.value[0], grid).round(9)), float(shape.value.max().round(4))
    (1.0, 4.6972)
    """
    shapes = np.empty((4, len(position), len(two_theta)))
    _compiled()(two_theta, position, width, mixing, shapes)
    return LineShapes(*shapes)


def line_shape_rows(
    *,
    two_theta: Float[np.ndarray, "point"],
    position: Float[np.ndarray, "line"],
    width: Float[np.ndarray, "line"],
    mixing: Float[np.ndarray, "line"],
) -> Float[np.ndarray, "row point"]:
    """Return what :func:`line_shapes` does as one matrix: all values, then all derivatives in its order.

    Parameters
    ----------
    two_theta, position, width, mixing
        As there.

    Returns
    -------
    :
        Four rows for each line, those of the same kind together.
    """
    shapes = np.empty((4, len(position), len(two_theta)))
    _compiled()(two_theta, position, width, mixing, shapes)
    return shapes.reshape(4 * len(position), len(two_theta))


@functools.cache
def _compiled() -> Callable[..., None]:
    """Return the loop in machine code: three times as fast as whole-array expressions."""
    from numba import njit

    try:
        return cast("Callable[..., None]", njit(cache=True, error_model="numpy")(_fill))
    except RuntimeError:  # no folder on this machine can be written: compile in every process
        return cast("Callable[..., None]", njit(error_model="numpy")(_fill))


def _fill(
    two_theta: np.ndarray, position: np.ndarray, width: np.ndarray, mixing: np.ndarray, shapes: np.ndarray
) -> None:
    logarithm = np.log(2.0)
    for line in range(len(position)):
        half, eta = 0.5 * width[line], mixing[line]
        top = 1.0 / (np.pi * half)
        for point in range(len(two_theta)):
            away = (two_theta[point] - position[line]) / half
            lorentz = 1.0 / (1.0 + away * away)
            value = eta * top * lorentz
            slope = 2.0 * away * lorentz * value
            shapes[0, line, point] = value
            shapes[1, line, point] = slope / half
            shapes[2, line, point] = 0.5 * (slope * away - value) / half
            shapes[3, line, point] = top * lorentz
        peak = np.sqrt(logarithm / np.pi) / half
        reach = GAUSSIAN_REACH * width[line]
        first = np.searchsorted(two_theta, position[line] - reach)
        last = np.searchsorted(two_theta, position[line] + reach)
        for point in range(first, last):
            away = (two_theta[point] - position[line]) / half
            gauss = peak * np.exp(-logarithm * away * away)
            shapes[3, line, point] -= gauss
            gauss *= 1.0 - eta
            steep = 2.0 * logarithm * away * gauss
            shapes[0, line, point] += gauss
            shapes[1, line, point] += steep / half
            shapes[2, line, point] += 0.5 * (steep * away - gauss) / half


def axial_nodes(
    *, two_theta: float, axial: float, width: float
) -> tuple[Float[np.ndarray, "node"], Float[np.ndarray, "node"]]:
    r"""Return where and how strongly axial divergence puts parts of a line.

    With the height of the sample equal to that of the slit, both ``axial`` / 2 times the radius, and with the
    height h on the detector (over the radius) as variable of integration, the function of Finger, Cox and
    Jephcoat loses its pole:

    .. math:: \cos 2\phi = \cos 2\theta \sqrt{1 + h^2}, \qquad
       D\,d(2\phi) \propto \frac{\mathrm{axial} - h}{(1 + h^2) \sin 2\phi}\,dh, \quad 0 < h < \mathrm{axial}

    Parameters
    ----------
    two_theta
        Of the line, between 0 and 180 [deg].
    axial
        S/L + H/L [1]; 0 for symmetric lines.
    width
        Full width of the line [deg]; the narrower, the more nodes.

    Returns
    -------
    :
        Offsets from the line [deg] and weights, which add up to 1. One node at the centre of gravity where
        the spread is negligible beside the width.

    Source
    ------
    Finger, Cox and Jephcoat, J. Appl. Cryst. 27, 892 (1994), doi 10.1107/S0021889894004218, with the change
    of variable made here.

    Examples
    --------
    >>> offset, weight = axial_nodes(two_theta=10.0, axial=0.02, width=0.01)
    >>> bool(offset.min() < offset.max() < 0), float(weight.sum().round(9))
    (True, 1.0)
    """
    if axial == 0:
        return np.zeros(1), np.ones(1)
    offset, weight = _quadrature(two_theta, axial, 40)
    centre = float(offset @ weight)
    spread = float(np.sqrt((offset - centre) ** 2 @ weight))
    if spread < NEGLIGIBLE_SPREAD * width:
        return np.array([centre]), np.ones(1)
    span = float(np.abs(offset).max())
    return _quadrature(two_theta, axial, min(FEWEST_NODES + int(4.0 * span / width), MOST_NODES))


def _quadrature(
    two_theta: float, axial: float, nodes: int
) -> tuple[Float[np.ndarray, "node"], Float[np.ndarray, "node"]]:
    place, weight = np.polynomial.legendre.leggauss(nodes)
    height = 0.5 * axial * (place + 1.0)
    angle = np.radians(two_theta)
    cosine = np.cos(angle) * np.sqrt(1.0 + height**2)
    seen = np.abs(cosine) < 1.0
    bent = np.arccos(np.where(seen, cosine, np.cos(angle)))
    strength = np.where(seen, weight * (axial - height) / ((1.0 + height**2) * np.sin(bent)), 0.0)
    return np.degrees(bent - angle), strength / strength.sum()
