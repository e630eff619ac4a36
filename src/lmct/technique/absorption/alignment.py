"""Shifts between scans from their reference channels, by the best overlap of the slopes of the edge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DataError
from lmct.technique.absorption.derivative import noise_of
from lmct.technique.combination.local_polynomial import local_polynomial

WINDOW = 2.0
"""Half width of the window of the slope [eV]."""

RANGE = (-25.0, 45.0)
"""Around the first inflection, what is overlaid [eV]."""

LARGEST = 15.0
"""Largest shift that is looked for [eV]."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What is added to the energies of a scan so that its reference lies on that of another.

    Parameters
    ----------
    energy, uncertainty
        Shift, and its standard uncertainty from the noise and the misfit [eV].
    correlation
        Of both slopes after the shift [1].
    """

    energy: float
    uncertainty: float
    correlation: float


def shift_between(
    *,
    energy: Float[np.ndarray, "point"],
    absorption: Float[np.ndarray, "point"],
    target_energy: Float[np.ndarray, "other"],
    target_absorption: Float[np.ndarray, "other"],
    centre: float,
    window: float = WINDOW,
) -> Shift:
    r"""Return the shift at which the slope of one edge lies best on that of another.

    The correlation is searched on a grid of shifts; about its top, shift, scale and offset are refined by
    least squares, :math:`a\,s(E - \delta) + b = t(E)`, which also gives the uncertainty.

    Parameters
    ----------
    energy, absorption
        Of the scan to be shifted [eV, 1].
    target_energy, target_absorption
        Of the one it is laid on.
    centre
        Edge of the target [eV].
    window
        Half width of the window of the slope [eV].

    Returns
    -------
    :
        The shift.

    Raises
    ------
    DataError
        The scans do not overlap at the edge, or their edges are too unlike.

    Examples
    --------
    >>> grid = np.arange(8280.0, 8420.0, 0.5)
    >>> edge = lambda e: np.arctan((e - 8333.0) / 2.0)
    >>> round(shift_between(
    ...     energy=grid, absorption=edge(grid + 1.3), target_energy=grid, target_absorption=edge(grid),
    ...     centre=8333.0).energy, 3)
    1.3
    """
    from scipy.interpolate import CubicSpline

    low, high = centre + RANGE[0], centre + RANGE[1]
    used = (target_energy >= low) & (target_energy <= high)
    if used.sum() < 10 or energy[0] > high - LARGEST or energy[-1] < low + LARGEST:
        raise DataError(
            f"two scans do not overlap about {centre:.0f} eV. Expected both to cover the edge."
            " Leave one out, or correct its energies."
        )
    target, _ = _slope(target_energy, target_absorption, window)
    moving, scatter = _slope(energy, absorption, window)
    curve = CubicSpline(energy, moving)
    place, level = target_energy[used], target[used]

    def overlap(shift: float) -> float:
        inside = (place - shift >= energy[0]) & (place - shift <= energy[-1])
        return float(np.corrcoef(curve(place[inside] - shift), level[inside])[0, 1])

    trials = np.arange(-LARGEST, LARGEST + 0.05, 0.1)
    best = trials[int(np.argmax([overlap(float(one)) for one in trials]))]
    shift, spread = _refined(curve, place, level, float(best), float(np.median(scatter)))
    correlation = overlap(shift)
    if not correlation > 0.5:
        raise DataError(
            f"two references are too unlike to be laid on each other (correlation {correlation:.2f})."
            " Expected the same foil. Check the channel of the reference."
        )
    return Shift(shift, spread, correlation)


def _slope(
    energy: Float[np.ndarray, "point"], absorption: Float[np.ndarray, "point"], window: float
) -> tuple[Float[np.ndarray, "point"], Float[np.ndarray, "point"]]:
    """Return slope and its noise."""
    _, weights, places = local_polynomial(energy=energy, window=window)
    noise = noise_of(energy=energy, values=absorption)
    return np.einsum("pn,pn->p", weights, absorption[places]), np.sqrt(
        np.einsum("pn,pn->p", weights**2, noise[places] ** 2)
    )


def _refined(
    curve: object,
    place: Float[np.ndarray, "point"],
    level: Float[np.ndarray, "point"],
    start: float,
    noise: float,
) -> tuple[float, float]:
    """Return shift and uncertainty by Gauss-Newton on shift, scale and offset."""
    from scipy.interpolate import CubicSpline

    assert isinstance(curve, CubicSpline)
    shift = start
    for _ in range(12):
        values, slopes = curve(place - shift), curve(place - shift, 1)
        design = np.stack([values, np.ones(len(place))], axis=1)
        (scale, offset), *_ = np.linalg.lstsq(design, level, rcond=None)
        rest = level - scale * values - offset
        jacobian = np.stack([values, np.ones(len(place)), -scale * slopes], axis=1)
        step, *_ = np.linalg.lstsq(jacobian, rest, rcond=None)
        shift += float(np.clip(step[2], -0.5, 0.5))
        if abs(step[2]) < 1e-6:
            break
    inverse = np.linalg.pinv(jacobian.T @ jacobian)
    misfit = max(float(np.sqrt(np.mean(rest**2))), noise)
    return shift, float(misfit * np.sqrt(inverse[2, 2] * 3.0))
