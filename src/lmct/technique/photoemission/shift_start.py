"""Charging shifts of a series, found by laying the spectra over the first one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from lmct.technique.photoemission.series_data import SpectrumData

COARSE, STEP, REACH = 0.25, 0.05, 5.0
"""Shifts that are tried, first coarsely [eV]."""


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
    step = min(float(np.diff(first.energy).min()), float(np.diff(other.energy).min()), 0.1)
    grid, pattern = _slopes(first, step)
    own, slopes = _slopes(other, step)

    def best(tried: Float[np.ndarray, "try"]) -> float:
        scores = [pattern @ np.interp(grid + shift, own, slopes, left=0.0, right=0.0) for shift in tried]
        return float(tried[int(np.argmax(scores))])

    coarse = best(np.arange(-REACH, REACH + 0.5 * COARSE, COARSE))
    return best(coarse + np.arange(-COARSE, COARSE + 0.5 * STEP, STEP))


def _slopes(data: SpectrumData, step: float) -> tuple[Float[np.ndarray, "point"], Float[np.ndarray, "point"]]:
    grid = np.arange(data.energy[0], data.energy[-1], step)
    return grid, _smooth_slope(np.interp(grid, data.energy, data.intensity), step)


def _smooth_slope(values: Float[np.ndarray, "point"], step: float) -> Float[np.ndarray, "point"]:
    width = max(3, round(0.6 / step))
    kernel = np.hanning(width + 2)[1:-1]
    padded = np.pad(values, width, mode="edge")
    smooth = np.convolve(padded, kernel / kernel.sum(), mode="same")[width:-width]
    result: Float[np.ndarray, "point"] = np.gradient(smooth)
    return result
