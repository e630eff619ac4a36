"""Pre-edge line, post-edge polynomial and edge step, with the uncertainty of the step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from lmct.quantity.errors import DataError
from lmct.technique.absorption.derivative import noise_of, slope_of
from lmct.technique.absorption.edge_background import background_lines, moved_step
from lmct.technique.absorption.normalisation_window import Windows, usual_windows


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
    pre, post, variance = background_lines(energy - edge, absorption, noise, used)
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
    moved = [moved_step(away, absorption, noise, used, which, sign) for which in (0, 1) for sign in (-1, 1)]
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
