"""A third column is a standard uncertainty only when the scatter of the points allows it."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

SCATTER_LIMITS = (0.15, 6.0)
FEW = 16
WINDOW = 50
DIFFERENCE = np.array([1.0, -4.0, 6.0, -4.0, 1.0]) / np.sqrt(70.0)
QUARTILE_OF_NORMAL = 0.31864

Points = Float[np.ndarray, "point"]


def scatter_over_uncertainty(*, intensity: Points, uncertainty: Points) -> float:
    r"""Scatter of neighbouring points over the uncertainty that is claimed for them.

    .. math:: r = \frac{1}{0.3186}\; Q_{1/4}\left(\frac{|\Delta^4 y_i|}{\sqrt{70}\, \sigma_i}\right)

    The lower quartile Q is that of the smoothest stretches, so that sharp lines on up to half of the points
    hardly count.

    Parameters
    ----------
    intensity
        Along the pattern.
    uncertainty
        Claimed for each intensity, same unit, positive.

    Returns
    -------
    :
        About 1 for honest uncertainties of independent points; below 1 when points were merged or
        interpolated [1]; NaN for fewer than 16 points.

    Source
    ------
    The fourth difference removes any cubic, so that of a slowly varying background; Gasser, Biometrika
    73, 625 (1986), uses the same idea with lower order.

    Examples
    --------
    >>> noise = np.random.default_rng(1).normal(0.0, 3.0, 40_000)
    >>> round(scatter_over_uncertainty(intensity=50 + noise, uncertainty=np.full(40_000, 3.0)), 1)
    1.0
    """
    if len(intensity) < FEW:
        return float("nan")
    spread = np.abs(np.convolve(intensity, DIFFERENCE, mode="valid"))
    return float(np.quantile(spread / uncertainty[2:-2], 0.25) / QUARTILE_OF_NORMAL)


def reason_against(*, intensity: Points, column: Points) -> str:
    """Say why a column cannot be the standard uncertainty of counts, or nothing when it can.

    It can when it is as large as the scatter of the points, within the factor that merging of detectors
    explains, and when its square follows the intensity: point by point, or at least from one stretch of
    the pattern to the next with an exponent between a third and one and a half.

    Parameters
    ----------
    intensity
        Along the pattern.
    column
        The column, positive.

    Returns
    -------
    :
        The reason, or empty text.
    """
    if np.ptp(column) <= 1e-9 * abs(float(column[0])):
        return f"it is {column[0]:g} in every row"
    ratio = scatter_over_uncertainty(intensity=intensity, uncertainty=column)
    if np.isfinite(ratio) and not SCATTER_LIMITS[0] < ratio < SCATTER_LIMITS[1]:
        return (
            f"neighbouring intensities scatter by {ratio:.2g} times that column"
            " (it may be a second intensity or a background)"
        )
    exponent, follows = _power_between_windows(intensity, column)
    if exponent > 1.5:
        return f"it grows with the {exponent / 2:.1f} power of the intensity, counts ask for 0.5"
    if _agreement_within_windows(intensity, column) < 0.3 and not (follows and exponent > 1 / 3):
        return "its square does not follow the intensity"
    return ""


def _windows(values: Points) -> Float[np.ndarray, "window sample"]:
    """Return whole stretches of the pattern; the rest at the end is left out."""
    width = min(WINDOW, len(values))
    count = len(values) // width
    return values[: count * width].reshape(count, width)


def _power_between_windows(intensity: Points, column: Points) -> tuple[float, bool]:
    """Return the exponent of column² against intensity between stretches, and whether it follows."""
    level = _windows(intensity).mean(axis=1)
    square = _windows(column**2).mean(axis=1)
    good = (level > 0) & (square > 0)
    if good.sum() < 3 or level[good].max() < 1.5 * level[good].min():
        return 1.0, False
    x, y = np.log(level[good]), np.log(square[good])
    return float(np.polyfit(x, y, 1)[0]), float(np.corrcoef(x, y)[0, 1]) > 0.5


def _agreement_within_windows(intensity: Points, column: Points) -> float:
    """Return the median over stretches of the rank correlation of intensity and column."""
    pair = [_windows(intensity), _windows(column)]
    flat = (np.ptp(pair[0], axis=1) == 0) | (np.ptp(pair[1], axis=1) == 0)
    ranks = [np.argsort(np.argsort(values, axis=1), axis=1).astype(float) for values in pair]
    first, second = (rank - rank.mean(axis=1, keepdims=True) for rank in ranks)
    found = (first * second).sum(axis=1) / (first**2).sum(axis=1)
    return float(np.median(np.where(flat, 0.0, found)))
