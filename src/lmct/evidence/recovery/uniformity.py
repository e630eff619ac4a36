"""Whether ranks are uniform, and intervals hold the truth as often as they say."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from lmct.quantity.errors import OutOfRange

BINS = 10
"""Of a rank histogram."""


@dataclass(frozen=True, slots=True)
class Uniformity:
    """A rank histogram and how probable so uneven a one is by chance.

    Parameters
    ----------
    counts
        Campaigns in each bin.
    chi_square
        Sum of squared deviations from the expectation over the expectation.
    p_value
        Probability of a chi-square at least as large when the ranks are uniform.
    """

    counts: tuple[int, ...]
    chi_square: float
    p_value: float


def uniformity_of_ranks(ranks: Int[np.ndarray, "campaign"], *, draws: int, bins: int = BINS) -> Uniformity:
    """Return the histogram of ranks and Pearson's test of uniformity.

    Parameters
    ----------
    ranks
        For each campaign, how many draws from its posterior lie below the truth: 0 to ``draws``.
    draws
        Draws of each posterior.
    bins
        Must divide the number of possible ranks, so that every bin holds as many.

    Returns
    -------
    :
        Counts, chi-square and its p.

    Raises
    ------
    OutOfRange
        The bins do not divide the ranks, or a rank is impossible.

    Source
    ------
    Talts et al., arXiv:1804.06788 (2018), section 4.

    Examples
    --------
    >>> uniformity_of_ranks(np.arange(100), draws=99).counts
    (10, 10, 10, 10, 10, 10, 10, 10, 10, 10)
    """
    from scipy.stats import chi2

    if (draws + 1) % bins or len(ranks) == 0 or ranks.min() < 0 or ranks.max() > draws:
        raise OutOfRange(
            f"{bins} bins cannot hold the ranks 0 to {draws} evenly, or a rank lies outside. Take a number of"
            " draws that is one less than a multiple of the bins."
        )
    counts = np.bincount(ranks * bins // (draws + 1), minlength=bins)
    expected = len(ranks) / bins
    statistic = float(np.sum((counts - expected) ** 2) / expected)
    return Uniformity(tuple(counts.tolist()), statistic, float(chi2.sf(statistic, bins - 1)))


def covered(shares: Float[np.ndarray, "campaign"], probability: float) -> float:
    """Return how often the truth lies in the central interval of a probability.

    Parameters
    ----------
    shares
        For each campaign, the share of its posterior below the truth.
    probability
        Of the interval.

    Returns
    -------
    :
        Share of the campaigns [1].

    Examples
    --------
    >>> covered(np.array([0.01, 0.3, 0.5, 0.9]), 0.68)
    0.5
    """
    return float(np.mean(np.abs(shares - 0.5) <= 0.5 * probability))


def covered_by_chance(probability: float, campaigns: int) -> float:
    """Return the standard deviation of :func:`covered` when the intervals are right.

    Parameters
    ----------
    probability
        Of the interval.
    campaigns
        Number of campaigns.

    Returns
    -------
    :
        That of a binomial share [1].

    Examples
    --------
    >>> round(covered_by_chance(0.68, 200), 3)
    0.033
    """
    return math.sqrt(probability * (1.0 - probability) / campaigns)
