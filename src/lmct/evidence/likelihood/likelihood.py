"""One likelihood over everything that was measured, for one mechanism."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from jaxtyping import Float

from lmct.evidence.likelihood.block import Block, Outliers, blocks_of
from lmct.evidence.likelihood.mechanism import Mechanism
from lmct.evidence.likelihood.observable import observable_named
from lmct.evidence.likelihood.observation import Campaign, Observation
from lmct.evidence.likelihood.unknown import Unknowns
from lmct.quantity.errors import LmctError

IMPOSSIBLE = -1e10
"""Logarithm of the likelihood where the mechanism cannot do what was done to a sample."""

FAILED = 1e3
"""Residual of every value of such a sample."""


Look = tuple[int, str, int, bytes]
"""Protocol, observable, step and places: what cells of one condition have in common is computed once."""


class Likelihood:
    """How probable the data of a campaign are under a mechanism.

    Parameters
    ----------
    mechanism
        The explanation on trial.
    campaign
        The data and the constants of the instruments.
    outliers
        How often cells go wrong.

    Raises
    ------
    OutOfRange
        An unknown is named twice, by the mechanism and by the campaign.
    UnknownName
        An observation names an observable that does not exist.
    """

    def __init__(self, mechanism: Mechanism, campaign: Campaign, *, outliers: Outliers | None = None) -> None:
        self.mechanism = mechanism
        self.campaign = campaign
        self.outliers = Outliers() if outliers is None else outliers
        self.unknowns = Unknowns((*mechanism.unknowns, *campaign.unknowns))
        self.blocks = blocks_of(campaign.observations, self.outliers)
        protocols = list(dict.fromkeys(one.protocol for one in campaign.observations))
        self._number = [protocols.index(one.protocol) for one in campaign.observations]
        self._measures = [observable_named(one.observable).measure for one in campaign.observations]
        self._looks = [
            _look(one, number) for one, number in zip(campaign.observations, self._number, strict=True)
        ]
        self._simulate = mechanism.simulator(protocols)

    def predictions(self, values: Mapping[str, float]) -> tuple[Float[np.ndarray, "point"] | None, ...]:
        """Return what each observation should have shown; None where the sample's history is impossible.

        Parameters
        ----------
        values
            Of all unknowns by name.
        """
        histories = self._simulate(values)
        shown: dict[Look, Float[np.ndarray, "point"] | None] = {}
        found = []
        for one, look, measure in zip(self.campaign.observations, self._looks, self._measures, strict=True):
            if look not in shown:
                history = histories[look[0]]
                shown[look] = None if isinstance(history, LmctError) else measure(history, one, values)
            found.append(_read_off(one, shown[look], values))
        return tuple(found)

    def log_likelihood(self, values: Mapping[str, float]) -> float:
        """Return the logarithm of the likelihood of values of the unknowns."""
        residuals = self._residuals(values)
        if any(one is None for one in residuals):
            return IMPOSSIBLE
        total = sum(block.log_density(_joined(residuals, block.members)) for block in self.blocks)
        return total if np.isfinite(total) else IMPOSSIBLE

    def log_likelihood_at(self, position: Sequence[float] | Float[np.ndarray, "unknown"]) -> float:
        """Return the logarithm of the likelihood at a position in the unit cube of the priors."""
        return self.log_likelihood(self.unknowns.values_at(position))

    def possible_residuals(self, values: Mapping[str, float]) -> Float[np.ndarray, "residual"] | None:
        """Return residuals of unit variance of the data alone; None where the campaign is impossible.

        Parameters
        ----------
        values
            Of all unknowns by name.
        """
        residuals = self._residuals(values)
        if any(one is None for one in residuals):
            return None
        white = np.concatenate([block.whitened(_joined(residuals, block.members)) for block in self.blocks])
        return white if np.all(np.isfinite(white)) else None

    def whitened_residuals(self, values: Mapping[str, float]) -> Float[np.ndarray, "residual"]:
        """Return residuals of unit variance for least squares: of the data, then of the priors."""
        return self._white(values, lambda block, residual: block.whitened(residual))

    def weighed_residuals(
        self, values: Mapping[str, float], outlier: Mapping[str, float]
    ) -> Float[np.ndarray, "residual"]:
        """Return residuals of least squares whose solution is the maximum once the outliers are settled.

        Parameters
        ----------
        values
            Of all unknowns by name.
        outlier
            For each cell the probability that it is an outlier, held while the values are searched.

        Returns
        -------
        :
            Of the data as good and as outliers, both with the root of their probability, then of the priors.
        """
        return self._white(values, lambda block, residual: block.weighed(residual, outlier[block.name]))

    def outlier_odds(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return for each cell the logarithm of the odds that it is an outlier.

        Parameters
        ----------
        values
            Of all unknowns by name.

        Returns
        -------
        :
            By cell; infinite where its history is impossible and outliers exist.
        """
        residuals = self._residuals(values)
        impossible = math.inf if self.outliers.share > 0.0 else -math.inf
        return {
            block.name: impossible
            if any(residuals[place] is None for place in block.members)
            else block.outlier_odds(_joined(residuals, block.members))
            for block in self.blocks
        }

    def outlier_probabilities(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return for each cell the probability that it is an outlier, from :meth:`outlier_odds`."""
        return {name: 0.5 * (1.0 + math.tanh(0.5 * odds)) for name, odds in self.outlier_odds(values).items()}

    def _white(
        self,
        values: Mapping[str, float],
        whitened: Callable[[Block, Float[np.ndarray, "point"]], Float[np.ndarray, "residual"]],
    ) -> Float[np.ndarray, "residual"]:
        residuals = self._residuals(values)
        parts = []
        for block in self.blocks:
            if any(residuals[place] is None for place in block.members):
                parts.append(whitened(block, FAILED * block.good.deviation))
            else:
                parts.append(whitened(block, _joined(residuals, block.members)))
        parts.append(np.array([one.prior.residual(values[one.name]) for one in self.unknowns.members]))
        finite = np.nan_to_num(np.concatenate(parts), nan=FAILED)
        return np.asarray(np.clip(finite, -FAILED, FAILED))

    def _residuals(self, values: Mapping[str, float]) -> list[Float[np.ndarray, "point"] | None]:
        predicted = self.predictions(values)
        return [
            None if found is None else one.values - found
            for one, found in zip(self.campaign.observations, predicted, strict=True)
        ]


def _look(one: Observation, number: int) -> Look:
    return number, one.observable, one.step, np.asarray(one.at, dtype=float).tobytes()


def _read_off(
    one: Observation, shown: Float[np.ndarray, "point"] | None, values: Mapping[str, float]
) -> Float[np.ndarray, "point"] | None:
    """Return what the instrument reads of what the electrode shows."""
    if shown is None:
        return None
    offset = values[one.offset] if one.offset else 0.0
    scale = values[one.scale] if one.scale else 1.0
    return np.asarray(offset + scale * shown)


def _joined(
    residuals: Sequence[Float[np.ndarray, "point"] | None], members: Sequence[int]
) -> Float[np.ndarray, "point"]:
    found = [one for place in members if (one := residuals[place]) is not None]
    return found[0] if len(found) == 1 else np.concatenate(found)
