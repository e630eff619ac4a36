"""Shapes of photoemission lines: Voigt with its derivatives, and Doniach-Sunjic broadened by a Gaussian."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from jaxtyping import Complex, Float

FWHM = 2.0 * math.sqrt(2.0 * math.log(2.0))
"""Full width at half maximum of a Gaussian over its standard deviation [1]."""

NARROWEST = 1e-3
"""Gaussian widths below are raised to this, so that the shape stays defined [eV]."""

PANEL = 32
"""Gauss-Legendre nodes of each part of the Fourier integral of the asymmetric line."""

DECAY = 38.0
"""The integrand of the asymmetric line is cut where it is exp of minus this."""


def _faddeeva(
    energy: Float[np.ndarray, "point"], position: float, gaussian: float, lorentzian: float
) -> tuple[Complex[np.ndarray, "point"], Complex[np.ndarray, "point"], float]:
    from scipy.special import wofz

    sigma = max(gaussian, NARROWEST) / FWHM
    argument = (energy - position + 0.5j * lorentzian) / (sigma * math.sqrt(2.0))
    return argument, wofz(argument), sigma


def voigt_profile(
    *, energy: Float[np.ndarray, "point"], position: float, gaussian: float, lorentzian: float
) -> Float[np.ndarray, "point"]:
    """Return a Voigt line of unit area.

    Parameters
    ----------
    energy
        Energies [eV].
    position
        Of the maximum [eV].
    gaussian, lorentzian
        Full widths at half maximum of the two parts [eV].

    Returns
    -------
    :
        Profile [1/eV].

    Examples
    --------
    >>> x = np.linspace(-200.0, 200.0, 40001)
    >>> round(float(np.sum(voigt_profile(energy=x, position=0.0, gaussian=1.0, lorentzian=0.2)) * 0.01), 3)
    1.0
    """
    _, value, sigma = _faddeeva(energy, position, gaussian, lorentzian)
    result: Float[np.ndarray, "point"] = value.real / (sigma * math.sqrt(2.0 * math.pi))
    return result


def voigt_with_derivatives(
    *, energy: Float[np.ndarray, "point"], position: float, gaussian: float, lorentzian: float
) -> tuple[Float[np.ndarray, "point"], Float[np.ndarray, "4 point"]]:
    """Return a Voigt line and its derivatives by position, Gaussian width, Lorentzian width and asymmetry.

    Parameters
    ----------
    energy, position, gaussian, lorentzian
        As for :func:`voigt_profile`.

    Returns
    -------
    :
        Profile [1/eV], and four derivatives; the one by the asymmetry, which this line has not, is zero.
    """
    argument, value, sigma = _faddeeva(energy, position, gaussian, lorentzian)
    height = 1.0 / (sigma * math.sqrt(2.0 * math.pi))
    slope = -2.0 * argument * value + 2.0j / math.sqrt(math.pi)
    per_energy = height / (sigma * math.sqrt(2.0))
    profile = height * value.real
    by_sigma = -profile / sigma - height * (slope * argument).real / sigma
    derivatives = np.zeros((4, len(energy)))
    derivatives[0] = -per_energy * slope.real
    derivatives[1] = by_sigma / FWHM if gaussian > NARROWEST else 0.0
    derivatives[2] = -0.5 * per_energy * slope.imag
    return profile, derivatives


def doniach_profile(
    *,
    energy: Float[np.ndarray, "point"],
    position: float,
    gaussian: float,
    lorentzian: float,
    asymmetry: float,
) -> Float[np.ndarray, "point"]:
    r"""Return a Doniach-Sunjic line folded with a Gaussian, its tail towards high binding energy.

    .. math:: L(x) = \frac{1}{\pi}\,\mathrm{Re}\, e^{i\pi\alpha/2}
        \int_0^\infty t^{-\alpha} e^{-\gamma t - \sigma^2 t^2/2 - i x t}\, dt

    which is the Fourier form of the line, so that the folding is exact; a Voigt line for no asymmetry.

    Parameters
    ----------
    energy
        Binding energies [eV].
    position
        Of the line without broadening [eV].
    gaussian, lorentzian
        Full widths at half maximum [eV].
    asymmetry
        Index of the singularity, from 0 to below 0.5 [1].

    Returns
    -------
    :
        Profile [1/eV]; its area is 1 without asymmetry and not defined with one, as the tail never ends.

    Source
    ------
    Doniach and Sunjic 1970, doi 10.1088/0022-3719/3/2/010.

    Examples
    --------
    >>> x = np.array([0.0, 0.5])
    >>> same = dict(energy=x, position=0.0, gaussian=1.0, lorentzian=0.3)
    >>> bool(np.allclose(doniach_profile(**same, asymmetry=0.0), voigt_profile(**same), rtol=1e-9))
    True
    """
    time, weight, _ = _fourier(energy, position, gaussian, lorentzian, asymmetry)
    phase = 0.5 * math.pi * asymmetry + np.outer(position - energy, time)
    result: Float[np.ndarray, "point"] = np.cos(phase) @ weight
    return result


def doniach_with_derivatives(
    *,
    energy: Float[np.ndarray, "point"],
    position: float,
    gaussian: float,
    lorentzian: float,
    asymmetry: float,
) -> tuple[Float[np.ndarray, "point"], Float[np.ndarray, "4 point"]]:
    """Return an asymmetric line and its derivatives, which are Fourier integrals as well.

    Parameters
    ----------
    energy, position, gaussian, lorentzian, asymmetry
        As for :func:`doniach_profile`.

    Returns
    -------
    :
        Profile [1/eV] and its derivatives by position, the two widths and the asymmetry.
    """
    time, weight, sigma = _fourier(energy, position, gaussian, lorentzian, asymmetry)
    phase = 0.5 * math.pi * asymmetry + np.outer(position - energy, time)
    cosine, sine = np.cos(phase), np.sin(phase)
    derivatives = np.zeros((4, len(energy)))
    derivatives[0] = -sine @ (time * weight)
    if gaussian > NARROWEST:
        derivatives[1] = -cosine @ (sigma * time**2 * weight) / FWHM
    derivatives[2] = -0.5 * cosine @ (time * weight)
    derivatives[3] = -cosine @ (np.log(time) * weight) - 0.5 * math.pi * (sine @ weight)
    return cosine @ weight, derivatives


def _fourier(
    energy: Float[np.ndarray, "point"], position: float, gaussian: float, lorentzian: float, asymmetry: float
) -> tuple[Float[np.ndarray, "node"], Float[np.ndarray, "node"], float]:
    """Return nodes of the Fourier integral, their weights with all but the phase, and the Gaussian spread."""
    sigma, gamma = max(gaussian, NARROWEST) / FWHM, 0.5 * lorentzian
    last = (math.sqrt(gamma**2 + 2.0 * DECAY * sigma**2) - gamma) / sigma**2
    power = 1.0 / (1.0 - asymmetry)
    # Four nodes a wave on the mean: the nodes lie wider by the power towards the end of the integral.
    waves = float(np.max(np.abs(energy - position), initial=0.0)) * last * power / (2.0 * math.pi)
    node, weight = _legendre(math.ceil((4.0 * waves + 60.0) / PANEL))
    top = last ** (1.0 - asymmetry)
    time = (top * node) ** power
    decay = np.exp(-gamma * time - 0.5 * (sigma * time) ** 2)
    return time, top * weight * power * decay / math.pi, sigma


@lru_cache(maxsize=64)
def _legendre(panels: int) -> tuple[Float[np.ndarray, "node"], Float[np.ndarray, "node"]]:
    """Return nodes from 0 to 1 and their weights, in parts of equal length."""
    node, weight = np.polynomial.legendre.leggauss(PANEL)
    starts = np.arange(panels)[:, None]
    return ((starts + 0.5 * (node + 1.0)) / panels).ravel(), np.tile(0.5 * weight / panels, panels)
