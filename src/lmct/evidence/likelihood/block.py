"""Values whose errors belong together, and the probability of their residuals, outliers allowed."""

from __future__ import annotations

import math
from collections.abc import Sequence
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
class Errors:
    """Errors of one cell: independent ones, and some that several values share.

    The covariance D + E E', diagonal and effects of shared errors, is never written out: memory and time grow
    with the number of values, not with its square.

    Parameters
    ----------
    deviation
        Of the independent errors.
    directions
        Orthonormal columns: left singular vectors of the effects over the deviations.
    shrinkage
        1 - 1/sqrt(1 + s^2) for their singular values s: how far each direction is shortened.
    constant
        Logarithm of the density at no residual.
    """

    deviation: Float[np.ndarray, "point"]
    directions: Float[np.ndarray, "point shared"]
    shrinkage: Float[np.ndarray, "shared"]
    constant: float

    def whitened(self, residual: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
        """Return residuals made independent and of unit variance (symmetric root of the covariance)."""
        scaled = residual / self.deviation
        if len(self.shrinkage) == 0:
            return np.asarray(scaled)
        return np.asarray(scaled - self.directions @ (self.shrinkage * (self.directions.T @ scaled)))

    def log_density(self, residual: Float[np.ndarray, "point"]) -> float:
        """Return the logarithm of the probability density of residuals."""
        white = self.whitened(residual)
        return self.constant - 0.5 * float(white @ white)


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
        Errors as measured, and as an outlier.
    share
        Probability of an outlier before the data.
    """

    name: str
    members: tuple[int, ...]
    good: Errors
    bad: Errors
    share: float

    @property
    def points(self) -> int:
        """Number of values."""
        return len(self.good.deviation)

    def whitened(self, residual: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
        """Return residuals made independent and of unit variance, by the errors as measured."""
        return self.good.whitened(residual)

    def weighed(
        self, residual: Float[np.ndarray, "point"], outlier: float
    ) -> Float[np.ndarray, "twice_as_many"]:
        """Return residuals whose sum of squares has the slope of the log density, outlier or not."""
        good = math.sqrt(1.0 - outlier) * self.good.whitened(residual)
        return np.concatenate([good, math.sqrt(outlier) * self.bad.whitened(residual)])

    def log_density(self, residual: Float[np.ndarray, "point"]) -> float:
        """Return the logarithm of the probability density of residuals."""
        good = self.good.log_density(residual) + math.log1p(-self.share)
        if self.share == 0.0:
            return good
        bad = self.bad.log_density(residual) + math.log(self.share)
        high, low = max(good, bad), min(good, bad)
        return high + math.log1p(math.exp(low - high))

    def outlier_odds(self, residual: Float[np.ndarray, "point"]) -> float:
        """Return the logarithm of the odds that the cell is an outlier, given its residuals."""
        if self.share == 0.0:
            return -math.inf
        before = math.log(self.share) - math.log1p(-self.share)
        return self.bad.log_density(residual) - self.good.log_density(residual) + before


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


def errors_of(observations: Sequence[Observation], factor: float = 1.0) -> Errors:
    """Return the errors of all values of one cell.

    Parameters
    ----------
    observations
        Of one cell.
    factor
        The independent errors are so many times larger.

    Returns
    -------
    :
        Independent errors, and the effects of each shared one on all values.
    """
    deviation = factor * np.concatenate([one.uncertainty for one in observations])
    names = tuple(dict.fromkeys(name for one in observations for name in one.loadings))
    effects = np.zeros((len(deviation), len(names)))
    row = 0
    for one in observations:
        for name, loading in one.loadings.items():
            effects[row : row + len(loading), names.index(name)] = loading
        row += len(one.values)
    directions, sizes, _ = np.linalg.svd(effects / deviation[:, None], full_matrices=False)
    constant = -float(np.sum(np.log(deviation))) - 0.5 * float(np.sum(np.log1p(sizes**2)))
    constant -= 0.5 * len(deviation) * math.log(2.0 * math.pi)
    return Errors(deviation, directions, 1.0 - 1.0 / np.sqrt(1.0 + sizes**2), constant)


def _block(
    name: str, members: Sequence[int], observations: Sequence[Observation], outliers: Outliers
) -> Block:
    good, bad = errors_of(observations), errors_of(observations, outliers.factor)
    return Block(name, tuple(members), good, bad, outliers.share)
