"""Rearrangement of capacity between two couples against an unheated reference, with all correlations."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange
from lmct.quantity.value import Value
from lmct.technique.electrochemistry.cells import CellGroup
from lmct.technique.electrochemistry.pooled_scatter import PooledScatter, t_factor

LEAST_SIGNIFICANCE = 3.0
"""A yield is given when the metal lost this many standard uncertainties [1]."""


@dataclass(frozen=True, eq=False)
class Rearrangement:
    """How the capacities of a condition differ from those of the reference.

    Parameters
    ----------
    metal, oxygen, total
        Condition minus reference.
    conversion_yield
        Oxygen gained over metal lost [1]; None when the metal lost too little to tell.
    yield_interval
        Interval of 68 % of the yield by Fieller's theorem, which holds for any significance of the loss;
        infinite when the loss is not distinguishable from zero.
    """

    metal: Value
    oxygen: Value
    total: Value
    conversion_yield: Value | None
    yield_interval: tuple[float, float]


def freedom_of_mean(group: CellGroup, scatter: PooledScatter) -> float:
    """Return the degrees of freedom of the means of a condition.

    Parameters
    ----------
    group
        Condition.
    scatter
        Pooled scatter.

    Returns
    -------
    :
        Those of the pooled scatter, or the few of its own cells when it keeps its own scatter.
    """
    return min(float(scatter.degrees_of_freedom), group.own_freedom)


def covariance_of_mean(group: CellGroup, scatter: PooledScatter) -> Float[np.ndarray, "column column"]:
    """Return the covariance of the means of a condition: pooled scatter and boundary of the plateaus.

    Parameters
    ----------
    group
        Condition; first columns metal and oxygen, then the total if there is one.
    scatter
        Pooled scatter of its columns.

    Returns
    -------
    :
        Covariance; the boundary moves charge from one plateau to the other and leaves the total alone.
    """
    shift = np.zeros(len(group.mean))
    shift[:2] = (group.boundary, -group.boundary)[: len(shift)]
    return scatter.of_mean(group.mean, group.cells) + np.outer(shift, shift) / group.cells


def remaining_fraction(
    group: CellGroup, reference: CellGroup, scatter: PooledScatter, column: int = 0
) -> Value:
    r"""Return the mean capacity of a condition over that of the reference.

    .. math:: u^2(f) = f^2 s^2 (1/n_g + 1/n_\mathrm{ref})

    with s the pooled relative scatter of one cell, and the uncertainty of the boundary of the plateau on top.

    Parameters
    ----------
    group
        Condition.
    reference
        Condition that counts as 1.
    scatter
        Pooled scatter; the column must be relative.
    column
        Column of the capacity.

    Returns
    -------
    :
        Fraction [1]; exactly 1 for the reference itself.

    Raises
    ------
    OutOfRange
        The reference has no capacity.
    """
    if group is reference:
        return Value(1.0, 0.0)
    whole = float(reference.mean[column])
    if whole <= 0.0:
        raise OutOfRange(
            f"the reference {reference.sample!r} has a plateau of {whole:g}. Expected a positive capacity."
            " Check its file and the plateau limits."
        )
    fraction = float(group.mean[column]) / whole
    own, common = (float(covariance_of_mean(one, scatter)[column, column]) for one in (group, reference))
    return Value(
        fraction,
        math.hypot(math.sqrt(own), fraction * math.sqrt(common)) / whole,
        "",
        freedom_of_mean(group, scatter),
    )


def rearrangement_from_groups(
    group: CellGroup, reference: CellGroup, scatter: PooledScatter, unit: str
) -> Rearrangement:
    """Compare a condition with the reference; columns are metal and oxygen capacity.

    The error of the active mass moves both capacities of one cell together: the covariance of the two columns
    carries it into the sum (where it adds) and into the yield (where it mostly cancels).

    Parameters
    ----------
    group
        Condition.
    reference
        Unheated condition.
    scatter
        Pooled scatter of the two columns.
    unit
        Unit of the capacities.

    Returns
    -------
    :
        Differences and yield.
    """
    freedom = float(scatter.degrees_of_freedom)
    first, second = (covariance_of_mean(one, scatter)[:2, :2] for one in (group, reference))
    change, covariance = (group.mean - reference.mean)[:2], first + second
    metal, oxygen = (
        Value(float(change[k]), math.sqrt(float(covariance[k, k])), unit, freedom) for k in (0, 1)
    )
    total = Value(float(change.sum()), math.sqrt(float(covariance.sum())), unit, freedom)
    ratio = None
    if -metal.value > LEAST_SIGNIFICANCE * metal.uncertainty:
        gained = float(-change[1] / change[0])
        slope = np.array([gained, 1.0]) / -change[0]
        ratio = Value(gained, math.sqrt(float(slope @ covariance @ slope)), "", freedom)
    return Rearrangement(
        metal, oxygen, total, ratio, fieller_interval(-change, covariance, t_factor(freedom))
    )


def fieller_interval(
    change: Float[np.ndarray, "2"], covariance: Float[np.ndarray, "2 2"], factor: float
) -> tuple[float, float]:
    """Return the interval of minus the second over the first number.

    Parameters
    ----------
    change
        Metal lost, oxygen lost (minus the gain).
    covariance
        Their covariance.
    factor
        Half-width in standard uncertainties.

    Returns
    -------
    :
        Lower and upper limit; infinite when the first number is not distinguishable from zero.

    Source
    ------
    Fieller 1954, doi 10.1111/j.2517-6161.1954.tb00159.x.

    Examples
    --------
    >>> low, high = fieller_interval(np.array([10.0, -5.0]), np.diag([1e-4, 1e-4]), 1.0)
    >>> round(low, 4), round(high, 4)
    (0.4989, 0.5011)
    """
    lost, gained = float(change[0]), -float(change[1])
    v_lost, v_gained, v_both = float(covariance[0, 0]), float(covariance[1, 1]), -float(covariance[0, 1])
    a = lost**2 - factor**2 * v_lost
    b = lost * gained - factor**2 * v_both
    c = gained**2 - factor**2 * v_gained
    root = b**2 - a * c
    if a <= 0.0 or root < 0.0:
        return -math.inf, math.inf
    return (b - math.sqrt(root)) / a, (b + math.sqrt(root)) / a
