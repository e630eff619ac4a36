"""Does the mechanism explain what it was fitted to: every observation against what the posterior predicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.evidence.inference.evaluation import in_order
from lmct.evidence.inference.posterior import Posterior
from lmct.evidence.likelihood.block import Errors, errors_of
from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.likelihood.observation import Observation
from lmct.quantity.assessment import POOR_FIT
from lmct.quantity.errors import NotConverged

SETS = 200
"""Samples of the posterior that predictions are made for."""

PORTION = 8
OUTLIER = 0.5
"""A cell with a larger probability is called an outlier."""

QUANTILES = (0.025, 0.16, 0.5, 0.84, 0.975)


@dataclass(frozen=True, eq=False)
class PredictedObservation:
    """An observation and what the posterior predicts for it.

    Parameters
    ----------
    observation
        What was measured.
    bands
        Quantiles 2.5, 16, 50, 84 and 97.5 % of the prediction, without the errors of measurement.
    chi_square
        Mean over the posterior of the sum of squared whitened residuals.
    p_value
        Probability that repeated data would lie at least as far from the predictions; small means that the
        mechanism does not explain this observation.
    """

    observation: Observation
    bands: Float[np.ndarray, "5 point"]
    chi_square: float
    p_value: float


@dataclass(frozen=True, slots=True)
class CheckedCell:
    """All values of one cell together.

    Parameters
    ----------
    name
        Of the cell.
    points
        Number of its values.
    chi_square, p_value
        As in :class:`PredictedObservation`, errors that its values share included.
    outlier
        Probability that it is an outlier.
    """

    name: str
    points: int
    chi_square: float
    p_value: float
    outlier: float


@dataclass(frozen=True, eq=False)
class Predictive:
    """What the posterior predicts for every observation, and how well that agrees.

    Parameters
    ----------
    observations
        In the order of the campaign.
    cells
        In the order of their first observation.
    """

    observations: tuple[PredictedObservation, ...]
    cells: tuple[CheckedCell, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Outlier cells and observations that are not explained, one sentence each."""
        outliers = {cell.name for cell in self.cells if cell.outlier > OUTLIER}
        said = [
            f"{cell.name} is an outlier with a probability of {cell.outlier:.2g}: chi-square"
            f" {cell.chi_square:.3g} for {cell.points} values; the fit gives it little weight"
            for cell in self.cells
            if cell.name in outliers
        ]
        for one in self.observations:
            name = one.observation.cell or one.observation.name
            if name not in outliers and one.p_value < POOR_FIT:
                said.append(
                    f"{one.observation.name} is not explained: chi-square {one.chi_square:.3g} for"
                    f" {len(one.observation.values)} values, p = {one.p_value:.1g}"
                )
        return tuple(said)


def predictive_of(
    likelihood: Likelihood, posterior: Posterior, *, most: int = SETS, executor: Executor | None = None
) -> Predictive:
    """Return what a posterior predicts for all observations it was found from.

    Parameters
    ----------
    likelihood
        The likelihood.
    posterior
        Its posterior.
    most
        Samples of the posterior that are used.
    executor
        Where to compute; None for here.

    Returns
    -------
    :
        Predictions and checks. The p-values are those of the posterior predictive distribution (Gelman, Meng
        and Stern, Stat. Sinica 6 (1996) 733); the reference distribution of each discrepancy is exact.

    Raises
    ------
    NotConverged
        No sample of the posterior could be simulated.
    """
    sets = list(posterior.sets(most))
    pieces = [(likelihood, sets[first : first + PORTION]) for first in range(0, len(sets), PORTION)]
    parts = in_order(predictions_of, pieces, executor=executor)
    rows = [row for part in parts for row in part if all(one is not None for one in row[0])]
    if not rows:
        raise NotConverged(
            f"{likelihood.mechanism.title}: no sample of the posterior can be simulated. Expected samples of"
            " this likelihood. Fit again."
        )
    observations = likelihood.campaign.observations
    predicted = [np.array([row[0][place] for row in rows]) for place in range(len(observations))]
    return Predictive(
        tuple(_observed(one, found) for one, found in zip(observations, predicted, strict=True)),
        _cells(likelihood, predicted, [row[1] for row in rows]),
    )


def predictions_of(
    likelihood: Likelihood, sets: Sequence[Mapping[str, float]]
) -> list[tuple[tuple[Any, ...], dict[str, float]]]:
    """Return for sets of values the predictions of all observations and the outlier probabilities.

    Parameters
    ----------
    likelihood
        The likelihood.
    sets
        Values of the unknowns.
    """
    return [(likelihood.predictions(one), likelihood.outlier_probabilities(one)) for one in sets]


def _observed(one: Observation, predicted: Float[np.ndarray, "set point"]) -> PredictedObservation:
    chi_square, p_value = _discrepancy(errors_of([one]), one.values - predicted)
    return PredictedObservation(one, np.quantile(predicted, QUANTILES, axis=0), chi_square, p_value)


def _cells(
    likelihood: Likelihood,
    predicted: Sequence[Float[np.ndarray, "set point"]],
    outliers: Sequence[Mapping[str, float]],
) -> tuple[CheckedCell, ...]:
    observations = likelihood.campaign.observations
    cells = []
    for block in likelihood.blocks:
        residuals = np.hstack([observations[place].values - predicted[place] for place in block.members])
        chi_square, p_value = _discrepancy(block.good, residuals)
        share = float(np.mean([one[block.name] for one in outliers]))
        cells.append(CheckedCell(block.name, block.points, chi_square, p_value, share))
    return tuple(cells)


def _discrepancy(errors: Errors, residuals: Float[np.ndarray, "set point"]) -> tuple[float, float]:
    """Return mean chi-square and posterior predictive p-value."""
    from scipy.special import chdtrc

    squares = np.array([float(np.sum(errors.whitened(row) ** 2)) for row in residuals])
    return float(np.mean(squares)), float(np.mean(chdtrc(residuals.shape[1], squares)))
