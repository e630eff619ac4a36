"""How far a peak stands out of its surroundings at every energy, in counts and in standard deviations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum
from lmct.quantity.errors import OutOfRange
from lmct.technique.energy_loss.no_background import variance_floor
from lmct.technique.energy_loss.noise import noise_factor_from_counts, variance_of_counts

CURVATURE = 1e-3
"""Of the counts, taken as noise besides their own: a curved background has contrast of this size."""


@dataclass(frozen=True, eq=False)
class PeakContrast:
    """Mean in a window less the mean of both its neighbours.

    Parameters
    ----------
    energy
        Centres of the windows [eV].
    contrast
        In counts per channel [1].
    deviation
        Standard uncertainty of the contrast [1].
    width
        Of the windows [eV].
    """

    energy: Float[np.ndarray, "channel"]
    contrast: Float[np.ndarray, "channel"]
    deviation: Float[np.ndarray, "channel"]
    width: float

    @property
    def significance(self) -> Float[np.ndarray, "channel"]:
        """Contrast in standard deviations, not below 0."""
        return np.asarray(np.maximum(self.contrast / self.deviation, 0.0))

    def highest(self, low: float, high: float) -> tuple[float, float]:
        """Return energy and significance of the highest contrast between two energies; NaN and 0 outside."""
        inside = np.flatnonzero((self.energy >= low) & (self.energy <= high))
        if not len(inside):
            return float("nan"), 0.0
        top = inside[np.argmax(self.contrast[inside])]
        return self._vertex(int(top)), float(self.significance[top])

    def _vertex(self, top: int) -> float:
        """Return the top of the parabola through the channels within a quarter of the window."""
        step = self.energy[1] - self.energy[0]
        reach = max(1, round(self.width / 4 / step))
        rows = slice(max(top - reach, 0), top + reach + 1)
        x, y = self.energy[rows] - self.energy[top], self.contrast[rows]
        if len(x) < 3:
            return float(self.energy[top])
        curve, slope, _ = np.polyfit(x, y, 2)
        inside = curve < 0.0 and abs(slope / (2 * curve)) <= reach * step
        return float(self.energy[top] - slope / (2 * curve)) if inside else float(self.energy[top])


def peak_contrast(spectrum: EnergyLossSpectrum, *, width: float = 3.0) -> PeakContrast:
    """Return the contrast of peaks of a width at every energy of a spectrum.

    Parameters
    ----------
    spectrum
        The spectrum.
    width
        Of the peaks looked for [eV]; a side window has half of it.

    Returns
    -------
    :
        Contrast where both side windows are inside the spectrum.

    Raises
    ------
    OutOfRange
        The spectrum is shorter than the windows.
    """
    half = max(1, round(width / spectrum.dispersion / 2))
    inner, outer = 2 * half + 1, 2 * half
    if len(spectrum.energy) < 2 * (inner + outer):
        raise OutOfRange(
            f"{len(spectrum.energy)} channels of {spectrum.dispersion:g} eV are too few to look for peaks"
            f" {width:g} eV wide. Expected at least {2 * (inner + outer)}."
        )
    kernel = np.concatenate([np.full(half, -1 / outer), np.full(inner, 1 / inner), np.full(half, -1 / outer)])
    factor = noise_factor_from_counts(counts=spectrum.counts)
    variance = np.maximum(variance_of_counts(spectrum.counts, factor), variance_floor(counts=spectrum.counts))
    mean = np.convolve(spectrum.counts, np.full(len(kernel), 1 / len(kernel)), "valid")
    spread = np.sqrt(np.convolve(variance, kernel**2, "valid") + (CURVATURE * mean) ** 2)
    return PeakContrast(
        energy=spectrum.energy[2 * half : -2 * half],
        contrast=np.convolve(spectrum.counts, kernel, "valid"),
        deviation=spread,
        width=inner * spectrum.dispersion,
    )
