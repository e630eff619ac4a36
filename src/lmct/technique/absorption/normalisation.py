"""Pre-edge line, post-edge polynomial and edge step, with the uncertainty of the step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from lmct.quantity.errors import DataError
from lmct.technique.absorption.derivative import noise_of, slope_of

STRETCH = 0.15
"""Windows are moved by this share of their width to see how much the step depends on them [1]."""

LONG, MIDDLE = 300.0, 100.0
"""Ranges behind the edge above which the post-edge is a parabola, and a line [eV]."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Where the background is fitted, relative to the edge.

    Parameters
    ----------
    pre_edge, post_edge
        Limits [eV]; None for the usual ones of the range that was measured.
    degree
        Of the post-edge polynomial; None by the length of the range.
    """

    pre_edge: tuple[float, float] | None = None
    post_edge: tuple[float, float] | None = None
    degree: int | None = None


@dataclass(frozen=True, eq=False)
class Normalised:
    """A spectrum with a pre-edge of 0 and an edge step of 1.

    Parameters
    ----------
    energy
        Rising [eV].
    absorption, uncertainty
        Normalised absorption and the standard uncertainty of its point-to-point noise [1].
    edge
        Energy at which the step is taken [eV].
    step, step_uncertainty
        Edge step, and its standard uncertainty from noise and from the choice of windows, in units of the raw
        absorption; the whole normalised spectrum scales with it.
    windows
        What was used, relative to the edge.
    """

    energy: Float[np.ndarray, "point"]
    absorption: Float[np.ndarray, "point"]
    uncertainty: Float[np.ndarray, "point"]
    edge: float
    step: float
    step_uncertainty: float
    windows: Windows


def steepest_energy(*, energy: Float[np.ndarray, "point"], absorption: Float[np.ndarray, "point"]) -> float:
    """Return the energy of the steepest rise: good enough to normalise about, not an edge energy [eV].

    Parameters
    ----------
    energy
        Rising [eV].
    absorption
        With or without background.
    """
    slope = slope_of(energy=energy, values=absorption, window=2.0)
    margin = max(2, len(energy) // 50)
    return float(energy[margin + int(np.argmax(slope[margin:-margin]))])


def usual_windows(*, energy: Float[np.ndarray, "point"], edge: float, asked: Windows) -> Windows:
    """Return windows with what was not asked for filled in from the measured range.

    Parameters
    ----------
    energy
        Rising [eV].
    edge
        Of the sample [eV].
    asked
        What the user gave.

    Returns
    -------
    :
        Complete windows.

    Raises
    ------
    DataError
        There is no room in front of or behind the edge.

    Examples
    --------
    >>> usual_windows(energy=np.arange(8100.0, 9500.0), edge=8345.0, asked=Windows())
    Windows(pre_edge=(-200.0, -40.0), post_edge=(150.0, 1149.0), degree=2)
    """
    before, behind = edge - float(energy[0]), float(energy[-1]) - edge
    if before < 4.0 or behind < 8.0:
        raise DataError(
            f"the scan covers {before:.0f} eV in front of the edge and {behind:.0f} eV behind it. Expected at"
            " least 4 and 8 eV. Measure a wider range, or give edge_energy if the edge was taken wrongly."
        )
    pre = asked.pre_edge or (-min(200.0, before), -min(40.0, 0.4 * before))
    start = min(150.0, 0.4 * behind)
    post = asked.post_edge or (start, behind - min(5.0, 0.02 * behind))
    if asked.post_edge is None:
        post = (start, float(np.round(behind - min(5.0, 0.02 * behind))))
    width = post[1] - post[0]
    degree = asked.degree if asked.degree is not None else (2 if width > LONG else 1 if width > MIDDLE else 0)
    return Windows(pre, post, degree)


def normalised_from_absorption(
    *,
    energy: Float[np.ndarray, "point"],
    absorption: Float[np.ndarray, "point"],
    edge: float | None = None,
    windows: Windows | None = None,
    flatten: bool = True,
) -> Normalised:
    r"""Return the normalised spectrum.

    .. math:: \mu_n = (\mu - p(E)) / (q(E_0) - p(E_0))

    with a line p in front of the edge and a polynomial q behind it; flattening takes off what q - p differs
    from the step behind the edge. The uncertainty of the step joins that of both fits with the spread over
    windows moved by 15 % of their width.

    Parameters
    ----------
    energy
        Rising [eV].
    absorption
        With its background.
    edge
        Energy of the step [eV]; the steepest rise by default.
    windows
        Where lines are fitted; usual ones by default.
    flatten
        Whether the post-edge is made level.

    Returns
    -------
    :
        The spectrum.

    Raises
    ------
    DataError
        There is no room for the windows, or no step upwards.

    Source
    ------
    Ravel and Newville, J. Synchrotron Rad. 12 (2005) 537, doi 10.1107/S0909049505012719 (the procedure).
    """
    edge = steepest_energy(energy=energy, absorption=absorption) if edge is None else edge
    used = usual_windows(energy=energy, edge=edge, asked=windows or Windows())
    noise = noise_of(energy=energy, values=absorption)
    pre, post, variance = _lines(energy - edge, absorption, noise, used)
    step = float(np.polyval(post, 0.0) - np.polyval(pre, 0.0))
    if not step > 0.0:
        raise DataError(
            f"there is no step upwards at {edge:.1f} eV (step {step:.3g}). Expected an edge. Check the mode"
            " and the channels, or give edge_energy."
        )
    away = energy - edge
    level = (absorption - np.polyval(pre, away)) / step
    if flatten:
        behind = (np.polyval(post, away) - np.polyval(pre, away)) / step - 1.0
        level = np.where(away >= 0.0, level - behind, level)
    moved = [_moved_step(away, absorption, noise, used, which, sign) for which in (0, 1) for sign in (-1, 1)]
    choice = float(np.sqrt(np.mean((np.array(moved) - step) ** 2)))
    return Normalised(
        energy=energy,
        absorption=level,
        uncertainty=noise / step,
        edge=edge,
        step=step,
        step_uncertainty=float(np.hypot(np.sqrt(variance), choice)),
        windows=used,
    )


def _lines(
    away: Float[np.ndarray, "point"],
    absorption: Float[np.ndarray, "point"],
    noise: Float[np.ndarray, "point"],
    windows: Windows,
) -> tuple[Float[np.ndarray, "term"], Float[np.ndarray, "term"], float]:
    """Return the coefficients in front of and behind the edge, and the variance of the step by noise."""
    assert windows.pre_edge is not None
    assert windows.post_edge is not None
    assert windows.degree is not None
    coefficients, variance = [], 0.0
    for (low, high), degree in ((windows.pre_edge, 1), (windows.post_edge, windows.degree)):
        inside = (away >= min(low, high)) & (away <= max(low, high))
        if inside.sum() < degree + 2:
            raise DataError(
                f"{inside.sum()} points lie between {low:+.0f} and {high:+.0f} eV of the edge. Expected"
                f" {degree + 2} or more for the background. Give other pre_edge and post_edge windows."
            )
        scale = float(np.max(np.abs(away[inside])))
        weight = _width_of_points(away)[inside]
        design = np.vander(away[inside] / scale, degree + 1) * np.sqrt(weight)[:, None]
        inverse = np.linalg.pinv(design)
        solution = inverse @ (absorption[inside] * np.sqrt(weight))
        # With the misfit when it is larger than the noise: oscillations of the fine structure are noise here.
        rest = absorption[inside] - np.polyval(solution, away[inside] / scale)
        spread = max(float(np.std(rest)), float(np.median(noise[inside])))
        variance += float(np.sum((inverse[-1] * np.sqrt(weight)) ** 2)) * spread**2
        coefficients.append(solution / scale ** np.arange(degree, -1, -1))
    return coefficients[0], coefficients[1], variance


def _width_of_points(away: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
    """Return the range of energy each point stands for: a fit is not to follow the density of the grid."""
    return np.asarray(np.gradient(away) / np.median(np.gradient(away)))


def _moved_step(
    away: Float[np.ndarray, "point"],
    absorption: Float[np.ndarray, "point"],
    noise: Float[np.ndarray, "point"],
    windows: Windows,
    which: int,
    sign: int,
) -> float:
    """Return the step when the inner limit of one window is moved."""
    assert windows.pre_edge is not None
    assert windows.post_edge is not None
    pre, post = windows.pre_edge, windows.post_edge
    if which == 0:
        pre = (pre[0], pre[1] + sign * STRETCH * (pre[1] - pre[0]) * (1.0 if sign < 0 else 0.5))
    else:
        post = (post[0] + sign * STRETCH * (post[1] - post[0]) * (1.0 if sign > 0 else 0.3), post[1])
    one, other, _ = _lines(away, absorption, noise, Windows(pre, post, windows.degree))
    return float(np.polyval(other, 0.0) - np.polyval(one, 0.0))


def bridged(
    *,
    energy: Float[np.ndarray, "point"],
    absorption: Float[np.ndarray, "point"],
    glitches: Bool[np.ndarray, "point"],
) -> Float[np.ndarray, "point"]:
    """Return absorption with glitches replaced by the line through their neighbours.

    Parameters
    ----------
    energy
        Rising [eV].
    absorption
        Of each energy.
    glitches
        True where a point is wrong.

    Examples
    --------
    >>> bridged(energy=np.arange(3.0), absorption=np.array([0.0, 9.0, 2.0]),
    ...         glitches=np.array([False, True, False])).tolist()
    [0.0, 1.0, 2.0]
    """
    good = ~glitches
    return np.where(glitches, np.interp(energy, energy[good], absorption[good]), absorption)
