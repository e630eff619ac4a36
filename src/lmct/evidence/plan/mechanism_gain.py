"""Expected information on which of several mechanisms is right, by nested Monte Carlo."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from lmct.evidence.plan.density import VirtualData, log_mean_exp
from lmct.evidence.plan.gain import Gain

FAR = 50.0
"""Densities that differ by more than this are as good as infinitely far apart [nat]."""


def gain_between_mechanisms(
    data: VirtualData,
    *,
    labels: Int[np.ndarray, "sample"],
    probabilities: Float[np.ndarray, "mechanism"],
) -> tuple[Gain, float]:
    """Information on which of several mechanisms is right.

    Parameters
    ----------
    data
        Drawn from the samples of every mechanism.
    labels
        Number of the mechanism of each sample.
    probabilities
        Of the mechanisms before.

    Returns
    -------
    :
        The gain, at most the logarithm of the number of mechanisms; and the mean magnitude of the logarithm
        of the evidence ratio that the data will give between the right mechanism and the best of the others.
    """
    fair = _verdicts(data, labels, probabilities, own=False)
    kind = _verdicts(data, labels, probabilities, own=True)
    weight = _draw_weights(data.owners, labels, probabilities)
    value, upper = float(weight @ fair.information), float(weight @ kind.information)
    most = float(-(probabilities @ np.log(probabilities)))
    single = data.of_samples(fair.information)
    moved = np.empty(len(labels))
    for label, probability in enumerate(probabilities):
        inside = labels == label
        one = probability * single[inside] + fair.moved[inside]
        moved[inside] = (one - one.mean()) * len(labels) / np.count_nonzero(inside)
    gain = Gain(
        value=min(max(value, 0.0), most),
        error=math.hypot(data.chance(moved), 0.5 * (upper - value)),
        resolved=float(weight @ (kind.information - fair.information < 1.0)),
    )
    return gain, float(weight @ np.abs(fair.log_ratio))


@dataclass(frozen=True, eq=False, slots=True)
class _Verdicts:
    """What data say on mechanisms: information, evidence ratios, and how each sample moves them."""

    information: Float[np.ndarray, "draw"]
    log_ratio: Float[np.ndarray, "draw"]
    moved: Float[np.ndarray, "sample"]


def _verdicts(
    data: VirtualData,
    labels: Int[np.ndarray, "sample"],
    probabilities: Float[np.ndarray, "mechanism"],
    *,
    own: bool,
) -> _Verdicts:
    """Return ln p(y | right) - ln p(y), and ln p(y | right) - ln p(y | best of the others)."""
    right, rows = labels[data.owners], np.arange(len(data.owners))
    densities = data.densities if own else data.others
    columns = []
    for label in range(len(probabilities)):
        inside = labels == label
        missing = np.zeros(len(rows)) if own else np.sum(data.is_own & inside, axis=1)
        columns.append(log_mean_exp(densities[:, inside], np.count_nonzero(inside) - missing))
    evidence = np.stack(columns, axis=1)
    evidence = np.maximum(evidence, evidence.max(axis=1)[:, None] - FAR)
    total = log_mean_exp(evidence + np.log(probabilities), 1.0)
    others = evidence.copy()
    others[rows, right] = -np.inf
    moved = np.empty(len(labels))
    for label, probability in enumerate(probabilities):
        inside = labels == label
        relative = np.exp(np.minimum(densities[:, inside] - evidence[:, [label]], FAR)) - 1.0
        weight = (right == label) - probability * np.exp(evidence[:, label] - total)
        moved[inside] = (weight * _draw_weights(data.owners, labels, probabilities)) @ relative
    return _Verdicts(evidence[rows, right] - total, evidence[rows, right] - others.max(axis=1), moved)


def _draw_weights(
    owners: Int[np.ndarray, "draw"],
    labels: Int[np.ndarray, "sample"],
    probabilities: Float[np.ndarray, "mechanism"],
) -> Float[np.ndarray, "draw"]:
    """Return weights that make the draws as frequent as their mechanisms are probable."""
    right = labels[owners]
    weight = (probabilities / np.bincount(right, minlength=len(probabilities)))[right]
    return np.asarray(weight / weight.sum())
