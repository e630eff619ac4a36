"""The first inflection of a metal foil, on which energies are calibrated; shifts of scans by their foils."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DataError
from lmct.technique.absorption.derivative import noise_of
from lmct.technique.combination.local_polynomial import local_polynomial

FIRST_PEAK = 0.35
"""The first peak of the slope that reaches this share of the largest one is that of the edge [1]."""

STANDS_OUT = 0.05
"""A peak of the slope falls by this share of the highest one on either side; less is a shoulder [1]."""

WINDOW = 0.8
"""Half width of the window of the slope [eV]; foils of metals have inflections 5 to 12 eV apart."""


@dataclass(frozen=True, slots=True)
class Inflection:
    """An inflection of an edge.

    Parameters
    ----------
    energy, uncertainty
        Where the slope is largest, and its standard uncertainty from the noise [eV].
    slope
        There [1/eV].
    """

    energy: float
    uncertainty: float
    slope: float


def first_inflection(
    *,
    energy: Float[np.ndarray, "point"],
    absorption: Float[np.ndarray, "point"],
    window: float = WINDOW,
    share: float = FIRST_PEAK,
) -> Inflection:
    r"""Return the first inflection of an edge: the first peak of the slope above a share of the highest.

    The place of the peak is the top of a parabola through the smoothed slope; its uncertainty follows from
    the noise of the points that the slope at either side of the top rests on.

    Parameters
    ----------
    energy
        Rising [eV].
    absorption
        Of the foil, with or without background.
    window
        Half width of the window of the slope [eV].
    share
        Of the highest peak of the slope that the first one must reach [1].

    Returns
    -------
    :
        The inflection.

    Raises
    ------
    DataError
        There is no rise, or it lies at the end of the scan.

    Examples
    --------
    >>> grid = np.arange(8300.0, 8400.0, 0.5)
    >>> foil = np.arctan((grid - 8333.0) / 1.5) + 2.0 * np.arctan((grid - 8345.0) / 1.5)
    >>> round(first_inflection(energy=grid, absorption=foil).energy, 1)
    8333.0
    """
    from scipy.signal import find_peaks

    _, weights, places = local_polynomial(energy=energy, window=window)
    slope = np.einsum("pn,pn->p", weights, absorption[places])
    noise = noise_of(energy=energy, values=absorption)
    scatter = np.sqrt(np.einsum("pn,pn->p", weights**2, noise[places] ** 2))
    inner = slice(2, -2)
    highest = float(np.max(slope[inner]))
    if not highest > 0.0:
        raise DataError("the absorption does not rise. Expected an edge. Check the channel of the reference.")
    peaks, _ = find_peaks(slope, height=share * highest, prominence=STANDS_OUT * highest)
    peaks = peaks[slope[peaks] > 4.0 * scatter[peaks]]
    if not peaks.size:
        raise DataError(
            "no inflection stands out of the noise of the edge. Expected a foil."
            " Average scans or give a shift."
        )
    return _top(energy, slope, scatter, weights, places, noise, int(peaks[0]))


def _top(
    energy: Float[np.ndarray, "point"],
    slope: Float[np.ndarray, "point"],
    scatter: Float[np.ndarray, "point"],
    weights: Float[np.ndarray, "point near"],
    places: np.ndarray,
    noise: Float[np.ndarray, "point"],
    peak: int,
) -> Inflection:
    """Return the top of the parabola through three slopes, with the noise they share propagated."""
    near = np.arange(peak - 1, peak + 2)
    if near[0] < 0 or near[-1] >= len(energy):
        raise DataError("the edge lies at the end of the scan. Expected one inside. Measure a wider range.")
    away = energy[near] - energy[peak]
    to_parabola = np.linalg.inv(np.vander(away, 3, increasing=True))
    rows = np.zeros((3, len(energy)))
    for row, place in enumerate(near):
        rows[row, places[place]] = weights[place]
    parabola = to_parabola @ slope[near]
    if not parabola[2] < 0.0:
        return Inflection(float(energy[peak]), float(np.ptp(away)) / np.sqrt(12.0), float(slope[peak]))
    top = float(np.clip(-0.5 * parabola[1] / parabola[2], away[0], away[-1]))
    # d(top) = -(d b + 2 top d c) / (2 c)
    gain = -(to_parabola[1] + 2.0 * top * to_parabola[2]) / (2.0 * parabola[2])
    spread = float(np.sqrt(np.sum((gain @ rows) ** 2 * noise**2)))
    return Inflection(float(energy[peak] + top), spread, float(slope[peak]))
