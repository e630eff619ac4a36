"""How noisy counts are: the variance of a count over its mean, told by the spectrum itself."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange

BLOCKS = (1, 2, 4)
_THIRD_DIFFERENCE = 20.0
_MEDIAN_OF_SQUARE = 0.454936
FEWEST = 40


def noise_factor_from_counts(*, counts: Float[np.ndarray, "channel"]) -> float:
    r"""Return variance over mean of the counts: 1 for counted electrons, the gain for scaled ones.

    Third differences cancel a smooth spectrum; their median ignores the few channels at edges. Sums of 1, 2
    and 4 channels are tried and the largest answer is taken, so that a detector that spreads each electron
    over neighbours does not look better than it is.

    Parameters
    ----------
    counts
        Of a spectrum [1].

    Returns
    -------
    :
        Factor :math:`g` in :math:`\mathrm{var}(N) = g N`.

    Raises
    ------
    OutOfRange
        There are fewer than 40 channels, or no count is positive.

    Examples
    --------
    >>> spectrum = np.random.default_rng(0).poisson(1000.0, 4000) * 3.0
    >>> round(noise_factor_from_counts(counts=spectrum))
    3
    """
    if len(counts) < FEWEST or not np.any(counts > 0.0):
        raise OutOfRange(f"noise needs {FEWEST} channels with counts, got {len(counts)}.")
    found = [_factor_of_blocks(counts, size) for size in BLOCKS if len(counts) // size >= FEWEST // 2]
    return max(found)


def _factor_of_blocks(counts: Float[np.ndarray, "channel"], size: int) -> float:
    sums = counts[: len(counts) // size * size].reshape(-1, size).sum(axis=1)
    third = np.diff(sums, 3)
    mean = np.convolve(sums, np.full(4, 0.25), "valid")
    used = mean > 0.0
    return float(np.median(third[used] ** 2 / mean[used]) / (_THIRD_DIFFERENCE * _MEDIAN_OF_SQUARE))


def variance_of_counts(
    counts: Float[np.ndarray, "channel"], factor: float, *, width: int = 5
) -> Float[np.ndarray, "channel"]:
    """Return the variance of each count, from the running mean of neighbours so that no channel has none.

    Parameters
    ----------
    counts
        Of a spectrum [1].
    factor
        Variance over mean [1].
    width
        Channels in the running mean, odd.

    Returns
    -------
    :
        Variances, at least ``factor`` [1].
    """
    padded = np.pad(counts, width // 2, mode="edge")
    mean = np.convolve(padded, np.full(width, 1.0 / width), "valid")
    return factor * np.maximum(mean, 1.0)
