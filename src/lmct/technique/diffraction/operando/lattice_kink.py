"""A line with one kink through points with errors: slopes, place of the kink, whether there is one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.assessment import Assessment
from lmct.quantity.value import Value
from lmct.technique.diffraction.operando.lattice_kink_statistics import (
    LEAST,
    curvature_probability,
    hinges_from_places,
    interval_below,
    probability_by_chance,
    widening,
)

GRID = 400
"""Places that are tried for the kink."""

REACH = 6.0
"""Around the best kink, places are tried more densely so many standard uncertainties far."""


SIGNIFICANT = 0.01
"""A kink whose gain is more probable than this by chance is not determined [1]."""


@dataclass(frozen=True, eq=False)
class KinkFit:
    """A line, or two that meet in a kink.

    Parameters
    ----------
    line
        Slope of the one straight line through all points.
    before, after
        Slopes below and above the kink along x; None when the kink is not determined.
    kink
        Its place along x; None when not determined.
    kink_intervals
        Where chi square rises by less than 1 and 3.84: 68 and 95 %; None when not determined.
    centre, height
        The kink, or the mean of x when there is none, and the ordinate there.
    probability_of_line
        Of such a gain by a kink if the truth were straight [1].
    curvature_probability
        Of such a curvature below and above the kink (or of the whole twice) if it were straight there [1].
    chi_square, degrees_of_freedom
        Of the fit that is reported.
    scale
        Factor by which variances were widened because the fit is poor [1].
    assessment, message
        Verdict and its reason.
    """

    line: Value
    before: Value | None
    after: Value | None
    kink: Value | None
    kink_intervals: tuple[tuple[float, float], tuple[float, float]] | None
    centre: float
    height: float
    probability_of_line: float
    curvature_probability: tuple[float, float]
    chi_square: float
    degrees_of_freedom: int
    scale: float
    assessment: Assessment
    message: str

    def at(self, x: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
        """Return the fitted ordinate at places."""
        below, above = self.before or self.line, self.after or self.line
        distance = x - self.centre
        return np.asarray(self.height + np.where(distance < 0, below.value, above.value) * distance)


def fit_kink(
    *,
    x: Float[np.ndarray, "point"],
    y: Float[np.ndarray, "point"],
    uncertainty: Float[np.ndarray, "point"],
    kink: float | None = None,
    unit: str = "",
    x_unit: str = "",
) -> KinkFit | None:
    r"""Fit two lines that meet, where they meet being free or given.

    .. math:: y = h + s_1 \min(x - c, 0) + s_2 \max(x - c, 0)

    Against the straight line, a kink at c lowers chi square by :math:`(z_c \cdot r)^2`, r being the weighted
    residuals of the line and z_c the hinge made orthogonal to it. The best c has the largest gain; how
    large the gain is by chance is simulated with the same points and errors.

    Parameters
    ----------
    x, y
        Points.
    uncertainty
        Standard uncertainties of y, independent of each other.
    kink
        Place of the kink when it is given.
    unit, x_unit
        Of the slopes and of x.

    Returns
    -------
    :
        The fit with its verdict; None with fewer than twice :data:`LEAST` points or no spread in x.

    Examples
    --------
    >>> x = np.linspace(0.0, 1.0, 41)
    >>> fit = fit_kink(x=x, y=-np.minimum(x, 0.4) - 0.5 * x, uncertainty=np.full(41, 0.001))
    >>> round(fit.kink.value, 3), round(fit.before.value, 3), round(fit.after.value, 3)
    (0.4, -1.5, -0.5)
    """
    order = np.argsort(x, kind="stable")
    x, y, uncertainty = (np.asarray(one, dtype=float)[order] for one in (x, y, uncertainty))
    if len(x) < 2 * LEAST or not x[LEAST - 1] < x[-LEAST]:
        return None
    weight = 1.0 / uncertainty
    line_basis = np.column_stack([np.ones(len(x)), x - x.mean()]) * weight[:, None]
    frame = np.linalg.qr(line_basis)[0]
    residual = y * weight - frame @ (frame.T @ (y * weight))
    places = np.linspace(x[LEAST - 1], x[-LEAST], GRID) if kink is None else np.array([kink])
    hinges = hinges_from_places(x, weight, frame, places)
    gain = (hinges @ residual) ** 2
    best = _refined(x, weight, frame, residual, places, gain) if kink is None else kink
    line_square = float(residual @ residual)
    chance = probability_by_chance(hinges, frame, line_square, gain, len(x))
    if (kink is None and chance > SIGNIFICANT) or not x[LEAST - 1] <= best <= x[-LEAST]:
        return _straight(x, y, weight, line_basis, line_square, chance, unit)
    search = (places, frame, residual)
    return _bent((x, y, weight), search, best, kink is None, chance, (unit, x_unit))


def _refined(
    x: Float[np.ndarray, "point"],
    weight: Float[np.ndarray, "point"],
    frame: Float[np.ndarray, "point 2"],
    residual: Float[np.ndarray, "point"],
    places: Float[np.ndarray, "place"],
    gain: Float[np.ndarray, "place"],
) -> float:
    from scipy.optimize import minimize_scalar

    top, step = int(np.argmax(gain)), float(places[1] - places[0])
    limits = (max(places[0], places[top] - step), min(places[-1], places[top] + step))

    def loss(place: float) -> float:
        return -float((hinges_from_places(x, weight, frame, np.array([place]))[0] @ residual) ** 2)

    found = minimize_scalar(loss, bounds=limits, method="bounded", options={"xatol": 1e-3 * step})
    return float(found.x)


def _straight(
    x: Float[np.ndarray, "point"],
    y: Float[np.ndarray, "point"],
    weight: Float[np.ndarray, "point"],
    basis: Float[np.ndarray, "point 2"],
    chi_square: float,
    chance: float,
    unit: str,
) -> KinkFit:
    covariance = np.linalg.inv(basis.T @ basis)
    coefficients = covariance @ (basis.T @ (y * weight))
    freedom = len(x) - 2
    scale, poor = widening(chi_square, freedom)
    slope = Value(float(coefficients[1]), math.sqrt(float(covariance[1, 1]) * scale), unit)
    curved = curvature_probability(x, y, weight)
    text = f"one straight line: a kink gains no more than chance does (p = {chance:.2g})"
    if chance <= SIGNIFICANT:
        text = "one straight line: the place given for the kink is not among the points"
    return KinkFit(
        line=slope,
        before=None,
        after=None,
        kink=None,
        kink_intervals=None,
        centre=float(x.mean()),
        height=float(coefficients[0]),
        probability_of_line=chance,
        curvature_probability=(curved, curved),
        chi_square=chi_square,
        degrees_of_freedom=freedom,
        scale=scale,
        assessment=Assessment.DEGENERATE,
        message=f"The change point is not determined; {text}{poor}.",
    )


def _bent(
    points: tuple[Float[np.ndarray, "point"], Float[np.ndarray, "point"], Float[np.ndarray, "point"]],
    search: tuple[Float[np.ndarray, "place"], Float[np.ndarray, "point 2"], Float[np.ndarray, "point"]],
    best: float,
    free: bool,
    chance: float,
    units: tuple[str, str],
) -> KinkFit:
    x, y, weight = points
    places, frame, residual = search
    distance = x - best
    basis = np.column_stack([np.ones(len(x)), np.minimum(distance, 0.0), np.maximum(distance, 0.0)])
    coefficients = np.linalg.lstsq(basis * weight[:, None], y * weight, rcond=None)[0]
    chi_square = float(np.sum(((y - basis @ coefficients) * weight) ** 2))
    slopes = coefficients[1:]
    moved = np.where(distance < 0.0, -slopes[0], -slopes[1])
    columns = np.column_stack([basis, moved]) if free else basis
    covariance = np.linalg.inv((columns * weight[:, None] ** 2).T @ columns)
    freedom = len(x) - columns.shape[1]
    scale, poor = widening(chi_square, freedom)
    spread = np.sqrt(np.diag(covariance) * scale)
    line = np.polynomial.polynomial.polyfit(x - x.mean(), y, 1, w=weight)
    line_spread = math.sqrt(1.0 / float(np.sum((weight * (x - np.average(x, weights=weight**2))) ** 2)))
    intervals = None
    if free:
        near = best + REACH * float(spread[3]) * np.linspace(-1.0, 1.0, GRID)
        fine = np.unique(np.clip(np.concatenate([places, near]), places[0], places[-1]))
        gain = (hinges_from_places(x, weight, frame, fine) @ residual) ** 2
        loss = (float(residual @ residual) - gain - chi_square) / scale
        intervals = (interval_below(fine, loss, 1.0, best), interval_below(fine, loss, 3.841, best))
    assessment, text = _verdict(places, intervals, poor)
    return KinkFit(
        line=Value(float(line[1]), line_spread, units[0]),
        before=Value(float(slopes[0]), float(spread[1]), units[0]),
        after=Value(float(slopes[1]), float(spread[2]), units[0]),
        kink=Value(best, float(spread[3]) if free else 0.0, units[1]),
        kink_intervals=intervals,
        centre=best,
        height=float(coefficients[0]),
        probability_of_line=chance,
        curvature_probability=(
            curvature_probability(x[distance < 0], y[distance < 0], weight[distance < 0]),
            curvature_probability(x[distance >= 0], y[distance >= 0], weight[distance >= 0]),
        ),
        chi_square=chi_square,
        degrees_of_freedom=freedom,
        scale=scale,
        assessment=assessment,
        message=text,
    )


def _verdict(
    places: Float[np.ndarray, "place"],
    intervals: tuple[tuple[float, float], tuple[float, float]] | None,
    poor: str,
) -> tuple[Assessment, str]:
    if intervals is not None and (intervals[1][0] <= places[0] or intervals[1][1] >= places[-1]):
        return Assessment.DEGENERATE, f"The data do not limit the change point on one side{poor}."
    if poor:
        return Assessment.POOR_FIT, f"Two lines fit poorly{poor}."
    return Assessment.GOOD, "Two lines fit."
