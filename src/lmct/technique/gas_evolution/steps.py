"""How many steps a release has: a step counts where the rate rises again after it has fallen, beyond noise.

A release of one step falls for good after its maximum, whatever its shape. In any such release a rate rises
after the maximum, or falls before it, by no more than noise does; noise is drawn with its correlation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DataError

FALSE_POSITIVE = 0.01
"""Chance that a release of one step is taken for one of several [1]."""

DRAWS = 400
"""Draws of noise."""

LONGEST_MEMORY = 4
"""Most bins that an autoregression of the noise looks back."""

SETTLE = 200
"""Bins of a draw before it has forgotten its beginning."""

LARGEST_ROOT = 0.98
"""A draw whose memory is longer is replaced by the best estimate."""

FEWEST_QUIET = 16
"""Fewer bins of rest tell nothing of the noise."""


@dataclass(frozen=True, eq=False)
class Steps:
    """Steps of a release.

    Parameters
    ----------
    count
        Number; 0 when nothing stands above the noise.
    peaks
        Bins of the maxima.
    dips
        Bins of the minima between them.
    false_positive
        Chance of a step too many [1].
    memory
        Correlation of neighbouring bins of the noise [1].
    """

    count: int
    peaks: tuple[int, ...]
    dips: tuple[int, ...]
    false_positive: float
    memory: float


def find_steps(
    rate: Float[np.ndarray, "bin"],
    *,
    quiet: Sequence[Float[np.ndarray, "bin_of_rest"]],
    loudness: float = 1.0,
    false_positive: float = FALSE_POSITIVE,
    seed: int = 1,
) -> Steps:
    """Count the steps of a release.

    Shoulders do not count: two releases that flow into one another without a dip are one step.

    Parameters
    ----------
    rate
        Bins of one charge, above the background.
    quiet
        Bins of each rest, of the same width; their noise and drift are those of the release.
    loudness
        Noise while gas comes over that of the rests [1].
    false_positive
        Chance of a step too many that is accepted [1].
    seed
        Of the draws.

    Returns
    -------
    :
        The steps at the scale of averaging that shows most.

    Raises
    ------
    DataError
        There are too few bins.

    Source
    ------
    Duembgen and Spokoiny, Ann. Stat. 29, 124 (2001): tests of shape over all scales at once.
    """
    if len(rate) < 6 or sum(len(one) for one in quiet) < FEWEST_QUIET:
        raise DataError(
            f"{len(rate)} bins of release and {sum(len(one) for one in quiet)} of rest. Expected 6 and"
            f" {FEWEST_QUIET} or more to count steps. Choose a smaller bin."
        )
    known = np.isfinite(rate)
    rate = np.interp(np.arange(len(rate)), np.flatnonzero(known), rate[known])
    model = _noise_model(quiet)
    draws = _draw(model, len(rate), seed) * max(1.0, loudness)
    scales = [width for width in (1, 2, 4, 8, 16, 32) if 5 * width <= len(rate)]
    limits = _limits(draws, scales, false_positive)
    found = [_zigzag(_smooth(rate, width), limit, width) for width, limit in zip(scales, limits, strict=True)]
    peaks, dips = max(found, key=lambda one: len(one[0]))
    return Steps(len(peaks), tuple(peaks), tuple(dips), false_positive, model.memory)


@dataclass(frozen=True, eq=False)
class _Noise:
    """An autoregression of the rests about their lines, with what is not known about it."""

    coefficients: Float[np.ndarray, "lag"]
    covariance: Float[np.ndarray, "lag lag"]
    innovation: float
    freedom: int
    memory: float


def _noise_model(quiet: Sequence[Float[np.ndarray, "bin_of_rest"]]) -> _Noise:
    """Fit autoregressions of several orders (Yule and Walker) and keep the best by Akaike's criterion."""
    from scipy.linalg import solve_toeplitz, toeplitz

    parts = [_straightened(one[np.isfinite(one)]) for one in quiet if np.isfinite(one).sum() >= 4]
    count = sum(len(one) for one in parts)
    covariance = np.array(
        [
            sum(float(one[lag:] @ one[: len(one) - lag]) for one in parts) / count
            for lag in range(LONGEST_MEMORY + 1)
        ]
    )
    covariance[0] = max(covariance[0], 1e-300)
    best, lowest = None, np.inf
    # Lines take two degrees of freedom of every rest.
    freedom = max(count - 2 * len(parts) - LONGEST_MEMORY, 4)
    for order in range(1, LONGEST_MEMORY + 1):
        own = np.asarray(solve_toeplitz(covariance[:order], covariance[1 : order + 1]))
        left = max(float(covariance[0] - own @ covariance[1 : order + 1]), 1e-6 * covariance[0])
        score = count * np.log(left) + 2.0 * order
        if score < lowest:
            lowest = score
            doubt = left / freedom * np.linalg.pinv(toeplitz(covariance[:order]))
            size = float(np.sqrt(left * count / freedom))
            best = _Noise(own, doubt, size, freedom, float(covariance[1] / covariance[0]))
    assert best is not None
    return best


