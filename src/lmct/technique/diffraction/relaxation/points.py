"""Relaxation from two rests only: what two lattice parameters say for each end that may be assumed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange
from lmct.quantity.value import Value

TRIALS, SEED = 4000, 60
"""Draws of the lattice parameters that give the intervals."""


@dataclass(frozen=True, eq=False)
class TwoPointDrift:
    """Stretched exponentials through two rests, one for each assumed lattice at infinity.

    Parameters
    ----------
    at_infinity
        Assumed ends [Å].
    first_fraction, last_fraction
        What is left after both rests [1].
    stretching_exponent
        b of f = exp[-(t/tau)^b] [1].
    time_constant
        tau [s].
    """

    at_infinity: Float[np.ndarray, "end"]
    first_fraction: Float[np.ndarray, "end"]
    last_fraction: Float[np.ndarray, "end"]
    stretching_exponent: Float[np.ndarray, "end"]
    time_constant: Float[np.ndarray, "end"]

    @property
    def half_life(self) -> Float[np.ndarray, "end"]:
        """Time after which half is left [s]."""
        return np.asarray(self.time_constant * math.log(2.0) ** (1.0 / self.stretching_exponent))


def drift_from_two_points(
    *,
    start: Float[np.ndarray, "..."] | float,
    first: Float[np.ndarray, "..."] | float,
    last: Float[np.ndarray, "..."] | float,
    first_time: float,
    last_time: float,
    at_infinity: Float[np.ndarray, "end"],
) -> TwoPointDrift:
    r"""Return the stretched exponential through two lattice parameters, for each end assumed.

    .. math:: f_i = \frac{a_\infty - a_i}{a_\infty - a_0},\quad
        b = \frac{\ln(\ln f_2 / \ln f_1)}{\ln(t_2/t_1)},\quad \tau = t_1 (-\ln f_1)^{-1/b}

    Parameters
    ----------
    start, first, last
        Lattice parameter before, after the shorter and after the longer rest [Å].
    first_time, last_time
        The rests [s].
    at_infinity
        Ends to assume [Å].

    Returns
    -------
    :
        One set of numbers for each end; NaN for ends that the lattice has passed already, and where less
        had gone after the longer rest.

    Raises
    ------
    OutOfRange
        The times do not rise from above 0.

    Source
    ------
    Li 2022, L187-192: 4.111 Å in situ, 4.141 Å after about two weeks, 4.162 Å after about two months.

    Examples
    --------
    >>> day = 86400.0
    >>> drift = drift_from_two_points(start=4.111, first=4.141, last=4.162, first_time=14 * day,
    ...     last_time=60 * day, at_infinity=np.array([4.163, 4.200]))
    >>> drift.first_fraction.round(2).tolist(), drift.stretching_exponent.round(2).tolist()
    ([0.42, 0.66], [1.05, 0.5])
    """
    if not 0.0 < first_time < last_time < math.inf:
        raise OutOfRange(f"the rests are {first_time:g} and {last_time:g} s. Expected rising times above 0.")
    end = np.asarray(at_infinity, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        one, two = (end - first) / (end - start), (end - last) / (end - start)
        sensible = (one > 0.0) & (one < 1.0) & (two > 0.0) & (two < one)
        one, two = np.where(sensible, one, np.nan), np.where(sensible, two, np.nan)
        exponent = np.log(np.log(two) / np.log(one)) / math.log(last_time / first_time)
        constant = first_time * (-np.log(one)) ** (-1.0 / exponent)
    return TwoPointDrift(end, one, two, exponent, constant)


@dataclass(frozen=True, slots=True)
class TwoPointInterval:
    """What one assumed end leaves open, given the uncertainties of the lattice parameters.

    Parameters
    ----------
    at_infinity
        The end [Å].
    possible
        Share of draws in which the lattice has not passed the end and goes on towards it [1].
    stretching_exponent, time_constant
        16, 50 and 84 % of those draws [1; s]; NaN when none is possible.
    """

    at_infinity: float
    possible: float
    stretching_exponent: tuple[float, float, float]
    time_constant: tuple[float, float, float]


def intervals_from_two_points(
    *,
    start: Value,
    first: Value,
    last: Value,
    first_time: float,
    last_time: float,
    at_infinity: Float[np.ndarray, "end"],
) -> tuple[TwoPointInterval, ...]:
    """Return what two uncertain lattice parameters say, for each end assumed.

    Parameters
    ----------
    start, first, last
        Lattice parameter before, after the shorter and after the longer rest [Å]; their errors are taken as
        independent, for they come from three samples.
    first_time, last_time
        The rests [s].
    at_infinity
        Ends to assume [Å].

    Returns
    -------
    :
        Intervals, in the order of the ends.
    """
    draw = np.random.default_rng(SEED)
    three = [one.value + one.uncertainty * draw.standard_normal((TRIALS, 1)) for one in (start, first, last)]
    drift = drift_from_two_points(
        start=three[0],
        first=three[1],
        last=three[2],
        first_time=first_time,
        last_time=last_time,
        at_infinity=np.asarray(at_infinity, dtype=float)[None, :],
    )
    found = []
    for column, end in enumerate(np.asarray(at_infinity, dtype=float)):
        exponent, constant = drift.stretching_exponent[:, column], drift.time_constant[:, column]
        possible = np.isfinite(exponent)
        found.append(
            TwoPointInterval(
                float(end),
                float(possible.mean()),
                _central(exponent[possible]),
                _central(constant[possible]),
            )
        )
    return tuple(found)


def _central(draws: Float[np.ndarray, "draw"]) -> tuple[float, float, float]:
    if not draws.size:
        return math.nan, math.nan, math.nan
    low, middle, high = np.quantile(draws, [0.16, 0.5, 0.84])
    return float(low), float(middle), float(high)
