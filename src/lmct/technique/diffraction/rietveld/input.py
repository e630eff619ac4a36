"""From a recorded pattern to what is fitted: points, their standard uncertainties, the instrument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from lmct.instrument.diffraction.pattern import COUNTS, DiffractionPattern
from lmct.quantity.errors import DataError
from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.rietveld.settings import RietveldSettings

LEAST_POINTS = 50
"""Fewer points are no pattern."""


@dataclass(frozen=True, eq=False)
class FittedPoints:
    """The points of a pattern that a refinement sees.

    Parameters
    ----------
    two_theta, intensity, uncertainty
        Of the points inside the range and outside excluded regions [deg; unit of the file].
    weights_known
        Whether uncertainties come from counts or from the file, or were estimated from the scatter.
    """

    two_theta: Float[np.ndarray, "point"]
    intensity: Float[np.ndarray, "point"]
    uncertainty: Float[np.ndarray, "point"]
    weights_known: bool


def fitted_points(pattern: DiffractionPattern, settings: RietveldSettings) -> FittedPoints:
    """Take the points of a pattern that are to be fitted.

    Parameters
    ----------
    pattern
        The pattern.
    settings
        For its range and excluded regions.

    Returns
    -------
    :
        Points with standard uncertainties: those of the file, the square root of counts, or where there are
        neither, an estimate from the scatter of neighbouring points.

    Raises
    ------
    DataError
        Intensities are not finite, uncertainties not positive, or too few points are left.
    """
    kept = _kept(pattern.two_theta, settings)
    two_theta, intensity = pattern.two_theta[kept], pattern.intensity[kept]
    if len(two_theta) < LEAST_POINTS:
        raise DataError(
            f"{pattern.source_file or 'the pattern'} has {len(two_theta)} points in the range that is fitted."
            f" Expected {LEAST_POINTS} at least. Widen the range or exclude less."
        )
    bad = np.flatnonzero(~np.isfinite(intensity))
    if len(bad):
        raise DataError(
            f"{pattern.source_file or 'the pattern'} has no number at {two_theta[bad[0]]:g} deg ({len(bad)}"
            " points). Expected an intensity at every angle. Exclude the region."
        )
    if pattern.uncertainty is not None:
        uncertainty = pattern.uncertainty[kept]
        if not np.all(np.isfinite(uncertainty) & (uncertainty > 0)):
            raise DataError(
                f"{pattern.source_file or 'the pattern'} has standard uncertainties that are zero, negative"
                " or no number. Expected positive ones. Exclude the points or drop the column."
            )
        return FittedPoints(two_theta, intensity, uncertainty, True)
    if pattern.intensity_unit == COUNTS:
        return FittedPoints(two_theta, intensity, np.sqrt(np.maximum(intensity, 1.0)), True)
    return FittedPoints(two_theta, intensity, _uncertainty_from_scatter(intensity), False)


def diffractometer_of(pattern: DiffractionPattern, diffractometer: Diffractometer | None) -> Diffractometer:
    """Return the given instrument, or one made of what the file tells.

    Parameters
    ----------
    pattern
        The pattern.
    diffractometer
        The user's; its wavelengths go before those of the file.

    Returns
    -------
    :
        The instrument.

    Raises
    ------
    DataError
        Neither tells a wavelength.
    """
    if diffractometer is not None:
        return diffractometer
    if not pattern.wavelengths:
        raise DataError(
            f"{pattern.source_file or 'the pattern'} does not tell its wavelength and no instrument is given."
            " Expected one: a cell is only as good as it. Give it with --wavelength (1.54056,1.54439 for the"
            " copper doublet), or name a diffractometer."
        )
    options: dict[str, Any] = {}
    if pattern.radius is not None:
        options["radius"] = pattern.radius
    if pattern.line_ratio is not None:
        options["line_ratio"] = pattern.line_ratio
    return Diffractometer(wavelengths=pattern.wavelengths[:2], **options)


def _kept(two_theta: Float[np.ndarray, "point"], settings: RietveldSettings) -> Bool[np.ndarray, "point"]:
    low, high = settings.two_theta_range or (-np.inf, np.inf)
    kept = (two_theta >= low) & (two_theta <= high)
    for start, end in settings.excluded:
        kept &= ~((two_theta >= start) & (two_theta <= end))
    return kept


def _uncertainty_from_scatter(intensity: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
    """Return sqrt(k I), k from second differences: they do not see a smooth curve."""
    level = np.maximum(intensity, np.percentile(intensity, 5))
    level = np.maximum(level, 1e-6 * max(float(np.max(np.abs(intensity))), 1e-300))
    second = np.abs(np.diff(intensity, 2)) / np.sqrt(6.0 * level[1:-1])
    factor = float(np.median(second)) / 0.6745
    return np.asarray(max(factor, 1e-9) * np.sqrt(level))
