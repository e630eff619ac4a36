"""What a fitted mechanism says each measurement should have shown, and where it cannot."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.evidence.inference.posterior import Posterior
from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.likelihood.observable import observable_named
from lmct.evidence.likelihood.observation import Observation
from lmct.quantity.value import Value

MOST_SAMPLES = 60
"""Samples of the posterior that are simulated."""

IMPROBABLE = 0.01
"""Some measurement of a campaign fails by chance with at most this probability."""


@dataclass(frozen=True, eq=False)
class Predicted:
    """One observation beside what a mechanism says of it.

    Parameters
    ----------
    observation
        What was measured.
    mean, deviation
        Of the predictions of the posterior, at every place.
    uncertainty
        Standard uncertainty of what was measured, shared errors included, at every place.
    probability
        Of a disagreement at least as large by chance.
    outlier
        Probability that the cell is an outlier, under the most probable values.
    """

    observation: Observation
    mean: Float[np.ndarray, "point"]
    deviation: Float[np.ndarray, "point"]
    uncertainty: Float[np.ndarray, "point"]
    probability: float
    outlier: float

    @property
    def distances(self) -> Float[np.ndarray, "point"]:
        """Measured minus predicted over the uncertainty of both [1]."""
        return np.asarray((self.observation.values - self.mean) / np.hypot(self.uncertainty, self.deviation))

    @property
    def worst(self) -> int:
        """Place of the largest distance."""
        return int(np.argmax(np.abs(self.distances)))

    @property
    def sentence(self) -> str:
        """What was predicted and what was measured, where they are farthest apart."""
        one, place = self.observation, self.worst
        predicted = Value(float(self.mean[place]), float(self.deviation[place]), one.unit)
        measured = Value(float(one.values[place]), float(self.uncertainty[place]), one.unit)
        where = ""
        if len(one.values) > 1:
            what = observable_named(one.observable).at
            where = f" at {one.at[place]:.4g} {_UNIT_OF_PLACE[what]}".rstrip()
        taken = ", although the cell is taken for an outlier" if self.outlier > 0.5 else ""
        return f"{one.name}: predicted {predicted}, measured {measured}{where}{taken}"

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "observation": self.observation.name,
            "observable": self.observation.observable,
            "unit": self.observation.unit,
            "at": self.observation.at.tolist(),
            "measured": self.observation.values.tolist(),
            "uncertainty": self.uncertainty.tolist(),
            "predicted": self.mean.tolist(),
            "predicted_deviation": self.deviation.tolist(),
            "probability": self.probability,
            "outlier_probability": self.outlier,
        }


_UNIT_OF_PLACE = {"time": "s", "capacity": "mAh/g", "voltage": "V", "": ""}


def posterior_predictions(likelihood: Likelihood, posterior: Posterior) -> tuple[Predicted, ...]:
    """Return for every observation what the posterior predicts.

    Parameters
    ----------
    likelihood
        The likelihood.
    posterior
        Its posterior.

    Returns
    -------
    :
        In the order of the campaign.
    """
    drawn = [likelihood.predictions(values) for values in posterior.sets(MOST_SAMPLES)]
    outliers = likelihood.outlier_probabilities(posterior.best)
    found = []
    for place, one in enumerate(likelihood.campaign.observations):
        rows = [shown for sample in drawn if (shown := sample[place]) is not None]
        found.append(_predicted(one, np.array(rows), outliers.get(one.cell or one.name, 0.0)))
    return tuple(found)


def failures_of(predicted: tuple[Predicted, ...]) -> tuple[Predicted, ...]:
    """Return the observations that a mechanism cannot make, worst first.

    The limit takes into account how many observations there are, so that a right mechanism fails in one
    campaign out of a hundred.
    """
    limit = IMPROBABLE / max(len(predicted), 1)
    failed = [one for one in predicted if one.probability < limit]
    return tuple(sorted(failed, key=lambda one: -float(np.max(np.abs(one.distances)))))


def _predicted(one: Observation, rows: Float[np.ndarray, "sample point"], outlier: float) -> Predicted:
    """Return the comparison of one observation with its predictions."""
    from scipy.special import chdtrc

    mean = rows.mean(axis=0)
    centred = (rows - mean) / math.sqrt(max(len(rows) - 1, 1))
    shared = np.array([*one.loadings.values()]).reshape(-1, len(mean))
    chi_square = chi_square_from_errors(
        residual=one.values - mean, independent=one.uncertainty, shared=np.vstack([shared, centred])
    )
    return Predicted(
        observation=one,
        mean=mean,
        deviation=np.sqrt(np.sum(centred**2, axis=0)),
        uncertainty=np.sqrt(one.uncertainty**2 + np.sum(shared**2, axis=0)),
        probability=float(chdtrc(len(mean), chi_square)),
        outlier=outlier,
    )


def chi_square_from_errors(
    *,
    residual: Float[np.ndarray, "point"],
    independent: Float[np.ndarray, "point"],
    shared: Float[np.ndarray, "error point"],
) -> float:
    """Chi-square of residuals with independent and shared errors, in memory that grows with their number.

    Parameters
    ----------
    residual
        Measured minus predicted.
    independent
        Standard deviations of the independent errors.
    shared
        Effect of one standard deviation of each shared error on every value.

    Returns
    -------
    :
        Chi-square [1].

    Source
    ------
    Identity of Woodbury for the inverse of a diagonal plus a low rank.

    Examples
    --------
    >>> one = np.ones(1)
    >>> round(chi_square_from_errors(residual=2 * one, independent=one, shared=one[None, :]), 9)
    2.0
    """
    white, effects = residual / independent, shared / independent
    along = effects @ white
    inner = np.eye(len(effects)) + effects @ effects.T
    return max(float(white @ white - along @ np.linalg.solve(inner, along)), 0.0)
