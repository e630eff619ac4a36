"""References at the energies of a spectrum: misfit, its covariance, and derivatives free of its noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.technique.combination.interpolation import CubicInterpolation
from lmct.technique.combination.local_polynomial import CubicSmoothing, cubic_smoothing


@dataclass(frozen=True, eq=False)
class PlacedReferences:
    """References at the energies of a spectrum, at given amounts and shift.

    Parameters
    ----------
    energy
        Of the spectrum [eV].
    extra
        Curves without noise.
    amounts
        Of the references.
    between
        The interpolation of each.
    levels
        As measured, interpolated.
    bands
        Diagonals of the covariance of each level.
    variance
        Of the misfit: noise of the spectrum and of the references.
    factor
        Banded Cholesky factor of the covariance of the misfit.
    misfit
        Spectrum less model.
    """

    energy: Float[np.ndarray, "point"]
    extra: Float[np.ndarray, "extra point"]
    amounts: Float[np.ndarray, "reference"]
    between: tuple[CubicInterpolation, ...]
    levels: Float[np.ndarray, "reference point"]
    bands: tuple[Float[np.ndarray, "band point"], ...]
    variance: Float[np.ndarray, "point"]
    factor: Float[np.ndarray, "band point"]
    misfit: Float[np.ndarray, "point"]

    def weighted(self, rows: Float[np.ndarray, "*row point"]) -> Float[np.ndarray, "*row point"]:
        """Return rows times the inverse covariance of the misfit."""
        from scipy.linalg import cho_solve_banded

        return np.asarray(cho_solve_banded((self.factor, True), rows.T, check_finite=False).T)

    def derivatives(
        self, window: float
    ) -> tuple[Float[np.ndarray, "value point"], Float[np.ndarray, "value value"]]:
        """Return those of the model by the values, and how much of their information is noise.

        References are first adjusted by their part in the misfit, so that what noise they keep has nothing to
        do with it, then smoothed.

        Parameters
        ----------
        window
            Half width of the smoothing [eV].

        Returns
        -------
        :
            Rows, and the expectation of the information matrix of their noise.

        Source
        ------
        Adjusted points: York et al., Am. J. Phys. 72 (2004) 367, doi 10.1119/1.1632486. Information less that
        of noise: Fuller, Measurement Error Models (Wiley, 1987), section 1.2.
        """
        smoothing = cubic_smoothing(self.energy.tobytes(), window)
        pulled = self.weighted(self.misfit)
        adjusted = np.array(
            [
                level + amount * _banded_product(band, pulled)
                for level, amount, band in zip(self.levels, self.amounts, self.bands, strict=True)
            ]
        )
        slopes = -self.amounts[:, None] * (smoothing.slope @ adjusted.T).T
        parts = [(smoothing.value @ adjusted.T).T, slopes[1:], slopes.sum(axis=0)[None]]
        if len(self.extra):
            parts.insert(1, self.extra)
        return np.vstack(parts), self._noise_information(smoothing)

    def _noise_information(self, smoothing: CubicSmoothing) -> Float[np.ndarray, "value value"]:
        """Return the expected products of the noise of the derivatives: that of adjusted references."""
        count = len(self.amounts)
        size = 2 * count + len(self.extra)
        own = np.array([band[0] for band in self.bands])
        common = (self.amounts[:, None] * own) / np.sqrt(self.variance)
        left = -common[:, None] * common[None]
        left[np.arange(count), np.arange(count)] += own
        levels, mixed, slopes = (
            left @ (kernel.T @ (1.0 / self.variance))
            for kernel in (smoothing.value_noise, -smoothing.mixed_noise, smoothing.slope_noise)
        )
        by_level, by_slope = np.zeros((size, count)), np.zeros((size, count))
        by_level[:count] = np.eye(count)
        by_slope[size - count : size - 1] = np.diag(self.amounts)[1:]
        by_slope[-1] = self.amounts
        cross = by_level @ mixed @ by_slope.T
        found = by_level @ levels @ by_level.T + by_slope @ slopes @ by_slope.T + cross + cross.T
        return np.asarray(found)


def _banded_product(
    bands: Float[np.ndarray, "band point"], values: Float[np.ndarray, "point"]
) -> Float[np.ndarray, "point"]:
    """Return a symmetric banded matrix, main diagonal first, times a vector."""
    product = bands[0] * values
    for offset in range(1, len(bands)):
        off = bands[offset][: len(values) - offset]
        product[offset:] += off * values[:-offset]
        product[:-offset] += off * values[offset:]
    return np.asarray(product)
