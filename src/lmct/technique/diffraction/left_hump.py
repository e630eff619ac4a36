"""A broad hump that the background of a fit left in the residual: where a user should name one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from lmct.quantity.assessment import Assessment
from lmct.technique.diffraction.background import chebyshev_basis
from lmct.technique.diffraction.flags import LEFT_HUMP
from lmct.technique.diffraction.refined import RefinedPattern

BLOCK = 0.4
"""Width of the blocks over which residuals are averaged: no line is so broad, every hump is broader [deg]."""

WIDTHS = (1.5, 2.5, 4.0, 6.0)
"""Standard deviations of the humps that are tried [deg]."""

APART = 1.2
"""Points within so many integral breadths of a line say nothing of the background [1]."""

LEAST_SIGNIFICANCE = 3.5
"""The likeliest of some three hundred humps must stand out by so many standard deviations [1]."""

LEAST_SHARE = 0.3
"""Share of the blocks that must lie apart from lines: otherwise nothing can be said [1]."""

LEAST_LEFT = 0.02
"""A hump of which the polynomial leaves less than this share of its square cannot be told from it [1]."""


class LeftHump(NamedTuple):
    """A hump that the background left.

    Parameters
    ----------
    position, width
        Of the likeliest Gaussian: centre and standard deviation [deg].
    height
        Over the background there [1].
    significance
        Height over its standard deviation, with the scatter of the residuals as it is [1].
    """

    position: float
    width: float
    height: float
    significance: float

    @property
    def message(self) -> str:
        """What is wrong, and what to do."""
        return (
            f"The background leaves a broad hump near {self.position:.0f} deg ({100.0 * self.height:.1f} % of"
            f" the background, {self.significance:.0f} standard deviations), which may shift the cell:"
            f" name it with --hump {self.position:.0f} (humps = [{self.position:.0f}] in a study), or give"
            " the background more terms."
        )


def with_left_hump(refined: RefinedPattern, *, terms: int, wavelengths: Sequence[float]) -> RefinedPattern:
    """Say so where the background of a fit without other fault left a broad hump; the verdict stays.

    Parameters
    ----------
    refined
        The refined pattern.
    terms
        Of the polynomial that was refined.
    wavelengths
        In the beam, that of the ticks first [Å].

    Returns
    -------
    :
        With the flag :data:`~lmct.technique.diffraction.flags.LEFT_HUMP` and a sentence more, or as it was.
    """
    if refined.assessment not in (Assessment.GOOD, Assessment.NOT_CONVERGED):
        return refined
    ticks = np.concatenate([np.zeros(0), *refined.ticks.values()])
    sines = np.sin(np.radians(ticks) / 2.0) * np.array(wavelengths)[:, None] / wavelengths[0]
    found = hump_left_in_residual(
        two_theta=refined.two_theta,
        observed=refined.observed,
        calculated=refined.calculated,
        background=refined.background,
        uncertainty=refined.uncertainty,
        lines=np.degrees(2.0 * np.arcsin(np.minimum(sines, 1.0))).ravel(),
        terms=terms,
    )
    if found is None:
        return refined
    message = f"{refined.message} {found.message}".strip()
    return replace(refined, flags=(*refined.flags, LEFT_HUMP), message=message)


def hump_left_in_residual(
    *,
    two_theta: Float[np.ndarray, "point"],
    observed: Float[np.ndarray, "point"],
    calculated: Float[np.ndarray, "point"],
    background: Float[np.ndarray, "point"],
    uncertainty: Float[np.ndarray, "point"],
    lines: Float[np.ndarray, "line"],
    terms: int,
) -> LeftHump | None:
    """Seek a broad hump in what a fit leaves between its lines.

    The residual is averaged over blocks apart from the lines. Gaussians of some widths at all places are
    fitted to it one by one, each together with the polynomial of the background and with the tails of the
    lines, whose shape is never quite right. Scatter beyond that of the counts widens the error.

    Parameters
    ----------
    two_theta
        Angles, rising [deg].
    observed, calculated, background, uncertainty
        Of the fitted points, in one unit.
    lines
        Places of the lines [deg].
    terms
        Of the polynomial that was refined.

    Returns
    -------
    :
        The most significant hump; None when none is significant, or lines cover too much of the pattern.
    """
    net = calculated - background
    apart = _apart_from_lines(two_theta, net, lines)
    count = int((two_theta[-1] - two_theta[0]) / BLOCK)
    place = np.clip(((two_theta - two_theta[0]) / BLOCK).astype(int), 0, max(count - 1, 0))
    weight = np.where(apart, uncertainty**-2.0, 0.0)
    total = np.bincount(place, weight, minlength=count)
    kept = total > 0.0
    if kept.sum() < max(LEAST_SHARE * count, terms + 10):
        return None
    root = np.sqrt(total[kept])
    angle, left, tails, level = (
        np.bincount(place, weight * one, minlength=count)[kept] / total[kept]
        for one in (two_theta, observed - calculated, net, background)
    )
    known = np.vstack([chebyshev_basis(two_theta=angle, terms=terms), tails]) * root
    found = _likeliest(angle, left * root, known, root)
    if found is None:
        return None
    at = float(np.interp(found.position, angle, level))
    return found._replace(height=found.height / at) if at > 0.0 else None


def _likeliest(
    angle: Float[np.ndarray, "block"],
    residual: Float[np.ndarray, "block"],
    known: Float[np.ndarray, "row block"],
    root: Float[np.ndarray, "block"],
) -> LeftHump | None:
    """Return the hump that explains most of weighted residuals beside what is known, if it is significant."""
    within = np.linalg.qr(known.T)[0]
    places, widths = _candidates(float(angle[0]), float(angle[-1]))
    shapes = np.exp(-0.5 * ((angle - places[:, None]) / widths[:, None]) ** 2) * root
    square = (shapes**2).sum(axis=1)
    shapes -= (shapes @ within) @ within.T
    residual = residual - within @ (within.T @ residual)
    left = (shapes**2).sum(axis=1)
    shared = np.where(left > LEAST_LEFT * square, shapes @ residual, 0.0)
    significance = shared / np.sqrt(np.maximum(left, 1e-300))
    best = int(np.argmax(significance))
    rest = float(residual @ residual) - float(significance[best]) ** 2
    scatter = np.sqrt(max(rest / (len(residual) - len(known) - 1), 1.0))
    stands = float(significance[best] / scatter)
    if stands < LEAST_SIGNIFICANCE:
        return None
    return LeftHump(float(places[best]), float(widths[best]), float(shared[best] / left[best]), stands)


def _candidates(low: float, high: float) -> tuple[Float[np.ndarray, "hump"], Float[np.ndarray, "hump"]]:
    places = [np.arange(low, high, 0.5 * width) for width in WIDTHS]
    widths = [np.full(len(one), width) for one, width in zip(places, WIDTHS, strict=True)]
    return np.concatenate(places), np.concatenate(widths)


def _apart_from_lines(
    two_theta: Float[np.ndarray, "point"],
    net: Float[np.ndarray, "point"],
    lines: Float[np.ndarray, "line"],
) -> Bool[np.ndarray, "point"]:
    """Return which points lie some integral breadths, the mean of all lines, away from every line."""
    inside = np.sort(lines[(lines > two_theta[0]) & (lines < two_theta[-1])])
    heights = float(np.interp(inside, two_theta, net).sum())
    if not heights > 0.0:
        return np.ones(len(two_theta), dtype=bool)
    reach = APART * float(np.trapezoid(net, two_theta)) / heights
    after = np.searchsorted(inside, two_theta)
    below = two_theta - inside[np.maximum(after - 1, 0)]
    above = inside[np.minimum(after, len(inside) - 1)] - two_theta
    return np.asarray((np.abs(below) > reach) & (np.abs(above) > reach))
