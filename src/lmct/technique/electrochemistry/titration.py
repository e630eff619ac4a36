"""Rearrangement of capacity between two couples against an unheated reference, with all correlations."""

from __future__ import annotations

import math
from collections.abc import Sequence
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


def remaining_fraction(
    group: CellGroup, reference: CellGroup, scatter: PooledScatter, column: int = 0
) -> Value:
    r"""Return the mean capacity of a condition over that of the reference.

    .. math:: u^2(f) = f^2 s^2 (1/n_g + 1/n_\mathrm{ref})

    with s the pooled relative scatter of one cell.

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
    relative = math.sqrt(
        float(scatter.covariance[column, column]) * (1.0 / group.cells + 1.0 / reference.cells)
    )
    return Value(fraction, abs(fraction) * relative, "", scatter.degrees_of_freedom)


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
    first, second = (scatter.of_mean(one.mean, one.cells)[:2, :2] for one in (group, reference))
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


def conservation_probability(groups: Sequence[CellGroup], scatter: PooledScatter, column: int) -> float:
    """Return how probable the differences between the totals of all conditions are if they are the same.

    Parameters
    ----------
    groups
        Conditions.
    scatter
        Pooled scatter.
    column
        Column of the total.

    Returns
    -------
    :
        Probability of an F ratio at least as large (one-way analysis of variance with pooled relative
        scatter); NaN when there is nothing to compare.
    """
    from scipy.stats import chi2
    from scipy.stats import f as fisher

    if len(groups) < 2 or scatter.degrees_of_freedom == 0:
        return math.nan
    mean = np.array([float(one.mean[column]) for one in groups])
    cells = np.array([one.cells for one in groups], dtype=float)
    grand = float(np.sum(cells * mean) / np.sum(cells))
    between = float(np.sum(cells * (mean - grand) ** 2)) / (len(groups) - 1)
    within = float(scatter.covariance[column, column]) * grand**2
    if math.isinf(scatter.degrees_of_freedom):
        return float(chi2.sf(between / within * (len(groups) - 1), len(groups) - 1))
    return float(fisher.sf(between / within, len(groups) - 1, scatter.degrees_of_freedom))


def trend_probability(groups: Sequence[CellGroup], column: int, *, rising: bool) -> float:
    """Return how probable the order of the cells is if the capacity ignores the order of the conditions.

    Kendall's rank correlation over all cells, ties within a condition; equivalent to the
    Jonckheere-Terpstra test.

    Parameters
    ----------
    groups
        Conditions in their order.
    column
        Column of the capacity.
    rising
        Whether it should rise (oxygen) or fall (metal) along the order.

    Returns
    -------
    :
        One-sided probability; NaN for fewer than two conditions.

    Source
    ------
    Kendall 1938, doi 10.1093/biomet/30.1-2.81; Jonckheere 1954, doi 10.1093/biomet/41.1-2.133.
    """
    from scipy.stats import kendalltau

    if len(groups) < 2:
        return math.nan
    order = np.concatenate([np.full(one.cells, rank) for rank, one in enumerate(groups)])
    capacity = np.concatenate([one.values[:, column] for one in groups])
    return float(kendalltau(order, capacity, alternative="greater" if rising else "less").pvalue)
