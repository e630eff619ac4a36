"""Spectra as the fits need them: three arrays each, and how good a fit is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange

PROPORTIONAL = 0.02
"""Variances over intensities that vary less than this are those of counts times a factor [1]."""

FEWEST = 20


@dataclass(frozen=True, eq=False)
class SpectrumData:
    """One spectrum of a series.

    Parameters
    ----------
    name
        Unique in the series.
    energy
        Binding energies, rising [eV].
    intensity, uncertainty
        Spectrum and its standard uncertainties, same unit.
    """

    name: str
    energy: Float[np.ndarray, "point"]
    intensity: Float[np.ndarray, "point"]
    uncertainty: Float[np.ndarray, "point"]

    def clipped(self, low: float, high: float) -> SpectrumData:
        """Return the part between two energies.

        Parameters
        ----------
        low, high
            Binding energies [eV].

        Raises
        ------
        OutOfRange
            Fewer than 20 points lie between them.
        """
        inside = (self.energy >= low) & (self.energy <= high)
        if inside.sum() < FEWEST:
            raise OutOfRange(
                f"{self.name}: {inside.sum()} points between {low:.1f} and {high:.1f} eV; the spectrum runs"
                f" from {self.energy[0]:.1f} to {self.energy[-1]:.1f} eV. Expected at least {FEWEST}."
                " Choose another window, or check that all energies are binding ones."
            )
        return SpectrumData(self.name, self.energy[inside], self.intensity[inside], self.uncertainty[inside])

    def gain(self) -> float:
        """Return variance over intensity where it is the same everywhere (1 for counts), or NaN."""
        bright = self.intensity > np.quantile(self.intensity, 0.1)
        ratio = self.uncertainty[bright] ** 2 / np.maximum(self.intensity[bright], 1e-300)
        middle = float(np.median(ratio))
        return middle if np.all(np.abs(ratio - middle) < PROPORTIONAL * middle) else float("nan")

    def with_uncertainty_of(self, model: Float[np.ndarray, "point"]) -> SpectrumData:
        """Return the spectrum with uncertainties of a smooth model in place of its own scatter.

        Counts that scatter low would otherwise weigh more than those that scatter high.

        Parameters
        ----------
        model
            Expected intensities.
        """
        gain = self.gain()
        if not np.isfinite(gain):
            return self
        floor = 0.2 * float(np.median(np.maximum(self.intensity, 0.0)))
        variance = gain * np.maximum(model, max(floor, 1e-300))
        return SpectrumData(self.name, self.energy, self.intensity, np.sqrt(variance))