def _straightened(series: Float[np.ndarray, "bin"]) -> Float[np.ndarray, "bin"]:
    place = np.arange(len(series)) - 0.5 * (len(series) - 1)
    slope = float(place @ series) / float(place @ place)
    return np.asarray(series - series.mean() - slope * place)


def _draw(model: _Noise, count: int, seed: int) -> Float[np.ndarray, "draw bin"]:
    """Draw noise; size and memory of each draw differ by what the rests leave open."""
    random = np.random.default_rng(seed)
    order = len(model.coefficients)
    sizes = model.innovation * np.sqrt(model.freedom / random.chisquare(model.freedom, DRAWS))
    memories = random.multivariate_normal(model.coefficients, model.covariance, DRAWS)
    companion = np.zeros((DRAWS, order, order))
    companion[:, 0] = memories
    companion[:, np.arange(1, order), np.arange(order - 1)] = 1.0
    unstable = np.abs(np.linalg.eigvals(companion)).max(axis=1) > LARGEST_ROOT
    memories[unstable] = model.coefficients
    drawn = random.normal(0.0, 1.0, (SETTLE + count, DRAWS)) * sizes
    for row in range(order, len(drawn)):
        drawn[row] += np.sum(memories.T * drawn[row - order : row][::-1], axis=0)
    return np.asarray(drawn[SETTLE:].T)


def _smooth(series: Float[np.ndarray, "*draw bin"], width: int) -> Float[np.ndarray, "*draw place"]:
    total = np.cumsum(np.concatenate([np.zeros((*series.shape[:-1], 1)), series], axis=-1), axis=-1)
    return np.asarray((total[..., width:] - total[..., :-width]) / width)


def _limits(
    draws: Float[np.ndarray, "draw bin"], scales: Sequence[int], false_positive: float
) -> list[float]:
    """Return the rise that noise reaches at each scale, so that all scales together have the chance."""
    rises = []
    for width in scales:
        smooth = _smooth(draws, width)
        up = np.max(smooth - np.minimum.accumulate(smooth, axis=1), axis=1)
        down = np.max(np.maximum.accumulate(smooth, axis=1) - smooth, axis=1)
        rises.append(np.maximum(up, down))
    table = np.array(rises)
    # Gumbel tails by moments: 400 draws hold too few for a quantile of a thousandth.
    spread = table.std(axis=1) * np.sqrt(6.0) / np.pi
    place = table.mean(axis=1) - 0.5772 * spread
    chance = false_positive / len(scales)
    return list(place - spread * np.log(-np.log1p(-chance)))


def _zigzag(smooth: Float[np.ndarray, "place"], limit: float, width: int) -> tuple[list[int], list[int]]:
    """Return maxima and the minima between, each reached by a change beyond the limit; starts from zero."""
    peaks: list[int] = []
    dips: list[int] = []
    high, low, top, bottom, rising = -np.inf, 0.0, 0, 0, False
    for place, value in enumerate(smooth.tolist()):
        if rising:
            if value > high:
                high, top = value, place
            elif value < high - limit:
                peaks.append(top + width // 2)
                low, bottom, rising = value, place, False
        elif value > low + limit:
            if peaks:
                dips.append(bottom + width // 2)
            high, top, rising = value, place, True
        elif value < low:
            low, bottom = value, place
    if rising:
        peaks.append(top + width // 2)
    return peaks, dips
