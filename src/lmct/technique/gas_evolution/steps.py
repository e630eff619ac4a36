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
LONGEST_MEMORY = 4
FEWEST_QUIET = 16


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
    return Steps(len(peaks), tuple(peaks), tuple(dips), false_positive, float(model[2]))


def _noise_model(
    quiet: Sequence[Float[np.ndarray, "bin_of_rest"]],
) -> tuple[Float[np.ndarray, "lag"], float, float]:
    """Return an autoregression of the rests about their lines: coefficients, innovation, correlation."""
    from scipy.linalg import solve_toeplitz

    parts = [_straightened(one[np.isfinite(one)]) for one in quiet if np.isfinite(one).sum() >= 4]
    count = sum(len(one) for one in parts)
    most = min(LONGEST_MEMORY, max(count // 10, 0))
    covariance = np.array(
        [sum(float(one[lag:] @ one[: len(one) - lag]) for one in parts) / count for lag in range(most + 1)]
    )
    covariance[0] = max(covariance[0], 1e-300)
    best: tuple[float, Float[np.ndarray, "lag"], float] | None = None
    for order in range(most + 1):
        own = solve_toeplitz(covariance[:order], covariance[1 : order + 1]) if order else np.zeros(0)
        left = max(float(covariance[0] - own @ covariance[1 : order + 1]), 1e-6 * covariance[0])
        score = count * np.log(left) + 2.0 * order
        if best is None or score < best[0]:
            best = (score, np.asarray(own), left)
    assert best is not None
    # Lines take two degrees of freedom of every rest.
    inflated = best[2] * count / max(count - 2 * len(parts), 1)
    memory = covariance[1] / covariance[0] if most else 0.0
    return best[1], float(np.sqrt(inflated)), float(memory)


def _straightened(series: Float[np.ndarray, "bin"]) -> Float[np.ndarray, "bin"]:
    place = np.arange(len(series)) - 0.5 * (len(series) - 1)
    slope = float(place @ series) / float(place @ place)
    return np.asarray(series - series.mean() - slope * place)


def _draw(
    model: tuple[Float[np.ndarray, "lag"], float, float], count: int, seed: int
) -> Float[np.ndarray, "draw bin"]:
    from scipy.signal import lfilter

    coefficients, innovation, _ = model
    settle = 200
    white = np.random.default_rng(seed).normal(0.0, innovation, (DRAWS, count + settle))
    return np.asarray(lfilter([1.0], np.concatenate([[1.0], -coefficients]), white, axis=1)[:, settle:])


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
