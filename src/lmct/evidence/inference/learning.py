"""What the data decided: posterior against prior, priors that hold back, unknowns known only together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float

from lmct.evidence.inference.posterior import Posterior

NOTHING = 0.05
"""Information below which the data say nothing about an unknown beyond the prior [nat]."""

LITTLE = 0.5
"""Information below which they say little; to halve an interval takes 0.69 [nat]."""

EDGE, CROWDED = 0.02, 0.1
"""A prior holds an unknown back when its end holds so large a share of the posterior [1]."""

TOGETHER = 0.9
"""Two unknowns with a stronger correlation are known only together [1]."""

BINS = 25


@dataclass(frozen=True, slots=True)
class Learning:
    """What the data say about one unknown.

    Parameters
    ----------
    name
        Of the unknown.
    prior, posterior
        Central 68 % intervals.
    information
        From prior to posterior (Kullback and Leibler) [nat].
    at_bound
        ``"lower"`` or ``"upper"`` when the posterior crowds at this end of the prior; empty otherwise.
    """

    name: str
    prior: tuple[float, float]
    posterior: tuple[float, float]
    information: float
    at_bound: str

    @property
    def words(self) -> str:
        """The same as a sentence; empty when the data decide the unknown."""
        if self.information < NOTHING:
            return f"the data say nothing about {self.name} beyond the prior"
        if self.at_bound:
            return f"{self.name} runs to the {self.at_bound} end of its prior, which holds it back"
        if self.information < LITTLE:
            return f"the data say little about {self.name} beyond the prior"
        return ""


def learning_from(posterior: Posterior) -> tuple[Learning, ...]:
    """Return what the data say about each unknown.

    Parameters
    ----------
    posterior
        The posterior.

    Returns
    -------
    :
        In the order of the unknowns.
    """
    found = []
    for one, positions in zip(posterior.unknowns.members, _positions(posterior).T, strict=True):
        ends = {
            "lower": float(np.mean(positions < EDGE)),
            "upper": float(np.mean(positions > 1.0 - EDGE)),
        }
        fullest = max(ends, key=lambda end: ends[end])
        found.append(
            Learning(
                name=one.name,
                prior=one.prior.interval,
                posterior=posterior.interval(one.name),
                information=_information(positions, posterior.effective_samples),
                at_bound=fullest if ends[fullest] > CROWDED else "",
            )
        )
    return tuple(found)


def known_together(posterior: Posterior) -> dict[tuple[str, str], float]:
    """Return pairs of unknowns of which the data decide a combination better than either.

    Parameters
    ----------
    posterior
        The posterior.

    Returns
    -------
    :
        Correlation of the standard-normal coordinates of each pair, strongest first.
    """
    from scipy.special import ndtri

    coordinates = ndtri(np.clip(_positions(posterior), 1e-9, 1.0 - 1e-9))
    names = posterior.unknowns.names
    spread = np.std(coordinates, axis=0)
    pairs = {}
    for first, second in combinations(range(len(names)), 2):
        if spread[first] > 0.0 and spread[second] > 0.0:
            strength = float(np.corrcoef(coordinates[:, first], coordinates[:, second])[0, 1])
            if abs(strength) > TOGETHER:
                pairs[names[first], names[second]] = strength
    return dict(sorted(pairs.items(), key=lambda item: -abs(item[1])))


def words_of_learning(posterior: Posterior) -> tuple[str, ...]:
    """Return one sentence for everything that the data did not decide.

    Parameters
    ----------
    posterior
        The posterior.
    """
    said = [one.words for one in learning_from(posterior) if one.words]
    said += [
        f"{first} and {second} are known only together (correlation {strength:+.2f}): the data decide a"
        " combination of them"
        for (first, second), strength in known_together(posterior).items()
    ]
    return tuple(said)


def _positions(posterior: Posterior) -> Float[np.ndarray, "sample unknown"]:
    """Return the samples as cumulative probabilities of the priors."""
    return np.array([posterior.unknowns.position_of(values) for values in posterior.sets()])


def _information(positions: Float[np.ndarray, "sample"], effective: float) -> float:
    """Return the information of samples of the unit interval against an even distribution [nat].

    The interval is cut where the samples are: a gap between neighbouring quantiles holds an equal share of
    the posterior, and its length is its share of the prior. Chance alone gives (bins - 1)/(2 N), which is
    taken off.
    """
    bins = int(np.clip(effective / 20.0, 2, BINS))
    edges = np.quantile(positions, np.linspace(0.0, 1.0, bins + 1))
    reach = float(np.ptp(positions)) / (len(positions) + 1)  # of an even distribution beyond its last samples
    edges[0], edges[-1] = edges[0] - reach, edges[-1] + reach
    gaps = np.diff(np.clip(edges, 0.0, 1.0))
    raw = -float(np.mean(np.log(np.maximum(gaps * bins, 1e-12))))
    return max(raw - 0.5 * (bins - 1) / max(effective, 1.0), 0.0)
