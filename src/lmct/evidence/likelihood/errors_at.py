"""Relative errors stated at what a mechanism shows instead of at what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from lmct.evidence.likelihood.observation import Campaign, Observation
from lmct.evidence.likelihood.relative_error import effects_of


def has_relative_errors(campaign: Campaign) -> bool:
    """Return whether any error of a campaign depends on what is measured."""
    return any(one.relative or one.scatter for one in campaign.observations)


def with_errors_at(campaign: Campaign, predictions: Sequence[Float[np.ndarray, "point"] | None]) -> Campaign:
    """Return a campaign whose relative errors are those of predicted values.

    A cell that shows too little by chance has smaller errors when they are taken relative to what it shows,
    and counts too much: the mean of single values of n cells with a relative error s is too low by about
    2 s sqrt(n) of its standard deviation, and far more with many values of each cell. Relative to a common
    prediction all cells count alike.

    Parameters
    ----------
    campaign
        The campaign.
    predictions
        For each observation what it should have shown, for example at the maximum of the posterior; None
        leaves its errors as they are.

    Returns
    -------
    :
        The same values with other errors.

    Source
    ------
    G. D'Agostini, Nucl. Instrum. Methods A 346 (1994) 306: errors relative to measured values.
    """
    whole: dict[str, float] = {}
    for one, shown in zip(campaign.observations, predictions, strict=True):
        if one.scatter and shown is not None:
            whole[_cell(one)] = whole.get(_cell(one), 0.0) + float(np.sum(np.abs(shown)))
    found = [
        one if shown is None else _at(one, shown, whole.get(_cell(one), 0.0))
        for one, shown in zip(campaign.observations, predictions, strict=True)
    ]
    return Campaign(tuple(found), campaign.unknowns)


def _at(one: Observation, shown: Float[np.ndarray, "point"], whole: float) -> Observation:
    uncertainty = one.uncertainty
    if one.scatter and whole > 0.0:
        uncertainty = np.full(len(one.values), one.scatter * whole)
    effects = effects_of(one.relative, at=one.at, shown=shown)
    return replace(one, uncertainty=uncertainty, loadings={**one.loadings, **effects})


def _cell(one: Observation) -> str:
    return one.cell or one.name
