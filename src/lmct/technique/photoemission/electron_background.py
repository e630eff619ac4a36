"""Inelastic backgrounds as linear operators on a spectrum: Shirley and Tougaard, and static Shirley."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange

SHIRLEY, TOUGAARD, LINEAR = "shirley", "tougaard", "linear"
BACKGROUNDS = (SHIRLEY, TOUGAARD, LINEAR)

MOST_STEPS = 200

UNIVERSAL_B, UNIVERSAL_C = 2866.0, 1643.0
"""Universal cross-section of Tougaard [eV^2]."""


def trapezoid_weights(energy: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
    """Return the weights of the trapezoidal rule on rising energies [eV].

    Parameters
    ----------
    energy
        Rising [eV].

    Examples
    --------
    >>> trapezoid_weights(np.array([0.0, 1.0, 2.0])).tolist()
    [0.5, 1.0, 0.5]
    """
    steps = np.diff(energy)
    weights = np.zeros(len(energy))
    weights[:-1] += 0.5 * steps
    weights[1:] += 0.5 * steps
    return weights


def shirley_operator(energy: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point point"]:
    """Return the matrix that integrates a spectrum from the lowest binding energy up to each point.

    Electrons that lost energy appear at higher binding energies; Shirley's background there is proportional
    to all that was emitted at lower ones.

    Parameters
    ----------
    energy
        Binding energies, rising [eV].

    Returns
    -------
    :
        Lower triangular matrix [eV].

    Source
    ------
    Shirley 1972, doi 10.1103/PhysRevB.5.4709.
    """
    steps = np.diff(energy)
    count = len(energy)
    operator = np.zeros((count, count))
    rows, columns = np.tril_indices(count, -1)
    operator[rows, columns] = 0.5 * steps[columns]
    operator[rows, columns + 1] += 0.5 * steps[columns]
    return operator


def tougaard_operator(energy: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point point"]:
    """Return the matrix that folds a spectrum with Tougaard's universal cross-section.

    Parameters
    ----------
    energy
        Binding energies, rising [eV].

    Returns
    -------
    :
        Strictly lower triangular matrix [1]; a factor of 1 is the loss of an infinitely deep source.

    Source
    ------
    Tougaard 1988, doi 10.1002/sia.740110902.
    """
    loss = energy[:, None] - energy[None, :]
    weights = trapezoid_weights(energy)
    cross_section = np.where(loss > 0, UNIVERSAL_B * loss / (UNIVERSAL_C + loss**2) ** 2, 0.0)
    result: Float[np.ndarray, "point point"] = cross_section * weights[None, :]
    return result


def background_operator(kind: str, energy: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point point"]:
    """Return the matrix of a kind of background.

    Parameters
    ----------
    kind
        One of :data:`BACKGROUNDS`; ``linear`` has none, a zero matrix.
    energy
        Binding energies, rising [eV].
    """
    if kind == SHIRLEY:
        return shirley_operator(energy)
    return tougaard_operator(energy) if kind == TOUGAARD else np.zeros((len(energy), len(energy)))


@dataclass(frozen=True, eq=False)
class StaticSubtraction:
    """A spectrum without its static Shirley background.

    Parameters
    ----------
    signal
        What is left.
    response
        Change of ``signal`` with each intensity, to first order [1].
    strength
        Of the background [1/eV].
    """

    signal: Float[np.ndarray, "point"]
    response: Float[np.ndarray, "point point"]
    strength: float


def static_shirley(
    *, energy: Float[np.ndarray, "point"], intensity: Float[np.ndarray, "point"], end_width: float = 1.5
) -> StaticSubtraction:
    """Take off a constant and the Shirley background that make both ends of a spectrum vanish.

    The signal solves ``signal + k * integral of signal = intensity - constant`` exactly, a triangular system;
    its strength k is found so that the mean of the signal over the last stretch is zero.

    Parameters
    ----------
    energy
        Binding energies, rising [eV].
    intensity
        Spectrum.
    end_width
        Lengths of the stretches at both ends that hold no signal [eV].

    Returns
    -------
    :
        Signal, its response to every intensity, and k.

    Raises
    ------
    OutOfRange
        No such background exists, for example because there is no line.
    """
    from scipy.linalg import solve_triangular

    low = _window(energy, energy <= energy[0] + end_width)
    high = _window(energy, energy >= energy[-1] - end_width)
    operator, unit = shirley_operator(energy), np.eye(len(energy))
    raised = intensity - low @ intensity

    def solved(strength: float) -> Float[np.ndarray, "point"]:
        result: Float[np.ndarray, "point"] = solve_triangular(unit + strength * operator, raised, lower=True)
        return result

    strength = _balanced_strength(solved, operator, high, float(high @ raised))
    signal = solved(strength)
    system = unit + strength * operator
    direct = solve_triangular(system, unit - low[None, :], lower=True)
    by_strength = -solve_triangular(system, operator @ signal, lower=True)
    slope = float(high @ by_strength)
    response = direct - np.outer(by_strength, high @ direct) / slope
    return StaticSubtraction(signal=signal, response=response, strength=strength)


def _balanced_strength(
    solved: Callable[[float], Float[np.ndarray, "point"]],
    operator: Float[np.ndarray, "point point"],
    high: Float[np.ndarray, "point"],
    step: float,
) -> float:
    """Return the strength whose background is as high at the end as the spectrum is (Shirley's iteration)."""
    strength = 0.0
    for _ in range(MOST_STEPS):
        emitted = float(high @ (operator @ solved(strength)))
        if emitted <= 0.0 or abs(step / emitted) * len(high) > 1e6:
            break
        before, strength = strength, step / emitted
        if abs(strength - before) <= 1e-12 + 1e-11 * abs(strength):
            return strength
    raise OutOfRange(
        "no Shirley background fits under the spectrum: it holds no line, or falls far towards high binding"
        " energy. Expected a line between two flat ends. Choose the window of energies around one region."
    )


def _window(energy: Float[np.ndarray, "point"], inside: np.ndarray) -> Float[np.ndarray, "point"]:
    """Return the weights of the mean over a stretch of at least three points."""
    chosen = inside.copy()
    if chosen.sum() < 3:
        edge = slice(0, 3) if inside[0] else slice(len(energy) - 3, len(energy))
        chosen[edge] = True
    result: Float[np.ndarray, "point"] = chosen / chosen.sum()
    return result
