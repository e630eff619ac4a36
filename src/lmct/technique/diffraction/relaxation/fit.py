"""Fits of the rate laws to a lattice parameter that drifts: its end is a parameter, not a constant."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from lmct.quantity.assessment import POOR_FIT
from lmct.relaxation.fit import parameter_scales
from lmct.technique.diffraction.relaxation.data import LatticeDecay
from lmct.technique.diffraction.relaxation.model import LatticeModel

AT_BOUND = 1e-3
"""A parameter is at its bound when it is nearer than this share of its range [1]."""

MOST_STEPS = 100
"""Steps of one search for the best parameters."""


@dataclass(frozen=True, eq=False)
class LatticeRelaxation:
    """What a rate law says about a drifting lattice parameter.

    Parameters
    ----------
    model
        Data, law and prior.
    values
        Best parameters of the law.
    linear
        Lattice at infinity and at the start [Å], and the expansion [1/K] when scans differ in temperature.
    covariance
        Of the parameters of the law followed by the linear ones, widened when the fit is poor.
    chi_square, degrees_of_freedom
        Of the fit.
    probability
        Of residuals as large as these [1].
    scale
        Factor by which variances were widened [1].
    converged
        Whether the search ended.
    """

    model: LatticeModel
    values: Float[np.ndarray, "parameter"]
    linear: Float[np.ndarray, "linear"]
    covariance: Float[np.ndarray, "all all"] = field(repr=False)
    chi_square: float
    degrees_of_freedom: int
    probability: float
    scale: float
    converged: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all parameters in the order of the covariance."""
        return (*self.model.law.parameters, *self.model.linear)

    @property
    def all_values(self) -> Float[np.ndarray, "all"]:
        """All parameters in the order of the covariance."""
        return np.concatenate([self.values, self.linear])

    @property
    def at_bound(self) -> tuple[str, ...]:
        """Names of the parameters of the law that run to a bound: then the fit tells no time and no end."""
        law = self.model.law
        return tuple(
            name
            for name, value, low, high in zip(law.parameters, self.values, law.lower, law.upper, strict=True)
            if min(value - low, high - value) < AT_BOUND * (high - low)
        )

    def value(self, name: str) -> tuple[float, float]:
        """Return a parameter and its standard uncertainty by linear propagation."""
        index = self.names.index(name)
        return float(self.all_values[index]), math.sqrt(max(0.0, float(self.covariance[index, index])))

    def correlation(self, one: str, other: str) -> float:
        """Return the correlation of two parameters [1]."""
        first, second = self.names.index(one), self.names.index(other)
        spread = math.sqrt(float(self.covariance[first, first] * self.covariance[second, second]))
        return float(self.covariance[first, second]) / spread if spread > 0.0 else 0.0

    def lattice(self, decay: LatticeDecay) -> Float[np.ndarray, "scan"]:
        """Return the fitted lattice parameter for the heat and temperatures of other scans [Å]."""
        fraction = self.model.law.fractions(decay.heating, self.values)
        found = self.linear[0] * (1.0 - fraction) + self.linear[1] * fraction
        if self.model.expands:
            found = found + self.linear[2] * self.model.expanded(decay.temperature)
        return np.asarray(found)


def fit_lattice_relaxation(model: LatticeModel) -> LatticeRelaxation | None:
    r"""Fit a rate law with the lattice at the start and at infinity as linear parameters.

    .. math:: a(t) = a_\infty + (a_0 - a_\infty)\, f(t, T)

    For every set of parameters of the law the linear ones are found exactly (variable projection), so they
    need no starting values.

    Parameters
    ----------
    model
        Data, law and prior.

    Returns
    -------
    :
        The fit; None when there are not more scans than parameters.

    Source
    ------
    Golub and Pereyra 1973, doi 10.1137/0710036. That a is linear in the remaining fraction is an assumption.
    """
    from scipy.optimize import least_squares
    from scipy.stats import chi2

    law = model.law
    freedom = len(model.data) - len(law.parameters) - 2
    if freedom < 1:
        return None
    fits = [
        least_squares(
            lambda p: model.solved(p)[1],
            start,
            bounds=(law.lower, law.upper),
            x_scale=parameter_scales(law),
            xtol=1e-9,
            ftol=1e-10,
            max_nfev=MOST_STEPS,
        )
        for start in law.starts
    ]
    best = min(fits, key=lambda one: float(one.cost))
    chi_square = 2.0 * float(best.cost)
    freedom += model.prior is not None
    probability = float(chi2.sf(chi_square, freedom))
    scale = max(1.0, chi_square / freedom) if probability < POOR_FIT else 1.0
    linear = model.solved(best.x)[0]
    return LatticeRelaxation(
        model=model,
        values=best.x,
        linear=linear,
        covariance=_covariance(model, best.x, linear) * scale,
        chi_square=chi_square,
        degrees_of_freedom=freedom,
        probability=probability,
        scale=scale,
        converged=bool(best.success),
    )


def _covariance(
    model: LatticeModel, values: Float[np.ndarray, "parameter"], linear: Float[np.ndarray, "linear"]
) -> Float[np.ndarray, "all all"]:
    """Return the covariance of all parameters from derivatives of the model."""
    matrix, _ = model.system(values)
    slopes = []
    for index, size in enumerate(parameter_scales(model.law)):
        sides = []
        for sign in (1.0, -1.0):
            moved = values.copy()
            moved[index] += sign * 1e-3 * size
            sides.append(model.system(moved)[0] @ linear)
        slopes.append((sides[0] - sides[1]) / (2e-3 * size))
    rows = np.column_stack([*slopes, matrix])
    size = np.maximum(np.linalg.norm(rows, axis=0), 1e-100)  # its square must not vanish
    inverse = np.linalg.pinv((rows / size).T @ (rows / size), rcond=1e-14, hermitian=True)
    return np.asarray(inverse / np.outer(size, size))
