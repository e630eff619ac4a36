"""Species of a series without references: alternating least squares, and how far it is ambiguous."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DataError

MOST_ROUNDS = 500
SETTLED = 1e-7
"""Relative change of the residual at which the rounds end [1]."""

TRIALS = 61
"""Steps along which a pair of components is mixed to find what the constraints allow."""


@dataclass(frozen=True, eq=False)
class Resolution:
    """Spectra and fractions of components.

    Parameters
    ----------
    spectra
        Of each component, not negative [1].
    fractions
        Of each component in each scan, not negative, summing to 1 [1].
    lowest, highest
        The fractions when pairs of components are mixed as far as the constraints allow [1]: the rotational
        ambiguity of pairs, a lower bound of the whole.
    residual
        Root mean square [1].
    rounds
        That were taken.
    """

    spectra: Float[np.ndarray, "component point"]
    fractions: Float[np.ndarray, "scan component"]
    lowest: Float[np.ndarray, "scan component"]
    highest: Float[np.ndarray, "scan component"]
    residual: float
    rounds: int


def resolve_components(
    *,
    absorption: Float[np.ndarray, "scan point"],
    count: int,
    start: Float[np.ndarray, "component point"] | None = None,
) -> Resolution:
    """Return spectra and fractions of so many components by alternating least squares.

    Spectra are not negative, fractions are not negative and sum to 1. It starts from the scans that are most
    unlike each other. The answer is one of many that fit alike: ``lowest`` and ``highest`` say how far.

    Parameters
    ----------
    absorption
        Normalised spectra on one grid [1].
    count
        Of components, 2 or more.
    start
        Spectra to start from.

    Returns
    -------
    :
        The resolution.

    Raises
    ------
    DataError
        There are fewer spectra than components, or fewer than two components.

    Source
    ------
    Tauler, Chemometr. Intell. Lab. Syst. 30 (1995) 133, doi 10.1016/0169-7439(95)00047-X; starting scans as
    in Windig and Guilment, Anal. Chem. 63 (1991) 1425.
    """
    scans = len(absorption)
    if not 2 <= count <= scans:
        raise DataError(f"{count} components of {scans} spectra are asked for. Expected 2 to {scans}.")
    spectra = absorption[unlike_scans(absorption, count)] if start is None else np.array(start, dtype=float)
    spectra = np.maximum(spectra, 0.0)
    before, residual, rounds = np.inf, np.inf, 0
    fractions = _closed_fractions(absorption, spectra)
    while rounds < MOST_ROUNDS and not before - residual < SETTLED * residual:
        before, rounds = residual, rounds + 1
        spectra = np.maximum(np.linalg.lstsq(fractions, absorption, rcond=None)[0], 0.0)
        fractions = _closed_fractions(absorption, spectra)
        residual = float(np.sqrt(np.mean((absorption - fractions @ spectra) ** 2)))
    lowest, highest = _ambiguity(fractions, spectra, residual)
    return Resolution(spectra, fractions, lowest, highest, residual, rounds)


def unlike_scans(absorption: Float[np.ndarray, "scan point"], count: int) -> list[int]:
    """Return the scans that are most unlike each other, by Gram-Schmidt from the one farthest off the mean.

    Parameters
    ----------
    absorption
        Spectra.
    count
        How many.

    Examples
    --------
    >>> unlike_scans(np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 2.0]]), 2)
    [2, 0]
    """
    mean = absorption.mean(axis=0)
    chosen = [int(np.argmax(np.sum((absorption - mean) ** 2, axis=1)))]
    rest = absorption - absorption[chosen[0]]
    while len(chosen) < count:
        length = np.sum(rest**2, axis=1)
        chosen.append(int(np.argmax(length)))
        axis = rest[chosen[-1]] / np.sqrt(length[chosen[-1]])
        rest = rest - np.outer(rest @ axis, axis)
    return chosen


def _closed_fractions(
    absorption: Float[np.ndarray, "scan point"], spectra: Float[np.ndarray, "component point"]
) -> Float[np.ndarray, "scan component"]:
    """Return fractions that are not negative and sum to 1, of every scan, by least squares."""
    from scipy.optimize import nnls

    weight = 1e3 * float(np.sqrt(np.mean(spectra**2) * spectra.shape[1]))
    base, triangle = np.linalg.qr(spectra.T)
    design = np.vstack([triangle, np.full(len(spectra), weight)])
    targets = np.vstack([base.T @ absorption.T, np.full(len(absorption), weight)])
    return np.array([nnls(design, target)[0] for target in targets.T])


def _ambiguity(
    fractions: Float[np.ndarray, "scan component"],
    spectra: Float[np.ndarray, "component point"],
    residual: float,
) -> tuple[Float[np.ndarray, "scan component"], Float[np.ndarray, "scan component"]]:
    """Return the limits of the fractions when one spectrum takes in some of another and all stays allowed.

    Spectrum i becomes (1 - t) s_i + t s_j; the fractions follow so that the product stays, the sum too.
    """
    lowest, highest = fractions.copy(), fractions.copy()
    slack_spectrum = max(residual, 1e-6)
    slack_fraction = 1e-3
    count = len(spectra)
    for one in range(count):
        for other in range(count):
            if one == other:
                continue
            for mix in np.linspace(-2.0, 0.9, TRIALS):
                turn = np.eye(count)
                turn[one, one], turn[one, other] = 1.0 - mix, mix
                moved, turned = fractions @ np.linalg.inv(turn), turn @ spectra
                if moved.min() >= -slack_fraction and turned.min() >= -slack_spectrum:
                    lowest, highest = np.minimum(lowest, moved), np.maximum(highest, moved)
    return np.clip(lowest, 0.0, 1.0), np.clip(highest, 0.0, 1.0)
