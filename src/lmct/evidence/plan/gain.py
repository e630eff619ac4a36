"""Expected information gains by nested Monte Carlo over the predictions of posterior samples."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lmct.evidence.plan.density import VirtualData, log_mean_exp

FEWEST = 10.0
"""Samples that data must leave, at least, for a width to be read from them."""

HALVINGS = 30
"""Steps of the search for the power of the likelihood that leaves that many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """An expected information gain.

    Parameters
    ----------
    value
        [nat].
    error
        Its numerical error, one standard deviation: of the draws, of the choice of the samples, and of how
        finely they resolve what the data would tell [nat].
    resolved
        Share of virtual data after which enough samples are left to read a width from; where they are not,
        the gain counts only to where they would be, so that the value is too small rather than too large.
    """

    value: float
    error: float
    resolved: float = 1.0


def gain_of_unknowns(data: VirtualData, *, most: float = math.inf) -> Gain:
    """Information on all unknowns, between two bounds.

    The density of the data is a mean over the samples. With the sample that the data were drawn from it is
    too high and the gain too small; without that sample it is the other way round, on average. The value is
    the middle, the error half the distance.

    Parameters
    ----------
    data
        Drawn from the samples.
    most
        A bound known otherwise [nat].

    Returns
    -------
    :
        The gain.

    Source
    ------
    Rainforth et al., ICML 2018, arXiv:1709.06181 (nested Monte Carlo); Foster et al., AISTATS 2020,
    arXiv:1911.00294 (the two bounds).
    """
    densities = data.densities
    count = densities.shape[1]
    low = data.own - log_mean_exp(densities, count)
    high = data.own - log_mean_exp(data.others, count - data.is_own.sum(axis=1))
    lower, upper = max(float(np.mean(low)), 0.0), min(float(np.mean(high)), most)
    upper = max(upper, lower)
    shares, _ = _weights(densities - densities.max(axis=1)[:, None], np.ones(len(densities)))
    chance = data.chance(data.of_samples(low) - (count * shares.mean(axis=0) - 1.0))
    return Gain(
        value=0.5 * (lower + upper),
        error=math.hypot(0.5 * (upper - lower), chance),
        resolved=float(np.mean(high - low < 1.0)),
    )


def gain_of_quantity(data: VirtualData, *, quantity: Float[np.ndarray, "sample"]) -> Gain:
    r"""Information on one quantity, from its mean logarithmic width before and after.

    .. math:: -\overline{\tfrac12\ln\frac{\mathrm{var}(u\,|\,y)}{\mathrm{var}(u)}}

    with u the quantity on a scale on which it is normally distributed before. It is the gain where u is
    still normal afterwards, and less than it elsewhere.

    Parameters
    ----------
    data
        Drawn from the samples.
    quantity
        In each sample; its scale does not matter.

    Returns
    -------
    :
        The gain, with what half as many samples would have given less added once more; the error holds this.
    """
    scores = normal_scores(quantity)
    weights, resolved = sample_weights(data)
    found = _contributions(weights, scores)
    halves = []
    for part in (0, 1):
        inside = data.densities.copy()
        inside[:, part::2] = -np.inf
        weights_of_half, _ = sample_weights(replace(data, densities=inside))
        halves.append(float(np.mean(_contributions(weights_of_half, scores))))
    value = float(np.mean(found))
    coarse = 0.5 * (halves[0] + halves[1]) - value
    chance = data.chance(data.of_samples(found) + _influence_on_widths(weights, scores))
    return Gain(
        value=max(value - coarse, 0.0),
        error=math.hypot(chance, coarse),
        resolved=float(resolved.mean()),
    )


def expected_width(data: VirtualData, *, quantity: Float[np.ndarray, "sample"]) -> float:
    """Return the mean standard deviation of a quantity after the data, in its own unit.

    Parameters
    ----------
    data
        Drawn from the samples.
    quantity
        In each sample.
    """
    weights, _ = sample_weights(data)
    return float(np.mean(np.sqrt(_variances(weights, quantity))))


def normal_scores(quantity: Float[np.ndarray, "sample"]) -> Float[np.ndarray, "sample"]:
    """Return a quantity on the scale on which its samples are normally distributed.

    Parameters
    ----------
    quantity
        Samples.

    Examples
    --------
    >>> normal_scores(np.array([1.0, 100.0, 2.0])).round(3).tolist()
    [-0.967, 0.967, 0.0]
    """
    from scipy.special import ndtri
    from scipy.stats import rankdata

    return np.asarray(ndtri((rankdata(quantity) - 0.5) / len(quantity)))


def sample_weights(data: VirtualData) -> tuple[Float[np.ndarray, "draw sample"], Float[np.ndarray, "draw"]]:
    """Return the weight of every sample after data, the one that they were drawn from left out.

    Where fewer than :data:`FEWEST` samples would be left, the likelihood is raised to the power below one
    that leaves as many: no width is claimed that the samples cannot show.

    Parameters
    ----------
    data
        Drawn from the samples.

    Returns
    -------
    :
        Weights that add up to one in each row, and whether enough samples were left by themselves.
    """
    inside = data.others
    inside -= inside.max(axis=1)[:, None]
    weights, left = _weights(inside, np.ones(len(inside)))
    resolved = left >= FEWEST
    rows = np.flatnonzero(~resolved)
    if len(rows):
        low, high = np.zeros(len(rows)), np.ones(len(rows))
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            enough = _weights(inside[rows], middle)[1] >= FEWEST
            low, high = np.where(enough, middle, low), np.where(enough, high, middle)
        weights[rows] = _weights(inside[rows], low)[0]
    return weights, resolved.astype(float)


def _weights(
    inside: Float[np.ndarray, "draw sample"], power: Float[np.ndarray, "draw"]
) -> tuple[Float[np.ndarray, "draw sample"], Float[np.ndarray, "draw"]]:
    present = np.isfinite(inside)
    raised = np.where(present, np.exp(power[:, None] * np.where(present, inside, 0.0)), 0.0)
    weights = raised / raised.sum(axis=1)[:, None]
    return weights, 1.0 / np.square(weights).sum(axis=1)


def _variances(
    weights: Float[np.ndarray, "draw sample"], quantity: Float[np.ndarray, "sample"]
) -> Float[np.ndarray, "draw"]:
    """Return variances under weights, corrected for the samples that were spent on the mean."""
    mean = weights @ quantity
    square = np.einsum("ds,ds->d", weights, np.square(quantity[None, :] - mean[:, None]))
    return np.asarray(square / (1.0 - np.square(weights).sum(axis=1)))


def _contributions(
    weights: Float[np.ndarray, "draw sample"], scores: Float[np.ndarray, "sample"]
) -> Float[np.ndarray, "draw"]:
    after = np.maximum(_variances(weights, scores), np.finfo(float).tiny)
    return np.asarray(-0.5 * np.log(after / np.var(scores)))


def _influence_on_widths(
    weights: Float[np.ndarray, "draw sample"], scores: Float[np.ndarray, "sample"]
) -> Float[np.ndarray, "sample"]:
    """Return how each sample, as one of those that widths are read from, moves the mean gain."""
    mean = weights @ scores
    square = np.square(scores[None, :] - mean[:, None])
    after = np.maximum(np.einsum("ds,ds->d", weights, square), np.finfo(float).tiny)
    moved = len(scores) * np.mean(weights * (square / after[:, None] - 1.0), axis=0)
    return np.asarray(0.5 * (np.square(scores) / np.var(scores) - 1.0 - moved))
