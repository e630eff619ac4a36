"""Where a refinement starts: whether there are lines at all, how wide they are, how large the cell is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from lmct.material.crystal.crystal import Crystal
from lmct.technique.diffraction.diffractometer import REFLECTION, Diffractometer
from lmct.technique.diffraction.reflection import reflections_of
from lmct.technique.diffraction.rietveld.input import FittedPoints
from lmct.technique.diffraction.rietveld.settings import INSTRUMENT, RietveldSettings
from lmct.technique.diffraction.scattering import lorentz_polarization, squared_structure_factors

AXIAL_START = 0.04
"""S/L + H/L with which the search starts: at 0 the shape does not change to first order [1]."""

NO_PEAKS_BELOW = 8.0
"""A pattern without lines has no smoothed point that stands out of its background by more [sigma]."""


def background_estimate(points: FittedPoints, *, window: float = 3.0) -> Float[np.ndarray, "point"]:
    """Estimate the background as a low percentile of the points around each.

    Parameters
    ----------
    points
        The pattern.
    window
        Width of the surroundings [deg].

    Returns
    -------
    :
        Background [unit of the file]; too high where lines are as broad as the window.
    """
    from scipy.ndimage import percentile_filter, uniform_filter1d

    step = float(np.median(np.diff(points.two_theta)))
    count = int(np.clip(window / step, 21, max(21, len(points.two_theta) // 4)))
    smooth = uniform_filter1d(points.intensity, size=5, mode="nearest")
    low = percentile_filter(smooth, 25, size=count, mode="nearest")
    return np.asarray(uniform_filter1d(low, size=count, mode="nearest"))


def strongest_line(points: FittedPoints) -> tuple[float, float, float]:
    """Find the line that stands out most.

    Parameters
    ----------
    points
        The pattern.

    Returns
    -------
    :
        Its significance [sigma of five points], its place and its full width at half height [deg].
    """
    from scipy.ndimage import uniform_filter1d

    net = points.intensity - background_estimate(points)
    smooth = uniform_filter1d(net, size=5, mode="nearest")
    significance = smooth * np.sqrt(5.0) / uniform_filter1d(points.uncertainty, size=5, mode="nearest")
    top = int(np.argmax(smooth))
    half = smooth > 0.5 * smooth[top]
    left = top - int(np.argmin(half[: top + 1][::-1])) if not half[: top + 1].all() else 0
    right = top + int(np.argmin(half[top:])) if not half[top:].all() else len(half) - 1
    return (
        float(significance[top]),
        float(points.two_theta[top]),
        float(points.two_theta[right] - points.two_theta[left]),
    )


def starting_cell(
    points: FittedPoints, crystal: Crystal, diffractometer: Diffractometer, *, reach: float
) -> Crystal:
    """Scale the cell of a crystal so that its lines fall onto those of the pattern.

    All spacings grow alike with the cell, so on a logarithmic scale of spacings the calculated pattern is
    shifted: the shift at which it agrees best with the measured one is the scale. It replaces the given cell
    only where it agrees clearly better.

    Parameters
    ----------
    points
        The pattern.
    crystal
        With the expected cell.
    diffractometer
        For the wavelength.
    reach
        Largest change that is tried, relative [1].

    Returns
    -------
    :
        The crystal with the cell to start from.
    """
    spacing = diffractometer.wavelengths[0] / (2.0 * np.sin(np.radians(points.two_theta) / 2.0))
    step, smear = 2e-4, 6e-4
    grid = np.arange(np.log(spacing.min()), np.log(spacing.max()), step)
    lag = int(reach / step)
    if reach == 0.0 or len(grid) < 4 * lag:
        return crystal
    net = np.sqrt(np.clip(points.intensity - background_estimate(points), 0.0, None))
    seen = _smeared(np.interp(grid, np.log(spacing[::-1]), net[::-1]), smear / step)
    lines = reflections_of(crystal, smallest_spacing=float(spacing.min()) * (1 - reach))
    inside = lines.spacing < spacing.max() * (1 + reach)
    strength = lines.multiplicity * squared_structure_factors(
        crystal, lines, wavelength=diffractometer.wavelengths[0]
    )
    angle = np.clip(np.nan_to_num(lines.two_theta(diffractometer.wavelengths[0]), nan=170.0), 1.0, 170.0)
    height = np.sqrt(strength * lorentz_polarization(angle, diffractometer))
    edges = np.append(grid, grid[-1] + step) - step / 2
    sticks, _ = np.histogram(np.log(lines.spacing[inside]), bins=edges, weights=height[inside])
    drawn = _smeared(sticks, smear / step)
    shifts = np.arange(-lag, lag + 1)
    agreement = np.array([np.dot(seen[lag:-lag], np.roll(drawn, shift)[lag:-lag]) for shift in shifts])
    best = int(np.argmax(agreement))
    near = agreement[np.abs(shifts) * step <= smear].max()
    if agreement[best] < 1.1 * near:
        return crystal
    factor = float(np.exp(shifts[best] * step))
    return crystal.with_cell(*(length * factor for length in crystal.cell[:3]))


def with_axial(
    diffractometer: Diffractometer, settings: RietveldSettings
) -> tuple[Diffractometer, RietveldSettings]:
    """Decide whether axial divergence is refined, and where it starts.

    Parameters
    ----------
    diffractometer
        The instrument.
    settings
        With the user's choice, or None.

    Returns
    -------
    :
        The instrument with a start that is not zero, and settings that say yes or no.
    """
    unknown = diffractometer.geometry == REFLECTION and diffractometer.axial == 0.0
    free = unknown and settings.widths == INSTRUMENT if settings.axial is None else settings.axial
    if free and diffractometer.axial == 0.0:
        diffractometer = replace(diffractometer, axial=AXIAL_START)
    return diffractometer, replace(settings, axial=free)


def with_width(diffractometer: Diffractometer, settings: RietveldSettings, width: float) -> Diffractometer:
    """Return an instrument whose lines are as wide as a line of the pattern, where widths are to be refined.

    Parameters
    ----------
    diffractometer
        The instrument.
    settings
        For whose widths are refined.
    width
        Full width of a line [deg].
    """
    if settings.widths != INSTRUMENT:
        return diffractometer
    return replace(
        diffractometer,
        gaussian_u=0.0,
        gaussian_v=0.0,
        gaussian_w=(0.6 * width) ** 2,
        lorentzian_x=0.6 * width,
        lorentzian_y=0.0,
    )


def _smeared(values: Float[np.ndarray, "point"], sigma: float) -> Float[np.ndarray, "point"]:
    from scipy.ndimage import gaussian_filter1d

    return np.asarray(gaussian_filter1d(np.asarray(values, dtype=float), sigma))
