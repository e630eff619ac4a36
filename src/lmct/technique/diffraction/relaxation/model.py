"""A lattice parameter that follows a rate law: linear in its end, its beginning and the expansion."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from lmct.quantity.value import Value
from lmct.relaxation.fit import Law
from lmct.technique.diffraction.relaxation.data import EXPANSION, LatticeDecay
from lmct.technique.diffraction.relaxation.smooth import HeatingKnots, knots_of

INFINITY, START, EXPANDED = "lattice_at_infinity", "lattice_at_start", "expansion"
"""Names of the parameters that the lattice is linear in."""


@dataclass(frozen=True, eq=False)
class LatticeModel:
    """Data, law and prior knowledge; the lattice is linear in its end, its beginning and the expansion.

    Parameters
    ----------
    law
        Rate law of the remaining fraction.
    data
        The lattice parameters.
    prior
        What is known of the lattice at infinity from elsewhere; None leaves it free.
    expansion
        Linear thermal expansion; it matters only when scans were measured at different temperatures.
    """

    law: Law
    data: LatticeDecay
    prior: Value | None = None
    expansion: Value = EXPANSION

    @property
    def expands(self) -> bool:
        """Whether scans were measured at different temperatures."""
        return bool(np.ptp(self.data.temperature) > 1.0)

    @cached_property
    def knots(self) -> HeatingKnots:
        """Few conditions from which the fractions of all scans follow."""
        return knots_of(self.data.heating)

    def fractions(self, values: Float[np.ndarray, "parameter"]) -> Float[np.ndarray, "scan"]:
        """Return the remaining fraction at each scan for parameters of the law [1]."""
        return self.knots.fractions(lambda heating: self.law.fractions(heating, values))

    @property
    def linear(self) -> tuple[str, ...]:
        """Names of the linear parameters."""
        return (INFINITY, START, EXPANDED) if self.expands else (INFINITY, START)

    def expanded(self, temperature: Float[np.ndarray, "scan"]) -> Float[np.ndarray, "scan"]:
        """Return the derivative of lattice parameters by the expansion, 0 at the median temperature [Å K]."""
        warmer = temperature - float(np.median(self.data.temperature))
        return np.asarray(float(np.median(self.data.lattice)) * warmer)

    def system(
        self, values: Float[np.ndarray, "parameter"]
    ) -> tuple[Float[np.ndarray, "row linear"], Float[np.ndarray, "row"]]:
        """Return the weighted linear equations for parameters of the law: one row a scan, then the priors."""
        fraction = self.fractions(values)
        columns = [1.0 - fraction, fraction]
        if self.expands:
            columns.append(self.expanded(self.data.temperature))
        weight = 1.0 / self.data.uncertainty
        matrix = np.column_stack(columns) * weight[:, None]
        target = self.data.lattice * weight
        for name, known in ((INFINITY, self.prior), (EXPANDED, self.expansion)):
            if known is not None and name in self.linear:
                row = np.zeros(matrix.shape[1])
                row[self.linear.index(name)] = 1.0 / known.uncertainty
                matrix, target = np.vstack([matrix, row]), np.append(target, known.value / known.uncertainty)
        return matrix, target

    def solved(
        self, values: Float[np.ndarray, "parameter"], end: float | None = None
    ) -> tuple[Float[np.ndarray, "linear"], Float[np.ndarray, "row"]]:
        """Return the best linear parameters, the end held when it is given, and the residuals."""
        matrix, target = self.system(values)
        # Columns of very different size (the expansion), and nearly parallel ones while nothing has reacted.
        size = np.maximum(np.linalg.norm(matrix, axis=0), 1e-300)
        if end is None:
            best = np.linalg.lstsq(matrix / size, target, rcond=1e-13)[0] / size
        else:
            rest = np.linalg.lstsq(matrix[:, 1:] / size[1:], target - matrix[:, 0] * end, rcond=1e-13)[0]
            best = np.concatenate([[end], rest / size[1:]])
        return best, matrix @ best - target
