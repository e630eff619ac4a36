"""Charging shifts of a series, found by laying the spectra over the first one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from lmct.technique.photoemission.series_data import SpectrumData

STEP, REACH = 0.05, 5.0
"""Shifts that are tried [eV]."""


def shifts_by_overlay(spectra: Sequence[SpectrumData]) -> Float[np.ndarray, "spectrum"]:
    """Return how far each spectrum lies above the first one in binding energy.

    Parameters
    ----------
    spectra
        The series.

    Returns
    -------
    :
        Shifts, the first one 0 [eV]; the correlation of the slopes is largest there.
    """
    first = spectra[0]
    return np.array([0.0, *(_shift(first, one) for one in spectra[1:])])


def _shift(first: SpectrumData, other: SpectrumData) -> float:
    tried = np.arange(-REACH, REACH + 0.5 * STEP, STEP)
    step = min(float(np.diff(first.energy).min()), float(np.diff(other.energy).min()), 0.1)
    grid = np.arange(first.energy[0], first.energy[-1], step)
    pattern = _smooth_slope(np.interp(grid, first.energy, first.intensity), step)
    scores = []
    for shift in tried:
        moved = np.interp(grid + shift, other.energy, other.intensity)
        scores.append(float(pattern @ _smooth_slope(moved, step)))
    return float(tried[int(np.argmax(scores))])


def _smooth_slope(values: Float[np.ndarray, "point"], step: float) -> Float[np.ndarray, "point"]:
    width = max(3, round(0.6 / step))
    kernel = np.hanning(width + 2)[1:-1]
    padded = np.pad(values, width, mode="edge")
    smooth = np.convolve(padded, kernel / kernel.sum(), mode="same")[width:-width]
    result: Float[np.ndarray, "point"] = np.gradient(smooth)
    return result
