"""Significance of a titration: conservation of the total, trend of a plateau along the conditions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lmct.technique.electrochemistry.cells import CellGroup
from lmct.technique.electrochemistry.pooled_scatter import PooledScatter


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
