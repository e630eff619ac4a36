"""A spectrum and the noisy references it is a sum of."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from lmct.technique.combination.interpolation import cubic_interpolation
from lmct.technique.combination.placed_references import PlacedReferences


@dataclass(frozen=True, eq=False)
class MeasuredCurve:
    """A curve with noise that its points do not share.

    Parameters
    ----------
    energy
        Rising [eV].
    level, uncertainty
        Values and their standard uncertainties, in one unit.
    """

    energy: Float[np.ndarray, "node"]
    level: Float[np.ndarray, "node"]
    uncertainty: Float[np.ndarray, "node"]


def _nothing() -> Float[np.ndarray, "extra point"]:
    return np.empty((0, 0))


@dataclass(frozen=True, eq=False)
class CombinationProblem:
    r"""A spectrum as :math:`\sum_k a_k r_k(E-\delta-o_k) + \sum_j b_j x_j(E)`.

    Its values are, in this order, the amounts a, the amounts b, the offsets o of all references but the
    first, and the shift.

    Parameters
    ----------
    spectrum
        The points that are fitted.
    references
        Each wider than the spectrum by the largest shift.
    extra
        Curves without noise on the points of the spectrum: backgrounds.
    fit_shift
        Whether the shift is free.
    sum_to_one
        Whether the amounts of the references sum to 1.
    offset_prior
        Standard uncertainty of the energy of each reference against the first; 0 holds them [eV].
    """

    spectrum: MeasuredCurve
    references: tuple[MeasuredCurve, ...]
    extra: Float[np.ndarray, "extra point"] = field(default_factory=_nothing)
    fit_shift: bool = True
    sum_to_one: bool = False
    offset_prior: float = 0.0

    @property
    def count(self) -> int:
        """Number of references."""
        return len(self.references)

    @property
    def size(self) -> int:
        """Number of values."""
        return 2 * self.count + len(self.extra)

    @property
    def offsets(self) -> slice:
        """Places of the offsets among the values."""
        return slice(self.count + len(self.extra), self.size - 1)

    @property
    def prior_precision(self) -> Float[np.ndarray, "value"]:
        """What is known of each value beforehand, as one over its variance."""
        precision = np.zeros(self.size)
        if self.offset_prior > 0.0:
            precision[self.offsets] = self.offset_prior**-2
        return precision

    def constraint(self) -> Float[np.ndarray, "value free"]:
        """Return the matrix that makes changes of all values of changes of the free ones."""
        matrix = np.eye(self.size)
        held = [] if self.offset_prior > 0.0 else list(range(self.size)[self.offsets])
        if not self.fit_shift:
            held.append(self.size - 1)
        if self.sum_to_one:
            last = self.count - 1
            matrix[last, :last] = -1.0
            held.append(last)
        return np.delete(matrix, held, axis=1)

    def start_at(self, shift: float) -> Float[np.ndarray, "value"]:
        """Return the best amounts at a shift without regard to the noise of the references.

        An even mixture when the amounts must sum to 1.

        Parameters
        ----------
        shift
            Added to the energies of the references [eV].
        """
        values = np.zeros(self.size)
        values[: self.count], values[-1] = 1.0 / self.count, shift
        if self.sum_to_one:
            return values
        levels = self.at(values).levels
        rows = np.vstack([levels, self.extra]) if len(self.extra) else levels
        noise = self.spectrum.uncertainty
        values[: len(rows)] = np.linalg.lstsq((rows / noise).T, self.spectrum.level / noise, rcond=None)[0]
        return values

    def at(self, values: Float[np.ndarray, "value"]) -> PlacedReferences:
        """Return the references at the energies of the spectrum, and what depends on them.

        Parameters
        ----------
        values
            Amounts and shift.

        Raises
        ------
        OutOfRange
            A reference does not cover the spectrum after the shift.
        """
        from scipy.linalg import cholesky_banded

        amounts = values[: self.count]
        shifts = values[-1] + np.append(0.0, values[self.offsets])
        between = tuple(
            cubic_interpolation(nodes=one.energy, at=self.spectrum.energy - shift)
            for one, shift in zip(self.references, shifts, strict=True)
        )
        levels = np.array([b.applied(one.level) for b, one in zip(between, self.references, strict=True)])
        bands = tuple(
            b.noise_bands(one.uncertainty**2) for b, one in zip(between, self.references, strict=True)
        )
        total = np.zeros((max(map(len, bands)), len(self.spectrum.energy)))
        for amount, band in zip(amounts, bands, strict=True):
            total[: len(band)] += amount**2 * band
        total[0] += self.spectrum.uncertainty**2
        model = amounts @ levels
        if len(self.extra):
            model = model + values[self.count : self.offsets.start] @ self.extra
        factor = cholesky_banded(total, lower=True, check_finite=False)
        return PlacedReferences(
            energy=self.spectrum.energy,
            extra=self.extra,
            amounts=amounts,
            between=between,
            levels=levels,
            bands=bands,
            variance=total[0],
            factor=factor,
            misfit=self.spectrum.level - model,
        )
