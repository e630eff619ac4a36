"""Draw a truth from the priors and data from the truth, exactly as a likelihood says that they arise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.likelihood.observation import Campaign, Observation
from lmct.quantity.errors import NotConverged

TRIES = 100
"""A truth is drawn again so often when no electrode of that kind could do what is planned."""


def possible_truth(likelihood: Likelihood, random: np.random.Generator) -> dict[str, float]:
    """Return values of all unknowns drawn from their priors, under which the campaign is possible.

    A likelihood is zero where the mechanism cannot do what was done to the samples. So its priors are in
    effect those of possible campaigns, and the truth comes from the same.

    Parameters
    ----------
    likelihood
        Of any data of the campaign.
    random
        Random numbers.

    Returns
    -------
    :
        By name.

    Raises
    ------
    NotConverged
        No draw of very many was possible.
    """
    for _ in range(TRIES):
        values = likelihood.unknowns.values_at(random.random(len(likelihood.unknowns)))
        if all(shown is not None for shown in likelihood.predictions(values)):
            return values
    raise NotConverged(
        f"none of {TRIES} draws from the priors can do what is planned. Expected priors under which the"
        " campaign is possible. Make them narrower."
    )


def drawn_campaign(
    likelihood: Likelihood, truth: Mapping[str, float], random: np.random.Generator
) -> Campaign:
    """Return the campaign of a likelihood with new data, drawn as the likelihood says.

    Each cell goes wrong with the probability of an outlier; its independent errors are then larger. Errors
    that the values of a cell share are drawn once for the cell.

    Parameters
    ----------
    likelihood
        Gives the observations with their errors, how cells go wrong, and what a truth shows.
    truth
        Values of all unknowns.
    random
        Random numbers.

    Returns
    -------
    :
        The campaign.

    Raises
    ------
    NotConverged
        The truth cannot do what is planned.
    """
    errors: dict[str, _CellErrors] = {}
    found: list[Observation] = []
    campaign = likelihood.campaign
    for one, shown in zip(campaign.observations, likelihood.predictions(truth), strict=True):
        if shown is None:
            raise NotConverged(f"the truth cannot do what {one.name!r} asks of a sample. Draw another one.")
        cell = one.cell or one.name
        if cell not in errors:
            wrong = random.random() < likelihood.outliers.share
            errors[cell] = _CellErrors(random, likelihood.outliers.factor if wrong else 1.0)
        found.append(replace(one, values=shown + errors[cell].of(one)))
    return Campaign(tuple(found), campaign.unknowns)


class _CellErrors:
    """Errors of the values of one cell."""

    def __init__(self, random: np.random.Generator, factor: float) -> None:
        self._random, self._factor = random, factor
        self._shared: dict[str, float] = {}

    def of(self, one: Observation) -> np.ndarray:
        """Return the errors of an observation."""
        total = self._factor * one.uncertainty * self._random.standard_normal(len(one.values))
        for name, effect in one.loadings.items():
            if name not in self._shared:
                self._shared[name] = float(self._random.standard_normal())
            total = total + self._shared[name] * effect
        return np.asarray(total)
