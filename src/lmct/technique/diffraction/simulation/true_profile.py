"""The shape of a line as nature makes it: a true Voigt function, and axial divergence by real convolution.

It shares nothing with the pseudo-Voigt of refinements: simulated patterns are an independent truth.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.diffractometer import Diffractometer

GAUSSIAN_WIDTH = 2.0 * np.sqrt(2.0 * np.log(2.0))
"""Full width of a Gaussian over its standard deviation [1]."""

SCHERRER = 0.9
"""Constant of the Scherrer equation for full widths [1]."""

REACH = 400.0
"""A line is followed this many full widths to either side: below 2e-6 of its height [1]."""

AXIAL_NODES = 24
"""Nodes of the quadrature over the axial divergence."""

AXIAL_REACH = 25.0
"""Farther from the line than this many of its spreads and widths, axial divergence only moves it [1]."""


def voigt(
    *,
    distance: Float[np.ndarray, "..."],
    gaussian: Float[np.ndarray, "..."] | float,
    lorentzian: Float[np.ndarray, "..."] | float,
) -> Float[np.ndarray, "..."]:
    """Return the Voigt function of unit area.

    Parameters
    ----------
    distance
        From the centre [deg].
    gaussian
        Full width of the Gaussian, positive [deg].
    lorentzian
        Full width of the Lorentzian [deg].

    Returns
    -------
    :
        [1/deg].

    Examples
    --------
    >>> round(float(voigt(distance=np.array(0.0), gaussian=1.0, lorentzian=0.0)), 6)
    0.939437
    """
    from scipy.special import wofz

    sigma = np.asarray(gaussian, dtype=float) / GAUSSIAN_WIDTH
    argument = (distance + 0.5j * np.asarray(lorentzian)) / (sigma * np.sqrt(2.0))
    shape: Float[np.ndarray, "..."] = wofz(argument).real / (sigma * np.sqrt(2.0 * np.pi))
    return shape


def full_widths(
    two_theta: Float[np.ndarray, "line"],
    diffractometer: Diffractometer,
    *,
    wavelength: float,
    size: float = np.inf,
    microstrain: float = 0.0,
) -> tuple[Float[np.ndarray, "line"], Float[np.ndarray, "line"]]:
    r"""Return the full widths of Gaussian and Lorentzian that instrument and sample give to lines.

    .. math::
        \Gamma_G^2 = U \tan^2\theta + V \tan\theta + W,\qquad
        \Gamma_L = \frac{X + 0.9\lambda/L}{\cos\theta} + (Y + 4 e) \tan\theta

    Parameters
    ----------
    two_theta
        Of the lines [deg].
    diffractometer
        For U, V, W, X and Y.
    wavelength
        [Å].
    size
        L, of the coherent domains [nm].
    microstrain
        e [1].

    Returns
    -------
    :
        Gaussian and Lorentzian full width [deg].

    Raises
    ------
    OutOfRange
        U, V and W give a negative square somewhere, or size or strain are not positive.

    Source
    ------
    Caglioti, Paoletti and Ricci, Nucl. Instrum. 3, 223 (1958); Scherrer (1918); Stokes and Wilson (1944).
    """
    if not size > 0.0 or not microstrain >= 0.0:
        raise OutOfRange(f"size and strain must be positive, got {size!r} nm and {microstrain!r}.")
    theta = np.radians(two_theta) / 2.0
    tangent, cosine = np.tan(theta), np.cos(theta)
    one = diffractometer
    square = one.gaussian_u * tangent**2 + one.gaussian_v * tangent + one.gaussian_w
    if np.any(square <= 0.0):
        raise OutOfRange(
            f"the Gaussian width is imaginary at {two_theta[np.argmin(square)]:.2f} deg (U {one.gaussian_u},"
            f" V {one.gaussian_v}, W {one.gaussian_w} deg²). Correct the description of the instrument."
        )
    by_size = np.degrees(SCHERRER * wavelength / (10.0 * size))
    by_strain = np.degrees(4.0 * microstrain)
    lorentzian = (one.lorentzian_x + by_size) / cosine + (one.lorentzian_y + by_strain) * tangent
    return np.sqrt(square), lorentzian


def line_at_points(
    two_theta: Float[np.ndarray, "point"],
    *,
    position: float,
    gaussian: float,
    lorentzian: float,
    axial: float = 0.0,
) -> tuple[slice, Float[np.ndarray, "near"]]:
    """Return a line of unit area at the points that it reaches.

    Parameters
    ----------
    two_theta
        Rising [deg].
    position
        Where the line is without axial divergence [deg].
    gaussian, lorentzian
        Full widths [deg].
    axial
        S/L + H/L, both equal [1].

    Returns
    -------
    :
        The points reached, and the line at them [1/deg].
    """
    width = gaussian + lorentzian
    places, shares = axial_spread(position, axial)
    spread = float(np.ptp(places))
    low, high = np.searchsorted(
        two_theta, [position - REACH * width - spread, position + REACH * width + spread]
    )
    near = two_theta[low:high]
    centre = float(places @ shares)
    line = voigt(distance=near - centre, gaussian=gaussian, lorentzian=lorentzian)
    if spread > 0.0:
        reach = AXIAL_REACH * (spread + width)
        first, last = np.searchsorted(near, [centre - reach, centre + reach])
        distance = near[first:last, None] - places[None, :]
        line[first:last] = voigt(distance=distance, gaussian=gaussian, lorentzian=lorentzian) @ shares
    return slice(int(low), int(high)), line


def axial_spread(
    position: float, axial: float
) -> tuple[Float[np.ndarray, "node"], Float[np.ndarray, "node"]]:
    r"""Return where rays that are inclined to the plane of diffraction meet the detector, and their shares.

    A ray that leaves the sample and meets the detector :math:`h L` apart in height is counted at
    :math:`\cos 2\varphi = \cos 2\theta \sqrt{1 + h^2}`; with sample and slit of equal height the shares of h
    fall linearly from 0 to ``axial``.

    Parameters
    ----------
    position
        2 theta of the cone [deg].
    axial
        S/L + H/L [1].

    Returns
    -------
    :
        Apparent angles [deg] and shares that add up to one.

    Source
    ------
    Geometry of van Laar and Yelon, J. Appl. Cryst. 17, 47 (1984), doi 10.1107/S0021889884011006, integrated
    over both heights.

    Examples
    --------
    >>> places, shares = axial_spread(20.0, 0.02)
    >>> bool(places.max() < 20.0), round(float(shares.sum()), 12)
    (True, 1.0)
    """
    if axial <= 0.0:
        return np.array([position]), np.array([1.0])
    nodes, weights = _nodes(AXIAL_NODES)
    height = axial * nodes
    shares = weights * (1.0 - nodes)
    cosine = np.clip(np.cos(np.radians(position)) * np.sqrt(1.0 + height**2), -1.0, 1.0)
    return np.degrees(np.arccos(cosine)), shares / shares.sum()


@lru_cache(maxsize=8)
def _nodes(number: int) -> tuple[Float[np.ndarray, "node"], Float[np.ndarray, "node"]]:
    """Return nodes and weights of a Gauss-Legendre quadrature from 0 to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(number)
    return 0.5 * (nodes + 1.0), 0.5 * weights
