"""Values whose errors belong together, and the probability of their residuals, outliers allowed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.evidence.likelihood.observation import Observation
from lmct.quantity.errors import OutOfRange


@dataclass(frozen=True, slots=True)
class Outliers:
    """How often a whole cell goes wrong, and by how much its errors then grow.

    Parameters
    ----------
    share
        Probability that a cell is an outlier; 0 trusts every cell.
    factor
        Its independent errors are so many times larger.

    Raises
    ------
    OutOfRange
        The share is not in [0, 1), or the factor not above 1.
    """

    share: float = 0.02
    factor: float = 10.0

    def __post_init__(self) -> None:
        if not (0.0 <= self.share < 1.0 and 1.0 < self.factor < math.inf):
            raise OutOfRange(
                f"expected a share of outliers from 0 to below 1 and a factor above 1, got {self.share!r} and"
                f" {self.factor!r}."
            )


@dataclass(frozen=True, eq=False)
class Block:
    """All values of one cell.

    Parameters
    ----------
    name
        Of the cell.
    members
        Places of its observations in the campaign.
    good, bad
        Inverse Cholesky factors of its covariance, as measured and as an outlier.
    good_constant, bad_constant
        Logarithms of the densities at no residual, with the probability of each case.
    """

    name: str
    members: tuple[int, ...]
    good: Float[np.ndarray, "point point"]
    bad: Float[np.ndarray, "point point"]
    good_constant: float
    bad_constant: float

    def whitened(self, residual: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
        """Return residuals made independent and of unit variance, by the errors as measured."""
        return np.asarray(self.good @ residual)

    def log_density(self, residual: Float[np.ndarray, "point"]) -> float:
        """Return the logarithm of the probability density of residuals."""
        white = self.good @ residual
        good = self.good_constant - 0.5 * float(white @ white)
        if self.bad_constant == -math.inf:
            return good
        white = self.bad @ residual
        bad = self.bad_constant - 0.5 * float(white @ white)
        high, low = max(good, bad), min(good, bad)
        return high + math.log1p(math.exp(low - high))

    def outlier_probability(self, residual: Float[np.ndarray, "point"]) -> float:
        """Return the probability that the cell is an outlier, given its residuals."""
        if self.bad_constant == -math.inf:
            return 0.0
        white = self.bad @ residual
        bad = self.bad_constant - 0.5 * float(white @ white)
        return math.exp(bad - self.log_density(residual))


def blocks_of(observations: Sequence[Observation], outliers: Outliers) -> tuple[Block, ...]:
    """Return the blocks of a campaign, one for each cell.

    Parameters
    ----------
    observations
        The observations.
    outliers
        How cells go wrong.

    Returns
    -------
    :
        The blocks in the order of their first observation.
    """
    cells: dict[str, list[int]] = {}
    for place, one in enumerate(observations):
        cells.setdefault(one.cell or f"\0{one.name}", []).append(place)
    return tuple(
        _block(name.lstrip("\0"), members, [observations[place] for place in members], outliers)
        for name, members in cells.items()
    )


def covariance_of(
    observations: Sequence[Observation], factor: float = 1.0
) -> Float[np.ndarray, "point point"]:
    """Return the covariance of all values of one cell.

    Parameters
    ----------
    observations
        Of one cell.
    factor
        The independent errors are so many times larger.

    Returns
    -------
    :
        Independent variances, and the outer product of the effects of each shared error.
    """
    sizes = [len(one.values) for one in observations]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    covariance = np.diag(np.concatenate([(factor * one.uncertainty) ** 2 for one in observations]))
    for name in _shared(observations):
        effect = np.zeros(starts[-1])
        for one, start in zip(observations, starts, strict=False):
            if name in one.loadings:
                effect[start : start + len(one.values)] = one.loadings[name]
        covariance += np.outer(effect, effect)
    return covariance


def _shared(observations: Iterable[Observation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in observations for name in one.loadings))


def _block(
    name: str, members: Sequence[int], observations: Sequence[Observation], outliers: Outliers
) -> Block:
    good, good_constant = _density(covariance_of(observations), 1.0 - outliers.share)
    bad, bad_constant = good, -math.inf
    if outliers.share > 0.0:
        bad, bad_constant = _density(covariance_of(observations, outliers.factor), outliers.share)
    return Block(name, tuple(members), good, bad, good_constant, bad_constant)


def _density(
    covariance: Float[np.ndarray, "point point"], probability: float
) -> tuple[Float[np.ndarray, "point point"], float]:
    """Return the inverse Cholesky factor of a covariance, and the logarithm of the density at no residual."""
    factor = np.linalg.cholesky(covariance)
    constant = math.log(probability) - float(np.sum(np.log(np.diag(factor))))
    return np.linalg.inv(factor), constant - 0.5 * len(covariance) * math.log(2.0 * math.pi)
