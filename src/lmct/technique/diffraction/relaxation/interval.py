"""Profile-likelihood intervals of a relaxation: parameters, where the lattice ends, half-life."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from lmct.relaxation.fit import parameter_scales
from lmct.relaxation.remaining_time import log_time_left
from lmct.technique.diffraction.relaxation.fit import LatticeRelaxation
from lmct.technique.diffraction.relaxation.held_fit import HeldFit, chi_square_of_time
from lmct.technique.diffraction.relaxation.limit_search import interval_from_chi_square
from lmct.technique.diffraction.relaxation.model import INFINITY

ONE, TWO = 1.0, 1.959964
"""Half-widths of intervals of 68 and 95 % in standard uncertainties [1]."""

FARTHEST = 10.0
"""The end is not limited if it may lie this many times the observed change beyond the data [1]."""

LONGEST = math.log(100.0)
"""A time is not limited if it may exceed the record by this much, as a natural logarithm."""


def interval_of_end(
    fit: LatticeRelaxation, *, factor: float = ONE, unfinished: list[str] | None = None
) -> tuple[float, float]:
    """Return the interval of the lattice at infinity.

    Parameters
    ----------
    fit
        The fit.
    factor
        Half-width in standard uncertainties: :data:`ONE` for 68 %, :data:`TWO` for 95 %.
    unfinished
        Takes the name of the quantity when a limit was not found within the bounded search.

    Returns
    -------
    :
        Lower and upper limit [Å]; infinite where the data set none, none was found, or a parameter of the
        law is at its bound.
    """
    if fit.at_bound:
        return -math.inf, math.inf
    centre, width = fit.value(INFINITY)
    seen = fit.model.data.lattice
    change = float(np.ptp(seen))
    limits = (float(seen.min()) - FARTHEST * change, float(seen.max()) + FARTHEST * change)
    follow = HeldFit(fit, [fit.names.index(INFINITY)])

    def chi(end: float) -> float:
        return follow.chi_square(end, np.array([end - centre]))

    return _told(
        interval_from_chi_square(
            fit, chi, centre=centre, width=min(width, change), limits=limits, factor=factor
        ),
        INFINITY,
        unfinished,
    )


def interval_of_parameter(
    fit: LatticeRelaxation, name: str, *, factor: float = ONE, unfinished: list[str] | None = None
) -> tuple[float, float]:
    """Return the interval of a parameter of the law.

    Parameters
    ----------
    fit
        The fit.
    name
        Of the parameter.
    factor
        Half-width in standard uncertainties.
    unfinished
        Takes the name of the quantity when a limit was not found within the bounded search.

    Returns
    -------
    :
        Lower and upper limit; infinite where it runs to a bound of the law, or was not found.
    """
    if fit.at_bound:
        return -math.inf, math.inf
    law = fit.model.law
    index = law.parameters.index(name)
    centre, width = fit.value(name)
    follow = HeldFit(fit, [index])

    def chi(value: float) -> float:
        return follow.chi_square(None, np.array([value - centre]), {index: value})

    limits = (law.lower[index], law.upper[index])
    return _told(
        interval_from_chi_square(fit, chi, centre=centre, width=width, limits=limits, factor=factor),
        name,
        unfinished,
    )


def interval_of_time(
    fit: LatticeRelaxation,
    *,
    temperature: float,
    share: float = 0.5,
    factor: float = ONE,
    unfinished: list[str] | None = None,
) -> tuple[float, float, float]:
    """Return the time after which a share is left, and its interval.

    Parameters
    ----------
    fit
        The fit.
    temperature
        Constant temperature [K].
    share
        What is left: 0.5 for the half-life, 1/e for the time constant [1].
    factor
        Half-width in standard uncertainties.
    unfinished
        Takes the name of the quantity when a limit was not found within the bounded search.

    Returns
    -------
    :
        Time and limits [s]; infinite (or 0) where the data set none or none was found, NaN when the law gives
        none or one of its parameters is at its bound.
    """
    if fit.at_bound:
        return math.nan, math.nan, math.nan
    law = fit.model.law
    centre = log_time_left(law, fit.values, temperature=temperature, share=share)
    if not math.isfinite(centre):
        return math.nan, math.nan, math.nan
    slope = _slopes(fit, temperature, share)
    covariance = fit.covariance[: len(slope), : len(slope)]
    width = math.sqrt(max(1e-12, float(slope @ covariance @ slope)))

    def chi(log_time: float) -> float:
        return chi_square_of_time(
            fit, log_time, temperature=temperature, share=share, slope=slope, covariance=covariance
        )

    span = math.log(max(float(fit.model.data.time.max()), 1.0))
    limits = (min(centre, 0.0) - LONGEST, span + LONGEST)
    searched = interval_from_chi_square(
        fit, chi, centre=centre, width=min(width, 3.0), limits=limits, factor=factor
    )
    low, high = _told(searched, f"time until {share:.3g} is left", unfinished)
    return math.exp(centre), math.exp(low), math.exp(high)


def _slopes(fit: LatticeRelaxation, temperature: float, share: float) -> Float[np.ndarray, "parameter"]:
    """Return the derivatives of the logarithm of the time by the parameters of the law."""
    found = []
    for index, size in enumerate(parameter_scales(fit.model.law)):
        sides = []
        for sign in (1.0, -1.0):
            moved = fit.values.copy()
            moved[index] += sign * 1e-3 * size
            sides.append(log_time_left(fit.model.law, moved, temperature=temperature, share=share))
        found.append((sides[0] - sides[1]) / (2e-3 * size))
    return np.asarray(np.nan_to_num(np.array(found)))


def _told(
    searched: tuple[float, float, bool], name: str, unfinished: list[str] | None
) -> tuple[float, float]:
    low, high, ended = searched
    if not ended and unfinished is not None:
        unfinished.append(name)
    return low, high
