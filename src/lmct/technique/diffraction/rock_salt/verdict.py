"""What is wrong with a refined pattern: lines that are missing, or that the model does not have."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from lmct.quantity.assessment import Assessment
from lmct.technique.diffraction.flags import AT_BOUND, NO_PEAKS, NOT_CONVERGED

LEAST_SIGNIFICANCE = 7.0
"""The lines together must stand out by this many standard deviations: a range of cells was searched [1]."""

MISSING = 0.35
"""A line with less than this share of its intensity is missing [1]."""

MISSING_SHARE = 0.12
"""A phase whose missing lines carry more than this share of the information is the wrong one [1]."""

FOREIGN_SHARE = 3.0
"""Unexplained lines with more than this share of the intensity make a phase the wrong one [1]."""

LEAST_FOREIGN_SHARE = 0.02
"""Unexplained lines below this share of the intensity are not mentioned [1]."""

MISFIT_OF_WRONG_PHASE = 0.4
"""Misfit at the lines, r.m.s. relative, above which they are not where they should be [1]."""

ASSESSMENTS = {
    NO_PEAKS: Assessment.TOO_FEW_DATA,
    NOT_CONVERGED: Assessment.NOT_CONVERGED,
    AT_BOUND: Assessment.DEGENERATE,
}
"""Verdict of a flag; that of every other one is a poor fit."""


class LineHeights(NamedTuple):
    """Heights of lines, each fitted alone, over those of the model.

    Parameters
    ----------
    height
        1 where the model is right [1].
    uncertainty
        Standard uncertainty [1].
    """

    height: Float[np.ndarray, "line"]
    uncertainty: Float[np.ndarray, "line"]

    @property
    def missing_share(self) -> float:
        """Share of the information that lies in lines which are missing [1]."""
        information = 1.0 / self.uncertainty**2
        missing = (self.height < MISSING) & ((1.0 - self.height) > 4.0 * self.uncertainty)
        return float(information[missing].sum() / information.sum())


def line_heights(
    *,
    residual: Float[np.ndarray, "point"],
    lines: Float[np.ndarray, "line point"],
    background: Float[np.ndarray, "term point"],
    variance: Float[np.ndarray, "point"],
) -> LineHeights:
    """Fit the height of every line for itself, and the background with them.

    Parameters
    ----------
    residual
        Record minus model.
    lines
        Pattern of each line in the model.
    background
        Derivatives by the parameters of the background.
    variance
        Of each point.

    Returns
    -------
    :
        Heights over those of the model; lines that carry no information are left out.
    """
    told = (lines**2 / variance).sum(axis=1)
    lines = lines[told > 1.0]
    rows = np.vstack([lines, background])
    weighted = rows / variance
    curvature = weighted @ rows.T
    size = np.sqrt(np.maximum(np.diag(curvature), 1e-300))
    covariance = np.linalg.pinv(curvature / np.outer(size, size), rcond=1e-12, hermitian=True)
    covariance /= np.outer(size, size)
    change = covariance @ (weighted @ residual)
    count = len(lines)
    return LineHeights(1.0 + change[:count], np.sqrt(np.maximum(np.diag(covariance)[:count], 1e-300)))


def significance_of_lines(
    *,
    lines: Float[np.ndarray, "point"],
    background: Float[np.ndarray, "term point"],
    variance: Float[np.ndarray, "point"],
) -> float:
    """Return by how many standard deviations all lines together stand out of the background.

    Parameters
    ----------
    lines
        Their pattern in the model.
    background
        Derivatives by the parameters of the background.
    variance
        Of each point.
    """
    weighted = background / variance
    curvature = weighted @ background.T
    size = np.sqrt(np.maximum(np.diag(curvature), 1e-300))
    inverse = np.linalg.pinv(curvature / np.outer(size, size), rcond=1e-12, hermitian=True)
    shared = (weighted @ lines) / size
    return float(np.sqrt(max(float(lines @ (lines / variance)) - float(shared @ inverse @ shared), 0.0)))


def unexplained_lines(
    *,
    two_theta: Float[np.ndarray, "point"],
    residual: Float[np.ndarray, "point"],
    variance: Float[np.ndarray, "point"],
    apart: Bool[np.ndarray, "point"],
    width: float,
) -> tuple[Float[np.ndarray, "found"], Float[np.ndarray, "found"]]:
    """Find lines apart from those of the model.

    Parameters
    ----------
    two_theta
        Angles, rising [deg].
    residual
        Record minus model.
    variance
        Of each point.
    apart
        Which points lie apart from every line of the model.
    width
        Full width of a line [deg].

    Returns
    -------
    :
        Places [deg] and areas of lines that stand out by eight standard deviations, the strongest first.
    """
    step = float(np.median(np.diff(two_theta)))
    half = min(max(round(0.7 * width / step), 1), (len(two_theta) - 1) // 32)
    window = np.ones(2 * half + 1)
    size = np.convolve(apart, window, mode="same")
    local = np.convolve(np.where(apart, residual, 0.0), window, mode="same")
    ring = np.ones(16 * half + 1)
    ring[5 * half : -5 * half] = 0.0
    base_size = np.maximum(np.convolve(apart, ring, mode="same"), 1.0)
    base = np.convolve(np.where(apart, residual, 0.0), ring, mode="same") / base_size
    spread = np.sqrt(np.convolve(np.where(apart, variance, 0.0), window, mode="same") + 1e-300)
    stands = np.where(size > half, (local - size * base) / spread, 0.0)
    places: list[float] = []
    areas: list[float] = []
    for top in np.argsort(-stands)[: len(stands) // 20]:
        if stands[top] < 8.0:
            break
        if all(abs(two_theta[top] - other) > 3.0 * width for other in places):
            places.append(float(two_theta[top]))
            areas.append(float(local[top] - size[top] * base[top]) * step)
    return np.array(places), np.array(areas)
