"""The least chi square of a relaxation while a parameter, the end or a time is held."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from lmct.relaxation.fit import parameter_scales
from lmct.relaxation.remaining_time import log_time_left
from lmct.technique.diffraction.relaxation.fit import LatticeRelaxation
from lmct.technique.diffraction.relaxation.model import LatticeModel

MOST_STEPS = 25
"""Steps of one such fit."""


class HeldFit:
    """Finds the least chi square with something held, from where a normal likelihood would have it.

    Parameters
    ----------
    fit
        The fit with nothing held.
    held
        Places of what is held, in the order of the covariance.
    """

    def __init__(self, fit: LatticeRelaxation, held: list[int]) -> None:
        self.fit = fit
        covariance = fit.covariance
        self.response = covariance[:, held] @ np.linalg.pinv(covariance[np.ix_(held, held)])
        self.last: tuple[float, Float[np.ndarray, "parameter"]] | None = None

    def chi_square(
        self, end: float | None, distance: Float[np.ndarray, "held"], fixed: dict[int, float] | None = None
    ) -> float:
        """Return the least chi square.

        Parameters
        ----------
        end
            Lattice at infinity that is held [Å]; None leaves it free.
        distance
            Of what is held from its best value.
        fixed
            Parameters of the law that are held, by their place.

        Returns
        -------
        :
            The chi square.
        """
        count, fixed = len(self.fit.values), fixed or {}
        start = self.fit.values + (self.response @ distance)[:count]
        choices = [start, self.fit.values]
        if self.last is not None:
            choices.insert(1, self.last[1])
        found = min(
            (_least(self.fit.model, one, end, fixed) for one in choices[:2]), key=lambda pair: pair[0]
        )
        self.last = found
        return found[0]


def _least(
    model: LatticeModel,
    start: Float[np.ndarray, "parameter"],
    end: float | None,
    fixed: dict[int, float],
) -> tuple[float, Float[np.ndarray, "parameter"]]:
    from scipy.optimize import least_squares

    law = model.law
    free = [k for k in range(len(law.parameters)) if k not in fixed]
    point = start.copy()
    for index, value in fixed.items():
        point[index] = value
    if not free:
        return float(np.sum(model.solved(point, end)[1] ** 2)), point

    def residual(values: Float[np.ndarray, "free"]) -> Float[np.ndarray, "row"]:
        moved = point.copy()
        moved[free] = values
        return model.solved(moved, end)[1]

    low, high = (np.array([bound[k] for k in free]) for bound in (law.lower, law.upper))
    first = np.clip(point[free], low + 1e-6, high - 1e-6)
    scales = [parameter_scales(law)[k] for k in free]
    found = least_squares(
        residual,
        first,
        bounds=(low, high),
        x_scale=scales,
        ftol=1e-6,
        xtol=1e-7,
        max_nfev=MOST_STEPS,
    )
    point[free] = found.x
    return 2.0 * float(found.cost), point


def chi_square_of_time(
    fit: LatticeRelaxation,
    log_time: float,
    *,
    temperature: float,
    share: float,
    slope: Float[np.ndarray, "parameter"],
    covariance: Float[np.ndarray, "parameter parameter"],
) -> float:
    """Return the least chi square with a time held: the first parameter of a law only shifts its time.

    Parameters
    ----------
    fit
        The fit with nothing held.
    log_time
        Natural logarithm of the time after which the share is left [s].
    temperature
        Constant temperature [K].
    share
        What is left [1].
    slope
        Derivatives of the logarithm of the time by the parameters of the law.
    covariance
        Of the parameters of the law.

    Returns
    -------
    :
        The chi square.
    """
    from scipy.optimize import least_squares

    law, model = fit.model.law, fit.model
    sign = math.copysign(1.0, slope[0])
    centre = log_time_left(law, fit.values, temperature=temperature, share=share)
    spread = max(float(slope @ covariance @ slope), 1e-12)
    start = fit.values + covariance @ slope * ((log_time - centre) / spread)

    def completed(rest: Float[np.ndarray, "rest"]) -> Float[np.ndarray, "parameter"]:
        point = np.concatenate([[start[0]], rest])
        for _ in range(3):
            now = log_time_left(law, point, temperature=temperature, share=share)
            if not math.isfinite(now):
                break
            point[0] = np.clip(point[0] + sign * (log_time - now), law.lower[0], law.upper[0])
            if abs(log_time - now) < 1e-6:
                break
        return point

    low, high = np.array(law.lower[1:]), np.array(law.upper[1:])
    first = np.clip(start[1:], low + 1e-6, high - 1e-6)
    found = least_squares(
        lambda rest: model.solved(completed(rest))[1],
        first,
        bounds=(low, high),
        x_scale=parameter_scales(law)[1:],
        ftol=1e-6,
        xtol=1e-7,
        max_nfev=MOST_STEPS,
    )
    return 2.0 * float(found.cost)
