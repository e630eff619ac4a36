"""Cell-to-cell scatter pooled over conditions: three cells alone know their own far too badly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

CONTRADICTION = 0.01
"""Conditions contradict pooling when Bartlett's test gives less than this probability [1]."""


@dataclass(frozen=True, eq=False)
class PooledScatter:
    """Covariance of one cell about the mean of its condition.

    Parameters
    ----------
    covariance
        Pooled over the conditions; relative columns in units of the mean of the condition.
    relative
        Which columns scatter in proportion to their mean.
    degrees_of_freedom
        Cells minus conditions; 0 when no condition has two cells.
    equal_probability
        For each column the probability of the differences between the conditions' own variances if all
        scatter alike (Bartlett); NaN when fewer than two conditions have two cells.
    """

    covariance: Float[np.ndarray, "column column"]
    relative: Bool[np.ndarray, "column"]
    degrees_of_freedom: float
    equal_probability: Float[np.ndarray, "column"]

    def of_mean(self, mean: Float[np.ndarray, "column"], cells: int) -> Float[np.ndarray, "column column"]:
        """Return the covariance of the mean of so many cells, in the units of the columns.

        Parameters
        ----------
        mean
            Means of a condition.
        cells
            How many cells it has.

        Returns
        -------
        :
            Covariance matrix of the means.
        """
        scale = np.where(self.relative, mean, 1.0)
        result: Float[np.ndarray, "column column"] = self.covariance * np.outer(scale, scale) / cells
        return result


def pooled_scatter_from_groups(
    *, groups: Sequence[Float[np.ndarray, "cell column"]], relative: Sequence[bool]
) -> PooledScatter:
    r"""Pool the scatter of cells about the means of their conditions.

    .. math:: S = \frac{\sum_g \sum_k r_{gk} r_{gk}^T}{\sum_g (n_g - 1)}

    with r the deviation from the mean of the condition, divided by that mean in relative columns.

    Parameters
    ----------
    groups
        One array per condition, a row per cell.
    relative
        For each column whether its scatter is in proportion to the mean (mass errors) or not (voltages).

    Returns
    -------
    :
        Covariance, degrees of freedom and Bartlett's probability for each column.

    Source
    ------
    Pooled variance: GUM (JCGM 100:2008), H.3.6 and H.5; Bartlett 1937, doi 10.1098/rspa.1937.0109.

    Examples
    --------
    >>> one, two = np.array([[99.0], [101.0]]), np.array([[49.5], [50.5]])
    >>> pooled = pooled_scatter_from_groups(groups=[one, two], relative=[True])
    >>> round(float(pooled.covariance[0, 0] ** 0.5), 6), pooled.degrees_of_freedom
    (0.014142, 2)
    """
    flags = np.array(relative, dtype=bool)
    deviations = [_deviations(np.asarray(group, dtype=float), flags) for group in groups if len(group) > 1]
    freedom = sum(len(one) - 1 for one in deviations)
    total = sum((one.T @ one for one in deviations), start=np.zeros((len(flags), len(flags))))
    return PooledScatter(
        covariance=total / freedom if freedom else np.full_like(total, np.nan),
        relative=flags,
        degrees_of_freedom=freedom,
        equal_probability=np.array(
            [_bartlett([one[:, column] for one in deviations]) for column in range(len(flags))]
        ),
    )


def t_factor(degrees_of_freedom: float, probability: float = 0.6827) -> float:
    """Return how many standard uncertainties the central interval of a probability reaches.

    Parameters
    ----------
    degrees_of_freedom
        Of the standard uncertainty; may be infinite.
    probability
        Between 0 and 1.

    Returns
    -------
    :
        Student's factor.

    Examples
    --------
    >>> round(t_factor(4), 3)
    1.142
    """
    from scipy.special import ndtri, stdtrit

    upper = 0.5 + probability / 2.0
    return float(ndtri(upper) if math.isinf(degrees_of_freedom) else stdtrit(degrees_of_freedom, upper))


def _deviations(group: Float[np.ndarray, "cell column"], relative: Bool[np.ndarray, "column"]) -> np.ndarray:
    mean = group.mean(axis=0)
    scale = np.where(relative & (mean != 0.0), mean, 1.0)
    result: np.ndarray = (group - mean) / scale
    return result


def _bartlett(samples: Sequence[Float[np.ndarray, "cell"]]) -> float:
    """Return Bartlett's probability; a condition without any scatter cannot be compared and is left out."""
    from scipy.stats import bartlett

    usable = [one for one in samples if float(np.var(one)) > 0.0]
    return float(bartlett(*usable).pvalue) if len(usable) > 1 else math.nan
